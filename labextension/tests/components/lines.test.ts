import { expect, test } from 'vitest';

import {
  aligned,
  lineOf,
  nearest,
  smoothed
} from '../../src/components/plots/lines';
import { sparkLines } from '../../src/components/parts/sparkline';
import type { IPoints } from '../../src/source/source';
import { fakeExperiments } from '../fake/team';

const [first] = fakeExperiments();
if (!first) {
  throw new Error('the fake team is empty');
}
const plotted = { experiment: first.experiment, slot: 0 };
const card = { xAxis: 'step', smoothing: 0, logY: false } as const;

function points(steps: number[], values: number[]): IPoints {
  return {
    series: {} as IPoints['series'],
    total: values.length,
    shown: values.length,
    sampled: false,
    steps: Float64Array.from(steps),
    times: Float64Array.from(steps),
    values: Float64Array.from(values),
    low: null,
    high: null
  };
}

test('NaN leaves a gap and a tick at the bottom, infinity one at the top', () => {
  const line = lineOf(plotted, points([0, 1, 2], [1, NaN, Infinity]), card);

  expect(line.raw).toEqual([1, null, null]);
  expect(line.odd).toEqual([
    { x: 1, edge: 'bottom' },
    { x: 2, edge: 'top' }
  ]);
});

test('a logarithmic axis says how many points it cannot show', () => {
  const line = lineOf(plotted, points([0, 1, 2], [1, 0, -3]), {
    ...card,
    logY: true
  });

  expect(line.raw).toEqual([1, null, null]);
  expect(line.unshown).toBe(2);
});

test('points that were logged out of order stand in order', () => {
  const line = lineOf(plotted, points([5, 1, 3], [50, 10, 30]), card);

  expect(line.x).toEqual([1, 3, 5]);
  expect(line.raw).toEqual([10, 30, 50]);
});

test('of a step that was logged twice the last value counts', () => {
  const line = lineOf(plotted, points([1, 1], [10, 11]), card);

  expect(line.raw).toEqual([11]);
});

test('smoothing begins at the first value, not at zero', () => {
  expect(smoothed([4, 4, 4], 0.9).map(value => value?.toFixed(6))).toEqual([
    '4.000000',
    '4.000000',
    '4.000000'
  ]);
});

test('smoothing keeps gaps', () => {
  expect(smoothed([1, null, 1], 0.5)[1]).toBeNull();
});

test('what was logged stays behind what is smoothed', () => {
  const line = lineOf(plotted, points([0, 1], [1, 0]), {
    ...card,
    smoothing: 0.5
  });

  const { series } = aligned([line], 0.5);

  expect(series.map(one => one.part)).toEqual(['raw', 'drawn']);
});

test('runs with other steps share one axis without making points', () => {
  const one = lineOf(plotted, points([0, 2], [1, 3]), card);
  const other = lineOf(plotted, points([1], [7]), card);

  const { x, columns } = aligned([one, other], 0);

  expect(x).toEqual([0, 1, 2]);
  expect(columns).toEqual([
    [1, undefined, 3],
    [undefined, 7, undefined]
  ]);
});

test('the nearest point is found from both sides', () => {
  const line = lineOf(plotted, points([0, 10, 20], [1, 2, 3]), card);

  expect([-5, 4, 6, 99].map(x => nearest(line, x))).toEqual([0, 0, 1, 2]);
});

test('a sparkline breaks where a value is no number', () => {
  expect(sparkLines([1, 2, 'NaN', 3, 4])).toHaveLength(2);
});
