import { expect, test } from 'vitest';

import {
  CommSource,
  type ICommModel,
  type ICommRequest
} from '../../src/source/comm';
import { problemOf } from '../../src/source/source';

type Listener = Parameters<ICommModel['on']>[1];

/** The kernel's side of a comm. */
class FakeComm implements ICommModel {
  readonly sent: ICommRequest[] = [];
  listeners: Listener[] = [];

  send(content: unknown): void {
    this.sent.push(content as ICommRequest);
  }

  on(_: 'msg:custom', listener: Listener): void {
    this.listeners.push(listener);
  }

  off(_: 'msg:custom', listener: Listener): void {
    this.listeners = this.listeners.filter(one => one !== listener);
  }

  reply(content: object, bytes?: Uint8Array): void {
    const buffers = bytes ? [new DataView(bytes.buffer)] : [];
    this.listeners.forEach(listener => {
      listener({ type: 'reply', status: 200, json: null, ...content }, buffers);
    });
  }
}

test('a reply finds the request it belongs to', async () => {
  const comm = new FakeComm();
  const source = new CommSource(comm);

  const reading = source.get<number>('overview');
  const { page, id } = comm.sent[0] ?? { page: '', id: 0 };
  comm.reply({ page, id, json: 42 });

  expect(await reading).toBe(42);
});

test('a reply to another browser is not taken for one’s own', async () => {
  const comm = new FakeComm();
  const source = new CommSource(comm);

  const reading = source.get<number>('overview');
  const { page, id } = comm.sent[0] ?? { page: '', id: 0 };
  comm.reply({ page: 'theirs', id, json: 1 });
  comm.reply({ page, id, json: 2 });

  expect(await reading).toBe(2);
});

test('bytes come as a buffer', async () => {
  const comm = new FakeComm();
  const source = new CommSource(comm);

  const reading = source.bytes('file', { first: 0, last: 2 });
  const { page, id } = comm.sent[0] ?? { page: '', id: 0 };
  comm.reply({ page, id, total: 9 }, new Uint8Array([1, 2, 3]));

  expect(comm.sent[0]?.range).toBe('bytes=0-2');
  expect(await reading).toMatchObject({
    total: 9,
    bytes: new Uint8Array([1, 2, 3])
  });
});

test('it never sends a change', async () => {
  const comm = new FakeComm();
  const source = new CommSource(comm);

  const error: unknown = await source
    .delete('runs/a/b')
    .catch((one: unknown) => one);

  expect(problemOf(error).code).toBe('reads-only');
  expect(comm.sent).toHaveLength(0);
});

test('a plan changes nothing and may be asked for', async () => {
  const comm = new FakeComm();
  const source = new CommSource(comm);

  const reading = source.post('transfers/plan', { address: 'a:b-exp0' });
  const { page, id } = comm.sent[0] ?? { page: '', id: 0 };
  comm.reply({ page, id, json: { bytes: 7 } });

  expect(comm.sent[0]?.method).toBe('POST');
  expect(await reading).toEqual({ bytes: 7 });
});

test('a kernel that does not answer is said to be gone', async () => {
  const source = new CommSource(new FakeComm(), 10);

  const error: unknown = await source
    .get('overview')
    .catch((one: unknown) => one);

  expect(problemOf(error).code).toBe('kernel-gone');
  expect(source.state).toBe('reconnecting');
});

test('a disposed source listens no more', () => {
  const comm = new FakeComm();

  new CommSource(comm).dispose();

  expect(comm.listeners).toHaveLength(0);
});
