/** What a piece of a query is. */
export type TokenKind = 'field' | 'keyword' | 'text' | 'number' | 'rest';

/** A piece of a query. */
export interface IToken {
  readonly kind: TokenKind;
  readonly text: string;
}

const PATTERN =
  /(?<text>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?<keyword>\b(?:and|or|not|in)\b)|(?<number>\b\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?\b)|(?<field>[A-Za-z_]\w*(?:\.\w+)*)/g;

/** Return a query's pieces; put together again they are the query. */
export function tokensOf(query: string): IToken[] {
  const tokens: IToken[] = [];
  let end = 0;
  for (const found of query.matchAll(PATTERN)) {
    if (found.index > end) {
      tokens.push({ kind: 'rest', text: query.slice(end, found.index) });
    }
    const groups = found.groups ?? {};
    const kind = (['text', 'keyword', 'number', 'field'] as const).find(
      one => groups[one] !== undefined
    );
    tokens.push({ kind: kind ?? 'rest', text: found[0] });
    end = found.index + found[0].length;
  }
  if (end < query.length) {
    tokens.push({ kind: 'rest', text: query.slice(end) });
  }
  return tokens;
}

/** Return a query before, at and after the place where it goes wrong. */
export function aroundMistake(
  query: string,
  column: number,
  length: number
): [string, string, string] {
  // The server counts characters, a JavaScript string its UTF-16 halves.
  const characters = Array.from(query);
  const join = (start: number, end?: number): string =>
    characters.slice(start, end).join('');
  const wrong = join(column, column + length);
  return [join(0, column), wrong || ' ', join(column + length)];
}
