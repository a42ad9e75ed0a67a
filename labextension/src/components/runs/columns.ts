import { summaryOf, valueOf } from '../../fields';
import type { Experiment, Field } from '../../model/nouns';
import {
  durationText,
  metricText,
  paramText,
  runningTime,
  sizeText,
  timeText
} from '../format';
import type { ITranslation } from '../host';

/** Where a column stands: each group has a line before it. */
export type ColumnGroup = 'run' | 'params' | 'metrics' | 'metadata' | 'size';

/** One column of the table. */
export interface IColumn {
  /** Name of the field, as a query writes it; also what is sorted by. */
  readonly field: string;
  readonly label: string;
  readonly group: ColumnGroup;
  /** How its cells look. */
  readonly look:
    | 'name'
    | 'state'
    | 'person'
    | 'ago'
    | 'duration'
    | 'size'
    | 'metric'
    | 'text'
    | 'number';
  /** Its share of the table's width, as `grid-template-columns` takes it. */
  readonly track: string;
  /** Whether its first sorting puts the largest on top. */
  readonly largestFirst: boolean;
}

const DEFAULT_RUN = ['state', 'user', 'started', 'duration'];
const FEWER_RUN = ['state', 'started'];
const PREFERRED_METRICS = ['training.loss', 'validation.accuracy'];
// Below so many pixels the usual columns are fewer.
const WIDE = 1200;
const NARROW = 1130;
const TIGHT = 980;
const MOST_METRICS = 2;
// Widths are guessed from the first rows, so that columns stand still.
const SAMPLE = 50;
const CHARACTER = 7.2;
const HEAD_CHARACTER = 7.6;
const PADDING = 24;

/** Return the names of the fields that tell most; fewer where it is narrow. */
export function usualFields(fields: readonly Field[], width: number): string[] {
  const narrow = width < NARROW;
  const params = width < TIGHT ? 1 : width < WIDE ? 2 : 3;
  const most = (group: string, limit: number): string[] =>
    fields
      .filter(field => field.group === group)
      .map((field, index) => ({ field, index }))
      .sort(
        (one, other) =>
          preference(one.field) - preference(other.field) ||
          other.field.experiments - one.field.experiments ||
          one.index - other.index
      )
      .slice(0, limit)
      // As they became known: what a run adds does not move what one looks at.
      .sort(
        (one, other) =>
          preference(one.field) - preference(other.field) ||
          one.index - other.index
      )
      .map(one => one.field.name);
  return [
    ...(narrow ? FEWER_RUN : DEFAULT_RUN),
    ...most('params', params),
    ...most('metrics', MOST_METRICS),
    ...(narrow ? [] : ['artifact_bytes'])
  ];
}

function preference(field: Field): number {
  const place = PREFERRED_METRICS.indexOf(field.column);
  return place >= 0 ? place : PREFERRED_METRICS.length;
}

// What is left out first where it is too narrow for all.
const SPARE: readonly ((column: IColumn) => boolean)[] = [
  column => column.group === 'size',
  column => column.field === 'duration',
  column => column.group === 'params',
  column => column.field === 'user',
  column => column.field === 'started'
];
const DOTS = 30;

/** Return the usual columns without those that would push a metric out of sight. */
export function fitting(
  columns: readonly IColumn[],
  width: number
): readonly IColumn[] {
  const least = (shown: readonly IColumn[]): number =>
    shown.reduce((sum, { track }) => sum + leastWidth(track), DOTS);
  let shown = columns;
  for (const spare of SPARE) {
    while (least(shown) > width && shown.some(spare)) {
      const last = shown.map(spare).lastIndexOf(true);
      shown = shown.filter((_, index) => index !== last);
    }
  }
  return shown;
}

