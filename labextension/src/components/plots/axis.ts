import type { XAxis } from '../../model/plots';
import { countText, durationText, timeText } from '../format';

/** Return a tick's number as short as it can be: "10k". */
export function tickText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e3 && magnitude < 1e15) {
    return new Intl.NumberFormat('en', {
      notation: 'compact',
      maximumFractionDigits: 2
    })
      .format(value)
      .replace('K', 'k');
  }
  return String(value);
}

/** Return the texts for an axis' ticks, all with as many digits. */
export function tickTexts(values: readonly number[]): string[] {
  const magnitudes = values.map(Math.abs).filter(value => value > 0);
  const largest = Math.max(...magnitudes, 0);
  if (largest >= 1e3) {
    return values.map(tickText);
  }
  if (largest > 0 && largest < 1e-3) {
    return values.map(value =>
      value === 0 ? '0' : value.toExponential(1).replace('.0e', 'e')
    );
  }
  const digits = Math.max(
    0,
    ...values.map(
      value => String(Number(value.toFixed(6))).split('.')[1]?.length ?? 0
    )
  );
  return values.map(value => value.toFixed(digits));
}

/** Return a place on the x axis for a tooltip. */
export function placeText(axis: XAxis, x: number): string {
  switch (axis) {
    case 'step':
      return countText(x);
    case 'time':
      return timeText(x);
    case 'relative':
      return durationText(x);
  }
}
