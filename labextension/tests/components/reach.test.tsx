import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Explorer } from '../../src/components/explorer';
import { ExplorerModel } from '../../src/model/explorer';
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

test('a table in groups can be reached by the keyboard', async () => {
  await shown();

  await user.click(screen.getByRole('button', { name: /Group by/ }));
  await user.click(screen.getByRole('button', { name: 'user' }));
  await screen.findByRole('button', { name: 'Group by user' });

  await waitFor(() => {
    const stops = screen
      .getByRole('grid')
      .querySelectorAll('[role="gridcell"][tabindex="0"]');
    expect(stops).toHaveLength(1);
  });
});

test('Escape in a menu gives the focus back to its button', async () => {
  await shown();
  const button = screen.getByRole('button', { name: /Group by/ });
  button.focus();

  await user.keyboard('{ArrowDown}');
  expect(document.activeElement?.textContent).toBe('none');
  await user.keyboard('{ArrowDown}{Escape}');

  expect(document.activeElement).toBe(button);
  expect(screen.queryByRole('button', { name: 'user' })).toBeNull();
});

test('Tab comes to the files, arrows and Enter go on from there', async () => {
  await shown(['alice:resnet-sweep-exp3']);
  model.selection.focus('alice:resnet-sweep-exp3');
  const tree = await screen.findByRole('tree');
  const figures = await within(tree).findByTitle('figures');
  const line = figures.closest<HTMLElement>('[role="treeitem"]');

  line?.focus();
  await user.keyboard('{ArrowRight}');
  await within(tree)
    .findByTitle('figures/figure-00.png')
    .catch(() => null);
  await user.keyboard('{ArrowRight}');

  expect(model.details.state.tree?.state.chosen?.address).toContain(
    '/files/figures/'
  );
});

test('a checkpoint opens to its files, and can be downloaded', async () => {
  await shown();
  model.selection.focus('alice:resnet-sweep-exp3');
  await user.click(await screen.findByRole('tab', { name: /Checkpoints/ }));
  const [latest] = await screen.findAllByRole('button', {
    name: /step 28,000/
  });

  await user.click(latest as HTMLElement);

  const { checkpoints } = source.find('alice:resnet-sweep-exp3');
  const [path] = Object.keys(checkpoints.at(-1)?.resources ?? {});
  const link = screen.getByRole('link', { name: path ?? '' });
  expect(link.getAttribute('href')).toBe(
    `/fake/${checkpoints.at(-1)?.address ?? ''}/${path ?? ''}`
  );
  await user.click(screen.getByRole('button', { name: 'Download to session' }));
  expect(source.bodies.at(-1)).toMatchObject({
    address: checkpoints.at(-1)?.address,
    to: ''
  });
});

test('views that something else wrote are left out', async () => {
  host.memory.set('views', '[null, {"name": "x"}, {"name": 3, "view": {}}]');
  await shown();

  await user.click(screen.getByRole('button', { name: /Save view/ }));

  expect(screen.queryByTitle(/Forget/)).toBeNull();
});

test('a column may be called like what every object has', async () => {
  model = new ExplorerModel({ source, columns: ['constructor', 'toString'] });
  render(<Explorer model={model} host={host} />);

  expect(await screen.findByText('12 experiments')).toBeTruthy();
});
