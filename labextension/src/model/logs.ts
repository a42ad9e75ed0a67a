import { experimentOf, routeOf, shortOf } from '../addresses';
import type { ISource } from '../source/source';
import type { LogStream, Problem } from './nouns';
import { Store } from './store';
import { Throttle } from './throttle';

/** The end of a log. */
export interface ILogState {
  /** Name of the stream: "output", "stdout" or "stderr". */
  readonly stream: string;
  readonly streams: readonly LogStream[];
  readonly text: string;
  /** Bytes before `text` that are not shown. */
  readonly before: number;
  readonly loading: boolean;
  readonly failed: Problem | null;
}

const TAIL = 64 * 1024;
/** More than this is too much text for one page. */
const MOST = 512 * 1024;
const FOLLOW_EVERY = 1000;

/** The end of an experiment's log, which grows while it runs. */
export class LogModel extends Store<ILogState> {
  /**
   * @param source where from.
   * @param address of the experiment, as the tree has it.
   */
  constructor(source: ISource, address: string) {
    super({
      stream: 'output',
      streams: [],
      text: '',
      before: 0,
      loading: true,
      failed: null
    });
    this._source = source;
    this._address = address;
    const name = experimentOf(address);
    this._short = name ? shortOf(name) : address;
    this._following = this.own(new Throttle(() => this._read(), FOLLOW_EVERY));
    this.own(
      source.watch(event => {
        const ours =
          event === null ||
          (event.kind === 'logs' && this._means(event.address));
        if (ours) {
          this._following.ask();
        }
      })
    );
    void this._read();
  }

  /** Show another stream. */
  choose(stream: string): void {
    this._turn += 1;
    this._bytes = new Uint8Array();
    this._start = 0;
    this._end = -1;
    this.set({ stream, text: '', before: 0, loading: true, failed: null });
    void this._read();
  }

  /** Show more of what came before. */
  async earlier(): Promise<void> {
    const start = this._start;
    const first = Math.max(0, start - TAIL);
    const { stream } = this.state;
    const turn = this._turn;
    if (start === 0) {
      return;
    }
    await this.attempt(
      async () => {
        const range = { first, last: start - 1 };
        const options = { signal: this.signal };
        const route = this._route(stream);
        const read = await this._source.bytes(route, range, options);
        // Asked twice at once, or cut meanwhile: it does not join any more.
        if (turn === this._turn && start === this._start) {
          this._start = first;
          this._bytes = joined(read.bytes, this._bytes);
          this._show();
        }
      },
      failed => {
        this.set({ failed });
      }
    );
  }

  private _means(address: string): boolean {
    const name = experimentOf(address);
    return name !== null && shortOf(name) === this._short;
  }

  private _route(stream: string): string {
    return routeOf(`${this._address}/logs/${stream}`);
  }

  /** Read again after a failure. */
  retry(): void {
    void this._read();
  }

  private async _read(): Promise<void> {
    const { stream } = this.state;
    const turn = this._turn;
    await this.attempt(
      async () => {
        const options = { signal: this.signal };
        const streams = await this._source.get<LogStream[]>(
          routeOf(`${this._address}/logs`),
          {},
          options
        );
        if (turn !== this._turn) {
          return;
        }
        const size = streams.find(one => one.stream === stream)?.size ?? 0;
        const fresh = this._end < 0;
        const first = fresh ? Math.max(0, size - TAIL) : this._end;
        if (size > first) {
          const range = { first, last: size - 1 };
          const route = this._route(stream);
          const read = await this._source.bytes(route, range, options);
          const joins = fresh ? this._end < 0 : this._end === first;
          if (turn !== this._turn || !joins) {
            return; // another reading was quicker
          }
          this._append(read.bytes, first, fresh);
        }
        this.set({ streams, loading: false, failed: null });
      },
      failed => {
        if (turn === this._turn) {
          this.set({ failed, loading: false });
        }
      }
    );
  }

  private _append(bytes: Uint8Array, first: number, fresh: boolean): void {
    this._start = fresh ? first : this._start;
    this._bytes = joined(this._bytes, bytes);
    this._end = first + bytes.length;
    const over = this._bytes.length - MOST;
    if (over > 0) {
      this._bytes = this._bytes.slice(over);
      this._start += over;
    }
    this._show();
  }

  private _show(): void {
    const text = plainText(new TextDecoder().decode(this._bytes));
    const cut = this._start > 0 ? text.indexOf('\n') + 1 : 0;
    this.set({ text: text.slice(cut), before: this._start });
  }

  /** Counts the streams chosen: what was asked for an earlier one is late. */
  private _turn = 0;
  private _bytes = new Uint8Array();
  private _start = 0;
  private _end = -1;
  private readonly _address: string;
  private readonly _short: string;
  private readonly _following: Throttle;
  private readonly _source: ISource;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

// Colours, titles and links that a terminal would obey.
const ESCAPES =
  // eslint-disable-next-line no-control-regex -- escapes are what it removes
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Return a log's text without escapes; a line rewritten by \r as it stood last. */
function plainText(text: string): string {
  return text
    .replace(ESCAPES, '')
    .split('\n')
    .map(line => {
      // No pattern: one would try each place of a line that goes on for ever.
      const whole = line.replace(/\r+$/, '');
      return whole.slice(whole.lastIndexOf('\r') + 1);
    })
    .join('\n');
}
