import React from 'react';
import type { DownloaderModel, IDownloaderState } from '../model/downloader';
import type { Overwrite } from '../model/nouns';
import { FileTree } from './details/filetree';
import { failing } from './details/telling';
import { useBusy, useModel } from './hooks';
import type { IHost } from './host';
import { Icon } from './parts/icon';
import { ProblemCard } from './parts/problemcard';
import { blockedBy, PlanView } from './transfers/plan';
import { TransferLine } from './transfers/transferline';

/** Downloads an address into the session; what will happen is shown first. */
export function ArtifactDownloader(props: {
  model: DownloaderModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const state = useModel(model);
  const { transfer } = state;
  return (
    <section
      className="jp-Artifacts-downloader"
      aria-label={trans.__('Download %1', model.title)}
    >
      <header className="jp-Artifacts-details-head">
        <Icon name="download" />
        <h3 className="jp-Artifacts-cut" title={model.title}>
          {model.title}
        </h3>
      </header>
      <div className="jp-Artifacts-downloader-body">
        <div className="jp-Artifacts-downloader-files">
          <h4 className="jp-Artifacts-heading">{trans.__('What')}</h4>
          <FileTree
            model={model.tree}
            host={host}
            label={trans.__('Files of %1', model.title)}
            before={(path, entry) => (
              <input
                type="checkbox"
                aria-label={trans.__('Download %1', entry.name)}
                checked={covered(path, state.ticked)}
                onClick={event => {
                  event.stopPropagation();
                }}
                onChange={() => {
                  model.tick(path);
                }}
              />
            )}
          />
          <p className="jp-Artifacts-quiet">
            {state.ticked.size === 0
              ? trans.__('Nothing is ticked: everything is downloaded.')
              : trans._n(
                  '%1 path is ticked; only it is downloaded.',
                  '%1 paths are ticked; only they are downloaded.',
                  state.ticked.size
                )}
          </p>
        </div>
        <div className="jp-Artifacts-downloader-plan">
          <Choices model={model} state={state} host={host} />
          {state.failed && (
            <ProblemCard
              problem={state.failed}
              host={host}
              onRetry={() => {
                model.retry();
              }}
            />
          )}
          {state.plan && (
            <PlanView
              plan={state.plan}
              planning={state.planning}
              trans={trans}
            />
          )}
          {transfer && (
            <TransferLine
              transfer={transfer}
              host={host}
              onCancel={() => {
                void failing(host, model.cancel());
              }}
            />
          )}
          <Start model={model} state={state} host={host} />
        </div>
      </div>
    </section>
  );
}

function covered(path: string, ticked: ReadonlySet<string>): boolean {
  return [...ticked].some(one => path === one || path.startsWith(`${one}/`));
}

function Choices(props: {
  model: DownloaderModel;
  state: IDownloaderState;
  host: IHost;
}): React.JSX.Element {
  const { model, state, host } = props;
  const { trans } = host;
  const policies: Record<Overwrite, string> = {
    error: trans.__('stop and say so'),
    skip: trans.__('leave them as they are'),
    replace: trans.__('replace them'),
    rename: trans.__('keep both')
  };
  const field = (
    key: 'to' | 'include' | 'exclude',
    label: string,
    example: string
  ): React.JSX.Element => (
    <label>
      {label}
      <input
        className="jp-Artifacts-input"
        value={state[key]}
        placeholder={example}
        onChange={event => {
          model.change({ [key]: event.target.value });
        }}
      />
    </label>
  );
  return (
    <div className="jp-Artifacts-form">
      {field(
        'to',
        trans.__('Into this folder of the session'),
        trans.__('one of its own, below jupyter_artifacts_downloads')
      )}
      <div className="jp-Artifacts-form-pair">
        {field('include', trans.__('Only'), '*.parquet, figures/**')}
        {field('exclude', trans.__('But not'), '*.ckpt')}
      </div>
      <label>
        {trans.__('Files that are there already')}
        <select
          className="jp-Artifacts-input"
          value={state.overwrite}
          onChange={event => {
            model.change({ overwrite: event.target.value as Overwrite });
          }}
        >
          {(Object.keys(policies) as Overwrite[]).map(policy => (
            <option key={policy} value={policy}>
              {policies[policy]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Start(props: {
  model: DownloaderModel;
  state: IDownloaderState;
  host: IHost;
}): React.JSX.Element {
  const { model, state, host } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const moving =
    state.transfer !== null &&
    ['queued', 'moving'].includes(state.transfer.state);
  const reason =
    model.source.kind === 'comm'
      ? trans.__(
          'A widget without its server can read, not download; use ja.download'
        )
      : state.plan
        ? blockedBy(state.plan, trans)
        : trans.__('The plan is not known yet');
  return (
    <div className="jp-Artifacts-inline">
      <button
        type="button"
        className="jp-Artifacts-button jp-mod-primary"
        disabled={busy || moving || state.planning || reason !== ''}
        title={reason}
        onClick={() => {
          begin(() => model.start());
        }}
      >
        {trans.__('Download')}
      </button>
      <span className="jp-Artifacts-quiet">{moving ? '' : reason}</span>
    </div>
  );
}
