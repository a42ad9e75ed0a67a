import {
  ILabStatus,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';

import type { Team, Transfer } from '../model/nouns';
import { ITeamSource } from '../tokens';
import { answers } from '../widgets/answering';
import { CommandIDs, DOMAIN, PluginIDs } from './names';
import { ended, isMine, newsOf } from './transferNews';

const RANK = 40;

/** Says what is being downloaded, and when it is done. */
export const transfersPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.transfers,
  description:
    'Shows transfers in the status bar, and says when they are done.',
  autoStart: true,
  requires: [ITeamSource],
  optional: [IStatusBar, ILabStatus, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    source: ITeamSource,
    statusBar: IStatusBar | null,
    status: ILabStatus | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;

    commands.addCommand(CommandIDs.showTransfers, {
      label: trans.__('Show Transfers'),
      caption: trans.__('What is being downloaded into this session'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => commands.hasCommand(CommandIDs.showTeam),
      execute: () => commands.execute(CommandIDs.showTeam)
    });
    palette?.addItem({
      command: CommandIDs.showTransfers,
      category: trans.__('Artifacts')
    });

    void app.restored.then(async () => {
      if (!(await answers(source))) {
        return; // nothing is transferred by a server that is not there
      }
      const { me } = await source.get<Team>('teams');
      const [{ TransferItem, isMoving }, { TransfersModel }] =
        await Promise.all([
          import('../panels/transferItem'),
          import('../model/transfers')
        ]);
      const model = new TransfersModel(source);
      const item = new TransferItem(model, trans, () => {
        void commands.execute(CommandIDs.showTransfers);
      });
      statusBar?.registerStatusItem(PluginIDs.transfers, {
        item,
        align: 'left',
        rank: RANK,
        isActive: () => item.isBusy,
        activeStateChanged: item.busyChanged
      });
      if (status) {
        warnOnClose(status, item);
      }
      let before: readonly Transfer[] | null = null;
      model.subscribe(() => {
        const { transfers, loaded } = model.state;
        if (!loaded) {
          return;
        }
        const mine = transfers.filter(each => isMine(each, me));
        for (const each of before ? ended(before, mine, isMoving) : []) {
          tell(each, commands, trans);
        }
        before = mine;
      });
    });
  }
};

/** Let JupyterLab look busy, and ask before the page closes, while bytes move. */
function warnOnClose(
  status: ILabStatus,
  item: {
    readonly isBusy: boolean;
    readonly busyChanged: {
      connect(slot: () => void): boolean;
    };
  }
): void {
  let stop: (() => void) | null = null;
  item.busyChanged.connect(() => {
    stop?.();
    stop = null;
    if (item.isBusy) {
      const flags = [status.setBusy(), status.setDirty()];
      stop = () => {
        flags.forEach(flag => {
          flag.dispose();
        });
      };
    }
  });
}

function tell(
  transfer: Transfer,
  commands: JupyterFrontEnd['commands'],
  trans: TranslationBundle
): void {
  const { kind, text } = newsOf(transfer, trans);
  const path = transfer.to;
  const show = {
    label: trans.__('Show'),
    callback: (): void => {
      void commands.execute('filebrowser:open-path', { path });
    }
  };
  Notification.emit(text, kind, {
    autoClose: kind === 'error' ? false : 5000,
    actions: transfer.state === 'done' ? [show] : []
  });
}
