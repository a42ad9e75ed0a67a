import type { IDisposable } from '../source/source';

/**
 * Runs `work` at most once in `every` milliseconds, however often it is asked.
 *
 * The first ask waits as well, so that a burst becomes one piece of work; while
 * work is under way the next one waits for its end.
 */
export class Throttle implements IDisposable {
  constructor(work: () => Promise<void>, every: number) {
    this._work = work;
    this._every = every;
  }

  /** Ask for the work to be done soon. */
  ask(): void {
    this._asked = true;
    if (this._timer === undefined && !this._busy && !this._disposed) {
      this._timer = setTimeout(() => {
        this._timer = undefined;
        void this._run();
      }, this._every);
    }
  }

  dispose(): void {
    this._disposed = true;
    clearTimeout(this._timer);
  }

  private async _run(): Promise<void> {
    this._asked = false;
    this._busy = true;
    try {
      await this._work();
    } finally {
      this._busy = false;
    }
    if (this._again()) {
      this.ask();
    }
  }

  private _again(): boolean {
    return this._asked;
  }

  private _asked = false;
  private _busy = false;
  private _disposed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _work: () => Promise<void>;
  private readonly _every: number;
}
