import React, { useMemo } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import { Details } from '../details/details';
import { copied } from '../details/telling';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { ProblemCard, isSignedOut } from '../parts/problemcard';
import { Plots } from '../plots/plots';
import { columnsOf, fitting, tabText, usualFields } from './columns';
import { RunsTable } from './table';
import { Toolbar } from './toolbar';
import { MyLinks } from '../links/mine';

/** The team's runs, their plots, and what each one wrote. */
export function RunsView(props: {
  model: ExplorerModel;
  /** How many pixels there are; infinite where nothing has a size yet. */
  width: number;
  /** What stands before the query. */
  before: React.ReactNode;
  host: IHost;
}): React.JSX.Element {
  const { model, width, host } = props;
  const { trans } = host;
  const { runs: runsModel, selection: selectionModel } = model;
  const { live } = useModel(model);
  const runs = useModel(runsModel);
  const selection = useModel(selectionModel);
  const columns = useMemo(() => {
    const { columns: chosen, fields, rows } = runs;
    return chosen
      ? columnsOf(chosen, fields, rows, trans)
      : fitting(
          columnsOf(usualFields(fields, width), fields, rows, trans),
          width
        );
  }, [runs.columns, runs.fields, runs.rows, width, trans]);
  // Of a table that is longer than what is read nobody knows what it lacks.
  const listed = useMemo(
    () =>
      runs.loaded && !runs.more
        ? new Set(runs.rows.map(row => row.address))
        : null,
    [runs.loaded, runs.more, runs.rows]
  );
  const toggle = useMemo(
    () => (address: string) => {
      selectionModel.toggle(address);
    },
    [selectionModel]
  );
  const focus = (address: string): void => {
    selectionModel.focus(address);
  };
  const plots = useModel(model.plots);
  const details = useModel(model.details);
  // Everything fails at once then; it is said once, for all of it.
  const signedOut = [plots.failed, details.failed].find(isSignedOut);
  const problem = runs.failed ?? signedOut;
  return (
    <>
      <Toolbar
        links={<MyLinks model={model} host={host} />}
        runs={runs}
        columns={columns}
        live={live}
        before={props.before}
        host={host}
        view={() => runsModel.view}
        onQuery={query => {
          void runsModel.setQuery(query);
        }}
        onGroupBy={groupBy => {
          void runsModel.setGroupBy(groupBy);
        }}
        onColumns={chosen => {
          runsModel.setColumns(chosen);
        }}
        onView={view => {
          void runsModel.applyView(view);
        }}
        onCopy={() => {
          void copied(
            host,
            tabText(runs.rows, columns),
            trans._n('Copied %1 row', 'Copied %1 rows', runs.rows.length)
          );
        }}
      />
      {problem && (
        <ProblemCard
          problem={problem}
          host={host}
          onRetry={() => {
            void runsModel.retry();
          }}
        />
      )}
      <RunsTable
        runs={runs}
        selection={selection}
        columns={columns}
        host={host}
        onSort={sort => {
          void runsModel.setSort(sort);
        }}
        onMore={() => {
          void runsModel.more();
        }}
        onFocus={focus}
        onOpen={address => {
          focus(address);
          model.details.setTab('overview');
        }}
        onToggle={toggle}
        onSelect={addresses => {
          selectionModel.select(addresses);
        }}
        onClearQuery={() => {
          void runsModel.setQuery('');
        }}
      />
      {(runs.rows.length > 0 || selection.selected.length > 0) && (
        <div className="jp-Artifacts-lower">
          <Plots
            model={model.plots}
            listed={listed}
            host={host}
            onUnplot={toggle}
          />
          <Details model={model} listed={listed} host={host} />
        </div>
      )}
    </>
  );
}
