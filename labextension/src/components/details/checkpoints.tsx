import React, { useState } from 'react';
import { routeOf } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { Checkpoint, Experiment } from '../../model/nouns';
import { agoText, countText, sizeText, timeText } from '../format';
import { useClock } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { TakeButtons } from './takebuttons';

const MOST_LISTED = 200;

/** What the list of checkpoints needs. */
export interface ICheckpointsProps {
  readonly checkpoints: readonly Checkpoint[] | null;
  readonly experiment: Experiment;
  readonly explorer: ExplorerModel;
  readonly host: IHost;
  /** Left out where there is no session to download to. */
  readonly onDownload?: (address: string) => Promise<void>;
}

/** The checkpoints of a run, the latest first; each one opens to its files. */
export function Checkpoints(props: ICheckpointsProps): React.JSX.Element {
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
      {[...checkpoints].reverse().map(one => (
        <CheckpointLine
          key={one.uuid}
          {...props}
          checkpoint={one}
          best={one.uuid === experiment.best_checkpoint}
          now={now}
        />
      ))}
    </ul>
  );
}

function CheckpointLine(
  props: ICheckpointsProps & {
    checkpoint: Checkpoint;
    best: boolean;
    now: number;
  }
): React.JSX.Element {
  const { checkpoint, best, now, host } = props;
  const { trans } = host;
  const [open, setOpen] = useState(false);
  const sizes = Object.values(checkpoint.resources);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return (
    <li className="jp-Artifacts-checkpoint">
      <button
        type="button"
        className="jp-Artifacts-checkpoint-head"
        aria-expanded={open}
        title={checkpoint.uuid}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <span className="jp-Artifacts-tree-mark" aria-hidden>
          {open ? '▾' : '▸'}
        </span>
        <strong>
          {trans.__('step %1', countText(checkpoint.steps_completed))}
        </strong>
        {best && <span className="jp-Artifacts-badge">{trans.__('best')}</span>}
        {checkpoint.state !== 'COMPLETED' && (
          <span className="jp-Artifacts-badge">{checkpoint.state}</span>
        )}
        <time
          className="jp-Artifacts-quiet jp-Artifacts-cut"
          title={timeText(checkpoint.reported)}
          dateTime={new Date(checkpoint.reported * 1000).toISOString()}
        >
          {agoText(checkpoint.reported, now)}
        </time>
        <span className="jp-Artifacts-space" />
        <span className="jp-Artifacts-quiet">
          {trans._n('%1 file', '%1 files', sizes.length)}
        </span>
        <span className="jp-Artifacts-digits">{sizeText(bytes)}</span>
      </button>
      {open && <CheckpointFiles {...props} checkpoint={checkpoint} />}
    </li>
  );
}

function CheckpointFiles(
  props: ICheckpointsProps & { checkpoint: Checkpoint }
): React.JSX.Element {
  const { checkpoint, explorer, host, onDownload } = props;
  const { trans } = host;
  const { address } = checkpoint;
  const files = Object.entries(checkpoint.resources);
  return (
    <div className="jp-Artifacts-checkpoint-body">
      <ul className="jp-Artifacts-list">
        {files.slice(0, MOST_LISTED).map(([path, size]) => {
          const link = explorer.source.href(routeOf(`${address}/${path}`));
          return (
            <li key={path} className="jp-Artifacts-inline">
              <Icon name="file" />
              {link === null ? (
                <span className="jp-Artifacts-cut" title={path}>
                  {path}
                </span>
              ) : (
                <a
                  className="jp-Artifacts-link jp-Artifacts-cut"
                  href={link}
                  download={path.slice(path.lastIndexOf('/') + 1)}
                  title={trans.__('Download %1', path)}
                >
                  {path}
                </a>
              )}
              <span className="jp-Artifacts-space" />
              <span className="jp-Artifacts-digits">{sizeText(size)}</span>
            </li>
          );
        })}
        {files.length > MOST_LISTED && (
          <li className="jp-Artifacts-quiet">
            {trans.__('and %1 more', countText(files.length - MOST_LISTED))}
          </li>
        )}
      </ul>
      <TakeButtons
        address={address}
        explorer={explorer}
        host={host}
        onDownload={files.length > 0 ? onDownload : undefined}
      />
    </div>
  );
}
