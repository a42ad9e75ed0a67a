import { numberOf, type WireNumber } from '../numbers';
import type { components } from '../records';

type Experiment = components['schemas']['Experiment'];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function locale(): string | undefined {
  return document.documentElement.lang || undefined;
}

const made = new Map<string, Intl.NumberFormat>();

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const language = locale();
  const key = `${language ?? ''} ${JSON.stringify(options)}`;
  const found = made.get(key) ?? new Intl.NumberFormat(language, options);
  made.set(key, found);
  return found;
}

/** Return a whole number with its thousands apart: "1,284". */
export function countText(count: number): string {
  return numbers({ maximumFractionDigits: 0 }).format(count);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Return a size in decimal units: "1.9 GB". */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  // 999.5 would be rounded to 1,000 of the smaller unit
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0) {
    return `${countText(value)}\u00a0B`;
  }
  return numbers({
    style: 'unit',
    unit: UNITS[unit] ?? 'kilobyte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 9.95 ? 1 : 0
  }).format(value);
}

/** Return bytes a second: "412 MB/s". */
export function rateText(bytes: number): string {
  return `${sizeText(bytes)}/s`;
}

/** Return a metric's value, with as many digits as tell something. */
export function metricText(wire: WireNumber): string {
  const value = numberOf(wire);
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  }
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)) {
    return value.toExponential(2).replace('e+', 'e').replace('-', '−');
  }
  const whole = Number.isInteger(value) && magnitude >= 10;
  const digits = magnitude >= 100 ? (magnitude >= 1000 ? 1 : 2) : 4;
  return numbers({
    minimumFractionDigits: whole ? 0 : digits,
    maximumFractionDigits: digits
  }).format(value);
}

/** Return a hyperparameter as short as it can be written: "3e-4". */
export function paramText(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) {
    const short = value.toExponential().replace('e+', 'e');
    const plain = String(value);
    return short.length < plain.length ? short : plain;
  }
  if (value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Return a duration as a clock shows it: "0:41:07". */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [two(Math.floor(whole / MINUTE) % 60), two(whole % 60)];
  return [countText(Math.floor(whole / HOUR)), ...clock].join(':');
}

/** Return for how many seconds an experiment has been running, up to now. */
export function runningTime(row: Experiment, now: number): number {
  if (row.ended !== null) {
    return row.wall_clock_time;
  }
  // What is recorded ends where its state last changed.
  const { running_since: since } = row;
  if (typeof since === 'number') {
    return row.wall_clock_time + Math.max(0, now - since);
  }
  // An older server does not say since when: right while it never paused.
  return row.state === 'RUNNING' && row.started > 0
    ? Math.max(row.wall_clock_time, now - row.started)
    : row.wall_clock_time;
}

/** Return how long something will still take: "3 s". */
export function remainingText(seconds: number): string {
  const [value, unit] = inLargestUnit(seconds);
  return numbers({
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0
  }).format(Math.ceil(value));
}

function inLargestUnit(seconds: number): [number, string] {
  if (seconds < 90) {
    return [seconds, 'second'];
  }
  return seconds < 90 * MINUTE
    ? [seconds / MINUTE, 'minute']
    : [seconds / HOUR, 'hour'];
}

/** Return how long ago a time was: "2 min. ago". */
export function agoText(time: number, now: number): string {
  const ago = Math.max(0, now - time);
  const relative = new Intl.RelativeTimeFormat(locale(), {
    numeric: 'auto',
    style: 'short'
  });
  if (ago < MINUTE) {
    return relative.format(-Math.floor(ago), 'second');
  }
  if (ago < HOUR) {
    return relative.format(-Math.floor(ago / MINUTE), 'minute');
  }
  if (ago < DAY) {
    return relative.format(-Math.floor(ago / HOUR), 'hour');
  }
  if (ago < 30 * DAY) {
    return relative.format(-Math.floor(ago / DAY), 'day');
  }
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(
    time * 1000
  );
}

/** Return a time with its date: what stands behind "2 min. ago". */
export function timeText(time: number): string {
  return new Intl.DateTimeFormat(locale(), {
    dateStyle: 'full',
    timeStyle: 'medium'
  }).format(time * 1000);
}

/** Return a time within the next days, as one says it: "Fri, 2:32 PM". */
export function untilText(time: number): string {
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit'
  }).format(time * 1000);
}

/** Return a digest short enough for a line: "blake3 4c1e…9a02". */
export function digestText(digest: string): string {
  const [kind = '', hex = ''] = digest.split(':');
  return hex.length > 8
    ? `${kind} ${hex.slice(0, 4)}…${hex.slice(-4)}`
    : digest.replace(':', ' ');
}
