import { routeOf } from '../addresses';
import type { ISource } from '../source/source';
import { AnswerModel } from './answer';
import { ListingModel } from './listing';
import type {
  Artifact,
  ArtifactDiff,
  ArtifactVersion,
  Lineage,
  Problem
} from './nouns';
import { Store } from './store';
import { VersionModel } from './version';

/** What is shown of an artifact beside the version that is looked at. */
export type ArtifactTab = 'versions' | 'lineage' | 'changes';

/** One artifact, and which version of it is looked at. */
export interface IArtifactState {
  /** Its name; "" for none. */
  readonly name: string;
  readonly artifact: Artifact | null;
  readonly failed: Problem | null;
  readonly tab: ArtifactTab;
  /** The version that is looked at, e.g. "v3"; "" until it is known. */
  readonly version: string;
  /** The version it is compared with; "" for the one before it. */
  readonly against: string;
}

/** One artifact: its versions, where they come from, and what changed. */
export class ArtifactModel extends Store<IArtifactState> {
  constructor(source: ISource) {
    super({
      name: '',
      artifact: null,
      failed: null,
      tab: 'versions',
      version: '',
      against: ''
    });
    this._source = source;
    this.versions = this.own(new ListingModel<ArtifactVersion>(source));
    this.version = this.own(new VersionModel(source));
    this.lineage = this.own(new AnswerModel<Lineage>(source));
    this.diff = this.own(new AnswerModel<ArtifactDiff>(source));
    const stop = this.versions.subscribe(() => {
      this._versionsCame();
    });
    this.own({ dispose: stop });
    const leave = this.version.subscribe(() => {
      this._versionCame();
    });
    this.own({ dispose: leave });
  }

  /** Its versions, newest first. */
  readonly versions: ListingModel<ArtifactVersion>;
  /** The version that is looked at. */
  readonly version: VersionModel;
  readonly lineage: AnswerModel<Lineage>;
  readonly diff: AnswerModel<ArtifactDiff>;

  /** Show an artifact: this version of it, else its newest. */
  show(name: string, version = ''): void {
    const other = name !== this.state.name;
    if (other) {
      this.set({
        name,
        artifact: null,
        failed: null,
        version: '',
        against: ''
      });
      this.version.show('', '');
      void this.versions.show(name && routeOf(`versions/${name}`));
      void this._read();
    }
    if (version) {
      this.choose(version);
    }
  }

  /** Look at a version. */
  choose(version: string): void {
    const { name, against } = this.state;
    this.set({ version, against: against === version ? '' : against });
    this.version.show(name, version);
    this._ask();
  }

  /** Show another part. */
  setTab(tab: ArtifactTab): void {
    this.set({ tab });
    this._ask();
  }

  /** Compare with another version; "" for the one before. */
  compare(against: string): void {
    this.set({ against });
    this._ask();
  }

  /** What the version is compared with: what was chosen, else the one before. */
  get before(): string {
    const { version, against } = this.state;
    const { rows } = this.versions.state;
    const at = rows.findIndex(one => one.version === version);
    return against || (at < 0 ? '' : (rows[at + 1]?.version ?? ''));
  }

  /** Look at another version than one that was deleted. */
  leave(address: string): void {
    const { name, version } = this.state;
    if (address === `${name}@${version}`) {
      this.set({ version: '' });
      this.version.show('', '');
    }
  }

  /** Read again what may have changed. */
  async refresh(): Promise<void> {
    if (this.state.name) {
      await Promise.all([
        this._read(),
        this.versions.refresh(),
        this.lineage.retry()
      ]);
      this._ask();
    }
  }

  private _versionsCame(): void {
    const { rows, loading } = this.versions.state;
    const { version } = this.state;
    const [newest] = rows;
    if (!version && newest && !loading) {
      this.choose(newest.version);
      return;
    }
    const known = rows.find(one => one.version === version);
    if (known) {
      this.version.learn(known);
    }
    if (this.state.tab === 'changes') {
      this._ask();
    }
  }

  /** Call it by its number where it was asked for by an alias. */
  private _versionCame(): void {
    const { address, version: found } = this.version.state;
    const { name, version } = this.state;
    if (
      found &&
      address === `${name}@${version}` &&
      found.version !== version
    ) {
      this.choose(found.version);
    }
  }

  /** Ask for what the open tab shows. */
  private _ask(): void {
    const { name, version, tab } = this.state;
    const place = `versions/${name}/${version}`;
    void this.lineage.ask(
      tab === 'lineage' && version ? routeOf(`${place}/lineage`) : ''
    );
    const { before } = this;
    void this.diff.ask(
      tab === 'changes' && version && before
        ? routeOf(`versions/${name}/${before}/diff/${version}`)
        : ''
    );
  }

  private async _read(): Promise<void> {
    const { name } = this.state;
    if (!name) {
      return;
    }
    await this.attempt(
      async () => {
        const route = routeOf(`artifacts/${name}`);
        const { signal } = this;
        const artifact = await this._source.get<Artifact>(
          route,
          {},
          { signal }
        );
        if (name === this.state.name) {
          this.set({ artifact, failed: null });
        }
      },
      failed => {
        if (name === this.state.name) {
          this.set({ failed });
        }
      }
    );
  }

  private readonly _source: ISource;
}
