import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';

import { PluginIDs } from './names';
import { forgetSubshells } from './subshells';

/** Keeps the widgets of everyone in a notebook working after one restarts its kernel. */
export const commSubshellsPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.commSubshells,
  description:
    'Keeps widgets working for everyone after one person restarts the kernel.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_, tracker: INotebookTracker) => {
    const follow = ({ sessionContext }: NotebookPanel): void => {
      const kernel = sessionContext.session?.kernel;
      if (kernel) {
        forgetSubshells(kernel);
      }
      sessionContext.kernelChanged.connect((_, { newValue }) => {
        if (newValue) {
          forgetSubshells(newValue);
        }
      });
    };
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => {
      follow(panel);
    });
  }
};
