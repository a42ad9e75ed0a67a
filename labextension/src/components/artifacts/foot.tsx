import React, { useEffect, useRef, useState } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { Transfer } from '../../model/nouns';
import type { IDownload } from '../../model/transfers';
import type { IVersionState, VersionModel } from '../../model/version';
import { download, failing } from '../details/telling';
import { sizeText } from '../format';
import { useBusy, useModel } from '../hooks';
import type { IHost } from '../host';
import { CopyLink } from '../links/copylink';
import { ProblemCard } from '../parts/problemcard';
import { insertCode } from '../parts/firstcode';
import { downloadCode } from '../snippet';
import { blockedBy, PlanView } from '../transfers/plan';
import { TransferLine } from '../transfers/transferline';
import { Answers } from './answers';
import { AskEdit, editable } from './edit';

/** Return what is asked for to download everything of an address. */
function whole(address: string): IDownload {
  return { address, to: '', include: [], exclude: [], overwrite: 'error' };
}

/** What was begun from here, and what one can do with a version. */
export function VersionFoot(props: {
  model: VersionModel;
  explorer: ExplorerModel;
  owner: string;
  host: IHost;
}): React.JSX.Element {
  const { model, explorer, owner, host } = props;
  const { trans } = host;
  const state = useModel(model);
  const { session, role, me } = useModel(explorer);
  const { transfers } = useModel(explorer.transfers);
  const { address, version } = state;
  const foot = useRef<HTMLElement>(null);
  useEffect(() => {
    const scroller = foot.current?.closest('.jp-Artifacts-details');
    if (scroller && state.asking !== 'nothing') {
      scroller.scrollTop = scroller.scrollHeight; // what is asked is seen
    }
  }, [state.asking, state.plan, state.refused]);
  const ours = transfers.filter(one => belongsTo(one, address));
  const reads = explorer.source.kind === 'comm';
  const notHere = reads
    ? trans.__('A widget without its server can read, not change')
    : role === 'viewer'
      ? trans.__('You are a viewer: you may look, not change')
      : '';
  const mine = owner === me;
  const may = editable(version, owner, me);
  const reasons = {
    edit:
      notHere ||
      (may.says ? '' : trans.__('only %1 can change %1’s artifact', owner)),
    download:
      notHere ||
      (session ? '' : trans.__('There is no session here to download to')),
    delete:
      notHere ||
      (mine || role === 'admin' || role === 'owner'
        ? ''
        : trans.__('only %1 can delete %1’s artifact', owner))
  };
  const action = (
    label: string,
    reason: string,
    pressed: boolean,
    work: () => void
  ): React.JSX.Element => (
    <button
      type="button"
      className="jp-Artifacts-button"
      aria-disabled={reason !== ''}
      aria-expanded={pressed}
      title={reason}
      onClick={() => {
        if (reason) {
          host.notify('info', reason);
        } else {
          work();
        }
      }}
    >
      {label}
    </button>
  );
  return (
    <footer className="jp-Artifacts-details-foot" ref={foot}>
      {ours.slice(0, 2).map(transfer => (
        <TransferLine
          key={transfer.id}
          transfer={transfer}
          host={host}
          onCancel={id => {
            void failing(host, explorer.transfers.cancel(id));
          }}
        />
      ))}
      {state.asking === 'download' && (
        <AskDownload
          state={state}
          host={host}
          onStart={async () => {
            model.ask('nothing');
            await download(explorer, host, address);
          }}
          onLeave={() => {
            model.ask('nothing');
          }}
        />
      )}
      {state.asking === 'delete' && (
        <AskDelete model={model} state={state} mine={mine} host={host} />
      )}
      {state.asking === 'edit' && version && (
        <AskEdit
          model={model}
          version={version}
          explorer={explorer}
          mayAlias={may.aliases}
          owner={owner}
          host={host}
        />
      )}
      <div className="jp-Artifacts-buttons jp-Artifacts-run-actions">
        {action(
          version
            ? trans.__('Download %1', sizeText(version.bytes))
            : trans.__('Download'),
          reasons.download,
          state.asking === 'download',
          () => {
            if (state.asking === 'download') {
              model.ask('nothing');
            } else {
              void model.planned(asked =>
                explorer.transfers.plan(whole(asked))
              );
            }
          }
        )}
        {host.insertIntoCell && (
          <button
            type="button"
            className="jp-Artifacts-button"
            title={`ja.download("${address}")`}
            onClick={() => {
              void insertCode(host, downloadCode(address));
            }}
          >
            {trans.__('Insert into cell')}
          </button>
        )}
        <CopyLink model={explorer} address={address} host={host} />
        {action(trans.__('Edit'), reasons.edit, state.asking === 'edit', () => {
          model.ask(state.asking === 'edit' ? 'nothing' : 'edit');
        })}
        {action(
          trans.__('Delete'),
          reasons.delete,
          state.asking === 'delete',
          () => {
            model.ask(state.asking === 'delete' ? 'nothing' : 'delete');
          }
        )}
      </div>
    </footer>
  );
}

/** What a download will do, before it is begun. */
function AskDownload(props: {
  state: IVersionState;
  host: IHost;
  onStart: () => Promise<void>;
  onLeave: () => void;
}): React.JSX.Element {
  const { state, host } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const blocked = state.plan ? blockedBy(state.plan, trans) : '';
  return (
    <section
      className="jp-Artifacts-ask"
      aria-label={trans.__('Download %1', state.address)}
    >
      {state.refused && <ProblemCard problem={state.refused} host={host} />}
      {state.plan ? (
        <PlanView plan={state.plan} planning={false} trans={trans} />
      ) : (
        !state.refused && (
          <p className="jp-Artifacts-quiet">{trans.__('Planning…')}</p>
        )
      )}
      {blocked && <p className="jp-Artifacts-note">{blocked}</p>}
      <Answers
        yes={trans.__('Download')}
        blocked={busy || !state.plan || blocked !== ''}
        trans={trans}
        onYes={() => {
          begin(props.onStart);
        }}
        onNo={props.onLeave}
      />
    </section>
  );
}

/** Asks before a version is gone for everyone, and says why it cannot be. */
function AskDelete(props: {
  model: VersionModel;
  state: IVersionState;
  mine: boolean;
  host: IHost;
}): React.JSX.Element {
  const { model, state, mine, host } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const [reason, setReason] = useState('');
  return (
    <section
      className="jp-Artifacts-ask"
      aria-label={trans.__('Delete %1', state.address)}
    >
      <p>
        {trans.__(
          'Delete %1 for everyone, with the bytes that only it needs?',
          state.address
        )}
      </p>
      {!mine && (
        <label className="jp-Artifacts-form">
          {trans.__('It is someone else’s: why?')}
          <input
            className="jp-Artifacts-input"
            value={reason}
            autoFocus
            onChange={event => {
              setReason(event.target.value);
            }}
          />
        </label>
      )}
      {state.refused && <ProblemCard problem={state.refused} host={host} />}
      <Answers
        yes={trans.__('Delete')}
        grave
        blocked={busy || (!mine && reason.trim() === '')}
        trans={trans}
        onYes={() => {
          begin(async () => {
            if (await model.delete(reason)) {
              host.notify('success', trans.__('Deleted %1', state.address));
            }
          });
        }}
        onNo={() => {
          model.ask('nothing');
        }}
      />
    </section>
  );
}

function belongsTo({ address }: Transfer, version: string): boolean {
  const asked = address.replace(/^artifacts\/([^/]+)\/([^/]+)/, '$1@$2');
  return asked === version || asked.startsWith(`${version}/`);
}
