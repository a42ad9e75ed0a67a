import { TextItem } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal, type ISignal } from '@lumino/signaling';
import React from 'react';

import { rateText } from '../components/format';
import type { ITranslation } from '../components/host';
import type { Transfer } from '../model/nouns';
import type { TransfersModel } from '../model/transfers';

/** The status bar's item: how many transfers there are, and how fast. */
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
    const rate = this._active.reduce((sum, each) => sum + each.rate, 0);
    const text = this._trans._n('%1 transfer', '%1 transfers', count);
    return (
      <TextItem
        source={rate > 0 ? `${text} · ${rateText(rate)}` : text}
        title={this._active.map(each => each.address).join('\n')}
        onClick={this._open}
      />
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
