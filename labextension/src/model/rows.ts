import type { Experiment } from './nouns';

/** By what rows may stand together. */
export type GroupBy = 'none' | 'user' | 'state' | 'run';

/** How a table looked: what a saved view keeps. */
export interface IView {
  readonly query: string;
  readonly sort: string;
  readonly groupBy: GroupBy;
  readonly columns: readonly string[] | null;
}

/** Return rows with those of the next page, each once. */
export function merged(
  rows: readonly Experiment[],
  next: readonly Experiment[]
): Experiment[] {
  const known = new Set(rows.map(row => row.id));
  return [...rows, ...next.filter(row => !known.has(row.id))];
}

/** Return rows with newer forms of them; `newOnes` puts unknown ones on top. */
export function replaced(
  rows: readonly Experiment[],
  fresh: readonly Experiment[],
  newOnes: boolean
): Experiment[] {
  const byId = new Map(fresh.map(row => [row.id, row]));
  const kept = rows.map(row => {
    const found = byId.get(row.id) ?? row;
    byId.delete(row.id);
    return found;
  });
  return newOnes ? [...byId.values(), ...kept] : kept;
}
