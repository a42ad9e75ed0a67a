import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Sidebar } from '../../src/components/sidebar';
import { SidebarModel } from '../../src/model/sidebar';
import { FakeSource } from '../fake/source';
import { testHost, type ITestHost } from './stage';

let source: FakeSource;
let host: ITestHost;
let model: SidebarModel;
const user = userEvent.setup();

beforeEach(() => {
  source = new FakeSource();
  host = testHost();
});

afterEach(() => {
  model.dispose();
});

async function shown(): Promise<void> {
  model = new SidebarModel({ source });
  render(<Sidebar model={model} host={host} />);
  await screen.findByText('Everyone’s runs');
}

test('a click on Mine asks for my runs', async () => {
  await shown();

  await user.click(screen.getByText('Mine'));

  expect(host.opened).toEqual(['user == "alice"']);
});

test('a datastore is attached to this session, and it is said where', async () => {
  await shown();

  await user.click(
    screen.getAllByRole('button', { name: 'Attach' })[1] as Element
  );

  await screen.findByText('cats');
  expect(source.asked).toContain('POST sessions/s1/attachments');
  expect(source.bodies).toEqual([{ address: 'datastores/cats/v1' }]);
  expect(host.notices).toEqual(['success: Attached at datastores/cats/v1']);
});

test('an attached datastore can be detached', async () => {
  await shown();

  await user.click(screen.getByRole('button', { name: 'Detach' }));

  expect(source.asked).toContain(
    'DELETE sessions/s1/attachments/imagenet-mini/v3'
  );
});

test('a session whose address is no web page gets no link', async () => {
  const [, other] = source.sessions;
  if (other) {
    other.url = 'javascript:alert(1)';
  }

  await shown();

  expect(screen.queryByRole('link')).toBeNull();
  expect(screen.getByText('javascript:alert(1)')).toBeTruthy();
});

test('a transfer shows how far it is', async () => {
  await shown();

  const bar = await screen.findByRole('progressbar');

  expect(bar.getAttribute('aria-valuenow')).toBe('61');
  expect(
    screen.getByText(/2.1 GB of 3.4 GB · 412 MB\/s · 4 sec left/)
  ).toBeTruthy();
});

test('without a session nothing can be attached', async () => {
  source.sessions = [];

  await shown();

  expect(screen.queryByRole('button', { name: 'Attach' })).toBeNull();
});
