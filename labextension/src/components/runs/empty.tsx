import React from 'react';
import { copied } from '../details/telling';
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
    <div className="jp-Artifacts-empty">
      <strong>{trans.__('The team has no runs yet')}</strong>
      <span>
        {trans.__(
          'Start one in a notebook or a script; it appears here as it goes.'
        )}
      </span>
      <pre className="jp-Artifacts-code">{FIRST_RUN}</pre>
      <div className="jp-Artifacts-buttons">
        {host.insertIntoCell && (
          <button
            type="button"
            className="jp-Artifacts-button jp-mod-primary"
            onClick={() => {
              void insertCode(host, FIRST_RUN);
            }}
          >
            {trans.__('Insert into cell')}
          </button>
        )}
        <button
          type="button"
          className="jp-Artifacts-button"
          onClick={() => {
            void copied(host, FIRST_RUN, trans.__('Copied'));
          }}
        >
          {trans.__('Copy')}
        </button>
      </div>
    </div>
  );
}

/** Put code into the notebook and say where it went, or why it did not. */
export async function insertCode(host: IHost, code: string): Promise<void> {
  const { trans } = host;
  try {
    const where = await host.insertIntoCell?.(code);
    host.notify('success', trans.__('Inserted into %1', where));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.notify('warning', trans.__('Not inserted: %1', reason));
  }
}
