import { experimentOf, spoken, treeOf } from '../addresses';
import type { ISource } from '../source/source';
import { problemOf } from '../source/source';
import type { Overview, Overwrite, Plan, Problem, Transfer } from './nouns';
import type { IDownloaderOptions } from './options';
import { Store } from './store';
import { Throttle } from './throttle';
import { TransfersModel, type IDownload } from './transfers';
import { TreeModel } from './tree';

/** What a downloader shows. */
export interface IDownloaderState {
  readonly address: string;
  /** Below the session's root; "" for a folder of the address's own. */
  readonly to: string;
  readonly include: string;
  readonly exclude: string;
  readonly overwrite: Overwrite;
  /** Paths ticked in the tree; none means everything. */
  readonly ticked: ReadonlySet<string>;
  /** What would happen; null until it is known. */
  readonly plan: Plan | null;
  readonly planning: boolean;
  readonly failed: Problem | null;
  /** The download that was begun; null before. */
  readonly transfer: Transfer | null;
  /** The session downloads go to; "" for none. */
  readonly session: string;
}

const PLAN_AFTER = 250;

/** One address to download: what of it, where to, and what then happens. */
export class DownloaderModel extends Store<IDownloaderState> {
  constructor(options: IDownloaderOptions) {
    super({
      address: options.address,
      to: options.to ?? '',
      include: '',
      exclude: '',
      overwrite: 'error',
      ticked: new Set(),
      plan: null,
      planning: true,
      failed: null,
      transfer: null,
      session: ''
    });
    this.source = options.source;
    this.tree = this.own(
      new TreeModel(options.source, filesAt(options.address))
    );
    this.transfers = this.own(new TransfersModel(options.source));
    this._planning = this.own(new Throttle(() => this._plan(), PLAN_AFTER));
    const stop = this.transfers.subscribe(() => {
      this._transfersCame();
    });
    this.own({ dispose: stop });
    this._planning.ask();
    void this._readSession();
  }

  readonly source: ISource;
  readonly tree: TreeModel;
  readonly transfers: TransfersModel;

  /** The address as people say it. */
  get title(): string {
    return spoken(this.state.address);
  }

  /** Change what, where to, or how; the plan follows. */
  change(
    part: Partial<
      Pick<IDownloaderState, 'to' | 'include' | 'exclude' | 'overwrite'>
    >
  ): void {
    this.set({ ...part, transfer: null });
    this._replan();
  }

  /** Tick a path of the tree, or take its tick away. */
  tick(path: string): void {
    const ticked = new Set(this.state.ticked);
    if (!ticked.delete(path)) {
      ticked.add(path);
    }
    this.set({ ticked, transfer: null });
    this._replan();
  }

  /** Read the plan again. */
  retry(): void {
    this._replan();
  }

  /** Begin to download. */
  async start(): Promise<void> {
    try {
      const transfer = await this.transfers.start(this._download());
      this.set({ transfer, failed: null });
    } catch (error) {
      this.set({ failed: problemOf(error) });
    }
  }

  /** Stop what was begun. */
  async cancel(): Promise<void> {
    const { transfer } = this.state;
    if (transfer) {
      const left = await this.transfers.cancel(transfer.id);
      if (left.ended === null && left.askers.length > 0) {
        this.set({ transfer: null }); // it is others' now
      }
    }
  }

  private _download(): IDownload {
    const { address, to, include, exclude, overwrite, ticked } = this.state;
    const folders = new Set(
      [...this.tree.state.folders.values()].flatMap(folder =>
        folder.entries
          .filter(entry => entry.kind === 'folder')
          .map(entry => this.tree.pathOf(entry))
      )
    );
    const chosen = [...ticked].map(path =>
      folders.has(path) ? `${exactly(path)}/**` : exactly(path)
    );
    return {
      address,
      to,
      include: [...patterns(include), ...chosen],
      exclude: patterns(exclude),
      overwrite
    };
  }

  private _replan(): void {
    this._turn += 1;
    this.set({ planning: true, failed: null });
    this._planning.ask();
  }

  private async _plan(): Promise<void> {
    const turn = this._turn;
    await this.attempt(
      async () => {
        const plan = await this.transfers.plan(this._download());
        if (turn === this._turn) {
          this.set({ plan, planning: false, failed: null });
        }
      },
      failed => {
        if (turn === this._turn) {
          this.set({ failed, planning: false, plan: null });
        }
      }
    );
  }

  private async _readSession(): Promise<void> {
    await this.attempt(
      async () => {
        const overview = await this.source.get<Overview>('overview');
        this.set({ session: overview.session });
      },
      failed => {
        this.set({ failed });
      }
    );
  }

  private _transfersCame(): void {
    const mine = this.transfers.state.transfers.find(
      one => one.id === this.state.transfer?.id
    );
    if (mine && mine !== this.state.transfer) {
      const ended = mine.ended !== null && this.state.transfer?.ended === null;
      this.set({ transfer: mine });
      if (ended) {
        this._planning.ask();
      }
    }
  }

  /** Counts the choices: a plan of an earlier one is no longer true. */
  private _turn = 0;
  private readonly _planning: Throttle;
}

/** Return where the files of an address are listed. */
function filesAt(address: string): string {
  const name = experimentOf(address);
  if (!name) {
    return address;
  }
  const tree = treeOf(name);
  return address === tree || !address.startsWith('runs/')
    ? `${tree}/files`
    : address;
}

function patterns(text: string): string[] {
  return text.split(/[\n,]/).flatMap(one => one.trim() || []);
}

/** Return the pattern that matches this path only, whatever is in its name. */
function exactly(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}
