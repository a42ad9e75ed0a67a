import type { ITranslation, NoticeKind } from '../components/host';
import type { Transfer } from '../model/nouns';

/**
 * Return the transfers that have ended since a listing was read, also those that
 * began and ended between the two.
 */
export function ended(
  before: readonly Transfer[],
  now: readonly Transfer[],
  isMoving: (transfer: Transfer) => boolean
): Transfer[] {
  const known = new Set(
    before.filter(each => !isMoving(each)).map(each => each.id)
  );
  return now.filter(each => !isMoving(each) && !known.has(each.id));
}

/** Return what a person is told of a transfer that has ended. */
export function newsOf(
  transfer: Transfer,
  trans: ITranslation
): { kind: NoticeKind; text: string } {
  const { address, to, state, error, done_files: files } = transfer;
  if (state === 'failed') {
    return { kind: 'error', text: `${address}: ${error}` };
  }
  if (state === 'canceled') {
    return { kind: 'info', text: trans.__('%1: canceled', address) };
  }
  const text = trans._n(
    '%2: %1 file, checked, in %3',
    '%2: %1 files, each checked, in %3',
    files,
    address,
    to
  );
  return { kind: 'success', text };
}
