import { afterEach, expect, test } from 'vitest';

import { Channel } from '../../src/widgets/channel';
import { FakeKernel } from '../fake/kernel';

const ping = { type: 'ping' } as const;
const opened: Channel[] = [];

afterEach(() => {
  opened.splice(0).forEach(channel => {
    channel.dispose();
  });
});

function open(
  kernel: FakeKernel,
  patience: number,
  alive = (): void => undefined
): Channel {
  const channel = new Channel(kernel.page(), alive, patience);
  opened.push(channel);
  return channel;
}

test('A reply to another page is not taken for one to this.', async () => {
  const kernel = new FakeKernel();
  kernel.prompt = false;
  const mine = open(kernel, 50);
  const other = open(kernel, 50);
  const answered = mine.send(ping);
  kernel.queue.length = 0; // mine never arrives, theirs has the same number
  const theirs = other.send(ping);
  kernel.work();
  await theirs;
  await expect(answered).rejects.toMatchObject({
    problem: { code: 'kernel-gone' }
  });
});

test('A kernel that was only busy is noticed when it comes back.', async () => {
  const kernel = new FakeKernel();
  kernel.prompt = false;
  let alive = 0;
  const channel = open(kernel, 20, () => {
    alive += 1;
  });
  await expect(channel.send(ping)).rejects.toThrow('did not answer');
  expect(alive).toBe(0);
  kernel.work();
  expect(alive).toBe(1);
});

test('What is under way ends when the widget is closed.', async () => {
  const kernel = new FakeKernel();
  kernel.dead = true;
  const channel = open(kernel, 10_000);
  const sent = channel.send(ping);
  channel.dispose();
  await expect(sent).rejects.toThrow('did not answer');
});
