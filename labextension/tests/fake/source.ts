import type { TeamEvent, Transfer } from '../../src/model/nouns';
import {
  type EventListener,
  type IByteRange,
  type IBytes,
  type IDisposable,
  type IPoints,
  type IPointsRequest,
  type ISource,
  type LiveState,
  type Query,
  type SourceError
} from '../../src/source/source';
import { FakeTeam } from './answers';
import { seriesOf } from './series';
import { NOW } from './team';

/** A team in memory that answers as the server does. */
export class FakeSource extends FakeTeam implements ISource {
  readonly kind: 'rest' | 'comm' = 'rest';
  readonly base = 'fake:';
  state: LiveState = 'live';
  /** Every request, e.g. "GET runs". */
  readonly asked: string[] = [];
  /** Bodies of the changes, in order. */
  readonly bodies: unknown[] = [];
  /** Rejects the next request with this, if any. */
  failing: SourceError | null = null;

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this._answer('GET', path, () => this.answerGet(path, query) as T);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    this.bodies.push(body);
    return this._answer('POST', path, () => this.answerPost(path, body) as T);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    this.bodies.push(body);
    return this._answer('PUT', path, () =>
      path.startsWith('artifacts/')
        ? (this.artifacts.change('PUT', path, body) as T)
        : (body as T)
    );
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    this.bodies.push(body);
    return this._answer('PATCH', path, () =>
      path.startsWith('versions/')
        ? (this.artifacts.change('PATCH', path, body) as T)
        : (body as T)
    );
  }

  delete<T>(path: string, body?: unknown): Promise<T> {
    this.bodies.push(body);
    return this._answer('DELETE', path, () => {
      if (path.startsWith('transfers/')) {
        const waiting = this.transfers[0]?.askers ?? [];
        const askers = waiting.filter(one => one !== this.me);
        const end = { state: 'canceled', ended: NOW } as const;
        this.moveTransfer({ askers, ...(askers.length > 0 ? {} : end) });
        return this.transfers[0] as T;
      }
      if (path.includes('/aliases/')) {
        return this.artifacts.change('DELETE', path, body) as T;
      }
      if (path.startsWith('shares/')) {
        return this.shares.revoke(path.slice('shares/'.length)) as T;
      }
      const [, session, , ...below] = path.split('/');
      if (path.startsWith('sessions/')) {
        const found = this.sessions.find(one => one.id === session);
        const address = `datastores/${below.join('/')}`;
        if (found) {
          found.attachments = found.attachments.filter(
            one => one.address !== address
          );
          this.emit({ kind: 'session', address: found.id });
        }
      }
      return { message: 'done', address: path } as T;
    });
  }

  bytes(path: string, range?: IByteRange): Promise<IBytes> {
    return this._answer('GET', path, () => {
      const file = this.file(decodeURIComponent(path));
      const last = range?.last ?? file.bytes.length - 1;
      const bytes = file.bytes.slice(range?.first ?? 0, last + 1);
      const total = file.bytes.length;
      return { bytes, mediaType: file.mediaType, total, etag: 'blake3:4c1e' };
    });
  }

  points(request: IPointsRequest): Promise<IPoints[]> {
    return this._answer('POST', 'metrics/points', () =>
      request.series.map(name => {
        const experiment = this.find(name.experiment);
        const metric = `${name.group}.${name.name}`;
        const found = experiment.series.get(metric);
        const series = seriesOf(
          name.experiment,
          metric,
          found ?? { steps: [], times: [], values: [] }
        );
        const within = (found?.steps ?? []).flatMap((step, index) =>
          step >= (request.first ?? -Infinity) &&
          step <= (request.last ?? Infinity)
            ? index
            : []
        );
        const stride = request.limit
          ? Math.ceil(within.length / request.limit)
          : 1;
        const kept = within.filter((_, index) => index % stride === 0);
        const take = (values: number[] = []): Float64Array =>
          Float64Array.from(kept, index => values[index] ?? Number.NaN);
        const values = take(found?.values);
        const sampled = kept.length < within.length;
        return {
          series: sampled ? { ...series, count: 1_000_000 } : series,
          total: sampled ? 1_000_000 : within.length,
          shown: kept.length,
          sampled,
          steps: take(found?.steps),
          times: take(found?.times),
          values,
          low: sampled ? values.map(value => value * 0.9 - 0.02) : null,
          high: sampled ? values.map(value => value * 1.1 + 0.02) : null
        };
      })
    );
  }

  href(path: string): string | null {
    return `/fake/${path}`;
  }

  page(path: string): string | null {
    return `https://hub.example.org/${path}`;
  }

  watch(listener: EventListener): IDisposable {
    this._listeners.add(listener);
    return { dispose: () => this._listeners.delete(listener) };
  }

  onState(listener: (state: LiveState) => void): IDisposable {
    this._stateListeners.add(listener);
    return { dispose: () => this._stateListeners.delete(listener) };
  }

  dispose(): void {
    this._listeners.clear();
  }

  /** How many watch. */
  get watching(): number {
    return this._listeners.size;
  }

  /** Tell everyone who watches; null stands for a gap. */
  emit(part: Partial<TeamEvent> | null): void {
    this._seq += 1;
    const event = part && {
      seq: this._seq,
      kind: 'experiment',
      change: 'changed',
      address: '',
      time: NOW,
      data: {},
      ...part
    };
    for (const listener of [...this._listeners]) {
      listener(event);
    }
  }

  /** Change how events arrive. */
  become(state: LiveState): void {
    this.state = state;
    this._stateListeners.forEach(listener => {
      listener(state);
    });
  }

  /** Change the newest transfer and say so. */
  moveTransfer(part: Partial<Transfer>): void {
    const [first, ...others] = this.transfers;
    if (first) {
      this.transfers = [{ ...first, ...part }, ...others];
      this.emit({ kind: 'transfer', address: first.id });
    }
  }

  private async _answer<T>(
    method: string,
    path: string,
    work: () => T
  ): Promise<T> {
    this.asked.push(`${method} ${path}`);
    await Promise.resolve();
    const { failing } = this;
    if (failing) {
      this.failing = null;
      throw failing;
    }
    return work();
  }

  private _seq = 0;
  private readonly _listeners = new Set<EventListener>();
  private readonly _stateListeners = new Set<(state: LiveState) => void>();
}
