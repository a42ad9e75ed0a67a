import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Explorer } from '../../src/components/explorer';
import { ExplorerModel } from '../../src/model/explorer';
import { newProblem, SourceError } from '../../src/source/source';
import { SECRET } from '../fake/shares';
import { FakeSource } from '../fake/source';
import { testHost, type ITestHost } from './stage';

const RUN = 'alice:resnet-sweep-exp3';
const COPY = 'Copy link · 24 h';

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

async function shown(address = RUN): Promise<HTMLElement> {
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);
  await waitFor(() => {
    expect(model.state.me).toBe(source.me);
  });
  model.open(address);
  await screen.findByRole('button', { name: COPY });
  return screen.findByRole('complementary');
}

/** Close the browser's clipboard. */
function closeClipboard(): void {
  host = {
    ...host,
    copy: text => Promise.reject(new Error(`closed; copy: ${text}`))
  };
}

function postedShares(): number {
  return source.asked.filter(one => one === 'POST shares').length;
}

test('a click puts a link of a day on the clipboard and says what it is', async () => {
  await shown();

  await user.click(screen.getByRole('button', { name: COPY }));

  const said = await screen.findByRole('status');
  expect(said.textContent).toContain('The link is copied');
  expect(said.textContent).toContain(`It opens ${RUN}`);
  expect(said.textContent).toContain('counted');
  expect(host.copied).toEqual([
    `https://hub.example.org/jupyter-artifacts/share/share1#${SECRET}`
  ]);
  expect(source.bodies).toEqual([{ address: RUN, expires: 86_400 }]);
});

test('a copied link is nowhere in the page, and in no notice', async () => {
  await shown();

  await user.click(screen.getByRole('button', { name: COPY }));
  await screen.findByText('The link is copied');

  expect(document.documentElement.outerHTML).not.toContain(SECRET);
  expect(host.notices.join()).not.toContain(SECRET);
});

test('where the clipboard is closed the link is there to copy by hand', async () => {
  closeClipboard();
  await shown();

  await user.click(screen.getByRole('button', { name: COPY }));

  const field = await screen.findByRole<HTMLInputElement>('textbox', {
    name: 'The link'
  });
  expect(field.value).toContain(SECRET);
  expect(field.selectionEnd).toBe(field.value.length);
  expect(host.notices.join()).not.toContain(SECRET);
});

test('the same link is copied again while it is new, not made again', async () => {
  await shown();
  const button = screen.getByRole('button', { name: COPY });
  await user.click(button);
  await screen.findByText('The link is copied');

  await user.click(button);

  await waitFor(() => {
    expect(host.copied).toHaveLength(2);
  });
  expect(host.copied[0]).toBe(host.copied[1]);
  expect(postedShares()).toBe(1);
});

test('a revoked link opens nothing, and the next click makes another', async () => {
  await shown();
  await user.click(screen.getByRole('button', { name: COPY }));

  await user.click(await screen.findByRole('button', { name: 'Revoke' }));

  expect(
    await screen.findByText('The link opens nothing any more.')
  ).toBeTruthy();
  expect(source.asked).toContain('DELETE shares/share1');
  await user.click(screen.getByRole('button', { name: COPY }));
  await screen.findByText('The link is copied');
  expect(host.copied[1]).toContain('share2#');
});

test('a viewer is told why there is no link, and none is made', async () => {
  source.me = 'dara';
  await shown();
  const button = screen.getByRole('button', { name: COPY });
  expect(button.getAttribute('aria-disabled')).toBe('true');

  await user.click(button);

  expect(host.notices).toEqual([
    'info: You are a viewer: you may look, not share'
  ]);
  expect(postedShares()).toBe(0);
});

test('what the server refuses is said in the place of the link', async () => {
  await shown();
  const why = 'this cannot be shared';
  source.failing = new SourceError(newProblem('refused', why), 403);

  await user.click(screen.getByRole('button', { name: COPY }));

  const said = await screen.findByRole('status');
  expect(within(said).getByText(why)).toBeTruthy();
  expect(host.copied).toEqual([]);
});

test.each([
  ['a file', /^metrics\.json/, `${RUN}/metrics.json`],
  ['a folder', /^figures\//, `${RUN}/figures`]
])('%s has a link of its own', async (_, name, address) => {
  const details = await shown();
  await user.click(await within(details).findByText(name));
  const card = await waitFor(() => {
    const found = within(details)
      .getAllByRole('region')
      .find(one => name.test(one.getAttribute('aria-label') ?? ''));
    if (!found) {
      throw new Error('there is no card');
    }
    return found;
  });

  await user.click(within(card).getByRole('button', { name: COPY }));

  await within(card).findByText('The link is copied');
  expect(source.bodies).toEqual([{ address, expires: 86_400 }]);
});

test('a version of an artifact has a link', async () => {
  await shown('vit-base@v3');

  await user.click(screen.getByRole('button', { name: COPY }));

  await screen.findByText('The link is copied');
  expect(source.bodies).toEqual([{ address: 'vit-base@v3', expires: 86_400 }]);
});

test('the links I gave are listed, and end from there', async () => {
  await shown();
  await user.click(screen.getByRole('button', { name: COPY }));
  await screen.findByText('The link is copied');
  await user.click(
    screen.getByRole('button', { name: 'Close; the link lasts on' })
  );

  await user.click(screen.getByRole('button', { name: 'Links I gave' }));
  expect(await screen.findByText(/opened 0, downloaded 0/)).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Revoke' }));

  expect(await screen.findByText(/None opens anything now/)).toBeTruthy();
});
