import type { ITranslation, NoticeKind } from '../components/host';
import type { Transfer } from '../model/nouns';

/** What a receipt says of a file whose bytes nothing could be checked against. */
const NOT_CHECKED = 'not checked';

/** Whether somebody is told of a transfer: who waits for it, or began it alone. */
export function isMine(transfer: Transfer, me: string): boolean {
  const { askers, owner } = transfer;
  return askers.includes(me) || (askers.length === 0 && owner === me);
}

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
  const { address, to, state, error, receipt } = transfer;
  if (state === 'failed') {
    return { kind: 'error', text: `${address}: ${error}` };
  }
  if (state === 'canceled') {
    return { kind: 'info', text: trans.__('%1: canceled', address) };
  }
  const files = receipt?.files ?? [];
  const unchecked = files.filter(file => file.check === NOT_CHECKED).length;
  const count = trans._n('%1 file', '%1 files', files.length);
  const text =
    unchecked > 0
      ? trans.__('%1: %2 in %3, %4 not checked', address, count, to, unchecked)
      : trans.__('%1: %2 in %3, all checked', address, count, to);
  return { kind: unchecked > 0 ? 'warning' : 'success', text };
}
