import React from 'react';
import { COLORS, colorOf, dashOf } from '../colors';

/** What a run's line looks like: a dot, or its dashes where colours come twice. */
export function Swatch({ slot }: { slot: number }): React.JSX.Element {
  return slot < COLORS ? (
    <span
      className="jp-Artifacts-dot jp-mod-on"
      style={{ color: colorOf(slot) }}
    />
  ) : (
    <svg
      className="jp-Artifacts-dashes"
      viewBox="0 0 26 8"
      style={{ color: colorOf(slot) }}
      aria-hidden="true"
    >
      <line
        x1="0"
        x2="26"
        y1="4"
        y2="4"
        strokeDasharray={dashOf(slot).join()}
      />
    </svg>
  );
}
