import { experimentOf, shortOf } from '../addresses';
import { problemOf, SourceError, type ISource } from '../source/source';
import type { Experiment, Field, IPage, TeamEvent } from './nouns';
import {
  inOrder,
  merged,
  readEach,
  replaced,
  type GroupBy,
  type IRunsState,
  type IView
} from './rows';
import { Store } from './store';
import { Throttle } from './throttle';

export type { IRunsState } from './rows';

const PAGE = 100;
const LARGEST_PAGE = 1000;
const REFRESH_EVERY = 500;
/** More changed rows than this are read again as whole pages. */
const ONE_BY_ONE = 8;

/** The experiments that a query selects, page after page, kept fresh. */
export class RunsModel extends Store<IRunsState> {
  constructor(source: ISource, view: Partial<IView> = {}) {
    super({
      query: view.query ?? '',
      wrong: null,
      failed: null,
      rows: [],
      total: 0,
      totalCapped: false,
      more: false,
      loading: 'rows',
      loaded: false,
      sort: view.sort ?? '-started',
      groupBy: view.groupBy ?? 'none',
      fields: [],
      columns: view.columns ?? null
    });
    this._source = source;
    this._refresh = this.own(
      new Throttle(() => this._readChanged(), REFRESH_EVERY)
    );
    this.own(
      source.watch(event => {
        this._noticed(event);
      })
    );
    void this._read(this.state);
    void this._readFields();
  }

  /** What `applyView` brings back. */
  get view(): IView {
    const { query, sort, groupBy, columns } = this.state;
    return { query, sort, groupBy, columns };
  }

  /** Show the experiments that `query` selects; a wrong one says where. */
  setQuery(query: string): Promise<void> {
    return this._read({ ...this._wanted, query });
  }

  /** Sort by a field; "-" in front for descending. */
  setSort(sort: string): Promise<void> {
    return this._read({ ...this._wanted, sort });
  }

  /** Let rows of one kind stand together. */
  setGroupBy(groupBy: GroupBy): Promise<void> {
    return this._read({ ...this._wanted, groupBy });
  }

  /** Show these fields as columns; null: those that tell most. */
  setColumns(columns: readonly string[] | null): void {
    this.set({ columns });
  }

  /** Show a table as it was kept. */
  applyView(view: IView): Promise<void> {
    this.setColumns(view.columns);
    return this._read(view);
  }

  /** Read again from the first row on. */
  retry(): Promise<void> {
    return this._read(this._wanted);
  }

  /** Read the next page, if there is one. */
  async more(): Promise<void> {
    const cursor = this._cursor;
    if (cursor === null || this.state.loading !== 'nothing') {
      return;
    }
    const ticket = this._ticket;
    this.set({ loading: 'more' });
    await this.attempt(
      async () => {
        const page = await this._page(this.view, PAGE, cursor);
        if (ticket === this._ticket) {
          this._cursor = page.cursor;
          this.set({
            rows: merged(this.state.rows, page.items),
            more: page.cursor !== null,
            loading: 'nothing',
            failed: null
          });
        }
      },
      failed => {
        if (ticket === this._ticket) {
          this.set({ failed, loading: 'nothing' });
        }
      }
    );
  }

  private async _read(view: IView): Promise<void> {
    const ticket = (this._ticket += 1);
    this._asked = view;
    this._reading?.abort();
    this._reading = new AbortController();
    this.set({ loading: 'rows' });
    try {
      const page = await this._page(view, PAGE, null, this._reading.signal);
      if (ticket === this._ticket) {
        this._show(page, view);
      }
    } catch (error) {
      if (ticket === this._ticket && !this.isDisposed) {
        this._blame(error);
      }
    }
  }

  /** What is on its way, else what is shown: a change adds to it. */
  private get _wanted(): IView {
    return this._asked ?? this.view;
  }

