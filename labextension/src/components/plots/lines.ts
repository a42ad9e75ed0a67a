import type { ICard, IPlotted, XAxis } from '../../model/plots';
import type { IPoints } from '../../source/source';

/** A value that has no place on the axis, and where it stands instead. */
export interface IOddPoint {
  readonly x: number;
  readonly edge: 'bottom' | 'top';
}

/** One run's line in a plot. */
export interface ILine {
  readonly address: string;
  readonly slot: number;
  readonly running: boolean;
  /** Growing. */
  readonly x: readonly number[];
  /** As it was logged; null where there is a gap. */
  readonly raw: readonly (number | null)[];
  /** As it is drawn: smoothed, or the same as `raw`. */
  readonly drawn: readonly (number | null)[];
  readonly low: readonly (number | null)[] | null;
  readonly high: readonly (number | null)[] | null;
  readonly odd: readonly IOddPoint[];
  /** How many values a logarithmic axis cannot show. */
  readonly unshown: number;
  readonly shown: number;
  readonly total: number;
  readonly sampled: boolean;
}

/** Return the line of a run's points on a card. */
export function lineOf(
  { experiment, slot }: IPlotted,
  points: IPoints,
  card: Pick<ICard, 'xAxis' | 'smoothing' | 'logY'>
): ILine {
  const order = ordered(points, card.xAxis, experiment.started);
  const x: number[] = [];
  const raw: (number | null)[] = [];
  const low: (number | null)[] = [];
  const high: (number | null)[] = [];
  const odd: IOddPoint[] = [];
  let unshown = 0;
  const fits = (value: number | undefined): number | null =>
    value === undefined || !Number.isFinite(value) || (card.logY && value <= 0)
      ? null
      : value;
  for (const { at, index } of order) {
    const value = points.values[index] ?? Number.NaN;
    x.push(at);
    raw.push(fits(value));
    low.push(fits(points.low?.[index]));
    high.push(fits(points.high?.[index]));
    if (!Number.isFinite(value)) {
      odd.push({ x: at, edge: value === Infinity ? 'top' : 'bottom' });
    } else if (card.logY && value <= 0) {
      unshown += 1;
    }
  }
  return {
    address: experiment.address,
    slot,
    running: experiment.state === 'RUNNING',
    x,
    raw,
    drawn: smoothed(raw, card.smoothing),
    low: points.low && low,
    high: points.high && high,
    odd,
    unshown,
    shown: points.shown,
    total: points.total,
    sampled: points.sampled
  };
}

/** Return where points stand from left to right; of twins the one logged last. */
function ordered(
  points: IPoints,
  axis: XAxis,
  started: number
): { at: number; index: number }[] {
  const places = new Map<number, number>();
  const along = axis === 'step' ? points.steps : points.times;
  const origin = axis === 'relative' ? started : 0;
  for (const [index, place] of along.entries()) {
    places.set(place - origin, index);
  }
  return [...places]
    .map(([at, index]) => ({ at, index }))
    .sort((one, other) => one.at - other.at);
}

/**
 * Return the exponential moving average, corrected for its beginning.
 *
 * A gap stays a gap and does not pull at what comes after it.
 */
export function smoothed(
  values: readonly (number | null)[],
  weight: number
): readonly (number | null)[] {
  if (weight <= 0) {
    return values;
  }
  let last = 0;
  let debias = 1;
  return values.map(value => {
    if (value === null) {
      return null;
    }
    last = last * weight + (1 - weight) * value;
    debias *= weight;
    return last / (1 - debias);
  });
}

/** What a column of the aligned data is. */
export interface IDrawnSeries {
  readonly line: ILine;
  readonly part: 'raw' | 'drawn' | 'low' | 'high';
}

/** Every column over one common x, as uPlot wants it: undefined: no point there. */
export interface IAligned {
  readonly x: number[];
  readonly columns: (number | null | undefined)[][];
  readonly series: IDrawnSeries[];
}

/** Return the lines over one common x. */
export function aligned(lines: readonly ILine[], smoothing: number): IAligned {
  const x = [...new Set(lines.flatMap(line => line.x))].sort(
    (one, other) => one - other
  );
  const place = new Map(x.map((value, index) => [value, index]));
  const series = lines.flatMap((line): IDrawnSeries[] => [
    ...(line.low && line.high
      ? [
          { line, part: 'high' as const },
          { line, part: 'low' as const }
        ]
      : []),
    ...(smoothing > 0 ? [{ line, part: 'raw' as const }] : []),
    { line, part: 'drawn' as const }
  ]);
  const columns = series.map(({ line, part }) => {
    const column = new Array<number | null | undefined>(x.length);
    const values = line[part] ?? [];
    for (const [index, at] of line.x.entries()) {
      column[place.get(at) ?? 0] = values[index] ?? null;
    }
    return column;
  });
  return { x, columns, series };
}

/** Return the index of the point of a line that is nearest to `x`; -1 for none. */
export function nearest(line: ILine, x: number): number {
  let first = 0;
  let last = line.x.length - 1;
  if (last < 0) {
    return -1;
  }
  while (last - first > 1) {
    const middle = (first + last) >> 1;
    if ((line.x[middle] ?? 0) <= x) {
      first = middle;
    } else {
      last = middle;
    }
  }
  const left = Math.abs((line.x[first] ?? 0) - x);
  const right = Math.abs((line.x[last] ?? 0) - x);
  return right < left ? last : first;
}

/** Return the steps that the points between two x's have; null for none. */
export function stepsBetween(
  points: readonly { line: ILine; steps: Float64Array; times: Float64Array }[],
  axis: XAxis,
  low: number,
  high: number,
  startedOf: (line: ILine) => number
): { first: number; last: number } | null {
  if (axis === 'step') {
    return { first: Math.floor(low), last: Math.ceil(high) };
  }
  let first = Infinity;
  let last = -Infinity;
  for (const { line, steps, times } of points) {
    const origin = axis === 'relative' ? startedOf(line) : 0;
    for (const [index, time] of times.entries()) {
      const at = time - origin;
      const step = steps[index] ?? 0;
      if (at >= low && at <= high) {
        first = Math.min(first, step);
        last = Math.max(last, step);
      }
    }
  }
  return first <= last ? { first, last } : null;
}
