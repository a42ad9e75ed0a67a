import React from 'react';
import type { components } from '../../records';
import type { IHost } from '../host';
import { Icon } from './icon';

type Problem = components['schemas']['Problem'];

// The team's own code, and what a Jupyter server says before it asks the team.
const SIGNED_OUT = ['not-authenticated', 'http-401', 'http-403'];

/** Return whether a problem is that nobody is signed in. */
export function isSignedOut(problem: Problem | null): boolean {
  return problem !== null && SIGNED_OUT.includes(problem.code);
}

/** What went wrong, where, why, and what to do. */
export function ProblemCard(props: {
  problem: Problem;
  host: IHost;
  onRetry?: () => void;
}): React.JSX.Element {
  const { problem, host, onRetry } = props;
  const { trans } = host;
  if (isSignedOut(problem)) {
    return (
      <div
        className="jp-Artifacts-problem jp-mod-signed-out"
        role="alert"
        title={problem.message}
      >
        <Icon name="warning" />
        <strong className="jp-Artifacts-problem-text">
          {trans.__('You are signed out. Open your sign-in link again.')}
        </strong>
      </div>
    );
  }
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
