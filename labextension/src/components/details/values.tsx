import React, { useState } from 'react';
import { paramText } from '../format';
import type { ITranslation } from '../host';

const MOST = 200;

/** A nested value as a list of names and values that open and close. */
export function ValueTree(props: {
  value: unknown;
  trans: ITranslation;
  /** How many levels stand open at first. */
  open?: number;
}): React.JSX.Element {
  const { value, trans, open = 1 } = props;
  if (!isNested(value)) {
    return <Leaf value={value} />;
  }
  const entries = Object.entries(value) as [string, unknown][];
  return (
    <dl className="jp-Artifacts-values">
      {entries.slice(0, MOST).map(([name, one]) => (
        <Line key={name} name={name} value={one} trans={trans} open={open} />
      ))}
      {entries.length > MOST && (
        <p className="jp-Artifacts-quiet">
          {trans.__('and %1 more', entries.length - MOST)}
        </p>
      )}
    </dl>
  );
}

function Line(props: {
  name: string;
  value: unknown;
  trans: ITranslation;
  open: number;
}): React.JSX.Element {
  const { name, value, trans } = props;
  const [open, setOpen] = useState(props.open > 0);
  if (!isNested(value)) {
    return (
      <div className="jp-Artifacts-value">
        <dt title={name}>{name}</dt>
        <dd>
          <Leaf value={value} />
        </dd>
      </div>
    );
  }
  const count = Object.keys(value).length;
  return (
    <div className="jp-Artifacts-value jp-mod-nested">
      <dt>
        <button
          type="button"
          className="jp-Artifacts-link"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <span aria-hidden>{open ? '▾' : '▸'}</span> {name}{' '}
          <span className="jp-Artifacts-quiet">
            {Array.isArray(value) ? `[${count}]` : `{${count}}`}
          </span>
        </button>
      </dt>
      {open && (
        <dd>
          <ValueTree value={value} trans={trans} open={props.open - 1} />
        </dd>
      )}
    </div>
  );
}

function Leaf({ value }: { value: unknown }): React.JSX.Element {
  const text = paramText(value === undefined ? null : value);
  return (
    <span className={`jp-Artifacts-leaf jp-mod-${typeof value}`} title={text}>
      {text}
    </span>
  );
}

function isNested(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.keys(value).length > 0
  );
}
