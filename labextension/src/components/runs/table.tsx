import React, { useCallback, useMemo, useRef } from 'react';
import type { IRunsState } from '../../model/runs';
import type { ISelectionState } from '../../model/selection';
import { useClock, useSize } from '../hooks';
import type { IHost } from '../host';
import { stateText } from '../parts/statepill';
import type { IColumn } from './columns';
import { NoRuns, Skeleton } from './empty';
import { between, placeOf, useGridKeys, useWindow } from './grid';
import { TableHead } from './head';
import { linesOf, type Line } from './lines';
import { RunRow } from './row';

/** What the table needs, and what it says back. */
export interface ITableProps {
  readonly runs: IRunsState;
  readonly selection: ISelectionState;
  readonly columns: readonly IColumn[];
  readonly host: IHost;
  readonly onSort: (sort: string) => void;
  readonly onMore: () => void;
  readonly onFocus: (address: string) => void;
  readonly onOpen: (address: string) => void;
  readonly onToggle: (address: string) => void;
  readonly onSelect: (addresses: readonly string[]) => void;
  readonly onClearQuery: () => void;
}

const DOT_TRACK = '30px';
const FALLBACK_HEIGHT = 28;

/** The runs, one line each; only the lines on the screen are drawn. */
export function RunsTable(props: ITableProps): React.JSX.Element {
  const { runs, selection, columns, host } = props;
  const { trans } = host;
  const [scroller, size] = useSize<HTMLDivElement>();
  const [probe, probed] = useSize<HTMLDivElement>();
  const lineHeight = probed.height || FALLBACK_HEIGHT;
  // A hidden table keeps still; one without a running row tells minutes only.
  const moves = runs.rows.some(row => row.ended === null);
  const now = useClock(size.height === 0 ? 0 : moves ? 1000 : 30_000);
  const lines = useMemo(
    () => linesOf(runs.rows, runs.groupBy, runs.sort, runs.more),
    [runs.rows, runs.groupBy, runs.sort, runs.more]
  );
  const [drawn, scrolled] = useWindow(
    scroller,
    size.height,
    lineHeight,
    lines.length,
    props.onMore
  );
  const anchor = useRef(0);
  const [active, setActive, pressed] = useGridKeys(scroller, lineHeight, {
    lines,
    columns: columns.length,
    page: Math.max(1, Math.floor(size.height / lineHeight) - 2),
    onFocus: props.onFocus,
    onOpen: props.onOpen,
    onToggle: props.onToggle,
    onRange: addresses => {
      props.onSelect([...selection.selected, ...addresses]);
    }
  });
  const { onToggle } = props;
  const toggle = useCallback(
    (address: string) => {
      onToggle(address);
    },
    [onToggle]
  );
  const clicked = (event: React.MouseEvent): void => {
    const target = event.target as HTMLElement;
    const found = target.closest<HTMLElement>('[data-line]');
    const index = Number(found?.dataset['line'] ?? -1);
    const line = lines[index];
    if (line?.kind !== 'row' || target.closest('button')) {
      return;
    }
    const cell = target.closest<HTMLElement>('[data-column]');
    setActive({ line: index, column: Number(cell?.dataset['column'] ?? 0) });
    props.onFocus(line.row.address);
    if (event.shiftKey) {
      props.onSelect([
        ...selection.selected,
        ...between(lines, anchor.current, index)
      ]);
    } else {
      anchor.current = index;
      if (event.ctrlKey || event.metaKey) {
        onToggle(line.row.address);
      }
    }
  };
  // Some cell can always be reached by Tab, also when the active one is away.
  const tabLine =
    active.line >= drawn.first && active.line < drawn.last
      ? active.line
      : drawn.first;
  const tabColumn = Math.min(active.column, columns.length - 1);
  const tracks = [DOT_TRACK, ...columns.map(one => one.track)].join(' ');
  const empty = lines.length === 0;
  return (
    <div
      className={`jp-Artifacts-table${runs.loading === 'rows' ? ' jp-mod-loading' : ''}`}
      role="grid"
      aria-label={trans.__('Runs')}
      aria-rowcount={runs.more ? -1 : lines.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-busy={runs.loading !== 'nothing'}
      ref={scroller}
      onScroll={scrolled}
      onKeyDown={event => {
        if (!(event.target as HTMLElement).closest('button')) {
          pressed(event);
        }
      }}
      onClick={clicked}
      onFocus={event => {
        const place = placeOf(event.target);
        if (
          place &&
          (place.line !== active.line || place.column !== active.column)
        ) {
          setActive(place);
        }
      }}
      onMouseDown={event => {
        if (event.detail > 1) {
          event.preventDefault(); // a double click opens; it marks no text
        }
      }}
      onDoubleClick={event => {
        const row = (event.target as HTMLElement).closest<HTMLElement>(
          '[data-address]'
        );
        if (row?.dataset['address']) {
          props.onOpen(row.dataset['address']);
        }
      }}
    >
      <div
        className="jp-Artifacts-table-body"
        role="presentation"
        style={{ '--jp-Artifacts-tracks': tracks } as React.CSSProperties}
      >
        <div className="jp-Artifacts-table-probe" ref={probe} aria-hidden />
        <TableHead
          columns={columns}
          sort={runs.sort}
          trans={trans}
          onSort={props.onSort}
        />
        <div role="presentation" style={{ height: drawn.first * lineHeight }} />
        {lines.slice(drawn.first, drawn.last).map((line, offset) => {
          const index = drawn.first + offset;
          return line.kind === 'group' ? (
            <GroupLine
              key={`group ${line.key}`}
              line={line}
              index={index}
              tabbed={tabLine === index}
              byState={runs.groupBy === 'state'}
              host={host}
            />
          ) : (
            <div role="presentation" key={line.row.id} data-line={index}>
              <RunRow
                row={line.row}
                place={index + 1}
                columns={columns}
                slot={selection.slots.get(line.row.address)}
                focused={selection.focused === line.row.address}
                activeColumn={tabLine === index ? tabColumn : -1}
                now={line.row.ended === null ? now : coarse(now)}
                trans={trans}
                onToggle={toggle}
              />
            </div>
          );
        })}
        <div
          role="presentation"
          style={{ height: (lines.length - drawn.last) * lineHeight }}
        />
        {(runs.loading === 'more' || (empty && !runs.loaded)) && (
          <Skeleton columns={columns.length + 1} lines={empty ? 8 : 2} />
        )}
      </div>
      {empty && runs.loaded && !runs.failed && (
        <NoRuns
          query={runs.query}
          host={host}
          onClearQuery={props.onClearQuery}
        />
      )}
    </div>
  );
}

/** Times are told in minutes, so that most rows are drawn once a minute. */
function coarse(now: number): number {
  return Math.floor(now / 30) * 30;
}

function GroupLine(props: {
  line: Extract<Line, { kind: 'group' }>;
  index: number;
  tabbed: boolean;
  byState: boolean;
  host: IHost;
}): React.JSX.Element {
  const { line, index, byState } = props;
  const { trans } = props.host;
  const label = byState
    ? stateText(line.key as Parameters<typeof stateText>[0], trans)
    : line.key;
  return (
    <div
      className="jp-Artifacts-row jp-mod-group"
      role="row"
      aria-rowindex={index + 2}
      data-line={index}
    >
      <div
        role="gridcell"
        className="jp-Artifacts-group"
        tabIndex={props.tabbed ? 0 : -1}
        data-column={0}
      >
        <strong>{label}</strong>
        <span className="jp-Artifacts-quiet">
          {line.growing
            ? trans.__('%1 so far', line.count)
            : trans._n('%1 experiment', '%1 experiments', line.count)}
        </span>
      </div>
    </div>
  );
}
