import { experimentOf, shortOf } from '../addresses';
import type { IPoints, ISeriesName, ISource } from '../source/source';
import { metricsOf, newCard, type ICard, type IPlotted } from './cards';
import type { Problem, TeamEvent } from './nouns';

import { Store } from './store';
import { Throttle } from './throttle';

export type { ICard, IPlotted, XAxis } from './cards';

/** Steps that are looked at; null for all. */
export interface IZoom {
  readonly first: number;
  readonly last: number;
}

/** The plots of the selected runs. */
export interface IPlotsState {
  readonly cards: readonly ICard[];
  /** The metric of the card that is shown large; "" for none. */
  readonly expanded: string;
  readonly zoom: IZoom | null;
  readonly plotted: readonly IPlotted[];
  /** Points by `pointsKey`; those of a metric a run lacks are missing. */
  readonly points: ReadonlyMap<string, IPoints>;
  readonly loading: boolean;
  readonly failed: Problem | null;
}

/** A series that is to be read. */
interface IWanted {
  readonly key: string;
  readonly name: ISeriesName;
  /** Most points of it. */
  readonly limit: number;
}

const LIMIT = 2000;
/** A series of no more points than this comes whole. */
const WHOLE = 5000;
const READ_EVERY = 60;
const LIVE_EVERY = 500;
const FIRST_CARDS = 4;

/** Return the key of `IPlotsState.points`. */
export function pointsKey(address: string, metric: string): string {
  return `${address} ${metric}`;
}

/** Points of the selected runs' metrics, read anew when they grow. */
export class PlotsModel extends Store<IPlotsState> {
  constructor(source: ISource, metrics?: readonly string[]) {
    super({
      cards: (metrics ?? []).map(newCard),
      expanded: '',
      zoom: null,
      plotted: [],
      points: new Map(),
      loading: false,
      failed: null
    });
    this._source = source;
    this._chosen = metrics !== undefined;
    this._reading = this.own(new Throttle(() => this._read(), READ_EVERY));
    this._growing = this.own(new Throttle(() => this._readGrown(), LIVE_EVERY));
    this.own(
      source.watch(event => {
        this._noticed(event);
      })
    );
  }

  /** Metrics of the plotted runs that have no card, those most have first. */
  get offered(): string[] {
    const shown = new Set(this.state.cards.map(card => card.metric));
    return metricsOf(this.state.plotted).filter(metric => !shown.has(metric));
  }

  /** Plot these runs. */
  show(plotted: readonly IPlotted[]): void {
    this.set({ plotted });
    if (!this._chosen && this.state.cards.length === 0) {
      const first = metricsOf(plotted).slice(0, FIRST_CARDS);
      this.set({ cards: first.map(newCard) });
    }
    this._reading.ask();
  }

  /** Add a plot of a metric. */
  add(metric: string): void {
    this._chosen = true;
    this.set({ cards: [...this.state.cards, newCard(metric)] });
    this._reading.ask();
  }

  /** Take a metric's plot away. */
  remove(metric: string): void {
    this._chosen = true;
    this.set({ cards: this.state.cards.filter(one => one.metric !== metric) });
  }

  /** Change how one metric is drawn. */
  change(metric: string, part: Partial<ICard>): void {
    this.set({
      cards: this.state.cards.map(card =>
        card.metric === metric ? { ...card, ...part } : card
      )
    });
  }

  /** Show one plot large; "" for all of them. */
  expand(metric: string): void {
    this.set({ expanded: metric });
  }

  /** Look at a range of steps more closely; null for all. */
  zoomTo(zoom: IZoom | null): void {
    this.set({ zoom });
    this._forget();
    this._reading.ask();
  }

  /** Read again after a failure. */
  retry(): void {
    this.set({ failed: null });
    this._reading.ask();
  }

  private _noticed(event: TeamEvent | null): void {
    if (event === null) {
      this._gone.clear();
      this._forget();
      this._reading.ask();
      return;
    }
    const name = experimentOf(event.address);
    if (name && (event.kind === 'metrics' || event.kind === 'experiment')) {
      const address = shortOf(name);
      if (this.state.plotted.some(one => one.experiment.address === address)) {
        this._grown.add(address);
        this._growing.ask();
      }
    }
  }

