import { expect, test } from 'vitest';

import { english } from '../../src/components/host';
import {
  progressText,
  together
} from '../../src/components/transfers/progress';

test('bytes, rate and the time left are told', () => {
  const progress = { done_bytes: 2.1e9, total_bytes: 3.4e9, rate: 412e6 };

  expect(progressText(progress, english)).toBe(
    '2.1 GB of 3.4 GB · 412 MB/s · 4 sec left'
  );
});

test('while nothing moves yet no time is promised', () => {
  const progress = { done_bytes: 1e6, total_bytes: 3.4e9, rate: 0 };

  expect(progressText(progress, english)).toBe('1 MB of 3.4 GB');
});

test('several count as one', () => {
  const one = { done_bytes: 1, total_bytes: 10, rate: 2 };

  expect(together([one, one, one])).toEqual({
    done_bytes: 3,
    total_bytes: 30,
    rate: 6
  });
});
