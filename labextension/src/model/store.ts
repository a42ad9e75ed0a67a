import { problemOf, type IDisposable } from '../source/source';
import type { Problem } from './nouns';

/** Immutable state that says when it was replaced. */
export abstract class Store<State extends object> implements IDisposable {
  constructor(state: State) {
    this._state = state;
  }

  /** What there is to show now; replaced, never changed. */
  get state(): State {
    return this._state;
  }

  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this._ending.signal.aborted;
  }

  /** Call `listener` after each change; returns how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => {
      listener();
    };
    this._listeners.add(own);
    return () => {
      this._listeners.delete(own);
    };
  };

  /** Stop everything this began. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._ending.abort();
    for (const one of this._owned.splice(0)) {
      one.dispose();
    }
    this._listeners.clear();
  }

  /** Aborted when this is disposed of. */
  protected get signal(): AbortSignal {
    return this._ending.signal;
  }

  /** Replace parts of the state and say so. */
  protected set(part: Partial<State>): void {
    if (this.isDisposed) {
      return;
    }
    this._state = { ...this._state, ...part };
    for (const listener of [...this._listeners]) {
      listener();
    }
  }

  /** Dispose of `one` together with this. */
  protected own<T extends IDisposable>(one: T): T {
    this._owned.push(one);
    return one;
  }

  /** Run `work`; what goes wrong in it becomes a problem for `failed`. */
  protected async attempt(
    work: () => Promise<void>,
    failed: (problem: Problem) => void
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      const gone =
        this.isDisposed ||
        (error instanceof DOMException && error.name === 'AbortError');
      if (!gone) {
        failed(problemOf(error));
      }
    }
  }

  private _state: State;
  private readonly _ending = new AbortController();
  private readonly _owned: IDisposable[] = [];
  private readonly _listeners = new Set<() => void>();
}