  private _show(page: IPage<Experiment>, view: IView): void {
    this._asked = null;
    this._cursor = page.cursor;
    const { query, sort, groupBy } = view;
    this.set({
      query,
      sort,
      groupBy,
      wrong: null,
      failed: null,
      rows: page.items,
      total: page.total,
      totalCapped: page.total_capped,
      more: page.cursor !== null,
      loading: 'nothing',
      loaded: true
    });
  }

  private _blame(error: unknown): void {
    const problem = problemOf(error);
    const ofQuery =
      error instanceof SourceError && problem.code === 'malformed-query';
    if (ofQuery) {
      this._asked = null; // what is shown stays the question
    }
    this.set({
      loading: 'nothing',
      loaded: true,
      ...(ofQuery ? { wrong: problem } : { failed: problem })
    });
  }

  private _page(
    view: IView,
    limit: number,
    cursor: string | null,
    signal: AbortSignal = this.signal
  ): Promise<IPage<Experiment>> {
    const { query, groupBy } = view;
    const sort =
      groupBy === 'none' ? view.sort : groupBy === 'run' ? 'name' : groupBy;
    return this._source.get<IPage<Experiment>>(
      'runs',
      { query, sort, limit, cursor: cursor ?? undefined },
      { signal }
    );
  }

  private async _readFields(): Promise<void> {
    await this.attempt(
      async () => {
        const fields = await this._source.get<Field[]>('fields');
        this.set({ fields: inOrder(this.state.fields, fields) });
      },
      failed => {
        this.set({ failed });
      }
    );
  }

  private _noticed(event: TeamEvent | null): void {
    const experiment = event && experimentOf(event.address);
    if (
      event === null ||
      event.kind === 'run' ||
      (event.kind === 'experiment' &&
        (event.change !== 'changed' || this._chooses))
    ) {
      this._changedPages = true;
    } else if (
      experiment &&
      ['experiment', 'metrics', 'files', 'checkpoint'].includes(event.kind)
    ) {
      this._changed.add(shortOf(experiment));
    } else {
      return;
    }
    this._refresh.ask();
  }

  private async _readChanged(): Promise<void> {
    const shown = new Set(this.state.rows.map(row => row.address));
    const changed = [...this._changed].filter(one => shown.has(one));
    const pages = this._changedPages || changed.length > ONE_BY_ONE;
    this._changed.clear();
    this._changedPages = false;
    const ticket = this._ticket;
    await this.attempt(
      async () => {
        const fresh = pages
          ? await this._freshPage()
          : await readEach(this._source, changed, this.signal);
        if (ticket === this._ticket && fresh.length > 0) {
          this.set({ rows: replaced(this.state.rows, fresh, pages) });
        }
      },
      failed => {
        if (failed.code !== 'not-found') {
          this.set({ failed });
        }
      }
    );
    if (pages) {
      await this._readFields();
    }
  }

  /** Read the pages that are shown again, as far as one request reaches. */
  private async _freshPage(): Promise<Experiment[]> {
    const count = this.state.rows.length;
    const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, count));
    const ticket = this._ticket;
    const page = await this._page(this.view, limit, null);
    if (ticket === this._ticket) {
      const { total, total_capped: totalCapped } = page;
      const whole = count <= limit;
      if (whole) {
        this._cursor = page.cursor;
      }
      this.set({
        total,
        totalCapped,
        failed: null,
        ...(whole
          ? { rows: page.items, more: page.cursor !== null, loaded: true }
          : {})
      });
    }
    return page.items;
  }

  /** Whether a change of state can bring a row in, take it out or move it. */
  private get _chooses(): boolean {
    const { query, groupBy, sort } = this.state;
    return query !== '' || groupBy !== 'none' || sort !== '-started';
  }

  override dispose(): void {
    this._reading?.abort();
    super.dispose();
  }

  private _cursor: string | null = null;
  private _ticket = 0;
  /** The question that has no answer yet. */
  private _asked: IView | null = null;
  private _reading: AbortController | null = null;
  private _changedPages = false;
  private readonly _changed = new Set<string>();
  private readonly _refresh: Throttle;
  private readonly _source: ISource;
}
