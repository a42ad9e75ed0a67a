import React from 'react';
import { spoken } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { Entry } from '../../model/nouns';
import { useBusy } from '../hooks';
import type { IHost } from '../host';
import { CopyLink } from '../links/copylink';
import { bytesText } from './held';
import { copied } from './telling';

/** One folder: how much is in it, and what one can do with all of that. */
export function FolderCard(props: {
  entry: Entry;
  explorer: ExplorerModel;
  host: IHost;
  /** Left out where there is no session to download to. */
  onDownload?: (address: string) => Promise<void>;
}): React.JSX.Element {
  const { entry, explorer, host, onDownload } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const address = spoken(entry.address);
  return (
    <section className="jp-Artifacts-file" aria-label={`${entry.name}/`}>
      <div className="jp-Artifacts-file-facts">
        <strong className="jp-Artifacts-cut" title={address}>
          {entry.name}/
        </strong>
        <span className="jp-Artifacts-quiet">
          {trans._n('%1 file', '%1 files', entry.count)} · {bytesText(entry)}
        </span>
      </div>
      <div className="jp-Artifacts-buttons">
        {onDownload && (
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
        <CopyLink model={explorer} address={address} host={host} />
      </div>
    </section>
  );
}
