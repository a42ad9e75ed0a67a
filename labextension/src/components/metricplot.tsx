import React, { useId } from 'react';
import type { MetricPlotModel } from '../model/metricplot';
import type { IPlotted } from '../model/plots';
import { useModel } from './hooks';
import type { IHost } from './host';
import { ProblemCard } from './parts/problemcard';
import { Swatch } from './parts/swatch';
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
  const hasPoints = ({ experiment }: IPlotted): boolean =>
    plots.cards.some(({ metric }) => {
      // The key that PlotsModel keeps points under.
      const found = plots.points.get(`${experiment.address} ${metric}`);
      return found !== undefined && found.shown > 0;
    });
  return (
    <div className="jp-Artifacts-metricplot">
      {problem && (
        <ProblemCard
          problem={problem}
          host={host}
          onRetry={() => {
            model.retry();
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
        {plots.plotted.filter(hasPoints).map(({ experiment, slot }) => (
          <li key={experiment.address} title={experiment.address}>
            <Swatch slot={slot} />
            <span className="jp-Artifacts-cut">{experiment.address}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
