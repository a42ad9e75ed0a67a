import { expect, test } from 'vitest';

import {
  bytesText,
  digestNote,
  heldText
} from '../../src/components/details/held';
import { english } from '../../src/components/host';
import type { Asset, Entry } from '../../src/model/nouns';

function asset(part: Partial<Asset>): Asset {
  return {
    path: 'a',
    size: 5,
    digest: '',
    modified: 0,
    captured: 0,
    uri: '',
    revision: 1,
    media_type: 'text/plain',
    note: '',
    kind: 'file',
    link: '',
    version_id: '',
    etag: '',
    checksum: '',
    sha256: '',
    ...part
  };
}

test('what we hold is told by the digest we recorded', () => {
  const held = asset({ digest: 'blake3:4c1e77ab31f0cc559a02' });

  expect(heldText(held, english)[0]).toBe('blake3 ✓');
  expect(digestNote(held, english)).toBe('blake3 4c1e…9a02 ✓');
  expect(digestNote(asset({}), english)).toBe('no digest recorded');
});

test('an object of a bucket says where it is, and which version', () => {
  const remote = asset({
    kind: 'remote',
    uri: 's3://bucket/a',
    version_id: 'x7',
    checksum: 'crc64nvme:00112233445566'
  });

  expect(heldText(remote, english)).toEqual(['at s3', 's3://bucket/a · x7']);
  expect(digestNote(remote, english)).toBe(
    'crc64nvme 0011…5566, as its store says'
  );
});

test('a link has no bytes, and no size is made up', () => {
  const link = asset({ kind: 'link', link: 'https://example.org/a' });
  const entry = { asset: link, kind: 'file', size: 0 } as Entry;

  expect(bytesText(entry)).toBe('—');
  expect(heldText(link, english)).toEqual(['link', 'https://example.org/a']);
});
