import React, {
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';
import type { Field, Problem } from '../../model/nouns';
import type { ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { completionsOf } from './completions';
import { Offers } from './offers';
import { aroundMistake, tokensOf } from './tokens';

/** The line one asks in; a mistake is marked where it is. */
export function QueryLine(props: {
  query: string;
  wrong: Problem | null;
  /** Whose names are offered while one writes. */
  fields: readonly Field[];
  trans: ITranslation;
  onQuery: (query: string) => void;
}): React.JSX.Element {
  const { query, wrong, fields, trans, onQuery } = props;
  const [draft, setDraft] = useState(query);
  const behind = useRef<HTMLDivElement>(null);
  const explanation = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  /** Where the caret is; null while nothing is offered. */
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(-1);
  const shown = useRef(query);
  useEffect(() => {
    const before = shown.current;
    shown.current = query;
    setDraft(draft => {
      const writing =
        input.current === input.current?.ownerDocument.activeElement;
      // Another person's query does not take away what one is writing.
      return writing && draft !== before ? draft : query;
    });
  }, [query]);
  const caretTo = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (caretTo.current !== null) {
      input.current?.setSelectionRange(caretTo.current, caretTo.current);
      caretTo.current = null;
    }
  }, [draft]);
  const mistaken = wrong !== null && wrong.address === draft.trim();
  const offers = useMemo(
    () => (caret === null ? null : completionsOf(draft, caret, fields)),
    [draft, caret, fields]
  );
  const names = offers?.names ?? [];
  const close = (): void => {
    setCaret(null);
    setAt(-1);
  };
  const take = (name: string | undefined): void => {
    if (name !== undefined && offers && caret !== null) {
      const end = offers.start + name.length;
      setDraft(draft.slice(0, offers.start) + name + draft.slice(caret));
      caretTo.current = end;
    }
    close();
  };
  const ask = (): void => {
    close();
    setDraft(draft.trim());
    onQuery(draft.trim());
  };
  const pressed = (event: React.KeyboardEvent): void => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (names.length > 0 && way) {
      setAt(
        (at + way + names.length + (at < 0 && way < 0 ? 1 : 0)) % names.length
      );
    } else if (names.length > 0 && event.key === 'Tab' && !event.shiftKey) {
      take(names[Math.max(0, at)]);
    } else if (event.key === 'Enter') {
      if (at >= 0) {
        take(names[at]);
      } else {
        ask();
      }
    } else if (event.key === 'Escape' && names.length > 0) {
      close();
    } else if (event.key === 'Escape' && changed) {
      setDraft(query);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const changed = draft !== query;
  return (
    <>
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
              role="combobox"
              ref={input}
              value={draft}
              aria-autocomplete="list"
              aria-expanded={names.length > 0}
              aria-controls={names.length > 0 ? list : undefined}
              aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
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
                setCaret(event.target.selectionStart);
                setAt(-1);
              }}
              onBlur={close}
              onScroll={event => {
                if (behind.current) {
                  behind.current.scrollLeft = event.currentTarget.scrollLeft;
                }
              }}
              onKeyDown={pressed}
            />
          </div>
          {changed && (
            <button
              type="button"
              className="jp-Artifacts-query-go"
              title={trans.__('Show these runs (Enter)')}
              onClick={ask}
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
        {names.length > 0 && (
          <Offers id={list} names={names} at={at} trans={trans} onTake={take} />
        )}
      </div>
      {mistaken && (
        <div className="jp-Artifacts-query-wrong" id={explanation} role="alert">
          <strong>{wrong.message}</strong>
          {wrong.hint && ` · ${wrong.hint}`}
        </div>
      )}
    </>
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
