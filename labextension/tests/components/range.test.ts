import type uPlot from 'uplot';
import { expect, test } from 'vitest';
import { linearRange } from '../../src/components/plots/drawing';

const plot = {} as uPlot;

test('values that differ in their last bits have an axis with room', () => {
  const [low, high] = linearRange(plot, 3, 3.0000000000000004);

  expect(high - low).toBeGreaterThan(0.1);
  expect(low).toBeLessThan(3);
});

test('values close together keep their own range', () => {
  const [low, high] = linearRange(plot, 3, 3.001);

  expect(low).toBeGreaterThan(2.999);
  expect(high).toBeLessThan(3.002);
});

test('values from near zero have an axis from zero', () => {
  expect(linearRange(plot, 0.1, 1)[0]).toBe(0);
});
