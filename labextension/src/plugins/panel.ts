import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { artifactsIcon } from '../panels/icon';
import { TeamPanel } from '../panels/teamPanel';
import { ITeamHosts, ITeamSource } from '../tokens';
import type { IMounted } from '../widgets/mount';
import { CommandIDs, DOMAIN, PluginIDs } from './names';
import { runsSpec } from './runsSpec';

type RunsPanel = MainAreaWidget<TeamPanel<IMounted>>;

const SIDEBAR = 'jupyter-artifacts-sidebar';
const RANK = 600;

/** The team in the left side bar, and the run explorer in the main area. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: PluginIDs.panel,
  description: "The team's runs in JupyterLab's side bar and main area.",
  autoStart: true,
  requires: [ITeamSource, ITeamHosts],
  optional: [
    ILabShell,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    source: ITeamSource,
    hosts: ITeamHosts,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    translator: ITranslator | null
  ) => {
    if (!shell) {
      return; // Notebook 7 has no room for panels; its outputs are live
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const tracker = new WidgetTracker<RunsPanel>({
      namespace: 'jupyter-artifacts-runs'
    });

    const sidebar = new TeamPanel(source, async (element, quiet) => {
      const { mountSidebar } = await import('../panels/sidebar');
      return mountSidebar(element, quiet, hosts.hostFor(null));
    });
    sidebar.id = SIDEBAR;
    sidebar.title.icon = artifactsIcon;
    sidebar.title.caption = trans.__('Artifacts: the runs of your team');
    sidebar.node.setAttribute('role', 'region');
    sidebar.node.setAttribute('aria-label', trans.__('Artifacts'));
    shell.add(sidebar, 'left', { rank: RANK, type: 'Artifacts' });
    restorer?.add(sidebar, SIDEBAR);

    const makeRuns = (args: ReadonlyPartialJSONObject): RunsPanel => {
      const content = new TeamPanel<IMounted>(source, async (node, quiet) => {
        const { mountView } = await import('../widgets/mount');
        return mountView(node, runsSpec(args), quiet, hosts.hostFor(null));
      });
      const panel: RunsPanel = new MainAreaWidget({ content });
      panel.id = `jupyter-artifacts-runs-${(count += 1)}`;
      panel.title.label = trans.__('Runs');
      panel.title.icon = artifactsIcon;
      panel.title.closable = true;
      panel.toolbar.hide(); // the explorer brings its own
      void content.mounted.then(mounted => {
        const { explorer } = mounted;
        let saved = JSON.stringify(kept(explorer));
        const changed = (): void => {
          const now = JSON.stringify(kept(explorer));
          if (now !== saved) {
            saved = now;
            void tracker.save(panel); // it writes the workspace: not for each row
          }
          panel.title.label =
            explorer?.state.view === 'artifacts'
              ? trans.__('Artifacts')
              : trans.__('Runs');
        };
        const stops = [
          explorer?.subscribe(changed),
          explorer?.runs.subscribe(changed)
        ];
        panel.disposed.connect(() => {
          stops.forEach(stop => stop?.());
        });
        explorers.set(panel, mounted);
        look(explorer, runsSpec(args).addresses);
        if (args['view'] === 'artifacts') {
          explorer?.setView('artifacts');
        }
      });
      return panel;
    };
    let count = 0;
    const explorers = new WeakMap<RunsPanel, IMounted>();

    const show = (panel: RunsPanel): void => {
      if (!panel.isAttached) {
        shell.add(panel, 'main', { type: 'Runs' });
      }
      shell.activateById(panel.id);
    };

    commands.addCommand(CommandIDs.openRuns, {
      label: args =>
        args['isPalette'] ? trans.__('Open Runs') : trans.__('Runs'),
      caption: trans.__("Everyone's runs: their metrics, files and states"),
      icon: artifactsIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            query: {
              type: 'string',
              description: trans.__('Which experiments, e.g. user == "alice"')
            },
            address: {
              type: 'string',
              description: trans.__('An experiment to look at')
            },
            name: {
              type: 'string',
              description: trans.__('A layout that is being restored')
            },
            view: {
              type: 'string',
              enum: ['runs', 'artifacts'],
              description: trans.__('What is shown first')
            }
          }
        }
      },
      execute: async args => {
        const open = tracker.currentWidget;
        if (open && !open.isDisposed && args['name'] === undefined) {
          show(open);
          const { explorer } = await open.content.mounted;
          const { query, addresses } = runsSpec(args);
          const asks = args['query'] !== undefined || query !== '';
          explorer?.setView('runs');
          if (explorer && asks) {
            await explorer.runs.setQuery(query);
          }
          explorer?.selection.add(addresses);
          look(explorer, addresses);
          return open;
        }
        const panel = makeRuns(args);
        show(panel);
        await tracker.add(panel);
        return panel;
      }
    });

    commands.addCommand(CommandIDs.openArtifacts, {
      label: args =>
        args['isPalette'] ? trans.__('Open Artifacts') : trans.__('Artifacts'),
      caption: trans.__('Named and versioned files, and where they come from'),
      icon: artifactsIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            address: {
              type: 'string',
              description: trans.__(
                'An artifact or a version, e.g. my-model@v3'
              )
            }
          }
        }
      },
      execute: async args => {
        const panel = (await commands.execute(
          CommandIDs.openRuns
        )) as RunsPanel;
        const { explorer } = await panel.content.mounted;
        const { address } = args;
        if (typeof address !== 'string' || !explorer?.open(address)) {
          explorer?.setView('artifacts');
        }
        return panel;
      }
    });

    commands.addCommand(CommandIDs.showTeam, {
      label: trans.__('Show Team'),
      caption: trans.__('Runs, datastores, sessions and people of your team'),
      icon: artifactsIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        shell.activateById(SIDEBAR);
      }
    });

    const category = trans.__('Artifacts');
    palette?.addItem({
      command: CommandIDs.openRuns,
      category,
      args: { isPalette: true }
    });
    palette?.addItem({
      command: CommandIDs.openArtifacts,
      category,
      args: { isPalette: true }
    });
    palette?.addItem({ command: CommandIDs.showTeam, category });
    launcher?.add({ command: CommandIDs.openRuns, category, rank: 1 });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openRuns,
        name: panel => panel.id,
        args: panel => {
          const explorer = explorers.get(panel)?.explorer ?? null;
          return { name: panel.id, ...kept(explorer) };
        }
      });
    }
  }
};

/** What of an explorer comes back when the page is loaded again. */
function kept(explorer: IMounted['explorer']): ReadonlyPartialJSONObject {
  return {
    query: explorer?.runs.state.query ?? '',
    view: explorer?.state.view ?? 'runs'
  };
}

/** Show the details of the experiment that a command named. */
function look(
  explorer: IMounted['explorer'],
  addresses: readonly string[]
): void {
  const [address] = addresses;
  if (explorer && address) {
    explorer.selection.focus(address);
  }
}
