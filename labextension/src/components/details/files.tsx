import React, { useEffect, useRef } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { PreviewModel } from '../../model/preview';
import type { TreeModel } from '../../model/tree';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { FileCard } from './filecard';
import { FileTree } from './filetree';
import { FolderCard } from './foldercard';
import { reveal } from './reveal';
import { download } from './telling';

/** A tree of files, and the one that is looked at. */
export function Files(props: {
  model: ExplorerModel;
  tree: TreeModel;
  preview: PreviewModel;
  label: string;
  /** Whether nothing more will be written. */
  ended: boolean;
  host: IHost;
  /** What is said below the tree. */
  children?: React.ReactNode;
}): React.JSX.Element {
  const { model, tree, preview, host } = props;
  const { chosen } = useModel(tree);
  const { session } = useModel(model);
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
  }, [path, shown.bytes, shown.peek]);
  const mayDownload = session !== '' && model.source.kind === 'rest';
  const downloads = mayDownload
    ? { onDownload: (address: string) => download(model, host, address) }
    : {};
  return (
    <>
      <FileTree
        model={tree}
        host={host}
        ended={props.ended}
        label={props.label}
      />
      {props.children}
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
            explorer={model}
            host={host}
            {...downloads}
            onLoadAnyway={() => {
              preview.loadAnyway();
            }}
            onRetry={() => {
              preview.show(chosen);
            }}
          />
        )}
        {chosen?.kind === 'folder' && (
          <FolderCard
            entry={chosen}
            explorer={model}
            host={host}
            {...downloads}
          />
        )}
      </div>
    </>
  );
}
