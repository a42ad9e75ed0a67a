import { routeOf } from '../addresses';
import type { ISource } from '../source/source';
import type {
  Artifact,
  Attachment,
  Datastore,
  IPage,
  Overview,
  Problem,
  Session,
  Team
} from './nouns';
import type { IModelOptions } from './options';
import { Store } from './store';
import { Throttle } from './throttle';
import { TransfersModel } from './transfers';

/** What the side bar shows. */
export interface ISidebarState {
  readonly overview: Overview | null;
  /** The first artifacts by name, and how many there are. */
  readonly artifacts: IPage<Artifact> | null;
  readonly datastores: readonly Datastore[] | null;
  readonly sessions: readonly Session[] | null;
  readonly team: Team | null;
  readonly failed: Problem | null;
  /** Addresses that are being attached or detached right now. */
  readonly busy: ReadonlySet<string>;
}

const REFRESH_EVERY = 1000;
/** The rest is in the explorer. */
const MOST_ARTIFACTS = 5;

/** The team at a glance: runs, datastores, sessions, people, transfers. */
export class SidebarModel extends Store<ISidebarState> {
  constructor(options: IModelOptions) {
    super({
      overview: null,
      artifacts: null,
      datastores: null,
      sessions: null,
      team: null,
      failed: null,
      busy: new Set()
    });
    this.source = options.source;
    this.transfers = this.own(new TransfersModel(options.source));
    this._refresh = this.own(new Throttle(() => this._read(), REFRESH_EVERY));
    this.own(
      this.source.watch(event => {
        const kinds = [
          'run',
          'experiment',
          'artifact',
          'datastore',
          'session',
          'member'
        ];
        if (event === null || kinds.includes(event.kind)) {
          this._refresh.ask();
        }
      })
    );
    void this._read();
  }

  readonly source: ISource;
  readonly transfers: TransfersModel;

  /** The session of this page; undefined when it is in none. */
  get session(): Session | undefined {
    const { overview, sessions } = this.state;
    return sessions?.find(one => one.id === overview?.session);
  }

  /** Let code of this session open a datastore's version. */
  attach(address: string): Promise<Attachment> {
    const session = this.state.overview?.session ?? '';
    return this._change(address, () =>
      this.source.post<Attachment>(routeOf(`sessions/${session}/attachments`), {
        address
      })
    );
  }

  /** Take an attached datastore away from this session. */
  detach(address: string): Promise<unknown> {
    const session = this.state.overview?.session ?? '';
    const below = address.replace(/^datastores\//, '');
    return this._change(address, () =>
      this.source.delete(routeOf(`sessions/${session}/attachments/${below}`))
    );
  }

  /** Make a datastore of a folder on the server's machine. */
  create(name: string, folder: string): Promise<Datastore> {
    return this._change(name, () =>
      this.source.post<Datastore>('datastores', { name, source: folder })
    );
  }

  /** Read again after a failure. */
  retry(): Promise<void> {
    return this._read();
  }

  private async _change<T>(
    address: string,
    work: () => Promise<T>
  ): Promise<T> {
    this.set({ busy: new Set(this.state.busy).add(address) });
    try {
      return await work();
    } finally {
      const busy = new Set(this.state.busy);
      busy.delete(address);
      this.set({ busy });
      this._refresh.ask();
    }
  }

  private async _read(): Promise<void> {
    const { source } = this;
    await this.attempt(
      async () => {
        const [overview, artifacts, datastores, sessions, team] =
          await Promise.all([
            source.get<Overview>('overview'),
            source.get<IPage<Artifact>>('artifacts', { limit: MOST_ARTIFACTS }),
            source.get<Datastore[]>('datastores'),
            source.get<Session[]>('sessions'),
            source.get<Team>('teams')
          ]);
        this.set({
          overview,
          artifacts,
          datastores,
          sessions,
          team,
          failed: null
        });
      },
      failed => {
        this.set({ failed });
      }
    );
  }

  private readonly _refresh: Throttle;
}
