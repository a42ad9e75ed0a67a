import { numberOf, type WireNumber } from './numbers';
import type { components } from './records';

type Experiment = components['schemas']['Experiment'];
type Summary = components['schemas']['Summary'];

const PART = /^(?:\.?([A-Za-z_]\w*)|\[("(?:[^"\\]|\\.)*")\])/;

/**
 * Return the parts of a field's name: `metrics["a"]["b/c"]` → metrics, a, b/c.
 *
 * Empty when it is no name of a field.
 */
export function partsOf(field: string): string[] {
  const parts: string[] = [];
  let rest = field;
  while (rest) {
    const found = PART.exec(rest);
    if (!found) {
      return [];
    }
    const [all, plain, quoted] = found;
    parts.push(plain ?? String(JSON.parse(quoted ?? '""')));
    rest = rest.slice(all.length);
  }
  return parts;
}

/** Return the key of `Experiment.summary_metrics` a metrics field means, or "". */
export function metricOf(field: string): string {
  const [root, group, name] = partsOf(field);
  return root === 'metrics' && group && name ? `${group}.${name}` : '';
}

/** Return the summary that a metrics field means; undefined when it has none. */
export function summaryOf(
  experiment: Experiment,
  field: string
): Summary | undefined {
  return own(experiment.summary_metrics, metricOf(field)) as
    Summary | undefined;
}

/** Return what an experiment has for a field; undefined for nothing. */
export function valueOf(experiment: Experiment, field: string): unknown {
  const [root = '', ...below] = partsOf(field);
  if (root === 'metrics') {
    const summary = summaryOf(experiment, field);
    return summary && numberOf(summary.last);
  }
  if (root === 'duration') {
    return experiment.wall_clock_time;
  }
  let value: unknown =
    root === 'name' ? experiment.address : own(experiment, root);
  for (const [index] of below.entries()) {
    if (typeof value !== 'object' || value === null) {
      return undefined;
    }
    const whole = below.slice(index).join('.');
    const level = value as Record<string, unknown>;
    if (Object.hasOwn(level, whole)) {
      return plain(level[whole]); // a key that has dots of its own
    }
    const part = below[index] ?? '';
    value = Object.hasOwn(level, part) ? level[part] : undefined;
  }
  return plain(value);
}

/** Return what a record itself has; a column may be called "constructor". */
function own(record: object, name: string): unknown {
  return Object.hasOwn(record, name)
    ? (record as Record<string, unknown>)[name]
    : undefined;
}

/** Return a JSON value with its non-finite floats as floats. */
function plain(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$number' in value) {
    return numberOf(value.$number as WireNumber);
  }
  return value;
}
