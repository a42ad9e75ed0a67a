import React, { useEffect, useRef } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { Experiment } from '../../model/nouns';
import type { TreeModel } from '../../model/tree';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { FileCard } from './filecard';
import { FileTree } from './filetree';
import { download } from './telling';

/** A run's files, and the one that is looked at. */
export function Artifacts(props: {
  model: ExplorerModel;
  tree: TreeModel;
  experiment: Experiment;
  host: IHost;
}): React.JSX.Element {
  const { model, tree, experiment, host } = props;
  const { trans } = host;
  const { chosen } = useModel(tree);
  const { session } = useModel(model);
  const { preview } = model.details;
  const shown = useModel(preview);
  useEffect(() => {
    if (chosen?.address !== preview.state.entry?.address) {
      preview.show(chosen);
    }
  }, [chosen, preview]);
  const card = useRef<HTMLDivElement>(null);
  const path = chosen?.kind === 'file' ? chosen.address : '';
  useEffect(() => {
    if (path && card.current) {
      reveal(card.current);
    }
  }, [path, shown.bytes]);
  const mayDownload = session !== '' && model.source.kind === 'rest';
  return (
    <>
      <FileTree
        model={tree}
        host={host}
        ended={experiment.ended !== null}
        label={trans.__('Files of %1', experiment.address)}
      />
      {experiment.uncaptured > 0 && (
        <p className="jp-Artifacts-note">
          {trans._n(
            '%1 file was seen and not captured',
            '%1 files were seen and not captured',
            experiment.uncaptured
          )}
        </p>
      )}
      <div
        ref={card}
        onLoadCapture={() => {
          if (card.current) {
            reveal(card.current); // an image has its size only now
          }
        }}
      >
        {chosen?.kind === 'file' && shown.entry?.address === chosen.address && (
          <FileCard
            entry={chosen}
            preview={shown}
            source={model.source}
            host={host}
            {...(mayDownload
              ? {
                  onDownload: (address: string) =>
                    download(model, host, address)
                }
              : {})}
            onLoadAnyway={() => {
              preview.loadAnyway();
            }}
            onRetry={() => {
              preview.show(chosen);
            }}
          />
        )}
      </div>
    </>
  );
}

/** Scroll the details, and nothing around them, until the element is seen. */
function reveal(element: HTMLElement): void {
  const scroller = element.closest('.jp-Artifacts-details');
  if (scroller) {
    const own = element.getBoundingClientRect();
    const seen = scroller.getBoundingClientRect();
    const hidden = own.bottom - seen.bottom;
    // The run's name stays above what scrolls.
    const head = scroller.querySelector('.jp-Artifacts-details-head');
    const room = own.top - seen.top - (head?.clientHeight ?? 0);
    scroller.scrollTop += Math.max(0, Math.min(hidden, room));
  }
}
