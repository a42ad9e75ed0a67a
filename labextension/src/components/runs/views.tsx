import React, { useState } from 'react';
import type { IView } from '../../model/rows';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';

/** A table as somebody keeps it, by its name. */
export interface INamedView {
  readonly name: string;
  readonly view: IView;
}

const KEY = 'views';

/** Return the views this person kept. */
export function keptViews(host: IHost): INamedView[] {
  try {
    const kept = JSON.parse(host.memory.get(KEY) ?? '[]') as unknown;
    return Array.isArray(kept) ? kept.flatMap(readView) : [];
  } catch {
    return []; // written by something else
  }
}

const GROUPS: readonly unknown[] = ['none', 'user', 'state', 'run'];

/** Return a view as it was kept; none of what an older version or a hand wrote. */
function readView(kept: unknown): INamedView[] {
  const { name, view } = (kept ?? {}) as { name?: unknown; view?: unknown };
  const { query, sort, groupBy, columns } = (view ?? {}) as Record<
    keyof IView,
    unknown
  >;
  const sound =
    typeof name === 'string' &&
    typeof query === 'string' &&
    typeof sort === 'string' &&
    GROUPS.includes(groupBy) &&
    (columns === null ||
      (Array.isArray(columns) &&
        columns.every(one => typeof one === 'string')));
  return sound ? [kept as INamedView] : [];
}

/** Keeps how the table looks, for this person in this browser. */
export function SavedViews(props: {
  host: IHost;
  view: () => IView;
  onShow: (view: IView) => void;
}): React.JSX.Element {
  const { host, view, onShow } = props;
  const { trans } = host;
  const [views, setViews] = useState(() => keptViews(host));
  const [name, setName] = useState('');
  const keep = (next: INamedView[]): void => {
    host.memory.set(KEY, JSON.stringify(next));
    setViews(next);
  };
  const save = (close: () => void): void => {
    const kept = name.trim();
    if (kept) {
      const others = views.filter(one => one.name !== kept);
      keep([...others, { name: kept, view: view() }]);
      setName('');
      host.notify('success', trans.__('Saved the view “%1”', kept));
      close();
    }
  };
  return (
    <Menu label={trans.__('Save view')} side="right">
      {close => (
        <div className="jp-Artifacts-views">
          <form
            className="jp-Artifacts-inline"
            onSubmit={event => {
              event.preventDefault();
              save(close);
            }}
          >
            <input
              className="jp-Artifacts-input"
              placeholder={trans.__('Name of this view')}
              aria-label={trans.__('Name of this view')}
              value={name}
              autoFocus
              maxLength={60}
              onKeyDown={event => {
                // A notebook takes Enter for itself, and no form is sent then.
                if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
                  event.preventDefault();
                  event.stopPropagation();
                  save(close);
                }
              }}
              onChange={event => {
                setName(event.target.value);
              }}
            />
            <button
              type="submit"
              className="jp-Artifacts-button jp-mod-primary"
              disabled={!name.trim()}
            >
              {trans.__('Save')}
            </button>
          </form>
          {views.length === 0 && (
            <p className="jp-Artifacts-quiet">
              {trans.__(
                'A view keeps the query, the order, the groups and the columns, for you in this browser.'
              )}
            </p>
          )}
          {views.map(one => (
            <div key={one.name} className="jp-Artifacts-inline">
              <MenuItem
                title={one.view.query}
                onClick={() => {
                  onShow(one.view);
                  close();
                }}
              >
                <span className="jp-Artifacts-cut">{one.name}</span>
              </MenuItem>
              <button
                type="button"
                className="jp-Artifacts-iconbutton"
                title={trans.__('Forget “%1”', one.name)}
                onClick={() => {
                  keep(views.filter(other => other !== one));
                }}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
        </div>
      )}
    </Menu>
  );
}
