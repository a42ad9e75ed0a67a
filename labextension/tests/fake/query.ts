import { valueOf } from '../../src/fields';
import type { Experiment, Field } from '../../src/model/nouns';
import { newProblem, SourceError } from '../../src/source/source';

const CLAUSE = /^\s*([\w.[\]"/]+)\s*(==|!=|<|>)\s*("[^"]*"|[\d.e-]+)\s*$/;

/** Return the rows that a query of comparisons joined by `and` selects. */
export function matching(
  rows: Experiment[],
  query: string,
  sort: string
): Experiment[] {
  let column = 0;
  let found = rows;
  for (const clause of query.trim() ? query.split(' and ') : []) {
    const parsed = CLAUSE.exec(clause);
    const [, field = '', operator, literal = ''] = parsed ?? [];
    const known = fieldsOf(rows).some(one => one.name === field);
    if (!parsed || !known) {
      throw wrong(query, column, clause, field);
    }
    const wanted: unknown = JSON.parse(literal);
    found = found.filter(row => {
      const value = valueOf(row, field) as number;
      switch (operator) {
        case '==':
          return value === wanted;
        case '!=':
          return value !== wanted;
        case '<':
          return value < Number(wanted);
        default:
          return value > Number(wanted);
      }
    });
    column += clause.length + ' and '.length;
  }
  return sorted(found, sort);
}

function wrong(
  query: string,
  column: number,
  clause: string,
  field: string
): SourceError {
  const problem = newProblem(
    'malformed-query',
    field ? `there is no field '${field}'` : 'a comparison was expected here',
    query,
    field ? 'did you mean params.lr?' : 'write e.g. params.lr < 0.1'
  );
  const length = Math.max(1, (field || clause).length);
  const start = column + (clause.length - clause.trimStart().length);
  return new SourceError({ ...problem, column: start, length }, 400);
}

function sorted(rows: Experiment[], sort: string): Experiment[] {
  const down = sort.startsWith('-');
  const field = down ? sort.slice(1) : sort;
  if (!field) {
    return rows;
  }
  return [...rows].sort((one, other) => {
    const left = valueOf(one, field) as string | number | undefined;
    const right = valueOf(other, field) as string | number | undefined;
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    const order = left < right ? -1 : left > right ? 1 : 0;
    return down ? -order : order;
  });
}

/** Return every field the rows have. */
export function fieldsOf(rows: Experiment[]): Field[] {
  const fixed: [string, string][] = [
    ['user', 'text'],
    ['name', 'text'],
    ['state', 'state'],
    ['tags', 'tags'],
    ['source', 'text'],
    ['started', 'time'],
    ['ended', 'time'],
    ['duration', 'duration'],
    ['artifact_bytes', 'number']
  ];
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(row.params)) {
      const below =
        typeof value === 'object' && value !== null
          ? Object.keys(value).map(part => `${key}.${part}`)
          : [key];
      for (const one of below) {
        counts.set(`params.${one}`, (counts.get(`params.${one}`) ?? 0) + 1);
      }
    }
    for (const metric of Object.keys(row.summary_metrics)) {
      counts.set(
        `metrics.${metric}`,
        (counts.get(`metrics.${metric}`) ?? 0) + 1
      );
    }
  }
  return [
    ...fixed.map(([name, kind]) => ({
      name,
      kind,
      column: name,
      group: 'run',
      experiments: rows.length,
      left_out: 0
    })),
    ...[...counts].map(([name, experiments]) => {
      const group = name.slice(0, name.indexOf('.'));
      return {
        name,
        kind: group === 'metrics' ? 'number' : 'any',
        column: name.slice(group.length + 1),
        group,
        experiments,
        left_out: 0
      };
    })
  ];
}
