import { routeOf } from '../addresses';
import type { ISource } from '../source/source';
import type { Overwrite, Plan, Problem, TeamEvent, Transfer } from './nouns';
import { Store } from './store';
import { Throttle } from './throttle';

/** What to download, and where to. */
export interface IDownload {
  readonly address: string;
  /** Target folder below the session's root; "" for one of the address's own. */
  readonly to: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly overwrite: Overwrite;
}

/** The downloads that this session carries out. */
export interface ITransfersState {
  /** Newest first. */
  readonly transfers: readonly Transfer[];
  readonly loaded: boolean;
  readonly failed: Problem | null;
}

const READ_EVERY = 400;
const MOVING_EVERY = 1000;

/** Downloads into the session: plans, progress, receipts. */
export class TransfersModel extends Store<ITransfersState> {
  constructor(source: ISource) {
    super({ transfers: [], loaded: false, failed: null });
    this._source = source;
    this._reading = this.own(new Throttle(() => this._read(), READ_EVERY));
    this._waiting = this.own(new Throttle(() => this._read(), MOVING_EVERY));
    this.own(
      source.watch((event: TeamEvent | null) => {
        if (event === null || event.kind === 'transfer') {
          this._reading.ask();
        }
      })
    );
    this._reading.ask();
  }

  /** Return what a download will do; nothing moves. */
  plan(download: IDownload): Promise<Plan> {
    return this._source.post<Plan>('transfers/plan', download);
  }

  /** Download into the session; resolves once it has begun. */
  async start(download: IDownload): Promise<Transfer> {
    const begun = await this._source.post<Transfer>('transfers', download);
    const others = this.state.transfers.filter(one => one.id !== begun.id);
    this.set({ transfers: [begun, ...others] });
    this._reading.ask();
    return begun;
  }

  /**
   * Stop a download; what was verified stays where it can be resumed from. Where
   * others asked for it too, it goes on for them.
   */
  async cancel(id: string): Promise<Transfer> {
    const route = routeOf(`transfers/${id}`);
    const left = await this._source.delete<Transfer>(route);
    this._reading.ask();
    return left;
  }

  private async _read(): Promise<void> {
    await this.attempt(
      async () => {
        const transfers = await this._source.get<Transfer[]>('transfers');
        transfers.sort((one, other) => other.started - one.started);
        this.set({ transfers, loaded: true, failed: null });
        if (transfers.some(isMoving)) {
          this._waiting.ask();
        }
      },
      failed => {
        this.set({ failed, loaded: true });
        if (this.state.transfers.some(isMoving)) {
          this._waiting.ask();
        }
      }
    );
  }

  private readonly _reading: Throttle;
  private readonly _waiting: Throttle;
  private readonly _source: ISource;
}

function isMoving(transfer: Transfer): boolean {
  return transfer.state === 'moving' || transfer.state === 'queued';
}
