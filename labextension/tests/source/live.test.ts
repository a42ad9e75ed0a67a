import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Live, sharedLive } from '../../src/source/live';

/** A socket that the test opens, feeds and closes. */
class FakeSocket {
  static made: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  close(): void {
    this.closed = true;
  }

  static last(): FakeSocket {
    const socket = FakeSocket.made.at(-1);
    if (!socket) {
      throw new Error('no socket was opened');
    }
    return socket;
  }
}

const open = (url: string): WebSocket =>
  new FakeSocket(url) as unknown as WebSocket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
});

afterEach(() => {
  vi.useRealTimers();
});

test('two copies of the code on one page share one socket', () => {
  sharedLive('ws://one/', open).watch(() => undefined);
  sharedLive('ws://one/', open).watch(() => undefined);

  expect(FakeSocket.made).toHaveLength(1);
});

test('the last one who stops watching closes the socket', () => {
  const live = new Live(() => 'ws://x/', open);
  const one = live.watch(() => undefined);
  const other = live.watch(() => undefined);

  one.dispose();
  expect(FakeSocket.last().closed).toBe(false);
  other.dispose();

  expect(FakeSocket.last().closed).toBe(true);
});

test('an event reaches everyone who watches', () => {
  const live = new Live(() => 'ws://x/', open);
  const heard: unknown[] = [];
  live.watch(event => heard.push(event?.seq));
  live.watch(event => heard.push(event?.seq));

  FakeSocket.last().onmessage?.({ data: '{"seq": 7}' });

  expect(heard).toEqual([7, 7]);
});

test('after a lost socket everything is read again, from the last event on', () => {
  const live = new Live(() => 'ws://x/', open);
  const heard: unknown[] = [];
  live.watch(event => heard.push(event));
  FakeSocket.last().onopen?.();
  FakeSocket.last().onmessage?.({ data: '{"seq": 7}' });

  FakeSocket.last().onclose?.();
  expect(live.state).toBe('reconnecting');
  vi.advanceTimersByTime(2000);
  FakeSocket.last().onopen?.();

  expect(FakeSocket.last().url).toBe('ws://x/?since=7');
  expect(heard.at(-1)).toBeNull();
  expect(live.state).toBe('live');
});

test('where sockets never open, it asks from time to time', () => {
  const live = new Live(() => 'ws://x/', open);
  let gaps = 0;
  live.watch(event => {
    gaps += event === null ? 1 : 0;
  });

  for (let failure = 0; failure < 3; failure += 1) {
    FakeSocket.last().onclose?.();
    vi.advanceTimersByTime(4000);
  }
  const before = gaps;
  vi.advanceTimersByTime(5100);

  expect(live.state).toBe('polling');
  expect(gaps).toBeGreaterThan(before);
});

test('events that the server dropped are a gap: everything is read again', () => {
  const live = new Live(() => 'ws://x/', open);
  const heard: unknown[] = [];
  live.watch(event => heard.push(event));
  FakeSocket.last().onopen?.();

  FakeSocket.last().onmessage?.({ data: '{"seq": 9, "kind": "resync"}' });

  expect(heard).toEqual([null]);
});
