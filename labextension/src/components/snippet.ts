/**
 * Return a text as a Python string literal that holds exactly it.
 *
 * Names come from other people: one called `"); import os #.csv` stays a name.
 */
export function pythonText(text: string): string {
  const escaped = Array.from(text, character => {
    if (character === '"' || character === '\\') {
      return `\\${character}`;
    }
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) {
      return character;
    }
    return isInvisible(code)
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : character;
  });
  return `"${escaped.join('')}"`;
}

/** Whether a reader would not see it, or would see the code in another order. */
function isInvisible(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0xa0) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff ||
    code >= 0xfff0
  );
}

/** Return the code that loads a file into a notebook. */
export function loadCode(address: string): string {
  return `import jupyter_artifacts as ja\n\nja.load(${pythonText(address)})`;
}

/** Return the code that opens an attached datastore's folder. */
export function attachCode(address: string): string {
  return `import jupyter_artifacts as ja\n\nja.attach(${pythonText(address)})`;
}

/** The three lines that start a first run. */
export const FIRST_RUN = `import jupyter_artifacts as ja
with ja.start_run("mnist", params={"lr": 1e-3}) as run:
    run.log({"loss": 0.5}, step=0)`;

/** The lines that make a first artifact. */
export const FIRST_ARTIFACT = `import jupyter_artifacts as ja
art = ja.Artifact("my-model", type="model")
art.add("model/")
with ja.start_run("mnist") as run:
    run.log_artifact(art)`;

/** Return the code that downloads a version. */
export function downloadCode(address: string): string {
  return `import jupyter_artifacts as ja\n\nja.download(${pythonText(address)})`;
}
