import { expect, test } from 'vitest';

import {
  agoText,
  digestText,
  durationText,
  metricText,
  paramText,
  runningTime,
  sizeText
} from '../../src/components/format';

test.each([
  [0, '0\u00a0B'],
  [999, '999\u00a0B'],
  [999_600, '1 MB'],
  [212_000, '212 kB'],
  [1.9e9, '1.9 GB'],
  [18e12, '18 TB']
])('%d bytes read %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  [0.0412, '0.0412'],
  [2.3026, '2.3026'],
  [12345.678, '12,345.7'],
  [0.0000123, '1.23e−5'],
  [128, '128'],
  [1, '1.0000'],
  ['NaN' as const, 'NaN'],
  ['-Infinity' as const, '−∞']
])('a metric of %s reads %s', (value, text) => {
  expect(metricText(value)).toBe(text);
});

test.each([
  [3e-4, '3e-4'],
  [0.05, '0.05'],
  [128, '128'],
  ['adam', 'adam'],
  [true, 'true'],
  [[1, 2], '[1,2]']
])('a hyperparameter %s reads %s', (value, text) => {
  expect(paramText(value)).toBe(text);
});

test('a duration reads as a clock, hours first', () => {
  expect(durationText(2467.9)).toBe('0:41:07');
  expect(durationText(400_000)).toBe('111:06:40');
});

test('a time reads as how long ago it was', () => {
  expect(agoText(1000, 1130)).toBe('2 min. ago');
  expect(agoText(0, 86_400)).toBe('yesterday');
});

test('a digest keeps its kind and its two ends', () => {
  expect(digestText('blake3:4c1e77ab31f0cc559a02')).toBe('blake3 4c1e…9a02');
});

test.each([
  ['runs', { state: 'RUNNING', started: 100 }, 60],
  ['runs again', { wall_clock_time: 40, running_since: 150 }, 50],
  ['waits', { state: 'QUEUED', started: 100 }, 0],
  ['ended', { ended: 120, wall_clock_time: 20, running_since: null }, 20]
])(
  'the running time of one that %s goes on from before',
  (_, part, seconds) => {
    const row = { ended: null, wall_clock_time: 0, started: 0, ...part };
    expect(runningTime(row as Parameters<typeof runningTime>[0], 160)).toBe(
      seconds
    );
  }
);
