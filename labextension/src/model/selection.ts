import { experimentOf, routeOf, shortOf, spoken, treeOf } from '../addresses';
import type { ISource } from '../source/source';
import type { Experiment, TeamEvent } from './nouns';
import { Store } from './store';
import { Throttle } from './throttle';

/** Which experiments are plotted, and which one is looked at. */
export interface ISelectionState {
  /** Addresses of those that are plotted, in the order they were chosen. */
  readonly selected: readonly string[];
  /** Address of the one whose details are shown; "" for none. */
  readonly focused: string;
  /** Which colour each selected one has, from 0. */
  readonly slots: ReadonlyMap<string, number>;
  /** What is known of the selected and the focused ones, by address. */
  readonly known: ReadonlyMap<string, Experiment>;
}

const REFRESH_EVERY = 1000;

/** The chosen experiments. A colour stays with its experiment while it is chosen. */
export class SelectionModel extends Store<ISelectionState> {
  constructor(source: ISource, selected: readonly string[] = []) {
    super({ selected: [], focused: '', slots: new Map(), known: new Map() });
    this._source = source;
    this._refresh = this.own(new Throttle(() => this._read(), REFRESH_EVERY));
    this.own(
      source.watch(event => {
        this._noticed(event);
      })
    );
    this.select(selected);
  }

  /** Let these be the selected ones. */
  select(addresses: readonly string[]): void {
    const selected = [...new Set(addresses)];
    const slots = new Map<string, number>();
    for (const address of selected) {
      const before = this.state.slots.get(address);
      if (before !== undefined) {
        slots.set(address, before);
      }
    }
    const taken = new Set(slots.values());
    let slot = 0;
    for (const address of selected) {
      if (!slots.has(address)) {
        while (taken.has(slot)) {
          slot += 1;
        }
        taken.add(slot);
        slots.set(address, slot);
      }
    }
    this.set({ selected, slots });
    this._lookUp();
  }

  /** Select it, or take it out. */
  toggle(address: string): void {
    const { selected } = this.state;
    this.select(
      selected.includes(address)
        ? selected.filter(one => one !== address)
        : [...selected, address]
    );
  }

  /** Select these too. */
  add(addresses: readonly string[]): void {
    this.select([...this.state.selected, ...addresses]);
  }

  /** Show the details of this one. */
  focus(address: string): void {
    if (address !== this.state.focused) {
      this.set({ focused: address });
      this._lookUp();
    }
  }

  /** Take what is known of experiments from rows that were read anyway. */
  learn(rows: readonly Experiment[]): void {
    const wanted = new Set([...this.state.selected, this.state.focused]);
    const news = rows.filter(
      row =>
        wanted.has(row.address) && this.state.known.get(row.address) !== row
    );
    if (news.length > 0) {
      const known = new Map(this.state.known);
      for (const row of news) {
        known.set(row.address, row);
      }
      this.set({ known });
    }
  }

  /** Let go of what somebody deleted. */
  private _drop(gone: (address: string) => boolean): void {
    const { selected, focused } = this.state;
    if (gone(focused)) {
      this.focus('');
    }
    if (selected.some(gone)) {
      this.select(selected.filter(one => !gone(one)));
    }
  }

  private _noticed(event: TeamEvent | null): void {
    const { selected, focused } = this.state;
    if (event?.kind === 'run' && event.change === 'deleted') {
      const run = spoken(event.address);
      this._drop(address => {
        const name = experimentOf(address);
        return name !== null && `${name.user}:${name.run}` === run;
      });
      return;
    }
    const name = event && experimentOf(event.address);
    const address = name ? shortOf(name) : '';
    if (event === null) {
      this._stale = new Set([...selected, focused]);
    } else if (address === focused || selected.includes(address)) {
      this._stale.add(address);
    } else {
      return;
    }
    this._refresh.ask();
  }

  private _lookUp(): void {
    const { selected, focused, known } = this.state;
    for (const address of [...selected, focused]) {
      if (address && !known.has(address)) {
        this._stale.add(address);
      }
    }
    if (this._stale.size > 0) {
      this._refresh.ask();
    }
  }

  private async _read(): Promise<void> {
    const wanted = [...this._stale].filter(Boolean);
    this._stale.clear();
    await Promise.all(
      wanted.map(address =>
        this.attempt(
          async () => {
            const name = experimentOf(address);
            if (name) {
              const route = routeOf(treeOf(name));
              const row = await this._source.get<Experiment>(route);
              this.learn([{ ...row, address }]);
            }
          },
          failed => {
            // What nobody ever saw may be a slip: the details say what is wrong
            // with it. The same for what cannot be read at this moment.
            if (failed.code === 'not-found' && this.state.known.has(address)) {
              this._drop(one => one === address);
            }
          }
        )
      )
    );
  }

  private _stale = new Set<string>();
  private readonly _refresh: Throttle;
  private readonly _source: ISource;
}
