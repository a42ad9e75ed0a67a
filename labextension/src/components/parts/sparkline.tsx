import React from 'react';
import { numberOf, type WireNumber } from '../../numbers';

const WIDTH = 64;
const HEIGHT = 18;
const EDGE = 2;

/** Return the lines of a sparkline; a value that is no number leaves a gap. */
export function sparkLines(spark: readonly WireNumber[]): string[] {
  const values = spark.map(numberOf);
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const across = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  const lines: string[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      lines.push([]);
      continue;
    }
    const share = span > 0 ? (value - low) / span : 0.5;
    const x = EDGE + index * across;
    const y = HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE);
    lines.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return lines.filter(line => line.length > 0).map(line => line.join(' '));
}

/** How a metric went, in a few points. */
export function Sparkline(props: {
  spark: readonly WireNumber[];
  color: string | undefined;
}): React.JSX.Element {
  return (
    <svg
      className="jp-Artifacts-sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      style={props.color ? { color: props.color } : {}}
      aria-hidden="true"
    >
      {sparkLines(props.spark).map(line =>
        line.includes(' ') ? (
          <polyline key={line} points={line} />
        ) : (
          <circle
            key={line}
            cx={line.split(',')[0]}
            cy={line.split(',')[1]}
            r="1"
          />
        )
      )}
    </svg>
  );
}
