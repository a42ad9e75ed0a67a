import type { Plan } from '../../src/model/nouns';
import { NOW } from './team';

/** Return the plan of a download: new, the same and in the way, in turn. */
export function fakePlan(
  address: string,
  to: string,
  overwrite: Plan['overwrite'],
  found: ReadonlyMap<string, { size: number }>
): Plan {
  const files = [...found].map(([file, { size }], index) => ({
    path: file,
    target: file,
    size,
    digest: 'blake3:4c1e',
    key: file,
    pinned: '',
    offset: null,
    kind: 'file' as const,
    link: '',
    uri: '',
    version_id: '',
    etag: '',
    checksum: '',
    sha256: '',
    copy_key: '',
    copy_offset: 0,
    modified: NOW,
    verdict:
      (['new', 'new', 'same', 'would overwrite'] as const)[index % 4] ?? 'new'
  }));
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const verdicts: Record<string, number> = {};
  for (const file of files) {
    verdicts[file.verdict] = (verdicts[file.verdict] ?? 0) + 1;
  }
  return {
    address,
    to: `/home/alice/vision/${to}`,
    files,
    bytes,
    free: 412e9,
    overwrite,
    total_files: files.length,
    total_bytes: bytes,
    left_out: 0,
    verdicts
  };
}
