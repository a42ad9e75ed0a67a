import React from 'react';
import type { ExplorerModel } from '../../model/explorer';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { LinkNote } from './note';

/**
 * A button that makes a link to an address, and what is said of that link; both
 * stand among other buttons, the latter below them.
 */
export function CopyLink(props: {
  model: ExplorerModel;
  address: string;
  host: IHost;
}): React.JSX.Element {
  const { model, address, host } = props;
  const { trans } = host;
  const { links } = model;
  const { role } = useModel(model);
  const state = useModel(links);
  const reason =
    model.source.kind === 'comm'
      ? trans.__('A widget without its server has no links')
      : role === 'viewer'
        ? trans.__('You are a viewer: you may look, not share')
        : '';
  return (
    <>
      <button
        type="button"
        className="jp-Artifacts-button"
        aria-disabled={reason !== '' || state.busy}
        title={
          reason ||
          trans.__(
            'For whoever of the team has the link and is signed in; it ends after 24 hours'
          )
        }
        onClick={() => {
          if (reason) {
            host.notify('info', reason);
          } else {
            void links.make(address, link => host.copy(link));
          }
        }}
      >
        {trans.__('Copy link · 24 h')}
      </button>
      {state.address === address && (state.share ?? state.failed) && (
        <LinkNote model={links} host={host} />
      )}
    </>
  );
}
