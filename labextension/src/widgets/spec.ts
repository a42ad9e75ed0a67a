/** MIME type of what a widget shows, for a page that has no kernel. */
export const VIEW = 'application/vnd.jupyter-artifacts.view+json';

/** The greatest version of a view that this code can read. */
const VERSION = 1;

/** Which component a view mounts. */
export type ViewKind = 'explorer' | 'downloader' | 'plot';

/**
 * What a view shows. It comes out of a notebook that anybody may have written, so
 * it names things and carries no markup.
 */
export interface IViewSpec {
  readonly kind: ViewKind;
  /** Of an explorer. */
  readonly query: string;
  /** Of an explorer. */
  readonly sort: string;
  /** Of an explorer: fields; of a plot: metrics. */
  readonly columns: readonly string[];
  /** Of an explorer: the selection; else what is shown. */
  readonly addresses: readonly string[];
  /** Of a downloader: the target folder; "" for the usual one. */
  readonly to: string;
  /** Names the widget's model in the kernel that made it. */
  readonly modelId: string;
}

/** Return what a view shows; throws an `Error` that says what is wrong with it. */
export function parseSpec(value: unknown): IViewSpec {
  if (typeof value !== 'object' || value === null) {
    throw new Error('this output holds no view');
  }
  const given = value as Record<string, unknown>;
  const version = given['version'];
  if (typeof version !== 'number' || version > VERSION) {
    throw new Error(
      'this view was made by a newer version of jupyter_artifacts'
    );
  }
  const kind = given['kind'];
  if (kind !== 'explorer' && kind !== 'downloader' && kind !== 'plot') {
    throw new Error('this version of jupyter_artifacts has no such view');
  }
  const addresses = texts(given['addresses']);
  if (kind === 'downloader' && addresses.length !== 1) {
    throw new Error('this view names no address to download');
  }
  return {
    kind,
    query: text(given['query']),
    sort: text(given['sort']),
    columns: texts(given['columns']),
    addresses,
    to: text(given['to']),
    modelId: text(given['model_id'])
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter(item => typeof item === 'string')
    : [];
}
