import React from 'react';
import type { XAxis } from '../../model/plots';
import { metricText } from '../format';
import type { ITranslation } from '../host';
import { Swatch } from '../parts/swatch';
import { placeText } from './axis';
import { nearest, type ILine } from './lines';

const ROWS = 50;

/** A plot's numbers, for those who would rather read them. */
export function PlotTable(props: {
  lines: readonly ILine[];
  xAxis: XAxis;
  metric: string;
  trans: ITranslation;
}): React.JSX.Element {
  const { lines, xAxis, metric, trans } = props;
  const first = Math.min(...lines.map(line => line.x[0] ?? Infinity));
  const last = Math.max(...lines.map(line => line.x.at(-1) ?? -Infinity));
  const count = Math.min(ROWS, Math.max(...lines.map(line => line.x.length)));
  const all = Array.from({ length: Math.max(0, count) }, (_, row) =>
    count > 1 ? first + ((last - first) * row) / (count - 1) : first
  );
  // Steps are whole; between few of them some places are the same.
  const places = [
    ...new Set(xAxis === 'step' ? all.map(one => Math.round(one)) : all)
  ];
  return (
    <div className="jp-Artifacts-plot-table" tabIndex={0}>
      <table>
        <caption className="jp-Artifacts-quiet">
          {trans.__(
            '%1 at %2 places, the nearest logged values',
            metric,
            places.length
          )}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {xAxis === 'step' ? trans.__('step') : trans.__('time')}
            </th>
            {lines.map(line => (
              <th scope="col" key={line.address} title={line.address}>
                <Swatch slot={line.slot} />
                <span className="jp-Artifacts-cut">{line.address}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(place => (
            <tr key={place}>
              <th scope="row">{placeText(xAxis, Math.round(place))}</th>
              {lines.map(line => (
                <td key={line.address}>{textAt(line, place)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function textAt(line: ILine, place: number): string {
  const last = line.x.at(-1);
  if (last === undefined || place > last) {
    return '';
  }
  const value = line.raw[nearest(line, place)];
  return typeof value === 'number' ? metricText(value) : '—';
}
