import React from 'react';
import { type ICard, type XAxis } from '../../model/plots';
import type { IHost, ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { MetricName } from '../parts/metricname';

/** What a plot's head needs, and what it says back. */
export interface ICardHeadProps {
  readonly card: ICard;
  readonly expanded: boolean;
  readonly host: IHost;
  readonly onChange: (metric: string, part: Partial<ICard>) => void;
  /** Left out where there is but one plot. */
  readonly onExpand?: (metric: string) => void;
  readonly onRemove?: (metric: string) => void;
}

const SMOOTHING = [0, 0.3, 0.6, 0.8, 0.9, 0.97];

/** A plot's name and tools; where it is narrow, most of them are in a menu. */
export function CardHead(props: ICardHeadProps): React.JSX.Element {
  const { card, host, onChange, onExpand, onRemove, expanded } = props;
  const { metric } = card;
  const { trans } = host;
  return (
    <header className="jp-Artifacts-card-head">
      <h3 title={metric}>
        <MetricName metric={metric} />
      </h3>
      <div className="jp-Artifacts-card-tools">
        <div className="jp-Artifacts-card-words">
          <Menu
            plain
            label={<>{axisNames(trans)[card.xAxis]} ▾</>}
            side="right"
          >
            {close => <Axes {...props} onDone={close} />}
          </Menu>
          <span aria-hidden>·</span>
          <Menu
            plain
            label={trans.__('smooth %1', card.smoothing)}
            title={trans.__('Moving average; what was logged stays behind it')}
            side="right"
          >
            {close => <Weights {...props} onDone={close} />}
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
        </div>
        <button
          type="button"
          className="jp-Artifacts-iconbutton jp-mod-spare"
          aria-pressed={card.asTable}
          title={tableText(card, trans)}
          onClick={() => {
            onChange(metric, { asTable: !card.asTable });
          }}
        >
          <Icon name="table" />
        </button>
        <Menu
          plain
          className="jp-Artifacts-card-more"
          label="…"
          title={trans.__('More about this plot')}
          side="right"
        >
          {close => <More {...props} onDone={close} />}
        </Menu>
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
            className="jp-Artifacts-iconbutton jp-mod-spare"
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

type ChoicesProps = ICardHeadProps & { onDone: () => void };

function Axes(props: ChoicesProps): React.JSX.Element {
  const { card, host, onChange, onDone } = props;
  const axes = axisNames(host.trans);
  return (
    <>
      {(Object.keys(axes) as XAxis[]).map(axis => (
        <MenuItem
          key={axis}
          chosen={axis === card.xAxis}
          onClick={() => {
            onChange(card.metric, { xAxis: axis });
            onDone();
          }}
        >
          {axes[axis]}
        </MenuItem>
      ))}
    </>
  );
}

function Weights(props: ChoicesProps): React.JSX.Element {
  const { card, host, onChange, onDone } = props;
  return (
    <>
      {SMOOTHING.map(weight => (
        <MenuItem
          key={weight}
          chosen={weight === card.smoothing}
          onClick={() => {
            onChange(card.metric, { smoothing: weight });
            onDone();
          }}
        >
          {weight === 0 ? host.trans.__('as logged') : String(weight)}
        </MenuItem>
      ))}
    </>
  );
}

/** Everything that a narrow plot has no room for. */
function More(props: ChoicesProps): React.JSX.Element {
  const { card, host, onChange, onRemove, onDone } = props;
  const { trans } = host;
  const { metric } = card;
  return (
    <>
      <MenuItem
        chosen={card.logY}
        onClick={() => {
          onChange(metric, { logY: !card.logY });
          onDone();
        }}
      >
        {trans.__('log y')}
      </MenuItem>
      <MenuItem
        onClick={() => {
          onChange(metric, { asTable: !card.asTable });
          onDone();
        }}
      >
        {tableText(card, trans)}
      </MenuItem>
      {onRemove && !props.expanded && (
        <MenuItem
          onClick={() => {
            onRemove(metric);
            onDone();
          }}
        >
          {trans.__('Remove this plot')}
        </MenuItem>
      )}
      <h4 className="jp-Artifacts-heading">{trans.__('Along')}</h4>
      <Axes {...props} />
      <h4 className="jp-Artifacts-heading">{trans.__('Smooth')}</h4>
      <div className="jp-Artifacts-card-weights">
        <Weights {...props} />
      </div>
    </>
  );
}

function tableText(card: ICard, trans: ITranslation): string {
  return card.asTable ? trans.__('Show as lines') : trans.__('Show as numbers');
}

function axisNames(trans: ITranslation): Record<XAxis, string> {
  return {
    step: trans.__('step'),
    time: trans.__('wall time'),
    relative: trans.__('relative time')
  };
}
