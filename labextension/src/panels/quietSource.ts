import type {
  EventListener,
  IByteRange,
  IBytes,
  IDisposable,
  IPoints,
  IPointsRequest,
  IRequestOptions,
  ISource,
  LiveState,
  Query
} from '../source/source';

/**
 * A source that keeps still while its panel is hidden, so that a hidden panel does
 * no work. What it missed becomes one "read again" when it is shown.
 *
 * The source below is shared with other panels: disposing of this one only ends
 * its own watching.
 */
export class QuietSource implements ISource {
  constructor(source: ISource) {
    this._source = source;
  }

  /** Whether events are kept back. */
  get quiet(): boolean {
    return this._quiet;
  }

  set quiet(quiet: boolean) {
    this._quiet = quiet;
    if (!quiet && this._missed) {
      this._missed = false;
      for (const listener of [...this._listeners]) {
        listener(null);
      }
    }
  }

  get kind(): ISource['kind'] {
    return this._source.kind;
  }

  get base(): string {
    return this._source.base;
  }

  get state(): LiveState {
    return this._source.state;
  }

  get<T>(path: string, query?: Query, options?: IRequestOptions): Promise<T> {
    return this._source.get<T>(path, query, options);
  }

  post<T>(path: string, body: unknown, options?: IRequestOptions): Promise<T> {
    return this._source.post<T>(path, body, options);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this._source.put<T>(path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this._source.patch<T>(path, body);
  }

  delete<T>(path: string, body?: unknown): Promise<T> {
    return this._source.delete<T>(path, body);
  }

  bytes(
    path: string,
    range?: IByteRange,
    options?: IRequestOptions
  ): Promise<IBytes> {
    return this._source.bytes(path, range, options);
  }

  points(
    request: IPointsRequest,
    options?: IRequestOptions
  ): Promise<IPoints[]> {
    return this._source.points(request, options);
  }

  href(path: string): string | null {
    return this._source.href(path);
  }

  page(path: string): string | null {
    return this._source.page(path);
  }

  watch(listener: EventListener): IDisposable {
    const own: EventListener = event => {
      listener(event);
    };
    this._listeners.add(own);
    this._watching ??= this._source.watch(event => {
      if (this._quiet) {
        this._missed = true;
        return;
      }
      for (const each of [...this._listeners]) {
        each(event);
      }
    });
    return {
      dispose: () => {
        this._listeners.delete(own);
        if (this._listeners.size === 0) {
          this._watching?.dispose();
          this._watching = null;
        }
      }
    };
  }

  onState(listener: (state: LiveState) => void): IDisposable {
    const watching = this._source.onState(listener);
    this._states.add(watching);
    return {
      dispose: () => {
        this._states.delete(watching);
        watching.dispose();
      }
    };
  }

  dispose(): void {
    this._listeners.clear();
    this._watching?.dispose();
    this._watching = null;
    for (const watching of this._states) {
      watching.dispose();
    }
    this._states.clear();
  }

  private _quiet = false;
  private _missed = false;
  private _watching: IDisposable | null = null;
  private readonly _source: ISource;
  private readonly _listeners = new Set<EventListener>();
  private readonly _states = new Set<IDisposable>();
}
