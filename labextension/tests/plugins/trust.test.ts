// the package's door loads all of JupyterLab's notebook
import { NotebookModel } from '@jupyterlab/notebook/lib/model';
import { afterEach, expect, test } from 'vitest';

import { followTrust } from '../../src/plugins/trust';

const opened: { dispose(): void }[] = [];

afterEach(() => {
  opened.splice(0).forEach(each => {
    each.dispose();
  });
});

/** Two people's models of one notebook with one cell. */
function open(collaborationEnabled = true): [NotebookModel, NotebookModel] {
  const alice = new NotebookModel({ collaborationEnabled });
  const { sharedModel } = alice;
  const bob = new NotebookModel({ collaborationEnabled, sharedModel });
  sharedModel.insertCell(0, { cell_type: 'code', source: '1' });
  opened.push(alice, bob);
  return [alice, bob];
}

function trust(model: NotebookModel, index = 0): boolean | undefined {
  return model.cells.get(index).trusted;
}

test('Without it, a second person does not trust what the first one ran.', () => {
  const [alice, bob] = open();
  alice.cells.get(0).trusted = true;
  expect(trust(bob)).toBe(false);
});

test('A cell that one person trusts is trusted by the other.', () => {
  const [alice, bob] = open();
  followTrust(bob, () => true);
  alice.cells.get(0).trusted = true;
  expect(trust(bob)).toBe(true);
});

test('So is one that was trusted before the other came.', () => {
  const [alice, bob] = open();
  alice.cells.get(0).trusted = true;
  followTrust(bob, () => true);
  expect(trust(bob)).toBe(true);
});

test('So is one that was added later.', () => {
  const [alice, bob] = open();
  followTrust(bob, () => true);
  alice.sharedModel.insertCell(1, { cell_type: 'code', source: '2' });
  alice.cells.get(1).trusted = true;
  expect(trust(bob, 1)).toBe(true);
});

test('Switched off, it changes nothing.', () => {
  const [alice, bob] = open();
  followTrust(bob, () => false);
  alice.cells.get(0).trusted = true;
  expect(trust(bob)).toBe(false);
});

test('A notebook that is not shared keeps its own trust.', () => {
  const [alice, bob] = open(false);
  followTrust(bob, () => true);
  alice.cells.get(0).trusted = true;
  expect(trust(bob)).toBe(false);
});
