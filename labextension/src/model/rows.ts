import { experimentOf, routeOf, treeOf } from '../addresses';
import { problemOf, type ISource } from '../source/source';
import type { Experiment, Field, Problem } from './nouns';

/** By what rows may stand together. */
export type GroupBy = 'none' | 'user' | 'state' | 'run';

/** How a table looked: what a saved view keeps. */
export interface IView {
  readonly query: string;
  readonly sort: string;
  readonly groupBy: GroupBy;
  readonly columns: readonly string[] | null;
}

/** What the runs table shows. */
export interface IRunsState {
  /** The query whose rows these are. */
  readonly query: string;
  /** What is wrong with the query asked last; its predecessor's rows stay. */
  readonly wrong: Problem | null;
  /** Why rows could not be read. */
  readonly failed: Problem | null;
  readonly rows: readonly Experiment[];
  readonly total: number;
  readonly totalCapped: boolean;
  /** Whether more pages follow. */
  readonly more: boolean;
  readonly loading: 'rows' | 'more' | 'nothing';
  /** Whether any answer came yet. */
  readonly loaded: boolean;
  readonly sort: string;
  readonly groupBy: GroupBy;
  readonly fields: readonly Field[];
  /** Names of the fields chosen; null: those that tell most. */
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

/** Read experiments again, one by one; those that were deleted are left out. */
export async function readEach(
  source: ISource,
  addresses: readonly string[],
  signal: AbortSignal
): Promise<Experiment[]> {
  const found = await Promise.all(
    addresses.map(async address => {
      const name = experimentOf(address);
      const route = routeOf(name ? treeOf(name) : address);
      try {
        return await source.get<Experiment>(route, {}, { signal });
      } catch (error) {
        if (problemOf(error).code === 'not-found') {
          return [];
        }
        throw error;
      }
    })
  );
  return found.flat();
}

/** Return the fields there are now: known ones where they stood, new ones last. */
export function inOrder(
  known: readonly Field[],
  fresh: readonly Field[]
): Field[] {
  const place = new Map(known.map((field, index) => [field.name, index]));
  const at = (field: Field): number => place.get(field.name) ?? known.length;
  return [...fresh].sort((one, other) => at(one) - at(other));
}
