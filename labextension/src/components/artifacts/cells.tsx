import React from 'react';
import { agoText, timeText } from '../format';
import { Avatar } from '../parts/avatar';

/** A name that may be long: cut, and whole on hover. */
export function Text(props: {
  text: string;
  strong?: boolean;
}): React.JSX.Element {
  const { text, strong } = props;
  const Element = strong ? 'strong' : 'span';
  return (
    <Element className="jp-Artifacts-cut" title={text}>
      {text}
    </Element>
  );
}

/** Who did something. */
export function Person({ handle }: { handle: string }): React.JSX.Element {
  return (
    <span className="jp-Artifacts-person" title={handle}>
      <Avatar handle={handle} />
      <span className="jp-Artifacts-cut">{handle}</span>
    </span>
  );
}

/** How long ago something was; the time itself on hover. */
export function Ago(props: {
  time: number;
  now: number;
}): React.JSX.Element | null {
  const { time, now } = props;
  return time > 0 ? (
    <time
      className="jp-Artifacts-quiet jp-Artifacts-nowrap"
      dateTime={new Date(time * 1000).toISOString()}
      title={timeText(time)}
    >
      {agoText(time, now)}
    </time>
  ) : null;
}

/** Aliases and tags: the first few, and how many more; all of them on hover. */
export function Chips(props: {
  aliases?: readonly string[];
  tags?: readonly string[];
  most?: number;
}): React.JSX.Element {
  const { aliases = [], tags = [], most = 3 } = props;
  const looks = new Map([
    ...tags.map(tag => [tag, 'jp-Artifacts-tag'] as const),
    ...aliases.map(alias => [alias, 'jp-Artifacts-alias'] as const),
    ['latest', 'jp-Artifacts-alias jp-mod-latest'] as const
  ]);
  const all = [...new Set([...aliases, ...tags])];
  const shown = all.length > most ? all.slice(0, Math.max(1, most)) : all;
  const left = all.length - shown.length;
  return (
    <span className="jp-Artifacts-chips" title={all.join(', ')}>
      {shown.map(name => (
        <span key={name} className={looks.get(name)}>
          {name}
        </span>
      ))}
      {left > 0 && <span className="jp-Artifacts-more">+{left}</span>}
    </span>
  );
}
