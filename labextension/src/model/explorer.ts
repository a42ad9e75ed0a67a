import { experimentOf, shortOf, versionOf } from '../addresses';
import type { IDisposable, ISource, LiveState } from '../source/source';
import { ArtifactsModel } from './artifacts';
import { DetailsModel } from './details';
import { LinksModel } from './links';
import type { Overview, Role, Team } from './nouns';
import type { IExplorerOptions } from './options';
import { PlotsModel } from './plots';
import { RunsModel } from './runs';
import { SelectionModel } from './selection';
import { Store } from './store';
import { Throttle } from './throttle';
import { TransfersModel } from './transfers';

/** The parts of the explorer. */
export type ExplorerView = 'runs' | 'artifacts';

/** Who looks, at what, and how. */
export interface IExplorerState {
  readonly view: ExplorerView;
  /** Handle of who looks; "" until it is known. */
  readonly me: string;
  readonly role: Role;
  /** The session downloads go to; "" for none. */
  readonly session: string;
  readonly live: LiveState;
}

/** The first runs are plotted when nobody chose any. */
const FIRST_PLOTTED = 6;
const WHO_EVERY = 2000;

/** The run explorer: table, plots and details over one source. */
export class ExplorerModel extends Store<IExplorerState> {
  constructor(options: IExplorerOptions) {
    const { source, selected } = options;
    super({
      view: 'runs',
      me: '',
      role: 'viewer',
      session: '',
      live: source.state
    });
    this.source = source;
    this.runs = this.own(
      new RunsModel(source, {
        query: options.query ?? '',
        sort: options.sort ?? '-started',
        columns: options.columns ?? null
      })
    );
    this.selection = this.own(new SelectionModel(source, selected));
    this.plots = this.own(new PlotsModel(source));
    this.details = this.own(new DetailsModel(source));
    this.artifacts = this.own(new ArtifactsModel(source));
    this.transfers = this.own(new TransfersModel(source));
    this.links = this.own(new LinksModel(source));
    this._chosen = selected !== undefined && selected.length > 0;
    this.own(
      source.onState(live => {
        this.set({ live });
      })
    );
    this.own(
      listening(this.runs.subscribe, () => {
        this._rowsCame();
      })
    );
    this.own(
      listening(this.selection.subscribe, () => {
        this._selectionCame();
      })
    );
    this._selectionCame();
    this._who = this.own(new Throttle(() => this._readWho(), WHO_EVERY));
    this.own(
      source.watch(event => {
        if (event === null || event.kind === 'member') {
          this._who.ask(); // a role may have changed
        }
      })
    );
    void this._readWho();
  }

  readonly source: ISource;
  readonly runs: RunsModel;
  readonly selection: SelectionModel;
  readonly plots: PlotsModel;
  readonly details: DetailsModel;
  readonly artifacts: ArtifactsModel;
  readonly transfers: TransfersModel;
  readonly links: LinksModel;

  /** Show the runs, or the artifacts. */
  setView(view: ExplorerView): void {
    this.set({ view });
    if (view === 'artifacts') {
      this.artifacts.open();
    }
  }

  /** Look at an artifact, a version, or an experiment; returns whether it can. */
  open(address: string): boolean {
    const experiment = experimentOf(address);
    const version = versionOf(address);
    const artifact = /^artifacts\/([^/]+)$/.exec(address)?.[1];
    if (experiment) {
      this.setView('runs');
      this.selection.focus(shortOf(experiment));
    } else if (version) {
      this.artifacts.choose(version.artifact, version.version);
      this.setView('artifacts');
    } else if (artifact) {
      this.artifacts.choose(artifact);
      this.setView('artifacts');
    }
    return Boolean(experiment ?? version ?? artifact);
  }

  /** What is plotted because nobody chose anything yet. */
  get suggested(): readonly string[] {
    return this._suggested;
  }

  /** Return whether who looks may change what `owner` owns, or why not. */
  mayChange(owner: string): 'yes' | 'viewer' | 'theirs' | 'reads-only' {
    if (this.source.kind === 'comm') {
      return 'reads-only';
    }
    if (this.state.role === 'viewer') {
      return 'viewer';
    }
    return owner === this.state.me ? 'yes' : 'theirs';
  }

  private _rowsCame(): void {
    const { rows, loaded } = this.runs.state;
    if (rows === this._rows) {
      return;
    }
    this._rows = rows;
    const first = loaded && !this._chosen;
    this.selection.learn(rows);
    if (first && rows.length > 0) {
      this._chosen = true;
      const logged = rows.filter(
        row => Object.keys(row.summary_metrics).length > 0
      );
      // A run that diverged would flatten all the others.
      const sound = logged.filter(row => row.state !== 'ERRORED');
      this._suggested = (sound.length > 0 ? sound : logged)
        .slice(0, FIRST_PLOTTED)
        .map(row => row.address);
      this.selection.select(this._suggested);
      this.selection.focus((logged[0] ?? rows[0])?.address ?? '');
    }
    this.selection.learn(rows);
  }

  private _selectionCame(): void {
    const { selected, slots, known, focused } = this.selection.state;
    const plotted = selected.flatMap(address => {
      const experiment = known.get(address);
      const slot = slots.get(address) ?? 0;
      return experiment ? [{ experiment, slot }] : [];
    });
    const before = this.plots.state.plotted;
    const same =
      plotted.length === before.length &&
      plotted.every(
        (one, index) =>
          one.experiment === before[index]?.experiment &&
          one.slot === before[index].slot
      );
    if (!same) {
      this.plots.show(plotted);
    }
    this.details.show(focused);
    if ([...selected, focused].some(one => one && !known.has(one))) {
      this.selection.learn(this.runs.state.rows);
    }
  }

  private async _readWho(): Promise<void> {
    await this.attempt(
      async () => {
        const [team, overview] = await Promise.all([
          this.source.get<Team>('teams'),
          this.source.get<Overview>('overview')
        ]);
        const mine = team.members.find(one => one.handle === team.me);
        this.set({
          me: team.me,
          role: mine?.role ?? 'viewer',
          session: overview.session
        });
      },
      failed => {
        // The table says what keeps the server from answering; until it does,
        // nobody may change anything.
        if (failed.code === 'unreachable') {
          this._who.ask();
        }
      }
    );
  }

  private readonly _who: Throttle;
  private _chosen: boolean;
  private _suggested: readonly string[] = [];
  private _rows: readonly unknown[] | null = null;
}

function listening(
  subscribe: (listener: () => void) => () => void,
  listener: () => void
): IDisposable {
  return { dispose: subscribe(listener) };
}
