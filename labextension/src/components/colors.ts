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

// Apart from each other; white reads on each of them.
const HUES = [228, 20, 132, 335, 190, 280, 45, 255, 160, 5, 100, 305];

/** Return a person's colour, always the same for a handle. */
export function personColor(handle: string): string {
  let hash = 0;
  for (const character of handle) {
    hash = (Math.imul(hash, 42427) + (character.codePointAt(0) ?? 0)) >>> 0;
  }
  const mixed = Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;
  return `hsl(${HUES[(mixed >>> 8) % HUES.length] ?? 0} 50% 42%)`;
}
