import type { Field } from '../../model/nouns';

/** What may stand where the caret is, and what it takes the place of. */
export interface ICompletions {
  /** Where the word before the caret begins, in UTF-16 units. */
  readonly start: number;
  readonly names: readonly string[];
}

const MOST = 8;
const NOTHING: ICompletions = { start: 0, names: [] };
const WORDS = ['and', 'or', 'not', 'in'];

/**
 * Return the names of fields that begin as the word before the caret does, then
 * those that hold it; nothing inside a text, or behind a finished name.
 */
export function completionsOf(
  query: string,
  caret: number,
  fields: readonly Field[]
): ICompletions {
  const before = query.slice(0, caret);
  if (inText(before) || /^[\w.]/.test(query.slice(caret))) {
    return NOTHING;
  }
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  if (word === '' || WORDS.includes(word)) {
    return NOTHING;
  }
  const wanted = word.toLowerCase();
  const places = fields
    .map(({ name }) => ({ name, at: name.toLowerCase().indexOf(wanted) }))
    .filter(({ name, at }) => at >= 0 && name !== word);
  const names = [
    ...places.filter(({ at }) => at === 0),
    ...places.filter(({ at }) => at > 0)
  ].map(({ name }) => name);
  return { start: caret - word.length, names: names.slice(0, MOST) };
}

/** Whether a quote before the caret is still open. */
function inText(before: string): boolean {
  let quote = '';
  for (let index = 0; index < before.length; index += 1) {
    const character = before[index] ?? '';
    if (quote === '') {
      quote = character === '"' || character === "'" ? character : '';
    } else if (character === '\\') {
      index += 1;
    } else if (character === quote) {
      quote = '';
    }
  }
  return quote !== '';
}
