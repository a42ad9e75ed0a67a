import type { components } from '../records';
import type { IPoints } from './source';

type PointsHeader = components['schemas']['PointsHeader'];

const FLOAT_BYTES = 8;
const LENGTH_BYTES = 4;

/**
 * Return the points of a `POST metrics/points` reply.
 *
 * Its layout stands at `SeriesPoints` in jupyter_artifacts/records/metrics.py.
 */
export function decodePoints(reply: Uint8Array): IPoints[] {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  const length = view.getUint32(0, true);
  const text = new TextDecoder().decode(
    reply.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
  );
  const header = JSON.parse(text) as PointsHeader;
  const shown = header.series.map(one => one.shown * (one.sampled ? 5 : 3));
  const floats = shown.reduce((sum, count) => sum + count, 0);
  // The floats stand last, so that where they begin needs no rule of padding.
  let offset = reply.byteLength - floats * FLOAT_BYTES;
  if (offset < LENGTH_BYTES + length) {
    throw new Error('the points reply is shorter than its header says');
  }
  const take = (count: number): Float64Array => {
    const values = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      values[index] = view.getFloat64(offset, true);
      offset += FLOAT_BYTES;
    }
    return values;
  };
  return header.series.map(one => ({
    ...one,
    steps: take(one.shown),
    times: take(one.shown),
    values: take(one.shown),
    low: one.sampled ? take(one.shown) : null,
    high: one.sampled ? take(one.shown) : null
  }));
}
