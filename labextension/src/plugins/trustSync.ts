import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { PluginIDs } from './names';
import { followTrust } from './trust';

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
