import React from 'react';
import { FirstCode } from '../parts/firstcode';
import type { IHost } from '../host';
import { FIRST_RUN } from '../snippet';

/** What stands where rows will come. */
export function Skeleton(props: {
  columns: number;
  lines: number;
}): React.JSX.Element {
  return (
    <div role="presentation" aria-hidden="true">
      {Array.from({ length: props.lines }, (_, line) => (
        <div key={line} className="jp-Artifacts-row jp-mod-skeleton">
          {Array.from({ length: props.columns }, (_ignored, column) => (
            <div key={column} className="jp-Artifacts-cell">
              <span
                style={{ width: `${45 + ((line * 3 + column * 7) % 5) * 10}%` }}
              />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Why there is no run, and what to do next. */
export function NoRuns(props: {
  query: string;
  host: IHost;
  onClearQuery: () => void;
}): React.JSX.Element {
  const { query, host, onClearQuery } = props;
  const { trans } = host;
  if (query) {
    return (
      <div className="jp-Artifacts-empty">
        <strong>{trans.__('No run matches this query')}</strong>
        <code className="jp-Artifacts-cut">{query}</code>
        <button
          type="button"
          className="jp-Artifacts-button"
          onClick={onClearQuery}
        >
          {trans.__('Show all runs')}
        </button>
      </div>
    );
  }
  return (
    <FirstCode
      host={host}
      title={trans.__('The team has no runs yet')}
      text={trans.__(
        'Start one in a notebook or a script; it appears here as it goes.'
      )}
      code={FIRST_RUN}
    />
  );
}
