import type { Series, Summary } from '../../src/model/nouns';
import type { WireNumber } from '../../src/numbers';

/** Points of one series, as a training loop would have logged them. */
export interface IFakeSeries {
  steps: number[];
  times: number[];
  values: number[];
}

/** Return the same numbers between 0 and 1 for the same seed. */
export function chance(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** Return a curve from `start` to `end` with some noise. */
export function curve(
  seed: number,
  { start = 1, end = 0.03, count = 300, every = 100, rate = 5, began = 0 }
): IFakeSeries {
  const next = chance(seed);
  const made: IFakeSeries = { steps: [], times: [], values: [] };
  for (let index = 0; index < count; index += 1) {
    const fall = Math.exp((-rate * index) / 300);
    const noise = (next() - 0.5) * 0.12 * Math.abs(start - end) * (fall + 0.1);
    made.steps.push(index * every);
    made.times.push(began + index * 8);
    made.values.push(end + (start - end) * fall + noise);
  }
  return made;
}

function wire(value: number): WireNumber {
  return Number.isFinite(value)
    ? value
    : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
}

/** Return a series in a few numbers, as the catalog keeps it. */
export function summaryOf(points: IFakeSeries): Summary {
  const finite = points.values.filter(Number.isFinite);
  const stride = Math.max(1, Math.floor(points.values.length / 40));
  return {
    last: wire(points.values.at(-1) ?? Number.NaN),
    min: wire(Math.min(...finite)),
    max: wire(Math.max(...finite)),
    last_step: points.steps.at(-1) ?? 0,
    count: points.values.length,
    nonfinite: points.values.length - finite.length,
    spark: points.values
      .filter((_, index) => index % stride === 0)
      .slice(-40)
      .map(wire)
  };
}

/** Return a series' record. */
export function seriesOf(
  experiment: string,
  metric: string,
  points: IFakeSeries
): Series {
  const { last, min, max, last_step, count, nonfinite } = summaryOf(points);
  const dot = metric.indexOf('.');
  return {
    experiment,
    group: metric.slice(0, dot),
    name: metric.slice(dot + 1),
    labels: {},
    count,
    last,
    last_step,
    min,
    max,
    nonfinite
  };
}
