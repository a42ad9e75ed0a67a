import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { PlotsModel, pointsKey } from '../../src/model/plots';
import { FakeSource } from '../fake/source';

const A = 'alice:resnet-sweep-exp3';
const B = 'alice:resnet-sweep-exp2';

let source: FakeSource;
let model: PlotsModel;

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeSource();
  model = new PlotsModel(source);
});

afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1200);

function show(...addresses: string[]): void {
  model.show(
    addresses.map((address, slot) => ({
      experiment: source.find(address).experiment,
      slot
    }))
  );
}

test('the metrics that most runs have are plotted, loss first', () => {
  show(A, B);

  expect(model.state.cards.map(card => card.metric)).toEqual([
    'training.loss',
    'validation.accuracy',
    'validation.loss',
    'profiler.gpu_util'
  ]);
});

test('all points come by one request', async () => {
  show(A, B);
  await soon();

  expect(source.asked).toEqual(['POST metrics/points']);
  expect(model.state.points.size).toBe(7);
});

test('of a run that is added only its own points are read', async () => {
  show(A);
  await soon();
  const points = vi.spyOn(source, 'points');

  show(A, B);
  await soon();

  const asked = points.mock.calls[0]?.[0].series ?? [];
  expect(new Set(asked.map(one => one.experiment))).toEqual(new Set([B]));
});

test('a closer look reads the points of its steps', async () => {
  show(A);
  await soon();

  model.zoomTo({ first: 1000, last: 2000 });
  await soon();

  const points = model.state.points.get(pointsKey(A, 'training.loss'));
  expect(points?.steps[0]).toBe(1000);
  expect(points?.steps.at(-1)).toBe(2000);
});

test('a burst of reports is at most two reads a second', async () => {
  show(A);
  await soon();
  source.asked.length = 0;

  for (let count = 0; count < 50; count += 1) {
    source.emit({ kind: 'metrics', address: A });
    await vi.advanceTimersByTimeAsync(20);
  }
  await soon();

  expect(source.asked.length).toBeLessThanOrEqual(3);
  expect(source.asked.length).toBeGreaterThan(0);
});

test('reports of runs that are not plotted read nothing', async () => {
  show(A);
  await soon();
  source.asked.length = 0;

  source.emit({ kind: 'metrics', address: B });
  await soon();

  expect(source.asked).toEqual([]);
});

test('a gap while points are on their way reads them again', async () => {
  const points = vi.spyOn(source, 'points');
  show(A);
  await vi.advanceTimersByTimeAsync(50);
  points.mockImplementationOnce(() => {
    source.emit(null);
    return Promise.resolve([]);
  });
  await soon();

  expect(points.mock.calls.length).toBe(2);
  expect(model.state.points.size).toBeGreaterThan(0);
});

test('a run that was deleted leaves the others drawn', async () => {
  const { newProblem, SourceError } = await import('../../src/source/source');
  source.failing = new SourceError(
    newProblem(
      'not-found',
      'there is no such run',
      'runs/alice/resnet-sweep/exp2'
    ),
    404
  );
  show(A, B);
  await soon();

  expect(model.state.failed).toBeNull();
  expect(model.state.points.has(pointsKey(A, 'training.loss'))).toBe(true);
});
