import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { RunsModel } from '../../src/model/runs';
import { FakeSource } from '../fake/source';

let source: FakeSource;
let model: RunsModel;

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeSource();
});

afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1500);

test('the newest runs come first', async () => {
  model = new RunsModel(source);
  await soon();

  expect(model.state.rows[0]?.address).toBe('bob:eda-features-exp0');
  expect(model.state.total).toBe(12);
});

test('a wrong query is marked, and the rows before it stay', async () => {
  model = new RunsModel(source, { query: 'user == "bob"' });
  await soon();

  await model.setQuery('user == "bob" and params.lrr < 1');

  expect(model.state.wrong).toMatchObject({ column: 18, length: 10 });
  expect(model.state.query).toBe('user == "bob"');
  expect(model.state.rows).toHaveLength(3);
});

test('a failed read can be tried again', async () => {
  model = new RunsModel(source);
  await soon();
  const { newProblem, SourceError } = await import('../../src/source/source');
  source.failing = new SourceError(newProblem('unreachable', 'gone'), 0);

  await model.setSort('name');
  expect(model.state.failed?.code).toBe('unreachable');
  await model.retry();

  expect(model.state.failed).toBeNull();
});

test('the answer to an older question is not shown', async () => {
  model = new RunsModel(source);

  const slow = model.setQuery('user == "bob"');
  const quick = model.setQuery('user == "chen"');
  await Promise.all([slow, quick]);

  expect(model.state.query).toBe('user == "chen"');
});

test('pages follow each other, every run once', async () => {
  const [one] = source.experiments;
  source.experiments = Array.from({ length: 250 }, (_, index) => ({
    ...one,
    experiment: { ...one?.experiment, id: String(index) }
  })) as typeof source.experiments;
  model = new RunsModel(source);
  await soon();

  await model.more();
  await model.more();
  await model.more();

  expect(new Set(model.state.rows.map(row => row.id)).size).toBe(250);
  expect(model.state.more).toBe(false);
});

test('a change of one run reads that run alone', async () => {
  model = new RunsModel(source);
  await soon();
  const address = 'alice:resnet-sweep-exp3';
  const found = source.find(address);
  found.experiment = { ...found.experiment, state: 'COMPLETED' };
  source.asked.length = 0;

  source.emit({ kind: 'experiment', address });
  await soon();

  const row = model.state.rows.find(one => one.address === address);
  expect(row?.state).toBe('COMPLETED');
  expect(source.asked).toEqual(['GET runs/alice/resnet-sweep/exp3']);
});

test('after a gap everything is read again', async () => {
  model = new RunsModel(source);
  await soon();
  source.experiments = source.experiments.slice(0, 4);

  source.emit(null);
  await soon();

  expect(model.state.rows).toHaveLength(4);
});

test('a disposed model watches no more', async () => {
  model = new RunsModel(source);
  await soon();

  model.dispose();

  expect(source.watching).toBe(0);
});

test('a sort that comes while a query is on its way keeps the query', async () => {
  model = new RunsModel(source);

  const query = model.setQuery('user == "bob"');
  const sort = model.setSort('name');
  await Promise.all([query, sort]);

  expect(model.state).toMatchObject({ query: 'user == "bob"', sort: 'name' });
});

test('a run that ends leaves a list of running ones', async () => {
  model = new RunsModel(source, { query: 'state == "RUNNING"' });
  await soon();
  const [first] = model.state.rows;
  const address = first?.address ?? '';
  source.find(address).experiment.state = 'COMPLETED';

  source.emit({ kind: 'experiment', address });
  await soon();

  expect(model.state.rows.map(row => row.address)).not.toContain(address);
});

test('one deleted run does not keep the others old', async () => {
  model = new RunsModel(source);
  await soon();
  const [one, other] = model.state.rows.map(row => row.address);
  const { newProblem, SourceError } = await import('../../src/source/source');
  source.failing = new SourceError(newProblem('not-found', 'gone'), 404);
  const found = source.find(other ?? '').experiment;
  source.find(other ?? '').experiment = { ...found, file_count: 77 };

  source.emit({ kind: 'files', address: one ?? '' });
  source.emit({ kind: 'files', address: other ?? '' });
  await soon();

  const row = model.state.rows.find(each => each.address === other);
  expect(row?.file_count).toBe(77);
});
