import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ArtifactDownloader } from '../../src/components/downloader';
import { DownloaderModel } from '../../src/model/downloader';
import { FakeSource } from '../fake/source';
import { testHost } from './stage';

let source: FakeSource;
let model: DownloaderModel;
const user = userEvent.setup();

beforeEach(() => {
  source = new FakeSource();
  model = new DownloaderModel({ source, address: 'alice:resnet-sweep-exp3' });
  render(<ArtifactDownloader model={model} host={testHost()} />);
});

afterEach(() => {
  model.dispose();
});

const planned = (): unknown => source.bodies.at(-1);

test('before a byte moves it is said what would happen', async () => {
  expect(await screen.findByText('1.2 GB to move')).toBeTruthy();
  expect(screen.getByText('11 new')).toBeTruthy();
  expect(source.asked).not.toContain('POST transfers');
});

test('files that stand in the way keep the download from beginning', async () => {
  await screen.findByText(/5 files are there already/);

  const button = screen.getByRole<HTMLButtonElement>('button', {
    name: 'Download'
  });

  expect(button.disabled).toBe(true);
});

test('what is ticked is planned, whatever is in its name', async () => {
  await user.click(
    await screen.findByRole('checkbox', { name: 'Download figures' })
  );
  await user.click(
    screen.getByRole('checkbox', { name: 'Download metrics.json' })
  );

  await waitFor(() => {
    expect(planned()).toMatchObject({
      include: ['figures/**', 'metrics.json']
    });
  });
});

test('patterns and the policy are planned anew', async () => {
  await user.type(
    await screen.findByRole('textbox', { name: 'But not' }),
    '*.ckpt, a.txt'
  );
  await user.selectOptions(screen.getByRole('combobox'), 'skip');

  await waitFor(() => {
    expect(planned()).toMatchObject({
      exclude: ['*.ckpt', 'a.txt'],
      overwrite: 'skip'
    });
  });
});

test('who cancels what others wait for leaves it to them', async () => {
  await model.start();
  await screen.findByRole('progressbar');
  source.moveTransfer({ askers: [source.me, 'bob'] });
  await screen.findByText(/for .*, bob/);

  await user.click(screen.getByRole('button', { name: 'Cancel' }));

  await waitFor(() => {
    expect(screen.queryByRole('progressbar')).toBeNull();
  });
  expect(source.transfers[0]).toMatchObject({ askers: ['bob'], ended: null });
});