  /** Let every series be read again; what is drawn stays until it is. */
  private _forget(): void {
    this._turn += 1;
    this._have.clear();
  }

  private async _readGrown(): Promise<void> {
    await this._read(() => {
      const prefixes = [...this._grown].map(address => pointsKey(address, ''));
      this._grown.clear();
      for (const key of [...this._have]) {
        if (prefixes.some(prefix => key.startsWith(prefix))) {
          this._have.delete(key);
        }
      }
    });
  }

  /** One reading at a time: an older answer never comes after a newer one. */
  private _read(before?: () => void): Promise<void> {
    this._under = this._under.then(() => {
      before?.();
      return this._readWanted();
    });
    return this._under;
  }

  private async _readWanted(): Promise<void> {
    const wanted = this._wanted();
    if (wanted.length === 0) {
      return;
    }
    const { zoom } = this.state;
    const turn = this._turn;
    this.set({ loading: true });
    await this.attempt(
      async () => {
        const ask = async (limit: number): Promise<void> => {
          const asked = wanted.filter(one => one.limit === limit);
          if (asked.length === 0) {
            return;
          }
          const found = await this._source.points(
            {
              series: asked.map(one => one.name),
              limit,
              ...(zoom ? { first: zoom.first, last: zoom.last } : {})
            },
            { signal: this.signal }
          );
          if (zoom === this.state.zoom) {
            this._take(asked, found);
          }
        };
        await Promise.all([ask(WHOLE), ask(LIMIT)]);
      },
      failed => {
        if (!this._withoutGone(failed)) {
          this.set({ failed, loading: false });
        }
      }
    );
    if (turn !== this._turn) {
      // What was to be read again was already on its way: it may be old.
      this._have.clear();
      this._reading.ask();
    }
  }

  /** Leave out a run that somebody deleted, so that the others stay drawn. */
  private _withoutGone(failed: Problem): boolean {
    const name = experimentOf(failed.address);
    const address = name ? shortOf(name) : '';
    const ours = this.state.plotted.some(
      one => one.experiment.address === address
    );
    if (failed.code !== 'not-found' || !ours || this._gone.has(address)) {
      return false;
    }
    this._gone.add(address);
    this._reading.ask();
    return true;
  }

  private _wanted(): IWanted[] {
    const { cards, plotted } = this.state;
    return cards.flatMap(({ metric }) =>
      plotted.flatMap(({ experiment }) => {
        const key = pointsKey(experiment.address, metric);
        const dot = metric.indexOf('.');
        const name = {
          experiment: experiment.address,
          group: metric.slice(0, dot),
          name: metric.slice(dot + 1)
        };
        const count = experiment.summary_metrics[metric]?.count ?? 0;
        const limit = count <= WHOLE ? WHOLE : LIMIT;
        const has =
          Object.hasOwn(experiment.summary_metrics, metric) &&
          !this._gone.has(experiment.address);
        return has && !this._have.has(key) ? [{ key, name, limit }] : [];
      })
    );
  }

  private _take(
    wanted: readonly { key: string }[],
    found: readonly IPoints[]
  ): void {
    const plotted = new Set(
      this.state.plotted.map(one => one.experiment.address)
    );
    const points = new Map(
      [...this.state.points].filter(([key]) =>
        plotted.has(key.slice(0, key.indexOf(' ')))
      )
    );
    for (const [index, { key }] of wanted.entries()) {
      const one = found[index];
      if (one) {
        points.set(key, one);
        this._have.add(key);
      }
    }
    for (const key of [...this._have]) {
      if (!points.has(key)) {
        this._have.delete(key);
      }
    }
    this.set({ points, loading: false, failed: null });
  }

  private _chosen: boolean;
  /** Counts how often everything became old. */
  private _turn = 0;
  private _under: Promise<void> = Promise.resolve();
  private readonly _have = new Set<string>();
  private readonly _gone = new Set<string>();
  private readonly _grown = new Set<string>();
  private readonly _reading: Throttle;
  private readonly _growing: Throttle;
  private readonly _source: ISource;
}
