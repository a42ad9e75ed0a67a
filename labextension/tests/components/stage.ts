import { english, type IHost } from '../../src/components/host';

/** A host that remembers what it was told. */
export interface ITestHost extends IHost {
  readonly notices: string[];
  readonly inserted: string[];
  readonly copied: string[];
  /** Queries that explorers were asked for with. */
  readonly opened: string[];
}

/** Return a host with a notebook whose fourth cell is next. */
export function testHost(): ITestHost {
  const memory = new Map<string, string>();
  const notices: string[] = [];
  const inserted: string[] = [];
  const copied: string[] = [];
  const opened: string[] = [];
  return {
    trans: english,
    memory: {
      get: key => memory.get(key) ?? null,
      set: (key, value) => {
        memory.set(key, value);
      }
    },
    notices,
    inserted,
    copied,
    opened,
    notify: (kind, text) => {
      notices.push(`${kind}: ${text}`);
    },
    copy: text => {
      copied.push(text);
      return Promise.resolve();
    },
    insertIntoCell: code => {
      inserted.push(code);
      return Promise.resolve('cell 4 of analysis.ipynb');
    },
    openRuns: query => {
      opened.push(query);
    },
    openFile: () => undefined
  };
}
