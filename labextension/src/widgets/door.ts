import { toClipboard } from '../components/clipboard';
import {
  browserMemory,
  english,
  type IHost,
  type NoticeKind
} from '../components/host';

/** How the kernel of a notebook is: it runs something, would take it, or is not there. */
export type KernelState = 'busy' | 'ready' | 'gone';

/** What JupyterLab's plugin offers to widgets, which bring their own code. */
export interface IDoor {
  /** Return what stands around an element of a notebook. */
  hostFor(element: HTMLElement): IHost;
  /** Return how the kernel of the notebook around an element is. */
  kernelOf(element: HTMLElement): KernelState;
}

interface IRegistry {
  /** Where the `insert` plugin puts its door; missing outside JupyterLab. */
  host?: IDoor;
}

type Page = typeof globalThis & { jupyterArtifacts?: IRegistry };

/** Offer a door to the page's widgets; returns how to take it back. */
export function openDoor(door: IDoor): () => void {
  const page = globalThis as Page;
  const registry = (page.jupyterArtifacts ??= {});
  registry.host = door;
  return () => {
    if (registry.host === door) {
      delete registry.host;
    }
  };
}

/** Return what stands around a widget: JupyterLab, or else only the page. */
export function hostAround(
  element: HTMLElement,
  say: (kind: NoticeKind, text: string) => void
): IHost {
  const door = (globalThis as Page).jupyterArtifacts?.host;
  return door ? door.hostFor(element) : pageHost(say);
}

/** Return how the kernel around a widget that it does not answer is. */
export function kernelAround(element: HTMLElement): KernelState {
  const door = (globalThis as Page).jupyterArtifacts?.host;
  return door ? door.kernelOf(element) : 'gone';
}

/** A page that is no JupyterLab: code goes to the clipboard, and is said to. */
export function pageHost(say: (kind: NoticeKind, text: string) => void): IHost {
  return {
    trans: english,
    memory: browserMemory(''),
    insertIntoCell: async code => {
      try {
        await toClipboard(code);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${reason}; copy: ${code}`, { cause: error });
      }
      return 'the clipboard: paste it into a cell';
    },
    notify: say,
    copy: toClipboard
  };
}
