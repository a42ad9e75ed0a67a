import React from 'react';
import { spoken } from '../../addresses';
import type { Transfer } from '../../model/nouns';
import { countText, sizeText } from '../format';
import type { IHost, ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { progressText } from './progress';

/** A download's progress, or what came of it. */
export function TransferLine(props: {
  transfer: Transfer;
  host: IHost;
  onCancel: (id: string) => void;
}): React.JSX.Element {
  const { transfer, host, onCancel } = props;
  const { trans } = host;
  const moving = transfer.state === 'moving' || transfer.state === 'queued';
  const share =
    transfer.total_bytes > 0
      ? transfer.done_bytes / transfer.total_bytes
      : moving
        ? 0
        : 1;
  const percent = Math.floor(share * 100);
  const name = spoken(transfer.address);
  const folder = transfer.receipt ? transfer.to : '';
  return (
    <div className={`jp-Artifacts-transfer jp-mod-${transfer.state}`}>
      <div className="jp-Artifacts-transfer-head">
        <span className="jp-Artifacts-cut" title={transfer.address}>
          {name}
        </span>
        <span className="jp-Artifacts-quiet jp-Artifacts-digits">
          {moving ? `${percent}%` : endText(transfer, trans)}
        </span>
        {moving && (
          <button
            type="button"
            className="jp-Artifacts-iconbutton"
            title={trans.__('Cancel')}
            onClick={() => {
              onCancel(transfer.id);
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {moving && (
        <div
          className="jp-Artifacts-progress"
          role="progressbar"
          aria-label={trans.__('Downloading %1', name)}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <span style={{ width: `${percent}%` }} />
        </div>
      )}
      <div className="jp-Artifacts-transfer-note" aria-live="polite">
        {moving ? progressText(transfer, trans) : receiptText(transfer, trans)}
        {folder && host.openFile && (
          <button
            type="button"
            className="jp-Artifacts-link"
            onClick={() => {
              host.openFile?.(folder);
            }}
          >
            {trans.__('Show')}
          </button>
        )}
      </div>
    </div>
  );
}

function endText(transfer: Transfer, trans: ITranslation): string {
  switch (transfer.state) {
    case 'done':
      return trans.__('done');
    case 'canceled':
      return trans.__('canceled');
    default:
      return trans.__('failed');
  }
}

/** Return what it did: "12 files · 4.1 MB · all 12 checked by blake3". */
export function receiptText(transfer: Transfer, trans: ITranslation): string {
  const { receipt } = transfer;
  if (transfer.error) {
    return transfer.error;
  }
  if (!receipt) {
    return transfer.state === 'canceled'
      ? trans.__('Stopped; what was checked is taken up again next time')
      : '';
  }
  const files = receipt.total_files;
  const checks = new Map(Object.entries(receipt.checks));
  const unchecked = checks.get('not checked') ?? 0;
  checks.delete('not checked');
  const checked = [...checks].map(([check, count]) =>
    count === files
      ? count === 1
        ? trans.__('checked by %1', check)
        : trans.__('all %1 checked by %2', countText(count), check)
      : trans.__('%1 checked by %2', countText(count), check)
  );
  return [
    trans._n('%2 file', '%2 files', files, countText(files)),
    sizeText(receipt.bytes),
    ...checked,
    ...(unchecked > 0 ? [trans.__('%1 not checked', countText(unchecked))] : [])
  ].join(' · ');
}
