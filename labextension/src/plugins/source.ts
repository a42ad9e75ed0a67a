import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- every view's first need
import { RestSource } from '../source/rest';
import { ITeamSource } from '../tokens';
import { PluginIDs } from './names';

/** The team over this page's server, as the person who looks at it. */
export const sourcePlugin: JupyterFrontEndPlugin<ITeamSource> = {
  id: PluginIDs.source,
  description:
    'Reaches the team through the Jupyter server, as who is signed in.',
  autoStart: true,
  provides: ITeamSource,
  activate: (app: JupyterFrontEnd) => {
    const settings = app.serviceManager.serverSettings;
    return new RestSource({
      baseUrl: settings.baseUrl,
      wsUrl: settings.wsUrl,
      fetch: (url, init) => ServerConnection.makeRequest(url, init, settings)
    });
  }
};
