import { expect, test } from 'vitest';

import { decodePoints } from '../../src/source/decode';

/** Encode a reply as jupyter_artifacts/operations/metrics.py does. */
function encoded(header: object, floats: number[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil((text.length + 4) / 8) * 8 - 4;
  const reply = new Uint8Array(4 + padded + floats.length * 8).fill(0x20);
  const view = new DataView(reply.buffer);
  view.setUint32(0, padded, true);
  reply.set(text, 4);
  floats.forEach((value, index) => {
    view.setFloat64(4 + padded + index * 8, value, true);
  });
  return reply;
}

const one = { series: { name: 'loss' }, total: 2, shown: 2, sampled: false };

test('points come back as they were logged, NaN and infinities too', () => {
  const reply = encoded({ series: [one] }, [0, 1, 10, 11, NaN, -Infinity]);

  const [points] = decodePoints(reply);

  expect([...(points?.steps ?? [])]).toEqual([0, 1]);
  expect([...(points?.times ?? [])]).toEqual([10, 11]);
  expect([...(points?.values ?? [])]).toEqual([NaN, -Infinity]);
  expect(points?.low).toBeNull();
});

test('a sampled series brings its envelope, and the next one follows it', () => {
  const sampled = { ...one, shown: 1, total: 9, sampled: true };
  const reply = encoded(
    { series: [sampled, { ...one, shown: 1 }] },
    [5, 50, 0.5, 0.1, 0.9, 6, 60, 0.6]
  );

  const [first, second] = decodePoints(reply);

  expect(first?.low?.[0]).toBe(0.1);
  expect(first?.high?.[0]).toBe(0.9);
  expect(second?.values[0]).toBe(0.6);
});

test('a reply that was cut is an error, never other numbers', () => {
  const reply = encoded({ series: [one] }, [0, 1, 10]);

  expect(() => decodePoints(reply)).toThrow('shorter');
});
