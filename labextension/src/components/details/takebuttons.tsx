import React from 'react';
import type { ExplorerModel } from '../../model/explorer';
import { useBusy } from '../hooks';
import type { IHost } from '../host';
import { CopyLink } from '../links/copylink';
import { copied } from './telling';

/** What one can do with anything that has bytes: take it, name it, hand it on. */
export function TakeButtons(props: {
  address: string;
  explorer: ExplorerModel;
  host: IHost;
  /** Whether we hold bytes of it; a link elsewhere only has its address. */
  held?: boolean;
  /** Left out where there is no session to download to. */
  onDownload?: ((address: string) => Promise<void>) | undefined;
  /** Buttons that come before. */
  children?: React.ReactNode;
}): React.JSX.Element {
  const { address, explorer, host, held = true, onDownload } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  return (
    <div className="jp-Artifacts-buttons">
      {props.children}
      {held && onDownload && (
        <button
          type="button"
          className="jp-Artifacts-button"
          disabled={busy}
          title={trans.__('Into the folder of this session')}
          onClick={() => {
            begin(() => onDownload(address));
          }}
        >
          {trans.__('Download to session')}
        </button>
      )}
      <button
        type="button"
        className="jp-Artifacts-button"
        onClick={() => {
          void copied(host, address, trans.__('Copied %1', address));
        }}
      >
        {trans.__('Copy address')}
      </button>
      {held && <CopyLink model={explorer} address={address} host={host} />}
    </div>
  );
}
