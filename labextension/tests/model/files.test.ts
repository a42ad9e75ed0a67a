import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { LogModel } from '../../src/model/logs';
import { PREVIEW_LIMIT, PreviewModel } from '../../src/model/preview';
import { TreeModel } from '../../src/model/tree';
import type { Entry } from '../../src/model/nouns';
import { FakeSource } from '../fake/source';

const ADDRESS = 'runs/alice/resnet-sweep/exp3';

let source: FakeSource;

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeSource();
});

afterEach(() => {
  vi.useRealTimers();
});

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1500);

async function entry(name: string): Promise<Entry> {
  const tree = new TreeModel(source, `${ADDRESS}/files`);
  await soon();
  const top = tree.state.folders.get('')?.entries ?? [];
  tree.dispose();
  const found = top.find(one => one.name === name);
  if (!found) {
    throw new Error(`${name} is not there`);
  }
  return found;
}

test('a folder is read when it is opened, not before', async () => {
  const tree = new TreeModel(source, `${ADDRESS}/files`);
  await soon();
  expect(source.asked).toHaveLength(1);

  tree.toggle('figures');
  await soon();

  expect(tree.state.folders.get('figures')?.entries).toHaveLength(12);
  tree.dispose();
});

test.each([
  ['confusion.png', 'image'],
  ['metrics.json', 'json'],
  ['predictions.csv', 'table'],
  ['diagram.svg', 'text'],
  ['predictions.parquet', 'peek']
])('%s is shown as %s', async (name, kind) => {
  const preview = new PreviewModel(source);

  preview.show(await entry(name));

  expect(preview.state.kind).toBe(kind);
  preview.dispose();
});

test('a large image is not read until somebody asks for it', async () => {
  const preview = new PreviewModel(source);
  const image = await entry('confusion.png');

  preview.show({ ...image, size: PREVIEW_LIMIT + 1 });
  await soon();
  expect(preview.state).toMatchObject({ large: true, bytes: null });
  preview.loadAnyway();
  await soon();

  expect(preview.state.bytes).not.toBeNull();
  preview.dispose();
});

test('a name with a hash and quotes is asked for as it is', async () => {
  const preview = new PreviewModel(source);

  preview.show(await entry('"); import os #.csv'));
  await soon();

  expect(preview.state.failed).toBeNull();
  expect(source.asked.at(-1)).toContain('%22)%3B%20import%20os%20%23.csv');
  preview.dispose();
});

test('a log shows its end, without what a terminal would obey', async () => {
  const log = new LogModel(source, ADDRESS);
  await soon();

  expect(log.state.text).toContain('epoch 79');
  expect(log.state.text).toContain('<b>no markup</b>');
  expect(log.state.text).not.toContain('\u001b');
  log.dispose();
});

test('what is added to a log appears, and only that is read', async () => {
  const log = new LogModel(source, ADDRESS);
  await soon();
  const found = source.find('alice:resnet-sweep-exp3');
  const before = new TextEncoder().encode(found.log).length;
  found.log += 'the next line\n';
  const bytes = vi.spyOn(source, 'bytes');

  source.emit({ kind: 'logs', address: 'alice:resnet-sweep-exp3' });
  await soon();

  expect(log.state.text).toContain('the next line');
  expect(bytes.mock.calls[0]?.[1]?.first).toBe(before);
  log.dispose();
});

test('a line without an end is shown at once', async () => {
  const found = source.find('alice:resnet-sweep-exp3');
  found.log = `10%\r20%\r\n${'.'.repeat(60_000)}`;
  const began = vi.getRealSystemTime();
  const log = new LogModel(source, ADDRESS);
  await soon();

  expect(log.state.text.slice(0, 6)).toBe('20%\n..');
  expect(vi.getRealSystemTime() - began).toBeLessThan(1000);
  log.dispose();
});

test('a stream chosen twice in a hurry is shown once', async () => {
  const log = new LogModel(source, ADDRESS);
  log.choose('stderr');
  log.choose('output');
  await soon();

  expect(log.state.text.split('epoch 79')).toHaveLength(2);
  log.dispose();
});

test('a folder that is read again keeps the entries it had', async () => {
  const get = vi.spyOn(source, 'get');
  const tree = new TreeModel(source, `${ADDRESS}/files`);
  await soon();
  const top = tree.state.folders.get('');
  const many = Array.from({ length: 700 }, (_, index) => ({
    ...(top?.entries[0] as Entry),
    name: `f${index}`
  }));
  get.mockResolvedValueOnce({ items: many.slice(0, 500), cursor: 'next' });
  await tree.refresh();
  get.mockResolvedValueOnce({ items: many.slice(500), cursor: null });
  tree.more('');
  await soon();

  await tree.refresh();

  expect(tree.state.folders.get('')?.more).toBe(false);
  expect(get.mock.lastCall?.[1]).toMatchObject({ limit: 700 });
  tree.dispose();
});

test('what no browser shows is told by the server, from a few of its bytes', async () => {
  const preview = new PreviewModel(source);

  preview.show(await entry('predictions.parquet'));
  await soon();

  expect(preview.state.peek?.columns).toHaveLength(1);
  expect(preview.state.bytes).toBeNull();
  expect(source.asked.at(-1)).toBe('GET peek');
  preview.dispose();
});

test('of a long log the ends are told, not the first bytes shown', async () => {
  const preview = new PreviewModel(source);
  const log = await entry('train.log');

  preview.show({ ...log, size: 4e6 });
  await soon();

  expect(preview.state.kind).toBe('peek');
  expect(source.asked.at(-1)).toBe('GET peek');
  preview.dispose();
});

test('of a link nothing is read', async () => {
  const preview = new PreviewModel(source);
  const { asset, ...file } = await entry('train.log');
  source.asked.length = 0;

  preview.show({ ...file, asset: asset && { ...asset, kind: 'link' } });
  await soon();

  expect(preview.state.kind).toBe('link');
  expect(source.asked).toEqual([]);
  preview.dispose();
});
