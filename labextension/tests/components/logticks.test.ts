import { expect, test } from 'vitest';

import { logTicks, logTickText } from '../../src/components/plots/logticks';

test.each([
  [0.87, 0.93],
  [0.2, 0.9],
  [1e-9, 3],
  [1e-40, 1e40],
  [12, 4700],
  [0.05, 1.2]
])('from %f to %f there are a few labels, all different', (low, high) => {
  const ticks = logTicks(low, high);
  const texts = new Set(ticks.map(logTickText));

  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(8);
  expect(texts.size).toBe(ticks.length);
  expect(ticks.every(tick => tick >= low && tick <= high)).toBe(true);
});

test('over decades the labels are powers of ten, as one writes them', () => {
  expect(logTicks(0.002, 30).map(logTickText)).toEqual([
    '0.01',
    '0.1',
    '1',
    '10'
  ]);
});

test('an axis without a span has no ticks', () => {
  expect(logTicks(1, 1)).toEqual([]);
  expect(logTicks(0, 1)).toEqual([]);
});
