import React from 'react';
import { Icon } from '../parts/icon';
import { MetricName } from '../parts/metricname';
import type { ITranslation } from '../host';
import type { IColumn } from './columns';

/** The table's head: click a name to sort by it, again for the other way. */
export function TableHead(props: {
  columns: readonly IColumn[];
  sort: string;
  trans: ITranslation;
  onSort: (sort: string) => void;
}): React.JSX.Element {
  const { columns, sort, trans, onSort } = props;
  return (
    <div className="jp-Artifacts-row jp-mod-head" role="row" aria-rowindex={1}>
      <div
        className="jp-Artifacts-cell jp-mod-dot"
        role="columnheader"
        aria-colindex={1}
      >
        <span className="jp-Artifacts-hidden">{trans.__('Plotted')}</span>
      </div>
      {columns.map((column, index) => {
        const before = columns[index - 1];
        const edge = before !== undefined && before.group !== column.group;
        const order = orderOf(column.field, sort);
        return (
          <div
            key={column.field}
            className={`jp-Artifacts-cell jp-mod-${column.look}${edge ? ' jp-mod-edge' : ''}`}
            role="columnheader"
            aria-colindex={index + 2}
            aria-sort={order}
          >
            <button
              type="button"
              className="jp-Artifacts-sort"
              title={trans.__('Sort by %1', column.field)}
              onClick={() => {
                onSort(nextSort(column, sort));
              }}
            >
              {column.look === 'metric' ? (
                <MetricName metric={column.label} />
              ) : (
                <span className="jp-Artifacts-cut">{column.label}</span>
              )}
              {order !== 'none' && (
                <span className={`jp-Artifacts-order jp-mod-${order}`}>
                  <Icon name="down" />
                </span>
              )}
            </button>
          </div>
        );
      })}
    </div>
  );
}

function orderOf(
  field: string,
  sort: string
): 'ascending' | 'descending' | 'none' {
  if (sort === field) {
    return 'ascending';
  }
  return sort === `-${field}` ? 'descending' : 'none';
}

/** Return what a click on a column's head sorts by. */
export function nextSort(column: IColumn, sort: string): string {
  const { field, largestFirst } = column;
  if (orderOf(field, sort) === 'none') {
    return largestFirst ? `-${field}` : field;
  }
  return sort === field ? `-${field}` : field;
}
