import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';

import { toClipboard } from '../components/clipboard';
import {
  browserMemory,
  type IHost,
  type ITranslation
} from '../components/host';

/** What JupyterLab offers to components. */
export interface ILabHostOptions {
  readonly commands: JupyterFrontEnd['commands'];
  readonly trans: ITranslation;
  /** Return who is signed in: what a browser remembers is theirs alone. */
  readonly person: () => string;
  /** Shows an explorer with a query; left out where there is no main area. */
  readonly openRuns?: (query: string) => void;
  /** Shows an explorer at an artifact; left out where there is no main area. */
  readonly openArtifacts?: (address: string) => void;
  /** Puts code into a notebook; left out where there is none. */
  readonly insertIntoCell?: (code: string) => Promise<string>;
}

const LONGEST_NOTICE = 140;
/** Opens a file, or shows a folder in the file browser. */
const OPEN_PATH = 'filebrowser:open-path';

/** Return what stands around a component in JupyterLab. */
export function labHost(options: ILabHostOptions): IHost {
  const { commands, trans, openRuns, openArtifacts, insertIntoCell } = options;
  return {
    trans,
    memory: {
      get: key => browserMemory(options.person()).get(key),
      set: (key, value) => {
        browserMemory(options.person()).set(key, value);
      }
    },
    notify: (kind, text) => {
      const short =
        text.length > LONGEST_NOTICE
          ? `${text.slice(0, LONGEST_NOTICE - 1)}…`
          : text;
      // Errors stay until they are read; the rest leaves by itself.
      Notification.emit(short, kind, {
        autoClose: kind === 'error' ? false : 4000
      });
    },
    copy: toClipboard,
    confirm: async (title, text, action) => {
      const result = await showDialog({
        title,
        body: text,
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: action })
        ],
        defaultButton: 0
      });
      return result.button.accept;
    },
    ...(commands.hasCommand(OPEN_PATH)
      ? {
          openFile: path => {
            void commands.execute(OPEN_PATH, { path });
          }
        }
      : {}),
    ...(openRuns ? { openRuns } : {}),
    ...(openArtifacts ? { openArtifacts } : {}),
    ...(insertIntoCell ? { insertIntoCell } : {})
  };
}
