import React from 'react';
import type { XAxis } from '../../model/plots';
import { metricText } from '../format';
import type { ITranslation } from '../host';
import { Swatch } from '../parts/swatch';
import { placeText } from './axis';
import { nearest, type ILine } from './lines';

/** Where the pointer is over a plot. */
export interface IHover {
  readonly x: number;
  readonly left: number;
  readonly top: number;
}

const MOST = 12;

/** What the runs had where the pointer is. */
export function Tooltip(props: {
  hover: IHover;
  lines: readonly ILine[];
  xAxis: XAxis;
  width: number;
  trans: ITranslation;
}): React.JSX.Element {
  const { hover, lines, xAxis, width, trans } = props;
  const values = lines
    .map(line => valueAt(line, hover.x))
    .filter(one => one !== null)
    .sort(
      (one, other) => (other.value ?? -Infinity) - (one.value ?? -Infinity) || 0
    );
  const right = hover.left > width / 2;
  return (
    <div
      className="jp-Artifacts-tooltip"
      style={{
        maxWidth: Math.max(hover.left, width - hover.left) - 20,
        top: 14,
        ...(right
          ? { right: width - hover.left + 12 }
          : { left: hover.left + 12 })
      }}
    >
      <div className="jp-Artifacts-quiet">
        {xAxis === 'step'
          ? trans.__('step %1', placeText(xAxis, Math.round(hover.x)))
          : placeText(xAxis, hover.x)}
      </div>
      {values.slice(0, MOST).map(({ line, value }) => (
        <div key={line.address} className="jp-Artifacts-tooltip-line">
          <Swatch slot={line.slot} />
          <span className="jp-Artifacts-cut">{line.address}</span>
          <span className="jp-Artifacts-digits">
            {value === null ? '—' : metricText(value)}
          </span>
        </div>
      ))}
      {values.length > MOST && (
        <div className="jp-Artifacts-quiet">
          {trans.__('and %1 more', values.length - MOST)}
        </div>
      )}
    </div>
  );
}

function valueAt(
  line: ILine,
  x: number
): { line: ILine; value: number | null } | null {
  const first = line.x[0];
  const last = line.x.at(-1);
  if (first === undefined || last === undefined || x < first || x > last) {
    return null;
  }
  return { line, value: line.raw[nearest(line, x)] ?? null };
}
