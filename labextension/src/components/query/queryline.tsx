import React, { useEffect, useId, useRef, useState } from 'react';
import type { Problem } from '../../model/nouns';
import type { ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { aroundMistake, tokensOf } from './tokens';

/** The line one asks in; a mistake is marked where it is. */
export function QueryLine(props: {
  query: string;
  wrong: Problem | null;
  trans: ITranslation;
  onQuery: (query: string) => void;
}): React.JSX.Element {
  const { query, wrong, trans, onQuery } = props;
  const [draft, setDraft] = useState(query);
  const behind = useRef<HTMLDivElement>(null);
  const explanation = useId();
  useEffect(() => {
    setDraft(query);
  }, [query]);
  const mistaken = wrong !== null && wrong.address === draft;
  const changed = draft !== query;
  return (
    <div className="jp-Artifacts-query">
      <div
        className={`jp-Artifacts-query-box${mistaken ? ' jp-mod-wrong' : ''}`}
      >
        <Icon name="search" />
        <div className="jp-Artifacts-query-line">
          <div className="jp-Artifacts-query-behind" ref={behind} aria-hidden>
            <Highlighted query={draft} />
            {mistaken && wrong.column !== null && (
              <Mark query={draft} wrong={wrong} />
            )}
          </div>
          <input
            type="text"
            value={draft}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            aria-label={trans.__('Query: which runs to show')}
            aria-invalid={mistaken}
            aria-describedby={mistaken ? explanation : undefined}
            placeholder={trans.__(
              'e.g. metrics.validation.accuracy > 0.9 and user == "alice"'
            )}
            onChange={event => {
              setDraft(event.target.value);
            }}
            onScroll={event => {
              if (behind.current) {
                behind.current.scrollLeft = event.currentTarget.scrollLeft;
              }
            }}
            onKeyDown={event => {
              if (event.key === 'Enter') {
                onQuery(draft.trim());
              } else if (event.key === 'Escape' && changed) {
                event.stopPropagation();
                setDraft(query);
              }
            }}
          />
        </div>
        {changed && (
          <button
            type="button"
            className="jp-Artifacts-query-go"
            title={trans.__('Show these runs (Enter)')}
            onClick={() => {
              onQuery(draft.trim());
            }}
          >
            ↵
          </button>
        )}
        {draft && (
          <button
            type="button"
            className="jp-Artifacts-iconbutton"
            title={trans.__('Show all runs')}
            onClick={() => {
              setDraft('');
              onQuery('');
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {mistaken && (
        <div className="jp-Artifacts-query-wrong" id={explanation} role="alert">
          <strong>{wrong.message}</strong>
          {wrong.hint && ` · ${wrong.hint}`}
        </div>
      )}
    </div>
  );
}

function Highlighted({ query }: { query: string }): React.JSX.Element {
  return (
    <span>
      {tokensOf(query).map((token, index) => (
        <span key={index} className={`jp-Artifacts-token jp-mod-${token.kind}`}>
          {token.text}
        </span>
      ))}
    </span>
  );
}

function Mark(props: { query: string; wrong: Problem }): React.JSX.Element {
  const { column, length } = props.wrong;
  const [before, wrong] = aroundMistake(props.query, column ?? 0, length ?? 1);
  return (
    <span className="jp-Artifacts-query-mark">
      {before}
      <mark>{wrong}</mark>
    </span>
  );
}
