import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { labHost } from '../panels/labHost';
import { ITeamHosts } from '../tokens';
import { openDoor, type KernelState } from '../widgets/door';
import { insertCode, notebookAround } from './insertion';
import { CommandIDs, DOMAIN, PluginIDs } from './names';

/** Cells, clipboard, notices and dialogs, for panels and for widgets in cells. */
export const hostPlugin: JupyterFrontEndPlugin<ITeamHosts> = {
  id: PluginIDs.host,
  description: 'Inserts code into notebooks, and shows notices and dialogs.',
  autoStart: true,
  provides: ITeamHosts,
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands, serviceManager } = app;

    const insert = (code: string, element: HTMLElement | null): string => {
      const panel = tracker && notebookAround(tracker, element);
      if (!panel) {
        throw new Error(
          trans.__('No notebook is open; open one, then insert.')
        );
      }
      return insertCode(panel, code, trans);
    };

    commands.addCommand(CommandIDs.insertCode, {
      label: trans.__('Insert Code into Cell'),
      caption: trans.__(
        'Insert code below the active cell, without running it'
      ),
      isVisible: () => false, // for scripts: a person has nothing to give it
      describedBy: {
        args: {
          type: 'object',
          required: ['code'],
          properties: {
            code: {
              type: 'string',
              description: trans.__('Python, calling the package ja')
            }
          }
        }
      },
      execute: args => insert(args['code'] as string, null)
    });

    const hosts: ITeamHosts = {
      hostFor: element =>
        labHost({
          commands,
          trans,
          person: () => serviceManager.user.identity?.username ?? '',
          openRuns: query => {
            void commands.execute(CommandIDs.openRuns, { query });
          },
          openArtifacts: address => {
            void commands.execute(CommandIDs.openArtifacts, { address });
          },
          insertIntoCell: code => {
            try {
              return Promise.resolve(insert(code, element));
            } catch (error) {
              return Promise.reject(asError(error));
            }
          }
        })
    };
    openDoor({
      hostFor: element => hosts.hostFor(element),
      kernelOf: element => {
        const panel = tracker?.find(one => one.node.contains(element));
        const kernel = panel?.sessionContext.session?.kernel;
        return kernel ? stateOf(kernel.status) : 'gone';
      }
    });
    return hosts;
  }
};

function stateOf(status: Kernel.Status): KernelState {
  switch (status) {
    case 'busy':
      return 'busy';
    case 'dead':
    case 'terminating':
    case 'unknown':
      return 'gone';
    default:
      return 'ready';
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
