import React from 'react';
import type { GroupBy, IView } from '../../model/rows';
import type { IRunsState } from '../../model/runs';
import type { LiveState } from '../../source/source';
import { countText } from '../format';
import type { IHost, ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { QueryLine } from '../query/queryline';
import { ColumnChooser } from './chooser';
import type { IColumn } from './columns';
import { SavedViews } from './views';

/** What the line above the table needs, and what it says back. */
export interface IToolbarProps {
  readonly runs: IRunsState;
  readonly columns: readonly IColumn[];
  readonly live: LiveState;
  readonly host: IHost;
  /** What stands before the query. */
  readonly before: React.ReactNode;
  /** What lists the links that were given. */
  readonly links: React.ReactNode;
  readonly view: () => IView;
  readonly onQuery: (query: string) => void;
  readonly onGroupBy: (groupBy: GroupBy) => void;
  readonly onColumns: (columns: readonly string[] | null) => void;
  readonly onView: (view: IView) => void;
  readonly onCopy: () => void;
}

/** Query, groups, columns, views, and whether events arrive. */
export function Toolbar(props: IToolbarProps): React.JSX.Element {
  const { runs, columns, host, live } = props;
  const { trans } = host;
  return (
    <div className="jp-Artifacts-toolbar">
      {props.before}
      <QueryLine
        query={runs.query}
        wrong={runs.wrong}
        fields={runs.fields}
        trans={trans}
        onQuery={props.onQuery}
      />
      <div className="jp-Artifacts-toolbar-buttons">
        <GroupMenu
          groupBy={runs.groupBy}
          trans={trans}
          onGroupBy={props.onGroupBy}
        />
        <ColumnChooser
          fields={runs.fields}
          chosen={columns.map(column => column.field)}
          count={columns.length}
          trans={trans}
          onChoose={props.onColumns}
        />
        <SavedViews host={host} view={props.view} onShow={props.onView} />
        <button
          type="button"
          className="jp-Artifacts-iconbutton"
          title={trans.__('Copy the rows for a spreadsheet')}
          onClick={props.onCopy}
        >
          <Icon name="copy" />
        </button>
        {props.links}
        <span className="jp-Artifacts-total" aria-live="polite">
          {runs.loaded ? totalText(runs, trans) : ''}
        </span>
        <LiveDot live={live} trans={trans} />
      </div>
    </div>
  );
}

/** Return how many rows there are: "1,284 experiments", "10,000+ experiments". */
export function totalText(
  runs: Pick<IRunsState, 'total' | 'totalCapped'>,
  trans: ITranslation
): string {
  const count = countText(runs.total);
  return runs.totalCapped
    ? trans.__('%1+ experiments', count)
    : trans._n('%2 experiment', '%2 experiments', runs.total, count);
}

function GroupMenu(props: {
  groupBy: GroupBy;
  trans: ITranslation;
  onGroupBy: (groupBy: GroupBy) => void;
}): React.JSX.Element {
  const { groupBy, trans, onGroupBy } = props;
  const names: Record<GroupBy, string> = {
    none: trans.__('none'),
    user: trans.__('user'),
    state: trans.__('state'),
    run: trans.__('run')
  };
  const label =
    groupBy === 'none'
      ? trans.__('Group by')
      : trans.__('Group by %1', names[groupBy]);
  return (
    <Menu label={label}>
      {close =>
        (Object.keys(names) as GroupBy[]).map(one => (
          <MenuItem
            key={one}
            chosen={one === groupBy}
            onClick={() => {
              onGroupBy(one);
              close();
            }}
          >
            {names[one]}
          </MenuItem>
        ))
      }
    </Menu>
  );
}

/** How changes arrive. */
export function LiveDot(props: {
  live: LiveState;
  trans: ITranslation;
}): React.JSX.Element {
  const { live, trans } = props;
  const [label, title] = {
    live: [trans.__('live'), trans.__('Changes appear as they happen')],
    reconnecting: [
      trans.__('reconnecting'),
      trans.__('The connection was lost; what you see may be old')
    ],
    polling: [
      trans.__('every 5 s'),
      trans.__('No live connection here: changes appear within seconds')
    ]
  }[live];
  return (
    <span className={`jp-Artifacts-live jp-mod-${live}`} title={title}>
      <span className="jp-Artifacts-live-dot" />
      {label}
    </span>
  );
}
