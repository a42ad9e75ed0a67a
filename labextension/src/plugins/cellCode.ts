const IMPORT =
  /^[ \t]*import[ \t]+jupyter_artifacts(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?:[;#].*)?$/m;
const OWN_IMPORT = /^import jupyter_artifacts as ja\n+/;
const TEXTS = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/;

/**
 * Return `code`, which calls the package `ja`, in the words of a notebook.
 *
 * It imports the package only where no code cell does; where one does so under
 * another name, the code uses that name.
 */
export function codeForCells(code: string, cells: readonly string[]): string {
  const calls = code.replace(OWN_IMPORT, '');
  for (const cell of cells) {
    const found = IMPORT.exec(cell);
    if (found) {
      return renamed(calls, found[1] ?? 'jupyter_artifacts');
    }
  }
  return `import jupyter_artifacts as ja\n\n${calls}`;
}

/** Replace the name `ja` outside of texts. */
function renamed(code: string, name: string): string {
  if (name === 'ja') {
    return code;
  }
  const parts = code.split(TEXTS);
  return parts
    .map((part, index) =>
      index % 2 === 0 ? part.replace(/\bja\./g, `${name}.`) : part
    )
    .join('');
}
