import { experimentOf, shortOf, treeOf } from '../../src/addresses';
import { FakeArtifacts, fakeLineage } from './artifacts';
import { fakePlan } from './plan';
import type {
  Entry,
  Experiment,
  Field,
  IPage,
  Plan,
  Transfer
} from '../../src/model/nouns';
import { newProblem, SourceError, type Query } from '../../src/source/source';
import { fieldsOf, matching } from './query';
import { FakeShares } from './shares';
import {
  fakeDatastores,
  fakeExperiments,
  fakeMembers,
  fakeRun,
  fakeSessions,
  fakeTransfers,
  NOW,
  type IFakeExperiment,
  type IFakeFile
} from './team';

/** What the fake team has, and what the server would answer about it. */
export class FakeTeam {
  me = 'alice';
  experiments = fakeExperiments();
  datastores = fakeDatastores();
  sessions = fakeSessions();
  transfers: Transfer[] = fakeTransfers();
  artifacts = new FakeArtifacts();
  shares = new FakeShares();

  /** Return one experiment to change it, or fail as the server does. */
  find(address: string): IFakeExperiment {
    const name = experimentOf(address);
    const found =
      name &&
      this.experiments.find(one => one.experiment.address === shortOf(name));
    if (!found) {
      throw notFound(address);
    }
    return found;
  }

  /** Return a file's bytes, or a log's. */
  protected file(place: string): IFakeFile {
    const found = this.find(place);
    const name = experimentOf(place);
    const below = name ? place.slice(treeOf(name).length) : '';
    if (below.startsWith('/logs/')) {
      const bytes = new TextEncoder().encode(found.log);
      return { bytes, size: bytes.length, mediaType: 'text/plain' };
    }
    const file = found.files.get(below.replace('/files/', ''));
    if (!file) {
      throw notFound(place);
    }
    return file;
  }

  /** Answer a GET. */
  protected answerGet(path: string, query: Query): unknown {
    const rows = this.experiments.map(one => one.experiment);
    const place = decodeURIComponent(path);
    switch (place) {
      case 'runs':
        return this._search(rows, query);
      case 'fields':
        return fieldsOf(rows) satisfies Field[];
      case 'overview':
        return this._overview(rows);
      case 'datastores':
        return this.datastores;
      case 'sessions':
        return this.sessions;
      case 'teams':
        return { name: 'vision', me: this.me, members: fakeMembers() };
      case 'transfers':
        return [...this.transfers];
      case 'shares':
        return this.shares.page();
    }
    const artifact = this.artifacts.answer(place, query);
    if (artifact !== undefined) {
      return artifact;
    }
    if (!place.startsWith('runs/')) {
      throw notFound(place);
    }
    const name = experimentOf(place);
    if (!name) {
      const [, user, run] = place.split('/');
      const experiments = rows.filter(
        row => row.user === user && row.run === run
      );
      const [first] = experiments;
      if (!first) {
        throw notFound(place);
      }
      return { run: fakeRun(first), experiments };
    }
    const found = this.find(shortOf(name));
    switch (place.slice(treeOf(name).length)) {
      case '':
        return found.experiment;
      case '/lineage':
        return { ...fakeLineage('vit-base@v3'), root: 'e' };
      case '/checkpoints':
        return found.checkpoints;
      case '/logs':
        return [
          {
            stream: 'output',
            size: new TextEncoder().encode(found.log).length,
            address: place,
            growing: false
          }
        ];
      case '/files':
        return level(found, place, String(query['prefix'] ?? ''));
    }
    throw notFound(place);
  }

