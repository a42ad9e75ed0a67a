import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Explorer } from '../../src/components/explorer';
import { ExplorerModel } from '../../src/model/explorer';
import { newProblem, SourceError } from '../../src/source/source';
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

async function shown(selected?: string[]): Promise<void> {
  model = new ExplorerModel({ source, ...(selected ? { selected } : {}) });
  render(<Explorer model={model} host={host} />);
  await screen.findByText('12 experiments');
}

function row(address: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(
    `.jp-Artifacts-row[data-address="${address}"]`
  );
  if (!found) {
    throw new Error(`${address} is in no row`);
  }
  return found;
}

test('a hostile hyperparameter is a text, not an element', async () => {
  await shown();

  expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeTruthy();
  expect(document.querySelector('img[src="x"]')).toBeNull();
});

test('a click on the dot plots a run, another takes it out', async () => {
  await shown();
  const name = 'chen:tabular-exp0';

  await user.click(screen.getByLabelText(`Plot ${name}`));
  expect(model.selection.state.selected).toContain(name);
  await user.click(screen.getByLabelText(`Do not plot ${name}`));

  expect(model.selection.state.selected).not.toContain(name);
});

test('a query that is wrong is marked where it is, with the hint', async () => {
  await shown();
  const line = screen.getByRole('combobox', { name: /Query/ });

  await user.type(line, 'useer == "alice"{Enter}');

  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('there is no field');
  expect(document.querySelector('mark')?.textContent).toBe('useer');
  expect(model.runs.state.rows).toHaveLength(12);
});

test('a click on a head sorts, another turns the order', async () => {
  await shown();
  const head = screen.getByRole('button', { name: 'Duration' });

  await user.click(head);
  expect(model.runs.state.sort).toBe('-duration');
  await user.click(head);

  expect(model.runs.state.sort).toBe('duration');
});

test('arrows move one cell, Space plots the run it is in', async () => {
  await shown();
  const cell = row('bob:eda-features-exp0').querySelector<HTMLElement>(
    '[data-column="0"]'
  );
  cell?.focus();

  await user.keyboard('{ArrowDown}{ArrowRight}');
  expect(document.activeElement?.textContent).toBe('Running');
  const [before] = model.selection.state.selected;
  await user.keyboard(' ');

  expect(before).toBe('alice:resnet-sweep-exp3');
  expect(model.selection.state.selected).not.toContain(before);
  expect(document.querySelectorAll('[data-column][tabindex="0"]')).toHaveLength(
    1
  );
});

test('Enter on a run opens its overview', async () => {
  await shown();
  row('chen:baseline-exp1')
    .querySelector<HTMLElement>('[data-column="0"]')
    ?.focus();
  await user.click(
    within(row('chen:baseline-exp1')).getByText('chen:baseline-exp1')
  );

  await user.keyboard('{Enter}');

  expect(await screen.findByText('This run failed')).toBeTruthy();
  expect(
    await screen.findByText(/Traceback \(most recent call last\)/)
  ).toBeTruthy();
});

test('Shift and a click plot every run in between', async () => {
  await shown(['alice:aug-study-exp0']);
  await user.click(within(row('alice:resnet-sweep-exp3')).getByText('Running'));

  await user.keyboard('{Shift>}');
  await user.click(within(row('bob:vit-finetune-exp0')).getByText('Completed'));
  await user.keyboard('{/Shift}');

  expect(model.selection.state.selected).toEqual([
    'alice:aug-study-exp0',
    'alice:resnet-sweep-exp3',
    'alice:resnet-sweep-exp2',
    'bob:vit-finetune-exp0'
  ]);
});

test('a file is inserted as data, and it is said where it went', async () => {
  await shown();
  await user.click(await screen.findByText('"); import os #.csv'));

  await user.click(
    await screen.findByRole('button', { name: 'Insert into cell' })
  );

  expect(host.inserted[0]).toContain(
    'ja.load("alice:resnet-sweep-exp3/\\"); import os #.csv")'
  );
  expect(host.notices).toEqual([
    'success: Inserted into cell 4 of analysis.ipynb'
  ]);
});

