import React from 'react';
import type { ITranslation } from '../host';

/** The names one may take with Tab, Enter or a click. */
export function Offers(props: {
  id: string;
  names: readonly string[];
  at: number;
  trans: ITranslation;
  onTake: (name: string) => void;
}): React.JSX.Element {
  const { id, names, at, trans, onTake } = props;
  return (
    <div
      className="jp-Artifacts-menu-panel jp-Artifacts-offers"
      role="listbox"
      id={id}
      aria-label={trans.__('Fields')}
    >
      {names.map((name, index) => (
        <div
          key={name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className="jp-Artifacts-offer"
          title={name}
          onPointerDown={event => {
            event.preventDefault(); // the caret stays in the line
            onTake(name);
          }}
        >
          <span className="jp-Artifacts-cut">{name}</span>
        </div>
      ))}
    </div>
  );
}