function leastWidth(track: string): number {
  return Number(/minmax\(([\d.]+)px/.exec(track)?.[1] ?? 0);
}

const ORDER: ColumnGroup[] = ['run', 'params', 'metrics', 'metadata', 'size'];

/** Return the columns for the fields chosen; the name always comes first. */
export function columnsOf(
  chosen: readonly string[],
  fields: readonly Field[],
  rows: readonly Experiment[],
  trans: ITranslation
): IColumn[] {
  const known = new Map(fields.map(field => [field.name, field]));
  const columns = chosen
    .filter(name => name !== 'name')
    .map(name => columnOf(name, known.get(name), rows, trans));
  columns.sort(
    (one, other) => ORDER.indexOf(one.group) - ORDER.indexOf(other.group)
  );
  return [columnOf('name', undefined, rows, trans), ...columns];
}

function columnOf(
  field: string,
  known: Field | undefined,
  rows: readonly Experiment[],
  trans: ITranslation
): IColumn {
  const run = { field, group: 'run', largestFirst: false } as const;
  switch (field) {
    case 'name':
      return {
        ...run,
        label: trans.__('Name'),
        look: 'name',
        track: 'minmax(215px, 1.7fr)'
      };
    case 'state':
      return {
        ...run,
        label: trans.__('State'),
        look: 'state',
        track: 'minmax(94px, 0.6fr)'
      };
    case 'user':
      return {
        ...run,
        label: trans.__('Owner'),
        look: 'person',
        track: 'minmax(88px, 0.6fr)'
      };
    case 'started':
      return {
        ...run,
        label: trans.__('Started'),
        look: 'ago',
        track: 'minmax(92px, 0.7fr)',
        largestFirst: true
      };
    case 'ended':
      return {
        ...run,
        label: trans.__('Ended'),
        look: 'ago',
        track: 'minmax(92px, 0.7fr)',
        largestFirst: true
      };
    case 'duration':
      return {
        ...run,
        label: trans.__('Duration'),
        look: 'duration',
        track: 'minmax(88px, 0.5fr)',
        largestFirst: true
      };
    case 'artifact_bytes':
      return {
        ...run,
        label: trans.__('Artifacts'),
        look: 'size',
        group: 'size',
        track: 'minmax(88px, 0.5fr)',
        largestFirst: true
      };
  }
  const label =
    known?.column ?? field.replace(/^(params|metrics|metadata)\./, '');
  const group = groupOf(field);
  const head = label.length * HEAD_CHARACTER + PADDING;
  if (group === 'metrics') {
    const worseLarger = /loss|error|perplexity/i.test(field);
    const track = `minmax(${Math.min(220, Math.max(148, head))}px, 0.8fr)`;
    return {
      field,
      label,
      group,
      look: 'metric',
      track,
      largestFirst: !worseLarger
    };
  }
  const texts = rows.slice(0, SAMPLE).map(row => valueOf(row, field));
  const longest = Math.max(0, ...texts.map(one => paramText(one).length));
  const width = Math.max(head, longest * CHARACTER + PADDING, 52);
  const look =
    known?.kind === 'number' || texts.some(one => typeof one === 'number')
      ? 'number'
      : 'text';
  const track = `minmax(${Math.min(140, Math.round(width))}px, 0.4fr)`;
  return { field, label, group, look, track, largestFirst: false };
}

function groupOf(field: string): ColumnGroup {
  const [root] = field.split(/[.[]/);
  return root === 'params' || root === 'metrics' || root === 'metadata'
    ? root
    : 'run';
}

/** Return a cell as text, for the clipboard and for readers of the screen. */
export function cellText(row: Experiment, column: IColumn): string {
  switch (column.look) {
    case 'name':
      return row.address;
    case 'metric': {
      const summary = summaryOf(row, column.field);
      return summary ? metricText(summary.last) : '';
    }
    case 'ago': {
      const time = valueOf(row, column.field);
      return typeof time === 'number' && time > 0 ? timeText(time) : '';
    }
    case 'duration':
      return durationText(runningTime(row, Date.now() / 1000));
    case 'size':
      return sizeText(row.artifact_bytes);
    default:
      return paramText(valueOf(row, column.field));
  }
}

/** Return rows as a spreadsheet takes them from the clipboard. */
export function tabText(
  rows: readonly Experiment[],
  columns: readonly IColumn[]
): string {
  const plain = (text: string): string => {
    const line = text.replace(/[\t\r\n]+/g, ' ');
    // A spreadsheet would take such a text for a formula.
    return /^[=+@]|^-(?![\d.])/.test(line) ? `'${line}` : line;
  };
  const raw = (row: Experiment, column: IColumn): string => {
    if (column.look === 'duration') {
      return String(Math.round(runningTime(row, Date.now() / 1000)));
    }
    const value = valueOf(row, column.field);
    return typeof value === 'number' ? String(value) : cellText(row, column);
  };
  return [
    columns.map(column => plain(column.label)).join('\t'),
    ...rows.map(row =>
      columns.map(column => plain(raw(row, column))).join('\t')
    )
  ].join('\n');
}