  /** Answer a POST. */
  protected answerPost(path: string, body: unknown): unknown {
    const ask = body as {
      address: string;
      to: string;
      overwrite: Plan['overwrite'];
    };
    if (path === 'shares') {
      return this.shares.make(ask.address, this.me);
    }
    if (path === 'transfers/plan') {
      const files = ask.address.includes('@')
        ? new Map<string, IFakeFile>()
        : this.find(ask.address).files;
      return fakePlan(ask.address, ask.to, ask.overwrite, files);
    }
    if (path === 'transfers') {
      const [first] = fakeTransfers();
      const begun = {
        ...first,
        id: `t${String(this.transfers.length + 1)}`,
        owner: this.me,
        askers: [this.me],
        address: ask.address,
        to: ask.to,
        done_bytes: 0,
        done_files: 0,
        total_bytes: 4.1e6,
        total_files: 12
      } as Transfer;
      this.transfers = [begun, ...this.transfers];
      return begun;
    }
    if (path.endsWith('/attachments')) {
      const session = this.sessions.find(one => path.includes(`/${one.id}/`));
      const attachment = {
        address: ask.address,
        path: `/home/alice/vision/${ask.address}`,
        relative: ask.address,
        attached: NOW,
        attached_by: this.me
      };
      session?.attachments.push(attachment);
      return attachment;
    }
    const run = fakeRun(
      this.find(path.replace(/\/(stop|clone)$/, '/exp0')).experiment
    );
    return {
      run: { ...run, user: this.me, address: `${this.me}:${run.name}` },
      command: 'jupyter artifacts run --into alice:x train.py',
      experiments: []
    };
  }

  private _search(rows: Experiment[], query: Query): IPage<Experiment> {
    const found = matching(
      rows,
      String(query['query'] ?? ''),
      String(query['sort'] ?? '')
    );
    const start = Number(query['cursor'] ?? 0);
    const end = start + Number(query['limit'] ?? 50);
    const total = Math.min(found.length, 10_000);
    return {
      items: found.slice(start, end),
      cursor: end < found.length ? String(end) : null,
      total,
      total_capped: found.length > total
    };
  }

  private _overview(rows: Experiment[]): unknown {
    const running = (of: Experiment[]): number =>
      of.filter(row => row.state === 'RUNNING').length;
    return {
      total: rows.length,
      mine: rows.filter(row => row.user === this.me).length,
      running: running(rows),
      people: fakeMembers().map(({ handle, display_name, runs }) => {
        const own = rows.filter(row => row.user === handle);
        return {
          handle,
          display_name,
          runs,
          running: running(own)
        };
      }),
      session: 's1'
    };
  }
}

function level(
  found: IFakeExperiment,
  place: string,
  prefix: string
): IPage<Entry> {
  const entries = new Map<string, Entry>();
  const start = prefix ? `${prefix}/` : '';
  for (const [path, file] of found.files) {
    if (!path.startsWith(start)) {
      continue;
    }
    const [name = '', ...below] = path.slice(start.length).split('/');
    const address = `${place}/${start}${name}`;
    const before = entries.get(name);
    const asset = {
      path,
      size: file.size,
      digest: 'blake3:4c1e77ab31f0cc559a02',
      modified: NOW - 40,
      captured: NOW - 40,
      uri: '',
      revision: 1,
      media_type: file.mediaType,
      note: '',
      kind: 'file' as const,
      link: '',
      version_id: '',
      etag: '',
      checksum: '',
      sha256: ''
    };
    entries.set(
      name,
      below.length > 0
        ? {
            name,
            address,
            kind: 'folder',
            size: (before?.size ?? 0) + file.size,
            count: (before?.count ?? 0) + 1,
            modified: NOW,
            asset: null
          }
        : {
            name,
            address,
            kind: 'file',
            size: file.size,
            count: 1,
            modified: NOW,
            asset
          }
    );
  }
  const items = [...entries.values()].sort(
    (one, other) =>
      other.kind.localeCompare(one.kind) || one.name.localeCompare(other.name)
  );
  return { items, cursor: null, total: items.length, total_capped: false };
}

function notFound(address: string): SourceError {
  return new SourceError(
    newProblem(
      'not-found',
      `nothing stands at ${address}`,
      address,
      'list it with ls'
    ),
    404
  );
}
