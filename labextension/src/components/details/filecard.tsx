import React from 'react';
import { routeOf, spoken } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { Entry } from '../../model/nouns';
import type { IPreviewState } from '../../model/preview';
import { agoText, timeText } from '../format';
import { useClock } from '../hooks';
import type { IHost } from '../host';
import { insertCode } from '../parts/firstcode';
import { loadCode, pythonText } from '../snippet';
import { bytesText, digestNote, isLink, remoteText } from './held';
import { BytesImage } from './image';
import { Preview } from './preview';
import { TakeButtons } from './takebuttons';

/** One file: what it is, what is in it, and what one can do with it. */
export function FileCard(props: {
  entry: Entry;
  preview: IPreviewState;
  explorer: ExplorerModel;
  host: IHost;
  /** Left out where there is no session to download to. */
  onDownload?: (address: string) => Promise<void>;
  onLoadAnyway: () => void;
  onRetry: () => void;
}): React.JSX.Element {
  const { entry, preview, explorer, host, onDownload } = props;
  const { trans } = host;
  const now = useClock(30_000);
  const address = spoken(entry.address);
  const link = explorer.source.href(routeOf(entry.address));
  const image =
    preview.kind === 'image' && preview.bytes ? (
      <BytesImage
        bytes={preview.bytes}
        mediaType={entry.asset?.media_type ?? ''}
        name={entry.name}
        trans={trans}
      />
    ) : null;
  const captured = entry.asset?.captured ?? 0;
  return (
    <section className="jp-Artifacts-file" aria-label={entry.name}>
      <div className="jp-Artifacts-file-facts">
        <strong className="jp-Artifacts-cut" title={address}>
          {entry.name}
        </strong>
        <span className="jp-Artifacts-quiet">
          {!isLink(entry) && <>{bytesText(entry)} · </>}
          <span className="jp-Artifacts-nowrap" title={entry.asset?.digest}>
            {digestNote(entry.asset, trans)}
          </span>
          {captured > 0 && (
            <>
              {' · '}
              <span className="jp-Artifacts-nowrap" title={timeText(captured)}>
                {trans.__('captured %1', agoText(captured, now))}
              </span>
            </>
          )}
        </span>
        {entry.asset?.kind === 'remote' && (
          <code className="jp-Artifacts-reason">{remoteText(entry.asset)}</code>
        )}
        {entry.asset?.note && (
          <span className="jp-Artifacts-note">{entry.asset.note}</span>
        )}
      </div>
      {image}
      <TakeButtons
        address={address}
        explorer={explorer}
        host={host}
        held={!isLink(entry)}
        onDownload={onDownload}
      >
        {!isLink(entry) && (
          <>
            {host.insertIntoCell && (
              <button
                type="button"
                className="jp-Artifacts-button jp-mod-primary"
                title={`ja.load(${pythonText(address)})`}
                onClick={() => {
                  void insertCode(host, loadCode(address));
                }}
              >
                {trans.__('Insert into cell')}
              </button>
            )}
            {link === null ? (
              <button
                type="button"
                className="jp-Artifacts-button"
                disabled
                title={trans.__('A widget without its server has no links')}
              >
                {trans.__('Download')}
              </button>
            ) : (
              <a
                className="jp-Artifacts-button"
                href={link}
                download={entry.name}
              >
                {trans.__('Download')}
              </a>
            )}
          </>
        )}
      </TakeButtons>
      <Preview
        preview={preview}
        host={host}
        onLoadAnyway={props.onLoadAnyway}
        onRetry={props.onRetry}
      />
    </section>
  );
}
