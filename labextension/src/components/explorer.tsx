import React, { useMemo } from 'react';
import type { ExplorerModel } from '../model/explorer';
import { Details } from './details/details';
import { copied } from './details/telling';
import { useModel, useSize } from './hooks';
import type { IHost } from './host';
import { ProblemCard, isSignedOut } from './parts/problemcard';
import { Plots } from './plots/plots';
import { columnsOf, fitting, tabText, usualFields } from './runs/columns';
import { RunsTable } from './runs/table';
import { Toolbar } from './runs/toolbar';

/** The run explorer: the team's runs, their plots, and what each one wrote. */
export function Explorer(props: {
  model: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const { runs: runsModel, selection: selectionModel } = model;
  const { live } = useModel(model);
  const runs = useModel(runsModel);
  const selection = useModel(selectionModel);
  const [root, size] = useSize<HTMLDivElement>();
  // Where nothing has a size yet, there is room for everything.
  const width = size.width || Infinity;
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
    <div className="jp-Artifacts-explorer" ref={root}>
      <Toolbar
        runs={runs}
        columns={columns}
        live={live}
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
    </div>
  );
}