test('an SVG is shown as its text and never drawn', async () => {
  await shown();

  await user.click(await screen.findByText('diagram.svg'));

  expect(await screen.findByText(/<svg onload/)).toBeTruthy();
  expect(document.querySelector('svg circle[r="4"]')).toBeNull();
});

test('a download to the session shows its way and ends with what was checked', async () => {
  await shown();
  await user.click(screen.getByRole('button', { name: /^Download all/ }));
  expect(await screen.findByText(/0 B of 4.1 MB/)).toBeTruthy();

  const file = {
    path: 'a',
    target: 'a',
    size: 1,
    digest: 'blake3:1',
    check: 'blake3',
    outcome: 'written',
    sha256: ''
  };
  const receipt = {
    address: 'alice:resnet-sweep-exp3',
    to: '/x',
    files: Array.from({ length: 12 }, () => file),
    bytes: 4.1e6,
    started: 0,
    ended: 1,
    user: 'alice',
    source: '',
    path: '',
    total_files: 12,
    left_out: 0,
    outcomes: { written: 12 },
    checks: { blake3: 12 },
    sha256: 0
  };
  source.moveTransfer({ state: 'done', ended: 1, receipt });

  expect(
    await screen.findByText(
      '12 files · 4.1 MB · all 12 checked by blake3',
      {},
      { timeout: 3000 }
    )
  ).toBeTruthy();
});

test('what one may not do to others’ runs is shown with the reason', async () => {
  source.me = 'bob';
  await shown();
  await user.click(within(row('alice:resnet-sweep-exp3')).getByText('Running'));
  await waitFor(() => {
    expect(model.state.me).toBe('bob');
  });

  const stop = await screen.findByRole('button', { name: 'Stop' });
  await user.click(stop);

  expect(stop.getAttribute('aria-disabled')).toBe('true');
  expect(host.notices.at(-1)).toBe('info: only alice can stop alice’s run');
  expect(source.asked.some(one => one.endsWith('/stop'))).toBe(false);
});

test('a server that does not answer can be asked again', async () => {
  const hint = 'See whether it runs.';
  source.failing = new SourceError(
    newProblem('unreachable', 'No answer', 'runs', hint),
    0
  );
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);

  expect(await screen.findByText(hint)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Retry' }));

  expect(await screen.findByText('12 experiments')).toBeTruthy();
  expect(screen.queryByText(hint)).toBeNull();
});

test('a team without runs is told how to start one', async () => {
  source.experiments = [];
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);

  await user.click(
    await screen.findByRole('button', { name: 'Insert into cell' })
  );

  expect(host.inserted[0]).toContain('ja.start_run(');
});

test('of many runs only those on the screen are drawn', async () => {
  const [one] = source.experiments;
  source.experiments = Array.from({ length: 12_000 }, (_, index) => ({
    ...one,
    experiment: {
      ...one?.experiment,
      id: String(index),
      address: `alice:r${String(index)}-exp0`
    }
  })) as typeof source.experiments;
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);

  expect(await screen.findByText('10,000+ experiments')).toBeTruthy();
  expect(
    document.querySelectorAll('[data-address][role="row"]').length
  ).toBeLessThan(60);
});

test('a saved view comes back as it was', async () => {
  await shown();
  await model.runs.setQuery('user == "bob"');
  await user.click(screen.getByRole('button', { name: 'Save view' }));
  await user.type(
    screen.getByRole('textbox', { name: 'Name of this view' }),
    'bob’s{Enter}'
  );
  await model.runs.setQuery('');

  await user.click(screen.getByRole('button', { name: 'Save view' }));
  await user.click(screen.getByRole('button', { name: 'bob’s' }));

  await waitFor(() => {
    expect(model.runs.state.query).toBe('user == "bob"');
  });
});

test('a plot can be read as numbers', async () => {
  await shown();
  const card = await screen.findByRole('region', { name: 'training.loss' });

  await user.click(
    within(card).getByRole('button', { name: 'Show as numbers' })
  );

  expect(await within(card).findByRole('table')).toBeTruthy();
});
