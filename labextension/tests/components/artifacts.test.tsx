import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Explorer } from '../../src/components/explorer';
import { ExplorerModel } from '../../src/model/explorer';
import { newProblem, SourceError } from '../../src/source/source';
import { HOSTILE } from '../fake/artifacts';
import { FakeSource } from '../fake/source';
import { testHost, type ITestHost } from './stage';

let source: FakeSource;
let host: ITestHost;
let model: ExplorerModel;
const user = userEvent.setup();

beforeEach(() => {
  source = new FakeSource();
  host = testHost();
});

afterEach(() => {
  model.dispose();
});

async function shown(address = 'vit-base@v3'): Promise<void> {
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);
  await waitFor(() => {
    expect(model.state.me).toBe('alice');
  });
  model.open(address);
  await screen.findByRole('grid', { name: /^(Artifacts|Runs)$/ });
}

function choice(name: string): HTMLElement {
  const group = screen.getByRole('group', { name: 'What is shown' });
  return within(group).getByRole('button', { name });
}

function line(key: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!found) {
    throw new Error(`there is no line ${key}`);
  }
  return found;
}

test('the artifacts are a click away from the runs', async () => {
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);

  await user.click(choice('Artifacts'));

  expect(await screen.findByText('3 artifacts')).toBeTruthy();
  expect(line('vit-base').textContent).toContain('best');
  expect(line('alices-draft').textContent).toContain('private');
});

test('a version shows its files, and what a file holds', async () => {
  await shown();

  await user.click(await screen.findByText('clicks.parquet'));

  expect(await screen.findByText('1,000 rows of 1 column')).toBeTruthy();
  const table = screen.getByRole('table', { name: 'Columns' });
  expect(within(table).getByText('41')).toBeTruthy();
});

test('arrows go through the versions, and show each', async () => {
  await shown();
  await screen.findByRole('grid', { name: 'Versions' });
  await waitFor(() => line('v3'));
  line('v3').focus();

  await user.keyboard('{ArrowDown}');

  expect(document.activeElement).toBe(line('v2'));
  expect(model.artifacts.one.version.state.address).toBe('vit-base@v2');
});

test('no name from a store becomes an element', async () => {
  await shown('vit-base@v0');
  await user.click(await screen.findByText(`${HOSTILE}.bin`));
  await user.click(screen.getByRole('tab', { name: 'Changes in v0' }));
  await user.selectOptions(
    await screen.findByRole('combobox', { name: 'From' }),
    'v1'
  );
  await screen.findByText('1 added');
  await user.click(await screen.findByText('clicks.parquet'));

  expect(await screen.findAllByText(HOSTILE)).not.toHaveLength(0);
  expect(document.querySelector('img')).toBeNull();
});

test('the lineage names what made a version and what used it', async () => {
  await shown();

  await user.click(screen.getByRole('tab', { name: 'Lineage of v3' }));

  const graph = await screen.findByRole('group', {
    name: /Where it came from/
  });
  const nodes = within(graph)
    .getAllByRole('button')
    .map(node => node.textContent);
  expect(nodes).toEqual([
    'vit-base@v3artifact',
    'resnet-sweepexp3 of alice',
    'clicks@v0artifact',
    'goneexp0 of bob, deleted since',
    'report@v0artifact'
  ]);
  expect(screen.getByText('2 more are private to others')).toBeTruthy();
});

test('arrows walk through the lineage, Enter opens what they reach', async () => {
  await shown();
  await user.click(screen.getByRole('tab', { name: 'Lineage of v3' }));
  const graph = await screen.findByRole('group', {
    name: /Where it came from/
  });
  within(graph)
    .getByRole('button', { name: /vit-base@v3/ })
    .focus();
  expect(graph.querySelectorAll('[tabindex="0"]')).toHaveLength(1);

  await user.keyboard('{ArrowLeft}');
  expect(document.activeElement?.textContent).toContain('resnet-sweep');
  await user.keyboard('{Enter}');

  expect(model.state.view).toBe('runs');
  expect(model.details.state.address).toBe('alice:resnet-sweep-exp3');
});

test('a run shows what it took and what it made', async () => {
  await shown('alice:resnet-sweep-exp3');
  await user.click(await screen.findByRole('tab', { name: 'Lineage' }));

  await user.click(await screen.findByRole('button', { name: /vit-base@v3/ }));

  expect(model.state.view).toBe('artifacts');
  expect(model.artifacts.one.version.state.address).toBe('vit-base@v3');
});

test('what was deleted opens nothing', async () => {
  await shown();
  await user.click(screen.getByRole('tab', { name: 'Lineage of v3' }));

  await user.click(await screen.findByRole('button', { name: /gone-exp0/ }));

  expect(model.state.view).toBe('artifacts');
});

test('a download is planned before a byte moves', async () => {
  await shown();
  await user.click(
    await screen.findByRole('button', { name: /^Download 612/ })
  );
  const plan = await screen.findByRole('region', {
    name: 'Download vit-base@v3'
  });
  await within(plan).findByText(/free in/);
  expect(source.asked).not.toContain('POST transfers');

  await user.click(within(plan).getByRole('button', { name: 'Cancel' }));

  expect(screen.queryByRole('region', { name: /^Download/ })).toBeNull();
  expect(source.asked).not.toContain('POST transfers');
});

test('a version that something depends on stays, and it is said what', async () => {
  await shown('alices-draft@v0');
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const asked = await screen.findByRole('region', {
    name: 'Delete alices-draft@v0'
  });
  const said = 'it is used by bob:x-exp0 (alices-draft@v0 as input)';
  source.failing = new SourceError(newProblem('conflict', said), 409);

  await user.click(within(asked).getByRole('button', { name: 'Delete' }));

  expect(await within(asked).findByText(said)).toBeTruthy();
  expect(source.asked).toContain('DELETE versions/alices-draft/v0');
});

test('deleting what is someone else’s needs a reason', async () => {
  await shown();
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const asked = await screen.findByRole('region', { name: /^Delete/ });
  const button = within(asked).getByRole('button', { name: 'Delete' });
  expect(button).toHaveProperty('disabled', true);

  await user.type(within(asked).getByRole('textbox'), 'too old');
  await user.click(button);

  expect(source.bodies.at(-1)).toEqual({ reason: 'too old' });
});

test('of ten thousand artifacts only those on the screen are drawn', async () => {
  source.artifacts.all = source.artifacts.all.flatMap(one =>
    Array.from({ length: 3400 }, (_, at) => ({
      ...one,
      name: `${one.name}${at}`
    }))
  );
  await shown('artifacts/clicks7');

  expect(await screen.findByText('10,200 artifacts')).toBeTruthy();
  expect(document.querySelectorAll('[data-key]').length).toBeLessThan(100);
});

test('a team without artifacts is told how to make one', async () => {
  source.artifacts.all = [];
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);

  await user.click(choice('Artifacts'));

  expect(await screen.findByText('The team has no artifacts yet')).toBeTruthy();
  expect(screen.getByText(/run\.log_artifact/)).toBeTruthy();
});
