/** How many colours there are; further runs get them again, with dashes. */
export const COLORS = 8;

/** Return the CSS variable of a run's colour. */
export function colorName(slot: number): string {
  return `--jp-Artifacts-series-${slot % COLORS}`;
}

/** Return a run's colour for a style. */
export function colorOf(slot: number): string {
  return `var(${colorName(slot)})`;
}

/** Return the dashes of a run's line, so that colours come twice but lines once. */
export function dashOf(slot: number): number[] {
  const dashes = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
  return dashes[Math.floor(slot / COLORS) % dashes.length] ?? [];
}

const PEOPLE = 8;

/** Return the number of a person's colour, always the same for a handle. */
export function personColor(handle: string): number {
  let hash = 2166136261;
  for (const character of handle) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % PEOPLE;
}
