import React from 'react';
import { countText } from '../format';

/** One tab: its key, what it says, and how many there are behind it. */
export type Tab<Key extends string> = readonly [Key, string, number];

/** The tab pattern: arrows go from one to the next, and open it. */
export function Tabs<Key extends string>(props: {
  id: string;
  tab: Key;
  tabs: readonly Tab<Key>[];
  onTab: (tab: Key) => void;
}): React.JSX.Element {
  const { tab, tabs, onTab } = props;
  return (
    <div
      className="jp-Artifacts-tabs"
      role="tablist"
      onKeyDown={event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const at = tabs.findIndex(one => one[0] === tab);
        const next = step && tabs[(at + step + tabs.length) % tabs.length];
        if (next) {
          onTab(next[0]);
          event.currentTarget
            .querySelector<HTMLElement>(`[data-tab="${next[0]}"]`)
            ?.focus();
        }
      }}
    >
      {tabs.map(([one, label, count]) => (
        <button
          key={one}
          type="button"
          role="tab"
          data-tab={one}
          id={`${props.id}-${one}`}
          aria-selected={one === tab}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => {
            onTab(one);
          }}
        >
          {label}
          {count > 0 && (
            <span className="jp-Artifacts-quiet"> {countText(count)}</span>
          )}
        </button>
      ))}
    </div>
  );
}
