import type { Transfer } from '../../model/nouns';
import { rateText, remainingText, sizeText } from '../format';
import type { ITranslation } from '../host';

/** How far bytes are on their way. */
export type Progress = Pick<Transfer, 'done_bytes' | 'total_bytes' | 'rate'> &
  Partial<Pick<Transfer, 'askers'>>;

/** Return how far it is: "2.1 GB of 3.4 GB · 412 MB/s · 3 sec left · for alice, bob". */
export function progressText(progress: Progress, trans: ITranslation): string {
  const { done_bytes: done, total_bytes: total, rate, askers = [] } = progress;
  return [
    trans.__('%1 of %2', sizeText(done), sizeText(total)),
    ...(rate > 0
      ? [
          rateText(rate),
          trans.__('%1 left', remainingText((total - done) / rate))
        ]
      : []),
    ...(askers.length > 1 ? [trans.__('for %1', askers.join(', '))] : [])
  ].join(' · ');
}

/** Return how far several are, as if they were one. */
export function together(several: readonly Progress[]): Progress {
  const sum = (key: 'done_bytes' | 'total_bytes' | 'rate'): number =>
    several.reduce((total, one) => total + one[key], 0);
  return {
    done_bytes: sum('done_bytes'),
    total_bytes: sum('total_bytes'),
    rate: sum('rate')
  };
}
