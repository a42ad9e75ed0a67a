import React from 'react';
import type { ExplorerModel, ExplorerView } from '../model/explorer';
import { ArtifactsView } from './artifacts/view';
import { useModel, useSize } from './hooks';
import type { IHost, ITranslation } from './host';
import { RunsView } from './runs/view';

/** The explorer: the team's runs, and the artifacts that came of them. */
export function Explorer(props: {
  model: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { view } = useModel(model);
  const [root, size] = useSize<HTMLDivElement>();
  // Where nothing has a size yet, there is room for everything.
  const width = size.width || Infinity;
  const choice = (
    <ViewChoice
      view={view}
      trans={host.trans}
      onView={chosen => {
        model.setView(chosen);
      }}
    />
  );
  return (
    <div className="jp-Artifacts-explorer" ref={root}>
      {view === 'runs' ? (
        <RunsView model={model} width={width} before={choice} host={host} />
      ) : (
        <ArtifactsView model={model} before={choice} host={host} />
      )}
    </div>
  );
}

function ViewChoice(props: {
  view: ExplorerView;
  trans: ITranslation;
  onView: (view: ExplorerView) => void;
}): React.JSX.Element {
  const { view, trans, onView } = props;
  const names: Record<ExplorerView, string> = {
    runs: trans.__('Runs'),
    artifacts: trans.__('Artifacts')
  };
  return (
    <div
      className="jp-Artifacts-choice"
      role="group"
      aria-label={trans.__('What is shown')}
    >
      {(Object.keys(names) as ExplorerView[]).map(one => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => {
            onView(one);
          }}
        >
          {names[one]}
        </button>
      ))}
    </div>
  );
}
