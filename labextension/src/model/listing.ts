import type { ISource, Query } from '../source/source';
import type { IPage, Problem } from './nouns';
import { Store } from './store';

/** A listing, as far as it was read. */
export interface IListingState<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly totalCapped: boolean;
  /** Whether more pages follow. */
  readonly more: boolean;
  readonly loading: boolean;
  /** Whether any answer came yet. */
  readonly loaded: boolean;
  readonly failed: Problem | null;
}

const FIRST_PAGE = 200;
const LARGEST_PAGE = 1000;

/** Return a listing of which nothing is known. */
export function nothingListed<T>(): IListingState<T> {
  return {
    rows: [],
    total: 0,
    totalCapped: false,
    more: false,
    loading: false,
    loaded: false,
    failed: null
  };
}

/** One listing of the server's, read page after page as it is looked at. */
export class ListingModel<T> extends Store<IListingState<T>> {
  constructor(source: ISource) {
    super(nothingListed<T>());
    this._source = source;
  }

  /** The listing's path; "" for none. */
  get route(): string {
    return this._route;
  }

  /** Show another listing; "" for none. */
  async show(route: string): Promise<void> {
    if (route !== this._route) {
      this._route = route;
      this._turn += 1;
      this._cursor = null;
      this.set({ ...nothingListed<T>(), loading: route !== '' });
    }
    if (route) {
      await this.refresh();
    }
  }

  /** Read again what was read; what is shown stays until that is there. */
  async refresh(): Promise<void> {
    const turn = (this._turn += 1);
    const wanted = Math.max(FIRST_PAGE, this.state.rows.length);
    this.set({ loading: true, failed: null });
    await this.attempt(
      async () => {
        const rows: T[] = [];
        let page: IPage<T> | null = null;
        while (!page || (page.cursor !== null && rows.length < wanted)) {
          const limit = Math.min(LARGEST_PAGE, wanted - rows.length);
          page = await this._page(limit, page?.cursor ?? null);
          rows.push(...page.items);
          if (turn !== this._turn) {
            return; // asked for something else meanwhile
          }
        }
        this._cursor = page.cursor;
        this.set({
          rows,
          total: page.total,
          totalCapped: page.total_capped,
          more: page.cursor !== null,
          loading: false,
          loaded: true
        });
      },
      failed => {
        this._blame(turn, failed);
      }
    );
  }

  /** Read the next page, if there is one. */
  async more(): Promise<void> {
    const { state } = this;
    if (!state.more || state.loading || state.failed) {
      return;
    }
    const turn = this._turn;
    this.set({ loading: true });
    await this.attempt(
      async () => {
        const page = await this._page(LARGEST_PAGE, this._cursor);
        if (turn === this._turn) {
          this._cursor = page.cursor;
          this.set({
            rows: [...this.state.rows, ...page.items],
            more: page.cursor !== null,
            loading: false
          });
        }
      },
      failed => {
        this._blame(turn, failed);
      }
    );
  }

  private _blame(turn: number, failed: Problem): void {
    if (turn === this._turn) {
      this.set({ failed, loading: false, loaded: true });
    }
  }

  private _page(limit: number, cursor: string | null): Promise<IPage<T>> {
    const query: Query = { limit, cursor: cursor ?? undefined };
    const { signal } = this;
    return this._source.get<IPage<T>>(this._route, query, { signal });
  }

  private _route = '';
  private _turn = 0;
  private _cursor: string | null = null;
  private readonly _source: ISource;
}
