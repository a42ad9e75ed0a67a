/** Makes texts in the reader's language; JupyterLab's `TranslationBundle` is one. */
export interface ITranslation {
  /** Translate; %1, %2 … stand for the arguments. */
  __(text: string, ...values: unknown[]): string;
  /** Translate by number; %1 stands for `count`, %2 … for the arguments. */
  _n(one: string, many: string, count: number, ...values: unknown[]): string;
}

/** How grave a notice is. */
export type NoticeKind = 'info' | 'success' | 'warning' | 'error';

/** Small things one person's browser remembers, e.g. saved views. */
export interface IMemory {
  /** Return what was kept under `key`, or null. */
  get(key: string): string | null;
  /** Keep `value` under `key`. */
  set(key: string, value: string): void;
}

/**
 * What stands around a component: JupyterLab's panel, or a notebook's widget.
 *
 * A component shows a button for an optional member only where there is one.
 */
export interface IHost {
  readonly trans: ITranslation;
  readonly memory: IMemory;

  /**
   * Put code into the active notebook as a cell; nothing is run.
   *
   * Resolves with where it went, for a person ("cell 4 of analysis.ipynb"), and
   * rejects with a readable `Error` where there is no notebook.
   */
  insertIntoCell?(code: string): Promise<string>;

  /** Tell the person something short. */
  notify(kind: NoticeKind, text: string): void;

  /** Put text on the clipboard. */
  copy(text: string): Promise<void>;

  /** Show an explorer with this query, in the main area. */
  openRuns?(query: string): void;

  /** Show an explorer at an artifact or a version of one; "" for all artifacts. */
  openArtifacts?(address: string): void;

  /** Open a file of this session, by its path below the session's root. */
  openFile?(path: string): void;

  /** Ask before something that cannot be undone; resolves with the answer. */
  confirm?(title: string, text: string, action: string): Promise<boolean>;
}

/** English, for where no translation is at hand. */
export const english: ITranslation = {
  __: (text, ...values) => fill(text, values),
  _n: (one, many, count, ...values) =>
    fill(count === 1 ? one : many, [count, ...values])
};

function fill(text: string, values: unknown[]): string {
  return text.replace(/%(\d+)/g, (mark, place: string) => {
    const index = Number(place) - 1;
    return index < values.length ? String(values[index]) : mark;
  });
}

/** Return a memory in the browser's local storage, apart for each person. */
export function browserMemory(person: string): IMemory {
  const prefix = `jupyter-artifacts:${person}:`;
  return {
    get: key => {
      try {
        return window.localStorage.getItem(prefix + key);
      } catch {
        return null; // a browser that keeps nothing, by its owner's wish
      }
    },
    set: (key, value) => {
      try {
        window.localStorage.setItem(prefix + key, value);
      } catch {
        return; // full, or forbidden: the view lasts as long as the page
      }
    }
  };
}
