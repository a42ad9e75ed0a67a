import React from 'react';
import type { Checkpoint, Experiment } from '../../model/nouns';
import { agoText, countText, sizeText, timeText } from '../format';
import { useClock } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';

/** The checkpoints of a run, the latest first. */
export function Checkpoints(props: {
  checkpoints: readonly Checkpoint[] | null;
  experiment: Experiment;
  host: IHost;
}): React.JSX.Element {
  const { checkpoints, experiment, host } = props;
  const { trans } = host;
  const now = useClock(30_000);
  if (checkpoints === null) {
    return (
      <p className="jp-Artifacts-quiet">{trans.__('Reading checkpoints…')}</p>
    );
  }
  if (checkpoints.length === 0) {
    return (
      <div className="jp-Artifacts-empty">
        <strong>{trans.__('No checkpoints')}</strong>
        <span>
          {trans.__('A run saves one by run.save_checkpoint("folder/", …).')}
        </span>
      </div>
    );
  }
  return (
    <ul className="jp-Artifacts-list">
      {[...checkpoints].reverse().map(one => {
        const sizes = Object.values(one.resources);
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        return (
          <li key={one.uuid} className="jp-Artifacts-checkpoint">
            <span className="jp-Artifacts-cut">
              <strong>
                {trans.__('step %1', countText(one.steps_completed))}
              </strong>{' '}
              {one.uuid === experiment.best_checkpoint && (
                <span className="jp-Artifacts-badge">{trans.__('best')}</span>
              )}{' '}
              {one.state !== 'COMPLETED' && (
                <span className="jp-Artifacts-badge">{one.state}</span>
              )}
            </span>
            <span className="jp-Artifacts-quiet" title={one.uuid}>
              {one.uuid.slice(0, 8)}
            </span>
            <time
              className="jp-Artifacts-quiet"
              title={timeText(one.reported)}
              dateTime={new Date(one.reported * 1000).toISOString()}
            >
              {agoText(one.reported, now)}
            </time>
            <span className="jp-Artifacts-quiet">
              {trans._n('%1 file', '%1 files', sizes.length)}
            </span>
            <span className="jp-Artifacts-digits">{sizeText(bytes)}</span>
            <button
              type="button"
              className="jp-Artifacts-iconbutton"
              title={trans.__('Copy address')}
              onClick={() => {
                void host.copy(one.address);
              }}
            >
              <Icon name="copy" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
