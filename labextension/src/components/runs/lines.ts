import { valueOf } from '../../fields';
import type { Experiment } from '../../model/nouns';
import type { GroupBy } from '../../model/rows';

/** A line of the table: a run, or the head of a group of runs. */
export type Line =
  | { readonly kind: 'row'; readonly row: Experiment }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly count: number;
      /** Whether rows of this group may still come. */
      readonly growing: boolean;
    };

/**
 * Return the table's lines.
 *
 * Rows come from the server in the order of the groups; within a group they are
 * put in the order asked for.
 */
export function linesOf(
  rows: readonly Experiment[],
  groupBy: GroupBy,
  sort: string,
  more: boolean
): Line[] {
  if (groupBy === 'none') {
    return rows.map(row => ({ kind: 'row', row }));
  }
  const groups = new Map<string, Experiment[]>();
  for (const row of rows) {
    const key = groupBy === 'run' ? `${row.user}:${row.run}` : row[groupBy];
    const members = groups.get(key) ?? [];
    members.push(row);
    groups.set(key, members);
  }
  const last = [...groups.keys()].at(-1);
  return [...groups].flatMap(([key, members]): Line[] => [
    {
      kind: 'group',
      key,
      count: members.length,
      growing: more && key === last
    },
    ...sorted(members, sort).map((row): Line => ({ kind: 'row', row }))
  ]);
}

function sorted(rows: Experiment[], sort: string): Experiment[] {
  const down = sort.startsWith('-');
  const field = down ? sort.slice(1) : sort;
  const missing = (value: unknown): boolean =>
    value === undefined || value === null || Number.isNaN(value);
  return [...rows].sort((one, other) => {
    const left = valueOf(one, field);
    const right = valueOf(other, field);
    if (missing(left) || missing(right)) {
      return Number(missing(left)) - Number(missing(right));
    }
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right));
    return down ? -order : order;
  });
}
