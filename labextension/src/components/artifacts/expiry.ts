import { remainingText } from '../format';
import type { ITranslation } from '../host';

const DAY = 24 * 3600;

/** Return how long a version may still live: "29 days". */
export function lifeText(
  expires: number,
  now: number,
  trans: ITranslation
): string {
  const left = expires - now;
  if (left <= 0) {
    return trans.__('expired');
  }
  return left < 2 * DAY
    ? remainingText(left)
    : trans._n('%1 day', '%1 days', Math.floor(left / DAY));
}
