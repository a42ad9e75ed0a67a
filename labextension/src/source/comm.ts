import { decodePoints } from './decode';
import { newPageId, readsOnly, silent } from './page';
import {
  SourceError,
  type EventListener,
  type IByteRange,
  type IBytes,
  type IDisposable,
  type IPoints,
  type IPointsRequest,
  type IRequestOptions,
  type ISource,
  type LiveState,
  type Query
} from './source';
import type { components } from '../records';

type Schemas = components['schemas'];

/** The part of an anywidget model that a comm needs. */
export interface ICommModel {
  send(content: unknown): void;
  on(event: 'msg:custom', listener: CommListener): void;
  off(event: 'msg:custom', listener: CommListener): void;
}

type CommListener = (content: unknown, buffers: readonly DataView[]) => void;

/** What a browser asks the kernel; the reply carries the same page and id. */
export interface ICommRequest {
  readonly type: 'request';
  /** Replies go to every browser that shows the widget; this is whose it is. */
  readonly page: string;
  readonly id: number;
  readonly method: 'GET' | 'POST';
  /** Below `…/api/v1/`, percent-encoded. */
  readonly path: string;
  readonly query: Query;
  /** JSON; null for none. */
  readonly body: unknown;
  /** Like the `Range` header, e.g. "bytes=0-99"; "" for the whole. */
  readonly range: string;
}

/** What the kernel answers; bytes come as the first buffer. */
export interface ICommReply {
  readonly type: 'reply';
  readonly page: string;
  readonly id: number;
  readonly status: number;
  /** The answer or the `Problem`; null where bytes come. */
  readonly json: unknown;
  readonly media_type?: string;
  readonly total?: number;
  readonly etag?: string;
}

interface IWaiting {
  readonly settle: (reply: ICommReply, bytes: Uint8Array) => void;
  readonly fail: (error: Error) => void;
}

const PLAN = 'transfers/plan';
const PATIENCE = 30_000;
/** The kernel sends no events: what is shown is read again this often. */
const POLL_EVERY = 5_000;

/** The team over a widget's comm, where no server extension is: reads only. */
export class CommSource implements ISource {
  readonly kind = 'comm';
  readonly base = 'comm:';

  constructor(model: ICommModel, patience = PATIENCE) {
    this._model = model;
    this._patience = patience;
    this._model.on('msg:custom', this._heard);
  }

  get state(): LiveState {
    return this._state;
  }

  async get<T>(
    path: string,
    query: Query = {},
    options?: IRequestOptions
  ): Promise<T> {
    const asked = { method: 'GET', path, query } as const;
    const [reply] = await this._ask(asked, options);
    return reply.json as T;
  }

  /** A plan is posted and changes nothing; everything else would. */
  async post<T>(
    path: string,
    body: unknown,
    options?: IRequestOptions
  ): Promise<T> {
    return path === PLAN
      ? ((await this._ask({ method: 'POST', path, body }, options))[0]
          .json as T)
      : readsOnly(path);
  }

  put<T>(path: string): Promise<T> {
    return readsOnly(path);
  }

  async patch<T>(path: string): Promise<T> {
    return readsOnly(path);
  }

  async delete<T>(path: string): Promise<T> {
    return readsOnly(path);
  }

  async bytes(
    path: string,
    range?: IByteRange,
    options?: IRequestOptions
  ): Promise<IBytes> {
    const text = range ? `bytes=${range.first}-${range.last ?? ''}` : '';
    const asked = {
      method: 'GET',
      path,
      range: range && range.first < 0 ? `bytes=${range.first}` : text
    } as const;
    const [reply, bytes] = await this._ask(asked, options);
    return {
      bytes,
      mediaType: reply.media_type ?? 'application/octet-stream',
      total: reply.total ?? bytes.length,
      etag: reply.etag ?? ''
    };
  }

  async points(
    request: IPointsRequest,
    options?: IRequestOptions
  ): Promise<IPoints[]> {
    const path = 'metrics/points';
    const asked = { method: 'POST', path, body: request } as const;
    const [, bytes] = await this._ask(asked, options);
    return decodePoints(bytes);
  }

  href(): null {
    return null;
  }

  page(): null {
    return null;
  }

  watch(listener: EventListener): IDisposable {
    const own: EventListener = event => {
      listener(event);
    };
    this._listeners.add(own);
    this._poll ??= setInterval(() => {
      if (!document.hidden) {
        this._tell(null);
      }
    }, POLL_EVERY);
    return {
      dispose: () => {
        this._listeners.delete(own);
        if (this._listeners.size === 0) {
          this._stopPolling();
        }
      }
    };
  }

  onState(listener: (state: LiveState) => void): IDisposable {
    const own: typeof listener = state => {
      listener(state);
    };
    this._stateListeners.add(own);
    return {
      dispose: () => {
        this._stateListeners.delete(own);
      }
    };
  }

  dispose(): void {
    this._model.off('msg:custom', this._heard);
    this._listeners.clear();
    this._stopPolling();
    this._stateListeners.clear();
    for (const waiting of [...this._waiting.values()]) {
      waiting.fail(new Error('the widget was closed'));
    }
  }

  private _ask(
    asked: Partial<ICommRequest> & Pick<ICommRequest, 'method' | 'path'>,
    options?: IRequestOptions
  ): Promise<[ICommReply, Uint8Array]> {
    const id = (this._lastId += 1);
    const signal = options?.signal;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', aborted);
        this._waiting.delete(id);
      };
      const fail = (error: Error): void => {
        done();
        reject(error);
      };
      const aborted = (): void => {
        fail(new DOMException('no longer wanted', 'AbortError'));
      };
      const timer = setTimeout(() => {
        this._become('reconnecting');
        fail(silent(asked.path));
      }, this._patience);
      const settle = (reply: ICommReply, bytes: Uint8Array): void => {
        done();
        this._become('polling');
        if (reply.status < 400) {
          resolve([reply, bytes]);
        } else {
          reject(
            new SourceError(reply.json as Schemas['Problem'], reply.status)
          );
        }
      };
      if (signal?.aborted) {
        aborted();
        return;
      }
      signal?.addEventListener('abort', aborted);
      this._waiting.set(id, { settle, fail });
      this._model.send({
        query: {},
        body: null,
        range: '',
        ...asked,
        type: 'request',
        page: this._page,
        id
      } satisfies ICommRequest);
    });
  }

  private readonly _heard: CommListener = (content, buffers) => {
    const message = content as Partial<ICommReply>;
    if (message.type === 'reply' && message.page === this._page) {
      const [view] = buffers;
      const bytes = view
        ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
        : new Uint8Array();
      this._waiting.get(message.id ?? 0)?.settle(message as ICommReply, bytes);
    }
  };

  private _tell(event: null): void {
    this._listeners.forEach(listener => {
      listener(event);
    });
  }

  private _stopPolling(): void {
    clearInterval(this._poll);
    this._poll = undefined;
  }

  private _become(state: LiveState): void {
    if (state !== this._state) {
      this._state = state;
      this._stateListeners.forEach(listener => {
        listener(state);
      });
    }
  }

  private _state: LiveState = 'polling';
  private _poll: ReturnType<typeof setInterval> | undefined;
  private _lastId = 0;
  private readonly _page = newPageId();
  private readonly _model: ICommModel;
  private readonly _patience: number;
  private readonly _waiting = new Map<number, IWaiting>();
  private readonly _listeners = new Set<EventListener>();
  private readonly _stateListeners = new Set<(state: LiveState) => void>();
}
