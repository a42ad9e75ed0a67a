import { expect, test } from 'vitest';

import { QuietSource } from '../../src/panels/quietSource';
import type { TeamEvent } from '../../src/model/nouns';
import { FakeSource } from '../fake/source';

const event: TeamEvent = {
  seq: 1,
  kind: 'run',
  change: 'created',
  address: 'runs/alice/mnist',
  time: 0,
  data: {}
};

function heardBy(source: QuietSource): (TeamEvent | null)[] {
  const heard: (TeamEvent | null)[] = [];
  source.watch(each => {
    heard.push(each);
  });
  return heard;
}

test('A panel on the screen hears every event.', () => {
  const team = new FakeSource();
  const heard = heardBy(new QuietSource(team));
  team.emit(event);
  expect(heard).toEqual([event]);
});

test('A hidden panel hears nothing, and once when it is shown again.', () => {
  const team = new FakeSource();
  const source = new QuietSource(team);
  const heard = heardBy(source);
  source.quiet = true;
  team.emit(event);
  team.emit(event);
  expect(heard).toEqual([]);
  source.quiet = false;
  expect(heard).toEqual([null]);
  team.emit(event);
  expect(heard).toEqual([null, event]);
});

test('Where nothing was missed, showing a panel costs nothing.', () => {
  const source = new QuietSource(new FakeSource());
  const heard = heardBy(source);
  source.quiet = true;
  source.quiet = false;
  expect(heard).toEqual([]);
});

test('A closed panel leaves the shared source alone, and to others.', () => {
  const team = new FakeSource();
  const closed = new QuietSource(team);
  const heardClosed = heardBy(closed);
  const heardOpen = heardBy(new QuietSource(team));
  closed.dispose();
  team.emit(event);
  expect(heardClosed).toEqual([]);
  expect(heardOpen).toEqual([event]);
});
