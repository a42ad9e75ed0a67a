import React from 'react';
import { personColor } from '../colors';

/** A person's initial in the person's colour. */
export function Avatar({ handle }: { handle: string }): React.JSX.Element {
  return (
    <span
      className="jp-Artifacts-avatar"
      style={{ background: personColor(handle) }}
      aria-hidden="true"
    >
      {(Array.from(handle)[0] ?? '?').toUpperCase()}
    </span>
  );
}
