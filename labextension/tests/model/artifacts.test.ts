import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ArtifactsModel } from '../../src/model/artifacts';
import { ExplorerModel } from '../../src/model/explorer';
import { newProblem, SourceError } from '../../src/source/source';
import { FakeSource } from '../fake/source';

let source: FakeSource;
let model: ArtifactsModel;

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeSource();
  model = new ArtifactsModel(source);
});

afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1500);
const names = (): string[] => model.state.rows.map(row => row.name);

async function opened(): Promise<void> {
  model.open();
  await soon();
}

function many(count: number): void {
  source.artifacts.all = source.artifacts.all.slice(0, 1).flatMap(first =>
    Array.from({ length: count }, (_, at) => ({
      ...first,
      name: `a-${String(at).padStart(5, '0')}`,
      bytes: at
    }))
  );
}

test('nothing is read until it is looked at', async () => {
  await soon();

  expect(source.asked).toEqual([]);
});

test('the first artifact and its newest version are looked at', async () => {
  await opened();

  model.choose('vit-base');
  await soon();

  expect(names()).toEqual(['alices-draft', 'clicks', 'vit-base']);
  expect(model.one.state.version).toBe('v4');
  expect(model.one.version.state.address).toBe('vit-base@v4');
});

test('ten thousand are read page by page, as far as one scrolls', async () => {
  many(10_000);
  await opened();
  expect(model.state).toMatchObject({ read: 200, total: 10_000, more: true });

  await model.more();

  expect(model.state.read).toBe(1200);
});

test('a filter looks at all of them, not at the part that was read', async () => {
  many(10_000);
  await opened();

  model.setFilter('A-09999');
  await soon();

  expect(names()).toEqual(['a-09999']);
});

test('the largest is the largest of all', async () => {
  many(3000);
  await opened();

  model.setSort('-bytes');
  await soon();

  expect(names()[0]).toBe('a-02999');
});

test('an alias of an artifact finds it', async () => {
  await opened();

  model.setFilter('best');

  expect(names()).toEqual(['vit-base']);
});

test('a failure is told, and Retry reads again', async () => {
  source.failing = new SourceError(newProblem('unreachable', 'away'), 0);
  await opened();
  expect(model.state.failed?.message).toBe('away');

  await model.retry();

  expect(model.state.failed).toBeNull();
  expect(names()).toHaveLength(3);
});

test('a version that somebody logs appears', async () => {
  await opened();
  source.artifacts.all = source.artifacts.all.map(one =>
    one.name === 'clicks' ? { ...one, versions: 2, latest: 'v1' } : one
  );
  model.choose('clicks');
  await soon();

  source.emit({ kind: 'artifact', change: 'created', address: 'clicks@v1' });
  await soon();

  const clicks = model.state.rows.find(row => row.name === 'clicks');
  expect(clicks?.latest).toBe('v1');
  expect(model.one.versions.state.rows).toHaveLength(2);
});

test('a version asked for by an alias is called by its number', async () => {
  model.choose('vit-base', 'best');
  await soon();

  expect(model.one.state.version).toBe('v2');
  expect(model.one.version.state.address).toBe('vit-base@v2');
});

test('a version is compared with the one before it, or with another', async () => {
  model.choose('vit-base', 'v3');
  await soon();
  model.one.setTab('changes');
  await soon();
  expect(model.one.diff.state.value?.before).toBe('vit-base@v2');

  model.one.compare('v0');
  await soon();

  expect(model.one.diff.state.value?.before).toBe('vit-base@v0');
  expect(model.one.diff.state.value?.after).toBe('vit-base@v3');
});

test('a deleted version is looked at no longer', async () => {
  model.choose('vit-base', 'v4');
  await soon();
  source.artifacts.all = source.artifacts.all.map(one =>
    one.name === 'vit-base' ? { ...one, versions: 4, latest: '' } : one
  );
  model.open();

  source.emit({ kind: 'artifact', change: 'deleted', address: 'vit-base@v4' });
  await soon();

  expect(model.one.state.version).toBe('v3');
});

test('a refused deletion says what depends on it, and changes nothing', async () => {
  model.choose('vit-base', 'v4');
  await soon();
  const { version } = model.one;
  version.ask('delete');
  const said = 'it is used by bob:x-exp0 (vit-base@v4 as input)';
  source.failing = new SourceError(newProblem('conflict', said), 409);

  expect(await version.delete('')).toBe(false);

  expect(version.state.refused?.message).toBe(said);
  expect(version.state.address).toBe('vit-base@v4');
});

test('an address opens the view it belongs to', async () => {
  const explorer = new ExplorerModel({ source });
  await soon();

  expect(explorer.open('vit-base@v2')).toBe(true);
  await soon();
  expect(explorer.state.view).toBe('artifacts');
  expect(explorer.artifacts.one.state.version).toBe('v2');
  expect(explorer.open('alice:resnet-sweep-exp3')).toBe(true);
  expect(explorer.state.view).toBe('runs');
  expect(explorer.details.state.address).toBe('alice:resnet-sweep-exp3');

  expect(explorer.open('datastores/cats/v1')).toBe(false);
  explorer.dispose();
});
