import { routeOf } from '../addresses';
import type { ISource } from '../source/source';
import type { Entry, IPage, Problem } from './nouns';
import { Store } from './store';

/** One folder that was opened. */
export interface IFolder {
  readonly entries: readonly Entry[];
  /** Whether more entries follow than are here. */
  readonly more: boolean;
  readonly loading: boolean;
  readonly failed: Problem | null;
}

/** A tree of files, as far as it was opened. */
export interface ITreeState {
  /** By the folder's path; "" is the top. */
  readonly folders: ReadonlyMap<string, IFolder>;
  /** Paths of the folders that stand open. */
  readonly open: ReadonlySet<string>;
  /** The entry that is looked at. */
  readonly chosen: Entry | null;
}

const EMPTY: IFolder = {
  entries: [],
  more: false,
  loading: true,
  failed: null
};
const LEVEL = 500;
/** The server gives no more at once. */
const MOST = 1000;

/** The files below one address, read folder by folder. */
export class TreeModel extends Store<ITreeState> {
  /**
   * @param source where from.
   * @param address whose files, e.g. "runs/alice/mnist/exp0/files".
   */
  constructor(source: ISource, address: string) {
    super({ folders: new Map(), open: new Set(['']), chosen: null });
    this._source = source;
    this.address = address;
    void this._read('');
  }

  /** Whose files these are. */
  readonly address: string;

  /** Return an entry's path below `address`. */
  pathOf(entry: Entry): string {
    return entry.address.slice(this.address.length + 1);
  }

  /** Open a folder, or close it. */
  toggle(path: string): void {
    const open = new Set(this.state.open);
    if (!open.delete(path)) {
      open.add(path);
      void this._read(path);
    }
    this.set({ open });
  }

  /** Look at an entry. */
  choose(entry: Entry | null): void {
    this.set({ chosen: entry });
  }

  /** Read the next entries of a folder. */
  more(path: string): void {
    const cursor = this._cursors.get(path) ?? null;
    if (cursor !== null && !this.state.folders.get(path)?.loading) {
      void this._read(path, cursor);
    }
  }

  /** Read every open folder again. */
  async refresh(): Promise<void> {
    await Promise.all([...this.state.open].map(path => this._read(path)));
  }

  private async _read(
    path: string,
    cursor: string | null = null
  ): Promise<void> {
    const turn = (this._turns.get(path) ?? 0) + 1;
    this._turns.set(path, turn);
    const before = this.state.folders.get(path) ?? EMPTY;
    // Read again, a folder keeps as many entries as it had.
    const limit =
      cursor === null
        ? Math.min(MOST, Math.max(LEVEL, before.entries.length))
        : LEVEL;
    this._put(path, { ...before, loading: true, failed: null });
    await this.attempt(
      async () => {
        const page = await this._source.get<IPage<Entry>>(
          routeOf(this.address),
          {
            prefix: path || undefined,
            limit,
            cursor: cursor ?? undefined
          },
          { signal: this.signal }
        );
        if (turn !== this._turns.get(path)) {
          return; // asked again meanwhile
        }
        this._cursors.set(path, page.cursor);
        this._put(path, {
          entries:
            cursor === null ? page.items : [...before.entries, ...page.items],
          more: page.cursor !== null,
          loading: false,
          failed: null
        });
      },
      failed => {
        if (turn === this._turns.get(path)) {
          this._put(path, { ...before, loading: false, failed });
        }
      }
    );
  }

  private _put(path: string, folder: IFolder): void {
    this.set({ folders: new Map(this.state.folders).set(path, folder) });
  }

  private readonly _turns = new Map<string, number>();
  private readonly _cursors = new Map<string, string | null>();
  private readonly _source: ISource;
}
