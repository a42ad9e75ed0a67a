import React from 'react';
import { spoken } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { Entry } from '../../model/nouns';
import type { IHost } from '../host';
import { bytesText } from './held';
import { TakeButtons } from './takebuttons';

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
      <TakeButtons
        address={address}
        explorer={explorer}
        host={host}
        onDownload={onDownload}
      />
    </section>
  );
}
