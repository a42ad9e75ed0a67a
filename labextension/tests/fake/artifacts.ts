import type {
  Artifact,
  ArtifactDiff,
  ArtifactVersion,
  Entry,
  IPage,
  Lineage,
  Peek
} from '../../src/model/nouns';
import { newProblem, SourceError, type Query } from '../../src/source/source';
import { DAY, HOUR, NOW } from './recipes';

/** A name that somebody hopes a page takes for markup. */
export const HOSTILE = '<img src=x onerror=alert(1)>';

function artifact(
  name: string,
  type: string,
  owner: string,
  part: Partial<Artifact> = {}
): Artifact {
  return {
    name,
    type,
    owner,
    address: `artifacts/${name}`,
    description: '',
    created: NOW - 30 * DAY,
    visibility: 'team',
    readers: [],
    versions: 1,
    latest: 'v0',
    aliases: {},
    bytes: 4.1e6,
    changed: NOW - HOUR,
    ...part
  };
}

function versionOf(of: Artifact, number: number): ArtifactVersion {
  const version = `v${number}`;
  const aliases = Object.entries(of.aliases).flatMap(([alias, named]) =>
    named === version ? alias : []
  );
  return {
    address: `${of.name}@${version}`,
    artifact: of.name,
    version,
    number,
    digest: `blake3:${String(number).repeat(64)}`,
    bytes: of.bytes,
    files: 4,
    remote: 0,
    created: of.changed - (of.versions - number) * HOUR,
    created_by: of.owner,
    source: 'alice:resnet-sweep-exp3',
    aliases: of.latest === version ? ['latest', ...aliases] : aliases,
    tags: number % 2 ? ['nightly'] : [],
    description: number === 0 ? HOSTILE : `attempt ${number}`,
    metadata: { accuracy: 0.9 + number / 100 },
    expires: number === 1 ? NOW + 30 * DAY : null
  };
}

/** The team's artifacts, and what the server would answer about them. */
export class FakeArtifacts {
  all = [
    artifact('clicks', 'dataset', 'chen', { bytes: 18e9 }),
    artifact('vit-base', 'model', 'bob', {
      versions: 5,
      latest: 'v4',
      aliases: { best: 'v2' },
      bytes: 612e6,
      changed: NOW - 60
    }),
    artifact('alices-draft', 'model', 'alice', { visibility: 'private' })
  ].sort((one, other) => one.name.localeCompare(other.name));

  /** Change what a version says, or which one an alias names. */
  change(method: string, path: string, body: unknown): unknown {
    const [root, name = '', at, alias = ''] = path.split('/');
    const of = this.all.find(one => one.name === name);
    if (root === 'versions' && of) {
      const address = `${name}@${at ?? ''}`;
      this._said.set(address, {
        ...this._said.get(address),
        ...(body as Partial<ArtifactVersion>)
      });
    } else if (at === 'aliases' && of) {
      const others = Object.entries(of.aliases).filter(
        ([one]) => one !== alias
      );
      of.aliases = Object.fromEntries(
        method === 'DELETE'
          ? others
          : [...others, [alias, (body as { version: string }).version]]
      );
    } else {
      throw missing(path);
    }
    return of;
  }

  private readonly _said = new Map<string, Partial<ArtifactVersion>>();

  /** Answer a GET below artifacts/ and versions/; undefined when it is neither. */
  answer(place: string, query: Query): unknown {
    const [root, name = '', version = '', what, other = ''] = place.split('/');
    if (place === 'peek') {
      return fakePeek(String(query['address']));
    }
    if (root !== 'artifacts' && root !== 'versions') {
      return undefined;
    }
    if (!name) {
      return paged(this.all, query);
    }
    const of = this.all.find(one => one.name === name);
    if (!of) {
      throw missing(place);
    }
    const versions = Array.from({ length: of.versions }, (_, at) =>
      versionOf(of, of.versions - 1 - at)
    ).map(one => ({ ...one, ...this._said.get(one.address) }));
    if (!version) {
      return root === 'artifacts' ? of : paged(versions, query);
    }
    const found = versions.find(
      one => one.version === version || one.aliases.includes(version)
    );
    if (!found) {
      throw missing(place);
    }
    if (root === 'artifacts') {
      return fakeTree(`artifacts/${name}/${version}`);
    }
    switch (what) {
      case 'lineage':
        return fakeLineage(found.address);
      case 'diff':
        return fakeDiff(found.address, `${name}@${other}`);
      default:
        return found;
    }
  }
}

