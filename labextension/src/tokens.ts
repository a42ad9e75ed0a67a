import { Token } from '@lumino/coreutils';

import type { IHost } from './components/host';
import type { ISource } from './source/source';

/** The team, as this person sees it from this page. */
export type ITeamSource = ISource;

export const ITeamSource = new Token<ITeamSource>(
  'jupyter-artifacts:ITeamSource',
  'The team: its runs, artifacts, datastores and people, over REST.'
);

/** What stands around components in JupyterLab. */
export interface ITeamHosts {
  /**
   * Return the host of an element: code goes into the notebook that holds it;
   * without one, into the notebook used last.
   */
  hostFor(element: HTMLElement | null): IHost;
}

export const ITeamHosts = new Token<ITeamHosts>(
  'jupyter-artifacts:ITeamHosts',
  'Cells, clipboard, notices and dialogs for the components of jupyter_artifacts.'
);
