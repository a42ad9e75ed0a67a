import React, { useId } from 'react';
import type { MetricPlotModel } from '../model/metricplot';
import { colorOf } from './colors';
import { useModel } from './hooks';
import type { IHost } from './host';
import { ProblemCard } from './parts/problemcard';
import { PlotCard } from './plots/card';

/** One metric of some runs, with the runs' names below. */
export function MetricPlot(props: {
  model: MetricPlotModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { failed } = useModel(model);
  const plots = useModel(model.plots);
  const group = useId();
  const problem = failed ?? plots.failed;
  return (
    <div className="jp-Artifacts-metricplot">
      {problem && (
        <ProblemCard
          problem={problem}
          host={host}
          onRetry={() => {
            model.plots.retry();
          }}
        />
      )}
      {plots.cards.map(card => (
        <PlotCard
          key={card.metric}
          card={card}
          plots={plots}
          group={group}
          expanded={false}
          host={host}
          onChange={(metric, part) => {
            model.plots.change(metric, part);
          }}
          onZoom={zoom => {
            model.plots.zoomTo(zoom);
          }}
        />
      ))}
      <ul className="jp-Artifacts-legend">
        {plots.plotted.map(({ experiment, slot }) => (
          <li key={experiment.address} title={experiment.address}>
            <span
              className="jp-Artifacts-dot jp-mod-on"
              style={{ color: colorOf(slot) }}
            />
            <span className="jp-Artifacts-cut">{experiment.address}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
