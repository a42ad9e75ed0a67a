import React from 'react';
import type { IPlotted } from '../../model/plots';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { Swatch } from '../parts/swatch';

/** The plotted runs, each with a way to take it out. */
export function PlotLegend(props: {
  plotted: readonly IPlotted[];
  /** Addresses in the table; null where it may have more than are read. */
  listed: ReadonlySet<string> | null;
  host: IHost;
  onRemove: (address: string) => void;
}): React.JSX.Element {
  const { plotted, listed, host, onRemove } = props;
  const { trans } = host;
  return (
    <ul
      className="jp-Artifacts-legend jp-mod-plots"
      aria-label={trans.__('Plotted runs')}
    >
      {plotted.map(({ experiment: { address }, slot }) => {
        const away = listed !== null && !listed.has(address);
        return (
          <li
            key={address}
            className={away ? 'jp-mod-away' : ''}
            title={
              away ? trans.__('%1 is not in this query', address) : address
            }
          >
            <Swatch slot={slot} />
            <span className="jp-Artifacts-cut">{address}</span>
            <button
              type="button"
              className="jp-Artifacts-iconbutton"
              aria-label={trans.__('Take %1 out of the plots', address)}
              onClick={() => {
                onRemove(address);
              }}
            >
              <Icon name="close" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
