import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { namesIn } from '../../src/components/artifacts/edit';
import { Explorer } from '../../src/components/explorer';
import { ExplorerModel } from '../../src/model/explorer';
import { newProblem, SourceError } from '../../src/source/source';
import { FakeSource } from '../fake/source';
import { testHost, type ITestHost } from './stage';

let source: FakeSource;
let host: ITestHost;
let model: ExplorerModel;
const user = userEvent.setup();

beforeEach(() => {
  source = new FakeSource();
  host = testHost();
});

afterEach(() => {
  model.dispose();
});

/** Show a version as somebody, and its Edit button. */
async function shown(me = 'bob', address = 'vit-base@v3'): Promise<void> {
  source.me = me;
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);
  await waitFor(() => {
    expect(model.state.me).toBe(me);
  });
  model.open(address);
  await screen.findByRole('button', { name: 'Edit' });
  await waitFor(() => {
    expect(model.artifacts.one.version.state.version).not.toBeNull();
  });
}

async function form(): Promise<HTMLElement> {
  await user.click(screen.getByRole('button', { name: 'Edit' }));
  return screen.findByRole('form', { name: /^Edit / });
}

function changes(): string[] {
  return source.asked.filter(one => /^(PUT|PATCH|DELETE)/.test(one));
}

async function write(into: HTMLElement, text: string): Promise<void> {
  await user.clear(into);
  await user.type(into, text);
}

test('what is written is saved, and only that', async () => {
  await shown();
  const edit = await form();
  await write(within(edit).getByLabelText('Description'), 'the good one');
  await write(within(edit).getByLabelText('Tags'), 'nightly, eu');

  await user.click(within(edit).getByRole('button', { name: 'Save' }));

  await waitFor(() => {
    expect(host.notices).toContain('success: Saved vit-base@v3');
  });
  expect(changes()).toEqual(['PATCH versions/vit-base/v3']);
  expect(source.bodies).toEqual([
    { description: 'the good one', tags: ['nightly', 'eu'] }
  ]);
  expect(screen.queryByRole('form')).toBeNull();
  await waitFor(() => {
    const { version } = model.artifacts.one.version.state;
    expect(version?.description).toBe('the good one');
  });
});

test('an alias moves here from the version that had it, and it is said', async () => {
  await shown();
  const edit = await form();

  await write(within(edit).getByLabelText('Aliases'), 'best{Enter}');

  await waitFor(() => {
    expect(changes()).toEqual(['PUT artifacts/vit-base/aliases/best']);
  });
  expect(source.bodies).toEqual([{ version: 'v3' }]);
});

test('where an alias comes from is said before it moves', async () => {
  await shown();
  const edit = await form();

  await user.type(within(edit).getByLabelText('Aliases'), 'best');

  expect(within(edit).getByText('best moves here from v2')).toBeTruthy();
});

test('an alias that is struck out is taken away', async () => {
  await shown('bob', 'vit-base@v2');
  const edit = await form();

  await user.clear(within(edit).getByLabelText('Aliases'));
  await user.click(within(edit).getByRole('button', { name: 'Save' }));

  await waitFor(() => {
    expect(changes()).toEqual(['DELETE artifacts/vit-base/aliases/best']);
  });
});

test('a tag that somebody adds meanwhile stays', async () => {
  await shown();
  const edit = await form();
  await source.patch('versions/vit-base/v3', { tags: ['nightly', 'theirs'] });
  source.emit({ kind: 'artifact', address: 'vit-base@v3' });
  await waitFor(
    () => {
      expect(model.artifacts.one.version.state.version?.tags).toContain(
        'theirs'
      );
    },
    { timeout: 5000 }
  );

  await write(within(edit).getByLabelText('Tags'), 'eu');
  await user.click(within(edit).getByRole('button', { name: 'Save' }));

  await waitFor(() => {
    expect(source.bodies.at(-1)).toEqual({ tags: ['theirs', 'eu'] });
  });
});

test('saved again after a refused alias, a tag is there once', async () => {
  await shown();
  const edit = await form();
  await user.type(within(edit).getByLabelText('Tags'), ', eu');
  await user.type(within(edit).getByLabelText('Aliases'), 'best');
  const refused = new SourceError(newProblem('conflict', 'not now'), 409);
  vi.spyOn(source, 'put').mockRejectedValueOnce(refused);
  await user.click(within(edit).getByRole('button', { name: 'Save' }));
  await within(edit).findByText(/not now/);
  await waitFor(() => {
    expect(model.artifacts.one.version.state.version?.tags).toContain('eu');
  });

  await user.click(within(edit).getByRole('button', { name: 'Save' }));

  await waitFor(() => {
    expect(screen.queryByRole('form')).toBeNull();
  });
  const { version } = model.artifacts.one.version.state;
  expect(version?.tags.filter(tag => tag === 'eu')).toEqual(['eu']);
});

test('what is refused is said in the form, which stays', async () => {
  await shown();
  const edit = await form();
  const why = "'v3' looks like a version, so it cannot be an alias";
  await user.type(within(edit).getByLabelText('Aliases'), 'v3');
  source.failing = new SourceError(newProblem('invalid', why), 400);

  await user.click(within(edit).getByRole('button', { name: 'Save' }));

  expect(await within(edit).findByText(why)).toBeTruthy();
  expect(within(edit).getByLabelText<HTMLInputElement>('Aliases').value).toBe(
    'v3'
  );
});

test('who neither owns nor logged it is told whose it is', async () => {
  await shown('chen');

  await user.click(screen.getByRole('button', { name: 'Edit' }));

  expect(host.notices).toEqual(['info: only bob can change bob’s artifact']);
  expect(screen.queryByRole('form')).toBeNull();
});

test('who logged a version of another’s artifact leaves its aliases', async () => {
  const of = source.artifacts.all.find(one => one.name === 'vit-base');
  await source.patch('versions/vit-base/v3', { created_by: 'chen' });
  await shown('chen');
  const edit = await form();

  expect(of?.owner).toBe('bob');
  const aliases = within(edit).getByLabelText<HTMLInputElement>('Aliases');
  expect(aliases.disabled).toBe(true);
  expect(
    within(edit).getByText('only bob can move the aliases of bob’s artifact')
  ).toBeTruthy();
});

test('names may be parted by commas, blanks and lines', () => {
  expect(namesIn(' best,served  best\nold, ')).toEqual([
    'best',
    'served',
    'old'
  ]);
});
