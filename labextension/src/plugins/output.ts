import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry, type IRenderMime } from '@jupyterlab/rendermime';

import type { IOutputPlace } from '../panels/outputView';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- renderers are made at once
import { OutputView } from '../panels/outputView';
import { ITeamHosts, ITeamSource } from '../tokens';
import { VIEW } from '../widgets/spec';
import { PluginIDs } from './names';
import { answers } from '../widgets/answering';
import { kernelWidget } from './kernelWidget';

/** Above the widgets' own -10: we show those inside. */
const RANK = -20;

/** Shows our outputs to everyone, with and without trust and kernel. */
export const outputPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.output,
  description:
    'Shows widgets of jupyter_artifacts live, also without trust or kernel.',
  autoStart: true,
  requires: [IRenderMimeRegistry, ITeamSource, ITeamHosts],
  optional: [INotebookTracker],
  activate: (
    _: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    source: ITeamSource,
    hosts: ITeamHosts,
    tracker: INotebookTracker | null
  ) => {
    const around = (element: HTMLElement): NotebookPanel | undefined =>
      tracker?.find(panel => panel.node.contains(element));

    const place: IOutputPlace = {
      widgetRenderer: async (element, model) => {
        const panel = around(element);
        return panel ? kernelWidget(panel, registry, model) : null;
      },
      onKernel: (element, changed) => {
        const context = around(element)?.sessionContext;
        context?.kernelChanged.connect(changed);
        return {
          dispose: () => {
            context?.kernelChanged.disconnect(changed);
          }
        };
      },
      hostFor: element => hosts.hostFor(element),
      source: async () => ((await answers(source)) ? source : null)
    };

    registry.addFactory(
      {
        safe: true, // it takes a typed description and sanitised HTML, no script
        mimeTypes: [VIEW],
        createRenderer: (options: IRenderMime.IRendererOptions) =>
          new OutputView(options, place)
      },
      RANK
    );
  }
};
