/**
 * Return the first rows of a text of separated values.
 *
 * Quotes keep separators and line ends, two quotes are one. A last row that has
 * no line end is taken as it stands.
 */
export function tableRows(
  text: string,
  separator: string,
  limit: number
): { rows: string[][]; more: boolean } {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  let index = 0;
  const endRow = (): void => {
    rows.push([...row, cell]);
    row = [];
    cell = '';
  };
  for (; index < text.length && rows.length < limit; index += 1) {
    const character = text[index] ?? '';
    if (quoted) {
      if (character !== '"') {
        cell += character;
      } else if (text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else {
        quoted = false;
      }
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === separator) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRow();
    } else if (character !== '\r') {
      cell += character;
    }
  }
  if (rows.length < limit && (cell !== '' || row.length > 0)) {
    endRow();
  }
  return { rows, more: index < text.length };
}
