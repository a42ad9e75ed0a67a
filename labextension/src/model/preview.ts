import { routeOf } from '../addresses';
import type { ISource } from '../source/source';
import type { Entry, Peek, Problem } from './nouns';
import { Store } from './store';

/** How a file is shown. */
export type PreviewKind =
  | 'image'
  | 'json'
  | 'table'
  | 'text'
  /** What the server tells of it: a schema, shapes, a listing, first and last lines. */
  | 'peek'
  /** None of its bytes are here. */
  | 'link';

/** What is shown of one file. */
export interface IPreviewState {
  readonly entry: Entry | null;
  readonly kind: PreviewKind;
  /** The bytes read; null while there are none. */
  readonly bytes: Uint8Array | null;
  /** What the server tells of it; null until it did. */
  readonly peek: Peek | null;
  /** Whether there are more bytes than were read. */
  readonly cut: boolean;
  /** Whether the file is too large to be read unasked. */
  readonly large: boolean;
  readonly loading: boolean;
  readonly failed: Problem | null;
}

/** No more than this is read unasked. */
export const PREVIEW_LIMIT = 2 * 1024 * 1024;
/** Of a text, so much shows enough. */
const TEXT_LIMIT = 256 * 1024;

const NOTHING: IPreviewState = {
  entry: null,
  kind: 'peek',
  bytes: null,
  peek: null,
  cut: false,
  large: false,
  loading: false,
  failed: null
};

/** The beginning of one file, as far as it is safe and small enough to show. */
export class PreviewModel extends Store<IPreviewState> {
  constructor(source: ISource) {
    super(NOTHING);
    this._source = source;
  }

  /** Show a file; null for none. */
  show(entry: Entry | null): void {
    this._reading?.abort();
    if (entry?.kind !== 'file') {
      this.set({ ...NOTHING, entry });
      return;
    }
    const kind = kindOf(entry);
    const whole = kind === 'image' || kind === 'json';
    const large = whole && entry.size > PREVIEW_LIMIT;
    this.set({ ...NOTHING, entry, kind, large });
    if (kind === 'peek') {
      void this._peek(entry);
    } else if (kind !== 'link' && !large) {
      void this._read(entry, whole ? null : TEXT_LIMIT);
    }
  }

  /** Read a large file although it is large. */
  loadAnyway(): void {
    const { entry } = this.state;
    if (entry) {
      this.set({ large: false });
      void this._read(entry, null);
    }
  }

  override dispose(): void {
    this._reading?.abort();
    super.dispose();
  }

  private async _read(entry: Entry, limit: number | null): Promise<void> {
    await this._reads(async signal => {
      const range = limit === null ? undefined : { first: 0, last: limit - 1 };
      const route = routeOf(entry.address);
      const { bytes, total } = await this._source.bytes(route, range, {
        signal
      });
      return { bytes, cut: total > bytes.length };
    });
  }

  private async _peek(entry: Entry): Promise<void> {
    await this._reads(async signal => {
      const { address } = entry;
      const peek = await this._source.get<Peek>(
        'peek',
        { address },
        { signal }
      );
      return { peek };
    });
  }

  /** Read, and show what came unless something else is shown by then. */
  private async _reads(
    work: (signal: AbortSignal) => Promise<Partial<IPreviewState>>
  ): Promise<void> {
    const reading = new AbortController();
    this._reading = reading;
    this.set({ loading: true });
    await this.attempt(
      async () => {
        const found = await work(reading.signal);
        if (this._reading === reading) {
          this.set({ ...found, loading: false });
        }
      },
      failed => {
        if (this._reading === reading) {
          this.set({ failed, loading: false });
        }
      }
    );
  }

  private _reading: AbortController | null = null;
  private readonly _source: ISource;
}

const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const TABLES = new Set(['text/csv', 'text/tab-separated-values']);
const TEXTS = new Set([
  'application/toml',
  'application/x-ndjson',
  'application/x-python',
  'application/x-python-code',
  'application/x-sh',
  'application/x-yaml',
  'application/xml',
  'application/yaml',
  'image/svg+xml'
]);
const TEXT_NAMES =
  /\.(cfg|conf|ini|ipynb|jsonl|lock|log|md|ndjson|py|rst|sh|toml|txt|ya?ml)$/i;

/** Return how a file may be shown; what a browser would run is shown as text. */
function kindOf(entry: Entry): PreviewKind {
  const held = entry.asset?.kind ?? 'file';
  if (held === 'link' || held === 'symlink') {
    return 'link';
  }
  const type = (entry.asset?.media_type ?? '').split(';')[0]?.trim() ?? '';
  if (IMAGES.has(type)) {
    return 'image';
  }
  if (type === 'application/json') {
    return 'json';
  }
  if (TABLES.has(type)) {
    return 'table';
  }
  const text =
    type.startsWith('text/') || TEXTS.has(type) || TEXT_NAMES.test(entry.name);
  // Of a long text the end tells as much as the beginning.
  return text && entry.size <= TEXT_LIMIT ? 'text' : 'peek';
}
