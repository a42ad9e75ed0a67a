import type { ISource, Query } from '../source/source';
import type { Problem } from './nouns';
import { Store } from './store';

/** What the server answered to one question. */
export interface IAnswerState<T> {
  /** What was asked: a path and what else it needs; "" for nothing. */
  readonly asked: string;
  readonly value: T | null;
  readonly loading: boolean;
  readonly failed: Problem | null;
}

/** One question to the server at a time, and its answer. */
export class AnswerModel<T> extends Store<IAnswerState<T>> {
  constructor(source: ISource) {
    super({ asked: '', value: null, loading: false, failed: null });
    this._source = source;
  }

  /** Ask something; the same again is not asked twice. "" for nothing. */
  async ask(route: string, query: Query = {}): Promise<void> {
    const asked = route && JSON.stringify([route, query]);
    if (asked === this.state.asked) {
      return;
    }
    this._again = () => this._read(asked, route, query);
    this.set({ asked, value: null, failed: null, loading: asked !== '' });
    if (asked) {
      await this._read(asked, route, query);
    }
  }

  /** Ask the same again; the old answer stays until the new one is there. */
  async retry(): Promise<void> {
    if (this.state.asked) {
      this.set({ loading: true, failed: null });
      await this._again();
    }
  }

  private async _read(
    asked: string,
    route: string,
    query: Query
  ): Promise<void> {
    await this.attempt(
      async () => {
        const { signal } = this;
        const value = await this._source.get<T>(route, query, { signal });
        if (asked === this.state.asked) {
          this.set({ value, loading: false });
        }
      },
      failed => {
        if (asked === this.state.asked) {
          this.set({ failed, loading: false });
        }
      }
    );
  }

  private _again: () => Promise<void> = () => Promise.resolve();
  private readonly _source: ISource;
}
