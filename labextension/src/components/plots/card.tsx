import React, { useMemo } from 'react';
import {
  type ICard,
  type IPlotsState,
  type IPlotted,
  type XAxis
} from '../../model/plots';
import type { IPoints } from '../../source/source';
import { countText } from '../format';
import type { IHost, ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { PlotCanvas } from './canvas';
import { lineOf, stepsBetween, type ILine } from './lines';
import { PlotTable } from './plottable';

/** What a plot needs, and what it says back. */
export interface IPlotCardProps {
  readonly card: ICard;
  readonly plots: IPlotsState;
  readonly group: string;
  readonly expanded: boolean;
  readonly host: IHost;
  readonly onChange: (metric: string, part: Partial<ICard>) => void;
  readonly onZoom: (zoom: { first: number; last: number } | null) => void;
  /** Left out where there is but one plot. */
  readonly onExpand?: (metric: string) => void;
  readonly onRemove?: (metric: string) => void;
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
    () =>
      drawnOf(plots.plotted, plots.points, { metric, xAxis, smoothing, logY }),
    [plots.plotted, plots.points, metric, xAxis, smoothing, logY]
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
  plotted: readonly IPlotted[],
  points: ReadonlyMap<string, IPoints>,
  card: Pick<ICard, 'metric' | 'xAxis' | 'smoothing' | 'logY'>
): IDrawn[] {
  return plotted.flatMap(one => {
    // The key that PlotsModel keeps points under.
    const found = points.get(`${one.experiment.address} ${card.metric}`);
    return found
      ? { plotted: one, points: found, line: lineOf(one, found, card) }
      : [];
  });
}

const SMOOTHING = [0, 0.3, 0.6, 0.8, 0.9, 0.97];

function CardHead(props: IPlotCardProps): React.JSX.Element {
  const { card, host, onChange, onExpand, onRemove, expanded } = props;
  const { metric } = card;
  const { trans } = host;
  const axes = axisNames(trans);
  return (
    <header className="jp-Artifacts-card-head">
      <h3 className="jp-Artifacts-cut" title={metric}>
        {metric}
      </h3>
      <div className="jp-Artifacts-card-tools">
        <Menu plain label={<>{axes[card.xAxis]} ▾</>} side="right">
          {close =>
            (Object.keys(axes) as XAxis[]).map(axis => (
              <MenuItem
                key={axis}
                chosen={axis === card.xAxis}
                onClick={() => {
                  onChange(metric, { xAxis: axis });
                  close();
                }}
              >
                {axes[axis]}
              </MenuItem>
            ))
          }
        </Menu>
        <span aria-hidden>·</span>
        <Menu
          plain
          label={trans.__('smooth %1', card.smoothing)}
          title={trans.__('Moving average; what was logged stays behind it')}
          side="right"
        >
          {close =>
            SMOOTHING.map(weight => (
              <MenuItem
                key={weight}
                chosen={weight === card.smoothing}
                onClick={() => {
                  onChange(metric, { smoothing: weight });
                  close();
                }}
              >
                {weight === 0 ? trans.__('as logged') : String(weight)}
              </MenuItem>
            ))
          }
        </Menu>
        <span aria-hidden>·</span>
        <button
          type="button"
          className="jp-Artifacts-link"
          aria-pressed={card.logY}
          onClick={() => {
            onChange(metric, { logY: !card.logY });
          }}
        >
          {card.logY ? trans.__('log y on') : trans.__('log y off')}
        </button>
        <button
          type="button"
          className="jp-Artifacts-iconbutton"
          aria-pressed={card.asTable}
          title={
            card.asTable
              ? trans.__('Show as lines')
              : trans.__('Show as numbers')
          }
          onClick={() => {
            onChange(metric, { asTable: !card.asTable });
          }}
        >
          <Icon name="table" />
        </button>
        {onExpand && (
          <button
            type="button"
            className="jp-Artifacts-iconbutton"
            aria-pressed={expanded}
            title={expanded ? trans.__('Show all plots') : trans.__('Expand')}
            onClick={() => {
              onExpand(expanded ? '' : metric);
            }}
          >
            <Icon name={expanded ? 'shrink' : 'expand'} />
          </button>
        )}
        {onRemove && !expanded && (
          <button
            type="button"
            className="jp-Artifacts-iconbutton"
            title={trans.__('Remove this plot')}
            onClick={() => {
              onRemove(metric);
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </header>
  );
}

function axisNames(trans: ITranslation): Record<XAxis, string> {
  return {
    step: trans.__('step'),
    time: trans.__('wall time'),
    relative: trans.__('relative time')
  };
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
