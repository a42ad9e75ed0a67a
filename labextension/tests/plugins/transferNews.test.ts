import { expect, test } from 'vitest';

import { english } from '../../src/components/host';
import type { Transfer } from '../../src/model/nouns';
import { ended, isMine, newsOf } from '../../src/plugins/transferNews';
import { fakeTransfers } from '../fake/team';

const [some] = fakeTransfers();
const moving = { ...some, id: 'a', state: 'moving' } as Transfer;
const done = { ...moving, state: 'done', done_files: 2 } as Transfer;
const isMoving = (each: Transfer): boolean => each.state === 'moving';

test('A transfer is news once: when it stops moving.', () => {
  expect(ended([moving], [moving], isMoving)).toEqual([]);
  expect(ended([moving], [done], isMoving)).toEqual([done]);
  expect(ended([done], [done], isMoving)).toEqual([]);
});

test('A transfer too quick to be seen moving is news as well.', () => {
  expect(ended([], [done], isMoving)).toEqual([done]);
});

test('A failed one says on which address and why.', () => {
  const failed = { ...moving, state: 'failed', error: 'disk full' } as Transfer;
  expect(newsOf(failed, english)).toEqual({
    kind: 'error',
    text: `${moving.address}: disk full`
  });
});

function withFiles(...checks: string[]): Transfer {
  const files = checks.map(check => ({ check }));
  return { ...done, receipt: { files } } as unknown as Transfer;
}

test('A finished one says how many files are where.', () => {
  expect(newsOf(withFiles('blake3', 'blake3'), english)).toEqual({
    kind: 'success',
    text: `${done.address}: 2 files in ${done.to}, all checked`
  });
});

test('A file that nothing could be checked against is said.', () => {
  expect(newsOf(withFiles('blake3', 'not checked'), english)).toEqual({
    kind: 'warning',
    text: `${done.address}: 2 files in ${done.to}, 1 not checked`
  });
});

test('everyone who waits for a transfer is told of it, and who began it alone', () => {
  const shared = { ...moving, owner: 'alice', askers: ['bob', 'cat'] };

  expect(['alice', 'bob', 'cat'].filter(me => isMine(shared, me))).toEqual([
    'bob',
    'cat'
  ]);
  expect(isMine({ ...shared, askers: [] }, 'alice')).toBe(true);
});
