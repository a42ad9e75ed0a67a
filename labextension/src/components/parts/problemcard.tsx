import React from 'react';
import type { components } from '../../records';
import type { IHost } from '../host';
import { Icon } from './icon';

type Problem = components['schemas']['Problem'];

/** What went wrong, where, why, and what to do. */
export function ProblemCard(props: {
  problem: Problem;
  host: IHost;
  onRetry?: () => void;
}): React.JSX.Element {
  const { problem, host, onRetry } = props;
  const { trans } = host;
  const whole = [problem.message, problem.address, problem.hint, problem.code];
  return (
    <div className="jp-Artifacts-problem" role="alert">
      <Icon name="warning" />
      <div className="jp-Artifacts-problem-text">
        <strong>{problem.message}</strong>
        {problem.hint && <span>{problem.hint}</span>}
        <span className="jp-Artifacts-quiet">
          <code>{problem.code}</code>
          {problem.address && <code>{problem.address}</code>}
        </span>
      </div>
      <div className="jp-Artifacts-buttons">
        {onRetry && (
          <button
            type="button"
            className="jp-Artifacts-button"
            onClick={onRetry}
          >
            {trans.__('Retry')}
          </button>
        )}
        <button
          type="button"
          className="jp-Artifacts-button"
          onClick={() => {
            host
              .copy(whole.filter(Boolean).join('\n'))
              .catch((error: unknown) => {
                host.notify('error', String(error));
              });
          }}
        >
          {trans.__('Copy')}
        </button>
      </div>
    </div>
  );
}
