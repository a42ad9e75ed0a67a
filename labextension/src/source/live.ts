import type { components } from '../records';
import type { EventListener, IDisposable, LiveState } from './source';

type Event = components['schemas']['Event'];

/** What the page's one socket to a server offers, to every copy of this code. */
export interface ILive {
  readonly state: LiveState;
  watch(listener: EventListener): IDisposable;
  onState(listener: (state: LiveState) => void): IDisposable;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const POLL_EVERY = 5_000;
/** After so many sockets that never opened, ask instead. */
const PATIENCE = 3;

/** Events over one WebSocket, opened while somebody watches. */
export class Live implements ILive {
  constructor(url: () => string, open: (url: string) => WebSocket) {
    this._url = url;
    this._open = open;
  }

  get state(): LiveState {
    return this._state;
  }

  watch(listener: EventListener): IDisposable {
    const own: EventListener = event => {
      listener(event);
    };
    this._listeners.add(own);
    if (this._listeners.size === 1) {
      this._connect();
    }
    return {
      dispose: () => {
        if (this._listeners.delete(own) && this._listeners.size === 0) {
          this._rest();
        }
      }
    };
  }

  onState(listener: (state: LiveState) => void): IDisposable {
    const own = (state: LiveState): void => {
      listener(state);
    };
    this._stateListeners.add(own);
    return {
      dispose: () => {
        this._stateListeners.delete(own);
      }
    };
  }

  private _connect(): void {
    clearTimeout(this._retry);
    let opened = false;
    const since = this._seq === null ? '' : `?since=${this._seq}`;
    const socket = this._open(this._url() + since);
    this._socket = socket;
    socket.onopen = () => {
      opened = true;
      const missed = this._wasOpen;
      this._wasOpen = true;
      this._failures = 0;
      clearInterval(this._poll);
      this._become('live');
      if (missed) {
        this._tell(null);
      }
    };
    socket.onmessage = message => {
      const event = JSON.parse(String(message.data)) as Event;
      this._seq = Math.max(this._seq ?? 0, event.seq);
      // The server dropped events that came faster than they could be sent.
      this._tell(event.kind === 'resync' ? null : event);
    };
    socket.onclose = () => {
      if (socket === this._socket) {
        this._lost(opened);
      }
    };
  }

  private _lost(opened: boolean): void {
    this._failures = opened ? 0 : this._failures + 1;
    if (this._failures >= PATIENCE) {
      if (this._state !== 'polling') {
        this._poll = setInterval(() => {
          this._tell(null);
        }, POLL_EVERY);
      }
      this._wasOpen = true;
      this._become('polling');
    } else {
      this._become('reconnecting');
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this._failures);
    // Apart by chance, so that a team does not come back all at once.
    const apart = 0.75 + Math.random() / 2;
    this._retry = setTimeout(() => {
      this._connect();
    }, wait * apart);
  }

  private _rest(): void {
    clearTimeout(this._retry);
    clearInterval(this._poll);
    const socket = this._socket;
    this._socket = null;
    this._seq = null;
    this._wasOpen = false;
    this._failures = 0;
    this._become('reconnecting');
    socket?.close();
  }

  private _become(state: LiveState): void {
    if (state !== this._state) {
      this._state = state;
      for (const listener of [...this._stateListeners]) {
        listener(state);
      }
    }
  }

  private _tell(event: Event | null): void {
    for (const listener of [...this._listeners]) {
      listener(event);
    }
  }

  private _state: LiveState = 'reconnecting';
  private _socket: WebSocket | null = null;
  private _seq: number | null = null;
  private _failures = 0;
  private _wasOpen = false;
  private _retry: ReturnType<typeof setTimeout> | undefined;
  private _poll: ReturnType<typeof setInterval> | undefined;
  private readonly _listeners = new Set<EventListener>();
  private readonly _stateListeners = new Set<(state: LiveState) => void>();
  private readonly _url: () => string;
  private readonly _open: (url: string) => WebSocket;
}

/** What the page's globalThis holds; the number changes with `ILive`. */
interface ISharingPage {
  jupyterArtifactsLive1?: Map<string, ILive>;
}

/**
 * Return the page's one `ILive` for a server.
 *
 * The panel and each widget bring their own copy of this code; they meet on
 * globalThis, so that a page holds one socket.
 */
export function sharedLive(
  url: string,
  open: (url: string) => WebSocket
): ILive {
  const page: ISharingPage = globalThis as ISharingPage;
  const lives = (page.jupyterArtifactsLive1 ??= new Map<string, ILive>());
  const known = lives.get(url);
  if (known) {
    return known;
  }
  const made = new Live(() => url, open);
  lives.set(url, made);
  return made;
}
