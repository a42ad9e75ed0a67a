import React, { memo } from 'react';
import type { Experiment } from '../../model/nouns';
import { colorOf } from '../colors';
import type { ITranslation } from '../host';
import { CellContent } from './cells';
import type { IColumn } from './columns';

/** What one row of the table needs. */
export interface IRowProps {
  readonly row: Experiment;
  /** Its place in the whole table, counted from 1. */
  readonly place: number;
  readonly columns: readonly IColumn[];
  /** Number of its colour; undefined when it is not plotted. */
  readonly slot: number | undefined;
  readonly focused: boolean;
  /** The column that the keyboard is at; -1 when it is in another row. */
  readonly activeColumn: number;
  readonly now: number;
  readonly trans: ITranslation;
  readonly onToggle: (address: string) => void;
}

/** One experiment. */
export const RunRow = memo(function RunRow(
  props: IRowProps
): React.JSX.Element {
  const { row, columns, slot, focused, activeColumn, now, trans } = props;
  const plotted = slot !== undefined;
  const label = plotted
    ? trans.__('Do not plot %1', row.address)
    : trans.__('Plot %1', row.address);
  return (
    <div
      className={`jp-Artifacts-row${focused ? ' jp-mod-focused' : ''}`}
      role="row"
      aria-rowindex={props.place + 1}
      aria-selected={plotted}
      data-address={row.address}
    >
      <div
        className="jp-Artifacts-cell jp-mod-dot"
        role="gridcell"
        aria-colindex={1}
      >
        <button
          type="button"
          tabIndex={-1}
          className={`jp-Artifacts-dot${plotted ? ' jp-mod-on' : ''}`}
          style={plotted ? { color: colorOf(slot) } : {}}
          aria-pressed={plotted}
          aria-label={label}
          title={label}
          onClick={event => {
            event.stopPropagation();
            props.onToggle(row.address);
          }}
        />
      </div>
      {columns.map((column, index) => (
        <div
          key={column.field}
          className={`jp-Artifacts-cell jp-mod-${column.look}`}
          role="gridcell"
          aria-colindex={index + 2}
          tabIndex={index === activeColumn ? 0 : -1}
          data-column={index}
        >
          <CellContent
            row={row}
            column={column}
            slot={slot}
            now={now}
            trans={trans}
          />
        </div>
      ))}
    </div>
  );
});
