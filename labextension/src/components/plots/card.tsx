import React, { useMemo } from 'react';
import {
  type ICard,
  type IPlotsState,
  type IPlotted,
  type IZoom
} from '../../model/plots';
import type { IPoints } from '../../source/source';
import { countText } from '../format';
import { PlotCanvas } from './canvas';
import { CardHead, type ICardHeadProps } from './cardhead';
import { lineOf, stepsBetween, type ILine } from './lines';
import { PlotTable } from './plottable';

/** What a plot needs, and what it says back. */
export interface IPlotCardProps extends ICardHeadProps {
  readonly plots: IPlotsState;
  readonly group: string;
  readonly onZoom: (zoom: IZoom | null) => void;
}

interface IDrawn {
  readonly plotted: IPlotted;
  readonly points: IPoints;
  readonly line: ILine;
}

/** One metric of the plotted runs. */
export function PlotCard(props: IPlotCardProps): React.JSX.Element {
  const { card, plots, host } = props;
  const { trans } = host;
  const { metric, xAxis, smoothing, logY, asTable } = card;
  const drawn = useMemo(
    () => drawnOf(plots, { metric, xAxis, smoothing, logY }),
    [plots.plotted, plots.points, plots.zoom, metric, xAxis, smoothing, logY]
  );
  const lines = useMemo(() => drawn.map(one => one.line), [drawn]);
  const empty = lines.every(line => line.x.length === 0);
  const zoomed = (low: number, high: number): void => {
    const started = new Map(
      drawn.map(one => [one.line, one.plotted.experiment.started])
    );
    const zoom = stepsBetween(
      drawn.map(({ line, points }) => ({ line, ...points })),
      xAxis,
      low,
      high,
      line => started.get(line) ?? 0
    );
    if (zoom && zoom.last > zoom.first) {
      props.onZoom(zoom);
    }
  };
  return (
    <section
      className={`jp-Artifacts-card${props.expanded ? ' jp-mod-expanded' : ''}`}
      aria-label={metric}
    >
      <CardHead {...props} />
      {empty ? (
        <div className="jp-Artifacts-plot-empty">
          {plots.loading || plots.plotted.length === 0
            ? trans.__('Reading points…')
            : plots.failed
              ? trans.__('Its points could not be read')
              : trans.__('None of the plotted runs has logged %1', metric)}
        </div>
      ) : asTable ? (
        <PlotTable lines={lines} xAxis={xAxis} metric={metric} trans={trans} />
      ) : (
        <PlotCanvas
          lines={lines}
          smoothing={smoothing}
          xAxis={xAxis}
          logY={logY}
          group={`${props.group} ${xAxis}`}
          label={trans.__('%1 of %2 runs', metric, lines.length)}
          trans={trans}
          onZoom={zoomed}
          onReset={() => {
            props.onZoom(null);
          }}
        />
      )}
      <Notes lines={lines} zoomed={plots.zoom !== null} {...props} />
    </section>
  );
}

function drawnOf(
  { plotted, points, zoom }: Pick<IPlotsState, 'plotted' | 'points' | 'zoom'>,
  card: Pick<ICard, 'metric' | 'xAxis' | 'smoothing' | 'logY'>
): IDrawn[] {
  return plotted.flatMap(one => {
    // The key that PlotsModel keeps points under.
    const found = points.get(`${one.experiment.address} ${card.metric}`);
    if (!found) {
      return [];
    }
    const line = lineOf(one, found, card);
    const last = one.experiment.summary_metrics[card.metric]?.last_step ?? 0;
    // Where one looks at earlier steps, no line ends at what is now.
    const running = line.running && (zoom === null || zoom.last >= last);
    return { plotted: one, points: found, line: { ...line, running } };
  });
}

function Notes(
  props: IPlotCardProps & { lines: readonly ILine[]; zoomed: boolean }
): React.JSX.Element | null {
  const { lines, zoomed, host, onZoom } = props;
  const { trans } = host;
  const sum = (of: (line: ILine) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
  const odd = sum(line => line.odd.length);
  const unshown = sum(line => line.unshown);
  const sampled = lines.some(line => line.sampled);
  if (!odd && !unshown && !sampled && !zoomed) {
    return null;
  }
  return (
    <footer className="jp-Artifacts-card-notes">
      {sampled && (
        <span className="jp-Artifacts-badge">
          {trans.__(
            '%1 of %2 points · envelope',
            countText(sum(line => line.shown)),
            countText(sum(line => line.total))
          )}
        </span>
      )}
      {odd > 0 && (
        <span className="jp-Artifacts-badge">
          {trans._n(
            '%2 point is no number',
            '%2 points are no numbers',
            odd,
            countText(odd)
          )}
        </span>
      )}
      {unshown > 0 && (
        <span className="jp-Artifacts-badge">
          {trans._n(
            '%2 point at or below 0 is not shown',
            '%2 points at or below 0 are not shown',
            unshown,
            countText(unshown)
          )}
        </span>
      )}
      {zoomed && (
        <button
          type="button"
          className="jp-Artifacts-link"
          onClick={() => {
            onZoom(null);
          }}
        >
          {trans.__('Show all steps')}
        </button>
      )}
    </footer>
  );
}
