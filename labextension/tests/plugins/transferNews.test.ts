import { expect, test } from 'vitest';

import { english } from '../../src/components/host';
import type { Transfer } from '../../src/model/nouns';
import { ended, newsOf } from '../../src/plugins/transferNews';
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

test('A finished one says how many files are where.', () => {
  expect(newsOf(done, english).text).toBe(
    `${done.address}: 2 files, each checked, in ${done.to}`
  );
});
