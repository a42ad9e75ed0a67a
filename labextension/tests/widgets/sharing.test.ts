import { afterEach, expect, test, vi } from 'vitest';

import { ExplorerModel } from '../../src/model/explorer';
import { Channel } from '../../src/widgets/channel';
import { Sharing } from '../../src/widgets/sharing';
import { FakeKernel } from '../fake/kernel';
import { SECRET } from '../fake/shares';
import { FakeSource } from '../fake/source';
import { fakeExperiments } from '../fake/team';

const started: { dispose(): void }[] = [];

function kept<T extends { dispose(): void }>(one: T): T {
  started.push(one);
  return one;
}

afterEach(() => {
  started.splice(0).forEach(each => {
    each.dispose();
  });
});

/** One person's page: an explorer that shares with the kernel. */
async function openPage(kernel: FakeKernel) {
  const shared = kernel.page();
  const explorer = kept(
    new ExplorerModel({
      source: new FakeSource(),
      query: kernel.traits['query'] as string,
      selected: kernel.traits['selected'] as string[]
    })
  );
  const channel = kept(new Channel(shared, () => undefined, 50));
  const said: string[] = [];
  kept(
    new Sharing(shared, explorer, channel, problem => {
      said.push(problem.code === 'x' ? problem.message : problem.code);
    })
  );
  await vi.waitFor(() => {
    expect(explorer.runs.state.loaded).toBe(true);
  });
  const { selection, runs } = explorer;
  return { explorer, selection, runs, said };
}

const [one = '', two = '', three = ''] = fakeExperiments().map(
  each => each.experiment.address
);

test('What one person selects, the other sees.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  const bob = await openPage(kernel);
  kernel.set('selected', [one]);
  alice.selection.toggle(two);
  expect(kernel.traits['selected']).toEqual([one, two]);
  expect(bob.selection.state.selected).toEqual([one, two]);
});

test('Clicks of two people at once all count.', async () => {
  const kernel = new FakeKernel();
  kernel.set('selected', [one]);
  const alice = await openPage(kernel);
  const bob = await openPage(kernel);
  kernel.prompt = false;
  alice.selection.toggle(two);
  bob.selection.toggle(three);
  alice.selection.toggle(one);
  kernel.work();
  await vi.waitFor(() => {
    expect(kernel.traits['selected']).toEqual([two, three]);
    expect(alice.selection.state.selected).toEqual([two, three]);
    expect(bob.selection.state.selected).toEqual([two, three]);
  });
});

test('A click on its way stays on the screen while others select.', async () => {
  const kernel = new FakeKernel();
  kernel.set('selected', [one]);
  const alice = await openPage(kernel);
  kernel.prompt = false;
  alice.selection.toggle(two);
  kernel.set('selected', [one, three]);
  expect(alice.selection.state.selected).toEqual([one, three, two]);
});

test('What is plotted before anybody chose is told to nobody.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  await vi.waitFor(() => {
    expect(alice.selection.state.selected.length).toBeGreaterThan(0);
  });
  expect(kernel.heard).toEqual([]);
});

test('The first choice shares everything that is plotted by then.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  await vi.waitFor(() => {
    expect(alice.selection.state.selected.length).toBeGreaterThan(1);
  });
  const [first = '', ...others] = alice.selection.state.selected;
  alice.selection.toggle(first);
  expect(kernel.traits['selected']).toEqual(others);
});

test('A query that Python sets is shown, and not sent back.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  kernel.set('query', 'user == "bob"');
  await vi.waitFor(() => {
    expect(alice.runs.state.query).toBe('user == "bob"');
  });
  expect(kernel.heard).toEqual([]);
});

test('A query that one person types reaches the other.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  const bob = await openPage(kernel);
  await alice.runs.setQuery('user == "bob"');
  expect(kernel.traits['query']).toBe('user == "bob"');
  await vi.waitFor(() => {
    expect(bob.runs.state.query).toBe('user == "bob"');
  });
  expect(kernel.heard).toEqual(['set-query']);
});

test('Typing on is not set back by the echo of what was typed first.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  kernel.prompt = false;
  await alice.runs.setQuery('user == "bob"');
  await alice.runs.setQuery('user == "chen"');
  kernel.work();
  await vi.waitFor(() => {
    expect(kernel.traits['query']).toBe('user == "chen"');
  });
  expect(alice.runs.state.query).toBe('user == "chen"');
});

test('With the kernel gone, selecting goes on for this person.', async () => {
  const kernel = new FakeKernel();
  kernel.set('selected', [one]);
  const alice = await openPage(kernel);
  kernel.dead = true;
  alice.selection.toggle(two);
  await vi.waitFor(() => {
    expect(alice.said).toEqual(['kernel-gone']);
  });
  expect(alice.selection.state.selected).toEqual([one, two]);
});

test('What the kernel refuses is taken back, and said.', async () => {
  const kernel = new FakeKernel();
  kernel.set('selected', [one]);
  const alice = await openPage(kernel);
  kernel.refusal = 'too many';
  alice.selection.toggle(two);
  await vi.waitFor(() => {
    expect(alice.said).toEqual(['too many']);
    expect(alice.selection.state.selected).toEqual([one]);
  });
});

test('A link to others never reaches the kernel, which a notebook keeps.', async () => {
  const kernel = new FakeKernel();
  const alice = await openPage(kernel);
  kernel.prompt = false;
  await alice.explorer.links.make(one, () => Promise.resolve());
  alice.selection.toggle(two);
  expect(alice.explorer.links.state.link).toContain(SECRET);
  expect(kernel.queue).toHaveLength(1);
  expect(JSON.stringify([kernel.queue, kernel.traits])).not.toContain(SECRET);
});
