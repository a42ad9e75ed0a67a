import React, { useEffect, useId, useState } from 'react';
import type { DetailsTab } from '../../model/details';
import type { ExplorerModel } from '../../model/explorer';
import type { Experiment } from '../../model/nouns';
import { countText } from '../format';
import { LineageView } from '../artifacts/lineage';
import { useModel } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { CopyLink } from '../links/copylink';
import { Icon } from '../parts/icon';
import { ProblemCard } from '../parts/problemcard';
import { StatePill } from '../parts/statepill';
import { Tabs, type Tab } from '../parts/tabs';
import { TransferLine } from '../transfers/transferline';
import { RunActions } from './actions';
import { Artifacts } from './artifacts';
import { Checkpoints } from './checkpoints';
import { Logs } from './logs';
import { Overview } from './overview';
import { copied, download, failing, openOrCopy } from './telling';

/** Everything about the run that is looked at. */
export function Details(props: {
  model: ExplorerModel;
  /** Addresses in the table; null where it may have more than are read. */
  listed: ReadonlySet<string> | null;
  host: IHost;
}): React.JSX.Element {
  const { model, listed, host } = props;
  const { trans } = host;
  const state = useModel(model.details);
  const selection = useModel(model.selection);
  const tabs = useId();
  const experiment = selection.known.get(state.address) ?? state.experiment;
  const { session } = useModel(model);
  const mayDownload = session !== '' && model.source.kind === 'rest';
  const retry = (): void => {
    model.details.retry();
  };
  if (!state.address) {
    return (
      <aside className="jp-Artifacts-details jp-mod-empty">
        <div className="jp-Artifacts-empty">
          <strong>{trans.__('No run is chosen')}</strong>
          <span>
            {trans.__('Click a run to see its files, checkpoints and logs.')}
          </span>
        </div>
      </aside>
    );
  }
  return (
    <aside
      className="jp-Artifacts-details"
      aria-label={trans.__('Details of %1', state.address)}
    >
      <header className="jp-Artifacts-details-head">
        <h3 className="jp-Artifacts-cut" title={state.address}>
          {state.address}
        </h3>
        <button
          type="button"
          className="jp-Artifacts-iconbutton"
          title={trans.__('Copy address')}
          onClick={() => {
            void copied(
              host,
              state.address,
              trans.__('Copied %1', state.address)
            );
          }}
        >
          <Icon name="copy" />
        </button>
        {experiment && (
          <>
            <StatePill
              state={experiment.state}
              reason={experiment.exit_reason}
              trans={trans}
            />
            <span className="jp-Artifacts-quiet">
              {trans._n(
                '%2 step',
                '%2 steps',
                experiment.total_batches_processed,
                countText(experiment.total_batches_processed)
              )}
            </span>
          </>
        )}
        {listed?.has(state.address) === false && (
          <span className="jp-Artifacts-badge">
            {trans.__('not in this query')}
          </span>
        )}
      </header>
      {state.failed && (
        <ProblemCard problem={state.failed} host={host} onRetry={retry} />
      )}
      {experiment && (
        <>
          <Tabs
            id={tabs}
            tab={state.tab}
            tabs={tabsOf(experiment, trans)}
            onTab={tab => {
              model.details.setTab(tab);
            }}
          />
          <div
            className="jp-Artifacts-details-body"
            role="tabpanel"
            aria-labelledby={`${tabs}-${state.tab}`}
          >
            {state.tab === 'overview' && (
              <Overview
                details={state}
                experiment={experiment}
                host={host}
                onLogs={() => {
                  model.details.setTab('logs');
                }}
              />
            )}
            {state.tab === 'artifacts' && state.tree && (
              <Artifacts
                model={model}
                tree={state.tree}
                experiment={experiment}
                host={host}
              />
            )}
            {state.tab === 'checkpoints' && (
              <Checkpoints
                checkpoints={state.checkpoints}
                experiment={experiment}
                explorer={model}
                host={host}
                {...(mayDownload
                  ? {
                      onDownload: (address: string) =>
                        download(model, host, address)
                    }
                  : {})}
              />
            )}
            {state.tab === 'logs' && state.log && (
              <Logs key={state.address} model={state.log} host={host} />
            )}
            {state.tab === 'lineage' && (
              <RunLineage model={model} host={host} />
            )}
          </div>
          <Foot model={model} experiment={experiment} host={host} />
        </>
      )}
    </aside>
  );
}

/** What a run took, and what it made; a click opens it. */
function RunLineage(props: {
  model: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { lineage } = model.details;
  return (
    <LineageView
      answer={useModel(lineage)}
      host={host}
      onOpen={address => {
        openOrCopy(model, host, address);
      }}
      onRetry={() => {
        void lineage.retry();
      }}
    />
  );
}

function tabsOf(
  experiment: Experiment,
  trans: ITranslation
): Tab<DetailsTab>[] {
  return [
    ['overview', trans.__('Overview'), 0],
    ['artifacts', trans.__('Artifacts'), experiment.file_count],
    ['checkpoints', trans.__('Checkpoints'), experiment.checkpoint_count],
    ['logs', trans.__('Logs'), 0],
    ['lineage', trans.__('Lineage'), 0]
  ];
}

/** What was begun from here, and what one can do with the run. */
function Foot(props: {
  model: ExplorerModel;
  experiment: Experiment;
  host: IHost;
}): React.JSX.Element {
  const { model, experiment, host } = props;
  const { trans } = host;
  const { session } = useModel(model);
  const { transfers } = useModel(model.transfers);
  const [cloned, setCloned] = useState('');
  const { address, user } = experiment;
  useEffect(() => {
    setCloned('');
  }, [address]);
  const ours = transfers.filter(one => belongsTo(one.address, experiment));
  return (
    <footer className="jp-Artifacts-details-foot">
      {ours.slice(0, 2).map(transfer => (
        <TransferLine
          key={transfer.id}
          transfer={transfer}
          host={host}
          onCancel={id => {
            void failing(host, model.transfers.cancel(id));
          }}
        />
      ))}
      {cloned && (
        <div className="jp-Artifacts-inline">
          <code className="jp-Artifacts-cut" title={cloned}>
            {cloned}
          </code>
          <button
            type="button"
            className="jp-Artifacts-link"
            onClick={() => {
              void copied(host, cloned, trans.__('Copied the command'));
            }}
          >
            {trans.__('Copy')}
          </button>
        </div>
      )}
      <RunActions
        experiment={experiment}
        may={model.mayChange(user)}
        session={session !== ''}
        host={host}
        link={<CopyLink model={model} address={address} host={host} />}
        onDownload={() => download(model, host, address)}
        onClone={() =>
          failing(
            host,
            model.details.clone().then(({ run, command }) => {
              setCloned(command);
              host.notify('success', trans.__('Queued %1', run.address));
            })
          )
        }
        onStop={() => failing(host, model.details.stop())}
        onDelete={() => failing(host, model.details.delete())}
      />
    </footer>
  );
}

function belongsTo(address: string, { address: short }: Experiment): boolean {
  return address === short || address.startsWith(`${short}/`);
}
