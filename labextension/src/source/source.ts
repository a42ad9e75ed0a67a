import type { components } from '../records';

type Schemas = components['schemas'];

/** Something that is stopped by `dispose`. */
export interface IDisposable {
  /** Stop and forget; the second time nothing happens. */
  dispose(): void;
}

/** A value of a query string; undefined ones are left out. */
export type QueryValue = string | number | boolean | undefined;

/** What a request's query string holds. */
export type Query = Readonly<Record<string, QueryValue>>;

/**
 * How events arrive: as they happen, not at this moment, or by asking from time
 * to time.
 */
export type LiveState = 'live' | 'reconnecting' | 'polling';

/** One metric series of one experiment, as `points` asks for it. */
export interface ISeriesName {
  /** Address of the experiment, short or as the tree has it. */
  readonly experiment: string;
  /** E.g. "training". */
  readonly group: string;
  /** E.g. "loss". */
  readonly name: string;
}

/** What `points` asks for. */
export interface IPointsRequest {
  readonly series: readonly ISeriesName[];
  /** Most points a series; null for every one. */
  readonly limit: number | null;
  /** First step wanted. */
  readonly first?: number;
  /** Last step wanted. */
  readonly last?: number;
}

/** Points of one series, in the order they were logged. */
export interface IPoints {
  readonly series: Schemas['Series'];
  /** Points in the asked range. */
  readonly total: number;
  /** Points here. */
  readonly shown: number;
  /** Whether some were left out; then `low` and `high` say what they span. */
  readonly sampled: boolean;
  readonly steps: Float64Array;
  /** Seconds since 1970. */
  readonly times: Float64Array;
  /** NaN and infinities as they were logged. */
  readonly values: Float64Array;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
}

/** Bytes of a file, or of a range of it. */
export interface IBytes {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Size of the whole file. */
  readonly total: number;
  /** The file's digest where one was recorded, else "". */
  readonly etag: string;
}

/** The first and the last byte wanted, both included; negative first: from the end. */
export interface IByteRange {
  readonly first: number;
  readonly last?: number;
}

/** What every request may be given. */
export interface IRequestOptions {
  /** Ends the request; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Where everything comes from: the team's tree over REST or over a widget's comm.
 *
 * Paths are relative to `…/jupyter-artifacts/api/v1/` and percent-encoded, e.g.
 * "runs/alice/mnist/exp0/files/a%20b.txt" (`routeOf` in addresses.ts makes them).
 * Every method rejects with a `SourceError`, which carries the server's `Problem`.
 */
export interface ISource {
  /** "comm" reads only: put, post, patch and delete reject with code "reads-only". */
  readonly kind: 'rest' | 'comm';
  /** Names this source, e.g. its URL; the same for all sources of one team. */
  readonly base: string;
  /** How events arrive now. */
  readonly state: LiveState;

  get<T>(path: string, query?: Query, options?: IRequestOptions): Promise<T>;
  post<T>(path: string, body: unknown, options?: IRequestOptions): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string, body?: unknown): Promise<T>;

  /** Read a file, or a range of it. */
  bytes(
    path: string,
    range?: IByteRange,
    options?: IRequestOptions
  ): Promise<IBytes>;

  /** Read metric points, one answer a series, in the order asked. */
  points(
    request: IPointsRequest,
    options?: IRequestOptions
  ): Promise<IPoints[]>;

  /** Return a link for a browser download, or null where there is none. */
  href(path: string): string | null;

  /**
   * Return the whole address of a page of the server, by its path below the server
   * and not below the API; null where there is no server.
   */
  page(path: string): string | null;

  /**
   * Call `listener` for every event from now on.
   *
   * After a gap (a socket that was away) it is called once with null: what was
   * read before may be old, so read again.
   */
  watch(listener: EventListener): IDisposable;

  /** Call `listener` whenever `state` changes. */
  onState(listener: (state: LiveState) => void): IDisposable;

  /** Stop watching and forget all listeners. */
  dispose(): void;
}

/** Takes an event, or null after a gap. */
export type EventListener = (event: Schemas['Event'] | null) => void;

/** A request that failed, with what the server said of it. */
export class SourceError extends Error {
  /** What failed, on which address, why, and what to do. */
  readonly problem: Schemas['Problem'];
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;

  constructor(problem: Schemas['Problem'], status: number) {
    super(problem.message);
    this.name = 'SourceError';
    this.problem = problem;
    this.status = status;
  }
}

/** Return what went wrong as a `Problem`, whatever was thrown. */
export function problemOf(error: unknown): Schemas['Problem'] {
  if (error instanceof SourceError) {
    return error.problem;
  }
  const message = error instanceof Error ? error.message : String(error);
  return newProblem('unexpected', message);
}

/** Return a problem that arose in the browser. */
export function newProblem(
  code: string,
  message: string,
  address = '',
  hint = ''
): Schemas['Problem'] {
  return {
    code,
    message,
    address,
    hint,
    column: null,
    length: null,
    reason: code
  };
}
