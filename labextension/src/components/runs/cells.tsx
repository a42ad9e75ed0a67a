import React from 'react';
import { summaryOf, valueOf } from '../../fields';
import type { Experiment } from '../../model/nouns';
import { colorOf } from '../colors';
import {
  agoText,
  durationText,
  metricText,
  paramText,
  runningTime,
  sizeText,
  timeText
} from '../format';
import type { ITranslation } from '../host';
import { Avatar } from '../parts/avatar';
import { Sparkline } from '../parts/sparkline';
import { StatePill } from '../parts/statepill';
import type { IColumn } from './columns';

/** What a cell shows. */
export function CellContent(props: {
  row: Experiment;
  column: IColumn;
  slot: number | undefined;
  now: number;
  trans: ITranslation;
}): React.JSX.Element | null {
  const { row, column, slot, now, trans } = props;
  switch (column.look) {
    case 'name':
      return <Name row={row} />;
    case 'state':
      return (
        <StatePill state={row.state} reason={row.exit_reason} trans={trans} />
      );
    case 'person':
      return (
        <span className="jp-Artifacts-person">
          <Avatar handle={row.user} />
          <span className="jp-Artifacts-cut">{row.user}</span>
        </span>
      );
    case 'ago': {
      const time = valueOf(row, column.field);
      return typeof time === 'number' && time > 0 ? (
        <time
          className="jp-Artifacts-quiet"
          dateTime={new Date(time * 1000).toISOString()}
          title={timeText(time)}
        >
          {agoText(time, now)}
        </time>
      ) : null;
    }
    case 'duration':
      return <>{durationText(runningTime(row, now))}</>;
    case 'size':
      return <>{row.artifact_bytes > 0 ? sizeText(row.artifact_bytes) : '—'}</>;
    case 'metric':
      return <Metric row={row} column={column} slot={slot} trans={trans} />;
    default: {
      const text = paramText(valueOf(row, column.field));
      return (
        <span className="jp-Artifacts-cut" title={text}>
          {text}
        </span>
      );
    }
  }
}

function Name({ row }: { row: Experiment }): React.JSX.Element {
  return (
    <span className="jp-Artifacts-name">
      <strong className="jp-Artifacts-cut" title={row.address}>
        {row.address}
      </strong>
      {row.tags.slice(0, 2).map(tag => (
        <span key={tag} className="jp-Artifacts-tag" title={tag}>
          {tag}
        </span>
      ))}
    </span>
  );
}

function Metric(props: {
  row: Experiment;
  column: IColumn;
  slot: number | undefined;
  trans: ITranslation;
}): React.JSX.Element | null {
  const { row, column, slot, trans } = props;
  const summary = summaryOf(row, column.field);
  if (!summary) {
    return <span className="jp-Artifacts-quiet">—</span>;
  }
  const text = metricText(summary.last);
  const title = trans.__(
    'last %1 at step %2 · min %3 · max %4 · %5 points',
    text,
    summary.last_step,
    metricText(summary.min),
    metricText(summary.max),
    summary.count
  );
  return (
    <span className="jp-Artifacts-metric" title={title}>
      <Sparkline
        spark={summary.spark}
        color={slot === undefined ? undefined : colorOf(slot)}
      />
      <span>{text}</span>
    </span>
  );
}