function paged<T>(rows: readonly T[], query: Query): IPage<T> {
  const start = Number(query['cursor'] ?? 0);
  const end = start + Number(query['limit'] ?? 100);
  return {
    items: rows.slice(start, end),
    cursor: end < rows.length ? String(end) : null,
    total: rows.length,
    total_capped: false
  };
}

function fakeTree(place: string): IPage<Entry> {
  const items = ['config.json', 'clicks.parquet', `${HOSTILE}.bin`].map(
    (name): Entry => ({
      name,
      address: `${place}/${name}`,
      kind: 'file',
      size: 9000,
      count: 1,
      modified: NOW,
      asset: {
        path: name,
        size: 9000,
        digest: 'blake3:4c1e77ab31f0cc559a02',
        modified: NOW,
        captured: NOW,
        uri: '',
        revision: 1,
        media_type: 'application/octet-stream',
        note: '',
        kind: 'file',
        link: '',
        version_id: '',
        etag: '',
        checksum: '',
        sha256: ''
      }
    })
  );
  return { items, cursor: null, total: items.length, total_capped: false };
}

/** Return a lineage with a beginning, a middle, two ends and one that is gone. */
export function fakeLineage(root: string): Lineage {
  const node = (
    id: string,
    kind: string,
    address: string
  ): Lineage['nodes'][number] => ({ id, kind, address, gone: false });
  return {
    root: 'r',
    nodes: [
      node('r', 'artifact', root),
      node('e', 'experiment', 'alice:resnet-sweep-exp3'),
      node('d', 'artifact', 'clicks@v0'),
      { ...node('x', 'experiment', 'bob:gone-exp0'), gone: true },
      node('o', 'artifact', 'report@v0')
    ],
    edges: [
      { source: 'd', target: 'e', role: 'input', time: NOW, by: 'alice' },
      { source: 'e', target: 'r', role: 'output', time: NOW, by: 'alice' },
      { source: 'r', target: 'x', role: 'fine-tuning', time: NOW, by: 'bob' },
      { source: 'x', target: 'o', role: 'output', time: NOW, by: 'bob' }
    ],
    hidden: 2,
    cut: false
  };
}

function fakeDiff(before: string, after: string): ArtifactDiff {
  return {
    before,
    after,
    lines: [
      {
        path: `${HOSTILE}.bin`,
        change: 'added',
        kind: 'file',
        size: 9000,
        size_before: 0
      },
      {
        path: 'config.json',
        change: 'changed',
        kind: 'file',
        size: 27,
        size_before: 26
      }
    ],
    left_out: 0,
    added: 1,
    removed: 0,
    changed: 1,
    same: 2,
    bytes_added: 9027,
    bytes_removed: 26
  };
}

/** Return what the server tells of a file. */
export function fakePeek(address: string): Peek {
  const nothing: Peek = {
    address,
    kind: 'binary',
    size: 9000,
    bytes_read: 64,
    summary: '9,000 bytes of no type that is known',
    details: {},
    columns: [],
    row_groups: [],
    tensors: [],
    entries: [],
    head: [],
    tail: [],
    imports: [],
    left_out: []
  };
  if (address.endsWith('.parquet')) {
    return {
      ...nothing,
      kind: 'parquet',
      summary: '1,000 rows of 1 column',
      columns: [
        {
          name: HOSTILE,
          type: 'INT64',
          minimum: '-1',
          maximum: '41',
          nulls: 7
        }
      ]
    };
  }
  return nothing;
}

function missing(address: string): SourceError {
  const problem = newProblem('not-found', `nothing is at ${address}`, address);
  return new SourceError(problem, 404);
}
