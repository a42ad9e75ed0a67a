import React from 'react';
import type { components } from '../../records';
import type { ITranslation } from '../host';

type State = components['schemas']['State'];

/** What a state looks like: several states share a look. */
export type StateLook = 'running' | 'waiting' | 'good' | 'bad' | 'quiet';

const LOOKS: Partial<Record<State, StateLook>> = {
  RUNNING: 'running',
  QUEUED: 'waiting',
  PULLING: 'waiting',
  STARTING: 'waiting',
  PAUSED: 'waiting',
  COMPLETED: 'good',
  ERRORED: 'bad',
  STOPPING_ERROR: 'bad'
};

/** Return a state as people say it. */
export function stateText(state: State, trans: ITranslation): string {
  switch (state) {
    case 'UNSPECIFIED':
      return trans.__('Unknown');
    case 'QUEUED':
      return trans.__('Queued');
    case 'PULLING':
      return trans.__('Pulling');
    case 'STARTING':
      return trans.__('Starting');
    case 'RUNNING':
      return trans.__('Running');
    case 'PAUSED':
      return trans.__('Paused');
    case 'CANCELED':
      return trans.__('Stopped');
    case 'COMPLETED':
      return trans.__('Completed');
    case 'ERRORED':
      return trans.__('Errored');
    default:
      return trans.__('Stopping');
  }
}

/** A state as a coloured word; its full name on hover. */
export function StatePill(props: {
  state: State;
  reason?: string;
  trans: ITranslation;
}): React.JSX.Element {
  const { state, reason, trans } = props;
  const look = LOOKS[state] ?? 'quiet';
  return (
    <span
      className={`jp-Artifacts-state jp-mod-${look}`}
      title={reason ? `${state}: ${reason}` : state}
    >
      {stateText(state, trans)}
    </span>
  );
}
