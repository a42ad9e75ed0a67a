import React, { useEffect, useRef, useState } from 'react';
import type { LogModel } from '../../model/logs';
import { sizeText } from '../format';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { ProblemCard } from '../parts/problemcard';
import { copied } from './telling';

const CAPTURING = 'jupyter artifacts run';

/** The end of a run's log; follows it while the reader is at its end. */
export function Logs(props: {
  model: LogModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const state = useModel(model);
  const scroller = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  useEffect(() => {
    const element = scroller.current;
    if (following && element) {
      element.scrollTop = element.scrollHeight;
    }
  }, [following, state.text]);
  const growing = state.streams.some(one => one.growing);
  return (
    <div className="jp-Artifacts-logs">
      <div className="jp-Artifacts-inline">
        {state.streams.map(({ stream, size }) => (
          <button
            key={stream}
            type="button"
            className="jp-Artifacts-chip"
            aria-pressed={stream === state.stream}
            onClick={() => {
              model.choose(stream);
            }}
          >
            {stream}{' '}
            <span className="jp-Artifacts-quiet">{sizeText(size)}</span>
          </button>
        ))}
        <span className="jp-Artifacts-space" />
        {growing && (
          <button
            type="button"
            className="jp-Artifacts-chip"
            aria-pressed={following}
            onClick={() => {
              setFollowing(!following);
            }}
          >
            {trans.__('Follow')}
          </button>
        )}
        <button
          type="button"
          className="jp-Artifacts-link"
          disabled={!state.text}
          onClick={() => {
            void copied(host, state.text, trans.__('Copied the log'));
          }}
        >
          {trans.__('Copy')}
        </button>
      </div>
      {state.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            model.retry();
          }}
        />
      )}
      {!state.loading && !state.text && !state.failed && (
        <div className="jp-Artifacts-empty">
          <span>
            {trans.__('No output was captured.')}{' '}
            {trans.__('This captures it:')} <code>{CAPTURING}</code>
          </span>
        </div>
      )}
      {state.text && (
        <div
          className={`jp-Artifacts-log${state.stream === 'stderr' ? ' jp-mod-stderr' : ''}`}
          ref={scroller}
          tabIndex={0}
          role="log"
          aria-label={state.stream}
          onScroll={event => {
            const { scrollTop, scrollHeight, clientHeight } =
              event.currentTarget;
            setFollowing(scrollHeight - scrollTop - clientHeight < 24);
          }}
        >
          {state.before > 0 && (
            <button
              type="button"
              className="jp-Artifacts-link"
              onClick={() => {
                setFollowing(false);
                void model.earlier();
              }}
            >
              {trans.__('%1 before this: show more', sizeText(state.before))}
            </button>
          )}
          <pre>{state.text}</pre>
        </div>
      )}
    </div>
  );
}
