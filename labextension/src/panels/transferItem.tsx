import { GroupItem, ProgressBar, TextItem } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal, type ISignal } from '@lumino/signaling';
import React from 'react';

import type { ITranslation } from '../components/host';
import { progressText, together } from '../components/transfers/progress';
import type { Transfer } from '../model/nouns';
import type { TransfersModel } from '../model/transfers';

/** The status bar's item: how far the transfers are, how fast, and how long still. */
export class TransferItem extends ReactWidget {
  /**
   * @param model is disposed of with this.
   * @param open is called when somebody clicks.
   */
  constructor(model: TransfersModel, trans: ITranslation, open: () => void) {
    super();
    this._model = model;
    this._trans = trans;
    this._open = open;
    model.subscribe(() => {
      const busy = this._active.length > 0;
      this._active = model.state.transfers.filter(isMoving);
      this.update();
      if (busy !== this._active.length > 0) {
        this._busyChanged.emit(undefined);
      }
    });
  }

  /** Whether anything is being transferred. */
  get isBusy(): boolean {
    return this._active.length > 0;
  }

  /** Emitted when `isBusy` changes. */
  get busyChanged(): ISignal<this, void> {
    return this._busyChanged;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._model.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): React.ReactElement | null {
    const count = this._active.length;
    if (count === 0) {
      return null;
    }
    const progress = together(this._active);
    const { done_bytes: done, total_bytes: total } = progress;
    const text = [
      ...(count > 1
        ? [this._trans._n('%1 transfer', '%1 transfers', count)]
        : []),
      progressText(progress, this._trans)
    ].join(' · ');
    return (
      <GroupItem spacing={8} onClick={this._open}>
        <ProgressBar percentage={total > 0 ? (100 * done) / total : 0} />
        <TextItem
          source={text}
          title={this._active.map(each => each.address).join('\n')}
        />
      </GroupItem>
    );
  }

  private _active: readonly Transfer[] = [];
  private readonly _busyChanged = new Signal<this, void>(this);
  private readonly _model: TransfersModel;
  private readonly _trans: ITranslation;
  private readonly _open: () => void;
}

/** Whether a transfer moves, or waits to. */
export function isMoving(transfer: Transfer): boolean {
  return transfer.state === 'moving' || transfer.state === 'queued';
}
