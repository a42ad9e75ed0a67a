import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { CellModel, ICellModel } from '@jupyterlab/cells';
import {
  INotebookTracker,
  type INotebookModel,
  type NotebookPanel
} from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { PluginIDs } from './names';

/**
 * Lets everyone in a shared notebook see the outputs that one of them trusts.
 *
 * jupyterlab#11435: "trusted" is in the shared document, but a second browser does
 * not read it, so a widget that somebody else made shows there as plain text. All
 * who have the notebook open share its kernel already.
 */
export const trustSyncPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.trustSync,
  description:
    'Shares the trust of outputs in notebooks that several people edit.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ISettingRegistry],
  activate: (
    _,
    tracker: INotebookTracker,
    registry: ISettingRegistry | null
  ) => {
    let enabled = true;
    const follow = (panel: NotebookPanel): void => {
      void panel.context.ready.then(() => {
        if (!panel.isDisposed && panel.content.model) {
          followTrust(panel.content.model, () => enabled);
        }
      });
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => {
      follow(panel);
    });
    void registry?.load(PluginIDs.trustSync).then(settings => {
      const read = (): void => {
        enabled = settings.get('enabled').composite !== false;
      };
      settings.changed.connect(read);
      read();
    });
  }
};

/** Trust each cell of a shared notebook as soon as somebody in it does. */
export function followTrust(
  model: INotebookModel,
  enabled: () => boolean
): void {
  if (!model.collaborative) {
    return;
  }
  const adopt = (cell: ICellModel): void => {
    const trusted = cell.sharedModel.getMetadata('trusted') === true;
    if (trusted && !cell.trusted && enabled()) {
      (cell as CellModel).trusted = true;
    }
  };
  const follow = (cell: ICellModel): void => {
    const changed = (): void => {
      adopt(cell);
    };
    cell.sharedModel.changed.connect(changed);
    cell.sharedModel.disposed.connect(() => {
      cell.sharedModel.changed.disconnect(changed);
    });
    adopt(cell);
  };
  for (const cell of model.cells) {
    follow(cell);
  }
  model.cells.changed.connect((_, change) => {
    if (change.type === 'add' || change.type === 'set') {
      change.newValues.forEach(follow);
    }
  });
}
