import type { components } from '../records';
import { decodePoints } from './decode';
import { sharedLive, type ILive } from './live';
import { slashed, socketUrl, type IRestSettings } from './settings';
import {
  newProblem,
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

type Problem = components['schemas']['Problem'];

const ROOT = 'jupyter-artifacts/api/v1/';
const RANGE_NOT_SATISFIABLE = 416;

/** The team over a Jupyter server, each person with their own cookie. */
export class RestSource implements ISource {
  readonly kind = 'rest';
  readonly base: string;

  constructor(settings: IRestSettings) {
    this._server = slashed(settings.baseUrl);
    this.base = this._server + ROOT;
    this._fetch = settings.fetch ?? fetchWithToken;
    this._live =
      settings.live ??
      sharedLive(
        `${slashed(settings.wsUrl ?? socketUrl(settings.baseUrl))}${ROOT}events`,
        settings.openSocket ?? (url => new WebSocket(url))
      );
  }

  get state(): LiveState {
    return this._live.state;
  }

  async get<T>(
    path: string,
    query?: Query,
    options?: IRequestOptions
  ): Promise<T> {
    return this._json<T>('GET', path + queryText(query), undefined, options);
  }

  async post<T>(
    path: string,
    body: unknown,
    options?: IRequestOptions
  ): Promise<T> {
    return this._json<T>('POST', path, body, options);
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this._json<T>('PUT', path, body);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this._json<T>('PATCH', path, body);
  }

  async delete<T>(path: string, body?: unknown): Promise<T> {
    return this._json<T>('DELETE', path, body);
  }

  async bytes(
    path: string,
    range?: IByteRange,
    options?: IRequestOptions
  ): Promise<IBytes> {
    const headers: Record<string, string> = {};
    if (range) {
      headers['Range'] = rangeText(range);
    }
    const reply = await this._ask('GET', path, { headers }, options);
    const totals = /\/(\d+)$/.exec(reply.headers.get('Content-Range') ?? '');
    if (reply.status === RANGE_NOT_SATISFIABLE && totals?.[1] === '0') {
      return { ...described(reply), bytes: new Uint8Array(), total: 0 };
    }
    await checked(reply, path);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    const total = totals ? Number(totals[1]) : bytes.length;
    return { ...described(reply), bytes, total };
  }

  async points(
    request: IPointsRequest,
    options?: IRequestOptions
  ): Promise<IPoints[]> {
    const path = 'metrics/points';
    const reply = await this._ask('POST', path, jsonBody(request), options);
    await checked(reply, path);
    return decodePoints(new Uint8Array(await reply.arrayBuffer()));
  }

  href(path: string): string {
    return this.base + path;
  }

  page(path: string): string {
    return new URL(this._server + path, window.location.href).href;
  }

  watch(listener: EventListener): IDisposable {
    return this._keep(this._live.watch(listener));
  }

  onState(listener: (state: LiveState) => void): IDisposable {
    return this._keep(this._live.onState(listener));
  }

  dispose(): void {
    for (const watching of [...this._watching]) {
      watching.dispose();
    }
  }

  private async _json<T>(
    method: string,
    path: string,
    body?: unknown,
    options?: IRequestOptions
  ): Promise<T> {
    const init = body === undefined ? {} : jsonBody(body);
    const reply = await this._ask(method, path, init, options);
    await checked(reply, path);
    const text = await reply.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      // A proxy or a hub shows its sign-in page where an answer should be.
      const hint = 'Reload the page; you may have to sign in again.';
      const message = 'Something between the server and you answered instead';
      throw new SourceError(
        newProblem('no-answer', message, path, hint),
        reply.status
      );
    }
  }

  private async _ask(
    method: string,
    path: string,
    init: RequestInit,
    options?: IRequestOptions
  ): Promise<Response> {
    const signal = options?.signal ?? null;
    try {
      return await this._fetch(this.base + path, {
        ...init,
        method,
        signal,
        cache: 'no-store',
        credentials: 'same-origin'
      });
    } catch (error) {
      if (signal?.aborted) {
        throw error;
      }
      const hint = 'See whether the Jupyter server still runs, then retry.';
      throw new SourceError(
        newProblem('unreachable', 'The server did not answer', path, hint),
        0
      );
    }
  }

  private _keep(watching: IDisposable): IDisposable {
    const kept = {
      dispose: (): void => {
        this._watching.delete(kept);
        watching.dispose();
      }
    };
    this._watching.add(kept);
    return kept;
  }

  private readonly _server: string;
  private readonly _fetch: NonNullable<IRestSettings['fetch']>;
  private readonly _live: ILive;
  private readonly _watching = new Set<IDisposable>();
}

function queryText(query: Query = {}): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      asked.set(name, String(value));
    }
  }
  const text = asked.toString();
  return text ? `?${text}` : '';
}

function rangeText(range: IByteRange): string {
  return range.first < 0
    ? `bytes=${range.first}`
    : `bytes=${range.first}-${range.last ?? ''}`;
}

function jsonBody(body: unknown): RequestInit {
  const headers = { 'Content-Type': 'application/json' };
  return { body: JSON.stringify(body), headers };
}

/** Under a hub even reading needs the XSRF token. */
function fetchWithToken(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (token) {
    headers.set('X-XSRFToken', token);
  }
  return globalThis.fetch(url, { ...init, headers });
}

function described(reply: Response): { mediaType: string; etag: string } {
  return {
    mediaType: reply.headers.get('Content-Type') ?? 'application/octet-stream',
    etag: (reply.headers.get('ETag') ?? '').replace(/^(W\/)?"|"$/g, '')
  };
}

async function checked(reply: Response, path: string): Promise<void> {
  if (reply.ok) {
    return;
  }
  const text = await reply.text();
  throw new SourceError(
    serverProblem(text) ??
      newProblem(
        `http-${reply.status}`,
        `The server answered ${reply.status} ${reply.statusText}`.trim(),
        path,
        reply.status === 404
          ? 'Is the server extension jupyter_artifacts enabled there?'
          : 'Retry; if it stays so, its log says more.'
      ),
    reply.status
  );
}

function serverProblem(text: string): Problem | null {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    if (typeof value?.code === 'string' && typeof value.message === 'string') {
      const { code, message } = value;
      return { ...newProblem(code, message), ...value };
    }
  } catch {
    return null; // a proxy's page of HTML, say
  }
  return null;
}
