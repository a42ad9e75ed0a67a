import React from 'react';
import type { Experiment } from '../../model/nouns';
import { sizeText } from '../format';
import { useBusy } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { copied } from './telling';

/** Whether who looks may change a run, or why not. */
export type MayChange = 'yes' | 'viewer' | 'theirs' | 'reads-only';

/** What one can do with a run; what one may not is shown, with the reason. */
export function RunActions(props: {
  experiment: Experiment;
  may: MayChange;
  /** Whether there is a session to download to. */
  session: boolean;
  host: IHost;
  /** What makes a link to it. */
  link: React.ReactNode;
  onDownload: () => Promise<void>;
  onClone: () => Promise<void>;
  onStop: () => Promise<void>;
  onDelete: () => Promise<void>;
}): React.JSX.Element {
  const { experiment, may, session, host } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const living = !['CANCELED', 'COMPLETED', 'ERRORED'].includes(
    experiment.state
  );
  const wroteNothing =
    experiment.artifact_bytes === 0 &&
    experiment.file_count === 0 &&
    experiment.checkpoint_count === 0;
  const { user, run } = experiment;
  const make = may === 'theirs' ? 'yes' : may;
  const reasons = {
    download:
      reasonAgainst(make, user, trans) ||
      (session ? '' : trans.__('There is no session here to download to')) ||
      (wroteNothing ? trans.__('It wrote no files') : ''),
    clone: reasonAgainst(make, user, trans),
    stop:
      theirs(may, trans.__('only %1 can stop %1’s run', user)) ||
      reasonAgainst(may, user, trans) ||
      (living ? '' : trans.__('It has ended')),
    delete:
      theirs(may, trans.__('only %1 can delete %1’s run', user)) ||
      reasonAgainst(may, user, trans) ||
      (living ? trans.__('It is still alive; stop it first') : '')
  };
  const action = (
    key: keyof typeof reasons,
    label: string,
    work: () => Promise<void>
  ): React.JSX.Element => (
    <button
      type="button"
      className="jp-Artifacts-button"
      aria-disabled={reasons[key] !== '' || busy}
      title={reasons[key]}
      onClick={() => {
        if (reasons[key]) {
          host.notify('info', reasons[key]);
        } else if (!busy) {
          begin(work);
        }
      }}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-Artifacts-buttons jp-Artifacts-run-actions">
      {action(
        'download',
        experiment.artifact_bytes > 0
          ? trans.__('Download all %1', sizeText(experiment.artifact_bytes))
          : trans.__('Download all'),
        props.onDownload
      )}
      <button
        type="button"
        className="jp-Artifacts-button"
        title={experiment.storage_uri}
        onClick={() => {
          void copied(
            host,
            experiment.storage_uri,
            trans.__('Copied the bucket path')
          );
        }}
      >
        {trans.__('Copy bucket path')}
      </button>
      {props.link}
      {action('clone', trans.__('Clone'), props.onClone)}
      {action('stop', trans.__('Stop'), props.onStop)}
      {action('delete', trans.__('Delete'), async () => {
        const sure =
          (await host.confirm?.(
            trans.__('Delete %1:%2?', user, run),
            trans.__(
              'The run, its metrics, logs and files are deleted for everyone.'
            ),
            trans.__('Delete')
          )) ?? true;
        if (sure) {
          await props.onDelete();
        }
      })}
    </div>
  );
}

function theirs(may: MayChange, reason: string): string {
  return may === 'theirs' ? reason : '';
}

function reasonAgainst(
  may: MayChange,
  owner: string,
  trans: ITranslation
): string {
  switch (may) {
    case 'viewer':
      return trans.__('You are a viewer: you may look, not change');
    case 'reads-only':
      return trans.__('A widget without its server can read, not change');
    case 'theirs':
      return trans.__('This is %1’s', owner);
    case 'yes':
      return '';
  }
}
