import { routeOf } from '../addresses';
import { problemOf, type ISource } from '../source/source';
import type { ArtifactVersion, Plan, Problem } from './nouns';
import { PreviewModel } from './preview';
import { Store } from './store';
import { TreeModel } from './tree';

/** What is shown of a version. */
export type VersionTab = 'files' | 'about';

/** What a version is called, and what is said of it. */
export interface ISaid {
  readonly description: string;
  /** All but `latest`, which moves by itself. */
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
}

/** One version of an artifact. */
export interface IVersionState {
  /** E.g. "my-model@v3"; "" for none. */
  readonly address: string;
  readonly version: ArtifactVersion | null;
  readonly failed: Problem | null;
  readonly tab: VersionTab;
  readonly tree: TreeModel | null;
  /** What is being asked before it is done. */
  readonly asking: 'nothing' | 'download' | 'edit' | 'delete';
  /** What a download would do; null until it is known. */
  readonly plan: Plan | null;
  /** Why the download, the change or the deletion was refused. */
  readonly refused: Problem | null;
}

const NOTHING = {
  version: null,
  failed: null,
  tree: null,
  asking: 'nothing',
  plan: null,
  refused: null
} as const;

/** One version of an artifact: its files, and what one can do with it. */
export class VersionModel extends Store<IVersionState> {
  constructor(source: ISource) {
    super({ ...NOTHING, address: '', tab: 'files' });
    this._source = source;
    this.preview = this.own(new PreviewModel(source));
  }

  /** The file that is looked at. */
  readonly preview: PreviewModel;

  /** Show a version; "" for none. */
  show(artifact: string, version: string): void {
    const address = version && `${artifact}@${version}`;
    if (address === this.state.address) {
      return;
    }
    this.state.tree?.dispose();
    this.preview.show(null);
    const place = `artifacts/${artifact}/${version}`;
    const tree = address ? new TreeModel(this._source, place) : null;
    this._route = routeOf(`versions/${artifact}/${version}`);
    this.set({ ...NOTHING, address, tree });
    void this._read();
  }

  /** Take over what a listing says of this version. */
  learn(version: ArtifactVersion): void {
    if (version.address === this.state.address) {
      this.set({ version });
    }
  }

  /** Show another part. */
  setTab(tab: VersionTab): void {
    this.set({ tab });
  }

  /** Ask before something is done, or no more. */
  ask(asking: IVersionState['asking']): void {
    this.set({ asking, plan: null, refused: null });
  }

  /** Ask what a download would do, by `plan`. */
  async planned(plan: (address: string) => Promise<Plan>): Promise<void> {
    this.ask('download');
    const { address } = this.state;
    try {
      const found = await plan(address);
      if (this._asks('download', address)) {
        this.set({ plan: found });
      }
    } catch (error) {
      if (this._asks('download', address)) {
        this.set({ refused: problemOf(error) });
      }
    }
  }

  /** Delete it for everyone; others' need a reason. Returns whether it is gone. */
  async delete(reason: string): Promise<boolean> {
    const { address } = this.state;
    this.set({ refused: null });
    try {
      await this._source.delete(this._route, reason ? { reason } : undefined);
      return true;
    } catch (error) {
      if (this._asks('delete', address)) {
        this.set({ refused: problemOf(error) });
      }
      return false;
    }
  }

  /**
   * Save what differs between `before` and `wanted`; what others changed meanwhile
   * stays. Returns whether all of it is saved.
   */
  async edit(before: ISaid, wanted: ISaid): Promise<boolean> {
    const { address } = this.state;
    this.set({ refused: null });
    try {
      await this._save(before, wanted);
      if (this._asks('edit', address)) {
        this.ask('nothing');
      }
      return true;
    } catch (error) {
      if (this._asks('edit', address)) {
        this.set({ refused: problemOf(error) });
      }
      return false;
    } finally {
      void this._read();
    }
  }

  /** Read again after a failure. */
  retry(): void {
    void this._read();
  }

  override dispose(): void {
    this.state.tree?.dispose();
    super.dispose();
  }

  private async _save(before: ISaid, wanted: ISaid): Promise<void> {
    const { version } = this.state;
    if (!version) {
      return;
    }
    const { artifact, version: named } = version;
    const tags = changesOf(before.tags, wanted.tags);
    const aliases = changesOf(before.aliases, wanted.aliases);
    const said = {
      ...(wanted.description === before.description
        ? {}
        : { description: wanted.description }),
      ...(tags.added.length + tags.removed.length > 0
        ? {
            // those of an earlier try that went half through are there already
            tags: [
              ...new Set([
                ...version.tags.filter(tag => !tags.removed.includes(tag)),
                ...tags.added
              ])
            ]
          }
        : {})
    };
    if (Object.keys(said).length > 0) {
      await this._source.patch(this._route, said);
    }
    for (const alias of aliases.added) {
      const route = routeOf(`artifacts/${artifact}/aliases/${alias}`);
      await this._source.put(route, { version: named });
    }
    for (const alias of aliases.removed) {
      if (version.aliases.includes(alias)) {
        await this._source.delete(
          routeOf(`artifacts/${artifact}/aliases/${alias}`)
        );
      }
    }
  }

  private _asks(what: IVersionState['asking'], address: string): boolean {
    return this.state.asking === what && this.state.address === address;
  }

  private async _read(): Promise<void> {
    const { address } = this.state;
    if (!address) {
      return;
    }
    this.set({ failed: null });
    await this.attempt(
      async () => {
        const { signal } = this;
        const version = await this._source.get<ArtifactVersion>(
          this._route,
          {},
          { signal }
        );
        if (address === this.state.address) {
          this.set({ version });
        }
      },
      failed => {
        if (address === this.state.address) {
          this.set({ failed });
        }
      }
    );
  }

  private _route = '';
  private readonly _source: ISource;
}

function changesOf(
  before: readonly string[],
  wanted: readonly string[]
): { added: string[]; removed: string[] } {
  return {
    added: wanted.filter(one => !before.includes(one)),
    removed: before.filter(one => !wanted.includes(one))
  };
}
