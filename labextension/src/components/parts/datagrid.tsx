import React, { useEffect, useRef, useState, type ReactNode } from 'react';
import { useSize } from '../hooks';
import type { ITranslation } from '../host';
import { Skeleton } from '../runs/empty';
import { useWindow } from '../runs/grid';
import { Icon } from './icon';

/** One column of a grid. */
export interface IGridColumn<T> {
  readonly key: string;
  readonly label: string;
  /** Its share of the width, as `grid-template-columns` takes it. */
  readonly track: string;
  /** Whether its cells stand at the end of their column. */
  readonly end?: boolean;
  /** What its head sorts by first; left out: it does not sort. */
  readonly sort?: string;
  readonly cell: (row: T) => ReactNode;
}

/** What a grid shows, and what it says back. */
export interface IGridProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly IGridColumn<T>[];
  readonly keyOf: (row: T) => string;
  readonly trans: ITranslation;
  /** Key of the row that is looked at. */
  readonly chosen?: string;
  /** Whether rows are still to come. */
  readonly more?: boolean;
  readonly loading?: boolean;
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  readonly onMore?: () => void;
  readonly onChoose?: (row: T) => void;
  readonly className?: string;
}

const FALLBACK_HEIGHT = 28;

/** Rows of anything; only those on the screen are drawn, arrows go through them. */
export function DataGrid<T>(props: IGridProps<T>): React.JSX.Element {
  const { rows, columns, keyOf, trans, chosen, more = false } = props;
  const { loading = false, onChoose } = props;
  const [scroller, size] = useSize<HTMLDivElement>();
  const [probe, probed] = useSize<HTMLDivElement>();
  const height = probed.height || FALLBACK_HEIGHT;
  const [drawn, scrolled] = useWindow(
    scroller,
    size.height,
    height,
    rows.length,
    () => props.onMore?.()
  );
  const [active, setActive] = useState(0);
  const wanted = useRef(-1);
  useEffect(() => {
    const line = scroller.current?.querySelector<HTMLElement>(
      `[data-line="${wanted.current}"]`
    );
    if (line) {
      wanted.current = -1;
      line.focus({ preventScroll: true });
    }
  });
  const tabbed =
    active >= drawn.first && active < drawn.last ? active : drawn.first;
  const pressed = (event: React.KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const at = Number(target.dataset['line'] ?? -1);
    if (at < 0) {
      return; // a button inside has its own keys
    }
    const page = Math.max(1, Math.floor(size.height / height) - 2);
    const goal = goalOf(event.key, at, page, rows.length);
    const row = rows[goal ?? at];
    if (goal === undefined && event.key !== 'Enter' && event.key !== ' ') {
      return;
    }
    if (goal !== undefined) {
      wanted.current = goal;
      setActive(goal);
      reveal(scroller.current, goal, height);
    }
    if (row !== undefined) {
      onChoose?.(row);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const tracks = columns.map(one => one.track).join(' ');
  return (
    <div
      className={`jp-Artifacts-table ${props.className ?? ''}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={more ? -1 : rows.length + 1}
      aria-busy={loading}
      ref={scroller}
      onScroll={scrolled}
      onKeyDown={pressed}
    >
      <div
        className="jp-Artifacts-table-body"
        role="presentation"
        style={{ '--jp-Artifacts-tracks': tracks } as React.CSSProperties}
      >
        <div className="jp-Artifacts-table-probe" ref={probe} aria-hidden />
        <Head {...props} />
        <div role="presentation" style={{ height: drawn.first * height }} />
        {rows.slice(drawn.first, drawn.last).map((row, offset) => {
          const line = drawn.first + offset;
          const key = keyOf(row);
          return (
            <div
              key={key}
              className={`jp-Artifacts-row${key === chosen ? ' jp-mod-focused' : ''}`}
              role="row"
              aria-rowindex={line + 2}
              {...(onChoose ? { 'aria-selected': key === chosen } : {})}
              tabIndex={line === tabbed ? 0 : -1}
              data-line={line}
              data-key={key}
              onClick={() => {
                setActive(line);
                onChoose?.(row);
              }}
            >
              {columns.map(column => (
                <div
                  key={column.key}
                  role="gridcell"
                  className={`jp-Artifacts-cell${column.end ? ' jp-mod-number' : ''}`}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
        <div
          role="presentation"
          style={{ height: (rows.length - drawn.last) * height }}
        />
        {loading && (rows.length === 0 || more) && (
          <Skeleton
            columns={columns.length}
            lines={rows.length === 0 ? 6 : 2}
          />
        )}
      </div>
      <span className="jp-Artifacts-hidden" aria-live="polite">
        {loading ? trans.__('Reading…') : ''}
      </span>
    </div>
  );
}

function Head<T>(props: IGridProps<T>): React.JSX.Element {
  const { columns, sort, trans, onSort } = props;
  return (
    <div className="jp-Artifacts-row jp-mod-head" role="row" aria-rowindex={1}>
      {columns.map(column => {
        const by = column.sort;
        const order = by === undefined ? 'none' : orderOf(by, sort);
        return (
          <div
            key={column.key}
            role="columnheader"
            className={`jp-Artifacts-cell${column.end ? ' jp-mod-number' : ''}`}
            {...(by === undefined ? {} : { 'aria-sort': order })}
          >
            {by === undefined || !onSort ? (
              <span className="jp-Artifacts-head-text jp-Artifacts-cut">
                {column.label}
              </span>
            ) : (
              <button
                type="button"
                className="jp-Artifacts-sort"
                title={trans.__('Sort by %1', column.label)}
                onClick={() => {
                  onSort(sort === by ? turned(by) : by);
                }}
              >
                <span className="jp-Artifacts-cut">{column.label}</span>
                {order !== 'none' && (
                  <span className={`jp-Artifacts-order jp-mod-${order}`}>
                    <Icon name="down" />
                  </span>
                )}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function turned(sort: string): string {
  return sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
}

function orderOf(
  by: string,
  sort: string | undefined
): 'ascending' | 'descending' | 'none' {
  if (sort !== by && sort !== turned(by)) {
    return 'none';
  }
  return sort.startsWith('-') ? 'descending' : 'ascending';
}

function goalOf(
  key: string,
  at: number,
  page: number,
  count: number
): number | undefined {
  const goals: Record<string, number> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    PageUp: at - page,
    PageDown: at + page,
    Home: 0,
    End: count - 1
  };
  const goal = goals[key];
  return goal === undefined
    ? undefined
    : Math.max(0, Math.min(count - 1, goal));
}

/** Scroll a line into view, below the head, which stays. */
function reveal(
  scroller: HTMLElement | null,
  line: number,
  height: number
): void {
  if (!scroller) {
    return;
  }
  const top = line * height;
  const bottom = top + 2 * height;
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (bottom > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = bottom - scroller.clientHeight;
  }
}
