import React from 'react';

/** A metric's name; where there is little room its group is cut, not itself. */
export function MetricName({ metric }: { metric: string }): React.JSX.Element {
  const dot = metric.indexOf('.');
  return dot < 0 ? (
    <span className="jp-Artifacts-cut">{metric}</span>
  ) : (
    <span className="jp-Artifacts-metric-name">
      <span className="jp-Artifacts-cut">{metric.slice(0, dot)}</span>
      <span>{metric.slice(dot)}</span>
    </span>
  );
}
