import React, { useId } from 'react';
import type { PlotsModel } from '../../model/plots';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { ProblemCard } from '../parts/problemcard';
import { PlotCard } from './card';
import { PlotLegend } from './legend';

/** So many runs always have their names above the plots. */
const FEW = 8;

/** The plots of the selected runs, two side by side. */
export function Plots(props: {
  model: PlotsModel;
  /** Addresses in the table; null where it may have more than are read. */
  listed: ReadonlySet<string> | null;
  host: IHost;
  onUnplot: (address: string) => void;
}): React.JSX.Element {
  const { model, listed, host } = props;
  const { trans } = host;
  const state = useModel(model);
  const group = useId();
  const cards = state.expanded
    ? state.cards.filter(card => card.metric === state.expanded)
    : state.cards;
  const offered = model.offered;
  const legend =
    state.plotted.length <= FEW ||
    state.plotted.some(one => listed?.has(one.experiment.address) === false);
  if (state.plotted.length === 0) {
    return (
      <div className="jp-Artifacts-plots jp-mod-empty">
        <div className="jp-Artifacts-empty">
          <strong>{trans.__('Nothing is plotted')}</strong>
          <span>
            {trans.__('Click the dot before a run, or press Space on it.')}
          </span>
        </div>
      </div>
    );
  }
  return (
    <div className="jp-Artifacts-plots">
      {state.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            model.retry();
          }}
        />
      )}
      {legend && (
        <PlotLegend
          plotted={state.plotted}
          listed={listed}
          host={host}
          onRemove={props.onUnplot}
        />
      )}
      <div
        className={`jp-Artifacts-cards${state.expanded ? ' jp-mod-one' : ''}`}
      >
        {cards.map(card => (
          <PlotCard
            key={card.metric}
            card={card}
            plots={state}
            group={group}
            expanded={state.expanded === card.metric}
            host={host}
            onChange={(metric, part) => {
              model.change(metric, part);
            }}
            onZoom={zoom => {
              model.zoomTo(zoom);
            }}
            onExpand={metric => {
              model.expand(metric);
            }}
            onRemove={metric => {
              model.remove(metric);
            }}
          />
        ))}
      </div>
      {!state.expanded && offered.length > 0 && (
        <Menu
          plain
          className="jp-Artifacts-add-plot"
          label={
            <>
              <Icon name="plus" /> {trans.__('Add a plot')}
            </>
          }
        >
          {close =>
            offered.map(metric => (
              <MenuItem
                key={metric}
                onClick={() => {
                  model.add(metric);
                  close();
                }}
              >
                <span className="jp-Artifacts-cut">{metric}</span>
              </MenuItem>
            ))
          }
        </Menu>
      )}
    </div>
  );
}
