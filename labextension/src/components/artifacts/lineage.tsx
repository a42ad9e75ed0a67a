import React from 'react';
import type { IAnswerState } from '../../model/answer';
import type { Lineage } from '../../model/nouns';
import { countText } from '../format';
import type { IHost, ITranslation } from '../host';
import { ProblemCard } from '../parts/problemcard';
import { Graph, roleNames } from './graph';

/** What a version came from, and what came of it. */
export function LineageView(props: {
  answer: IAnswerState<Lineage>;
  host: IHost;
  onOpen: (address: string) => void;
  onRetry: () => void;
}): React.JSX.Element {
  const { answer, host } = props;
  const { trans } = host;
  const { value, failed, loading } = answer;
  if (failed) {
    return <ProblemCard problem={failed} host={host} onRetry={props.onRetry} />;
  }
  if (!value) {
    return (
      <p className="jp-Artifacts-quiet">
        {loading ? trans.__('Reading…') : ''}
      </p>
    );
  }
  return (
    <div className="jp-Artifacts-lineage">
      {value.nodes.length === 1 && (
        <p className="jp-Artifacts-quiet">
          {trans.__(
            'No run is noted that made it or used it. What a run logs by run.log_artifact and takes by run.use_artifact is drawn here.'
          )}
        </p>
      )}
      <Graph lineage={value} trans={trans} onOpen={props.onOpen} />
      <p className="jp-Artifacts-lineage-note jp-Artifacts-quiet">
        <Legend trans={trans} />
        {value.hidden > 0 && (
          <span>
            {trans._n(
              '%2 more is private to others',
              '%2 more are private to others',
              value.hidden,
              countText(value.hidden)
            )}
          </span>
        )}
        {value.cut && (
          <span className="jp-Artifacts-note">
            {trans.__('There is more, further away, than is drawn')}
          </span>
        )}
      </p>
    </div>
  );
}

function Legend({ trans }: { trans: ITranslation }): React.JSX.Element {
  const roles = roleNames(trans);
  return (
    <>
      {(['output', 'input', 'fine-tuning', 'inference'] as const).map(role => (
        <span key={role} className="jp-Artifacts-inline">
          <svg width="26" height="8" aria-hidden="true">
            <path className={`jp-Artifacts-edge jp-mod-${role}`} d="M0 4H26" />
          </svg>
          {roles[role]}
        </span>
      ))}
    </>
  );
}
