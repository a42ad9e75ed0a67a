import type { ISource } from '../source/source';

/**
 * What the models are made from. Each model is `new XModel(options)`, begins to
 * read at once, has `state` (immutable), `subscribe(listener)` → unsubscribe, and
 * `dispose()`. The component of the same name takes it: `<X model={…} host={…} />`.
 *
 *   ExplorerModel    Explorer            main area, RunExplorer widget
 *   SidebarModel     Sidebar             left area
 *   DownloaderModel  ArtifactDownloader  ArtifactDownloader widget
 *   MetricPlotModel  MetricPlot          MetricPlot widget
 */
export interface IModelOptions {
  readonly source: ISource;
}

/** What an explorer begins with. */
export interface IExplorerOptions extends IModelOptions {
  /** E.g. 'user == "alice"'; "" for everyone's runs. */
  readonly query?: string;
  /** Addresses of the experiments to plot; left out: the first few are. */
  readonly selected?: readonly string[];
  /** E.g. "-started". */
  readonly sort?: string;
  /** Names of fields; left out: chosen by what the runs have. */
  readonly columns?: readonly string[];
}

/** What a downloader begins with. */
export interface IDownloaderOptions extends IModelOptions {
  /** Any address of the tree, e.g. "alice:mnist-exp0". */
  readonly address: string;
  /** Target folder below the session's root; left out: the usual one. */
  readonly to?: string;
}

/** What a plot begins with. */
export interface IMetricPlotOptions extends IModelOptions {
  /** Addresses of runs or experiments; a run stands for all its experiments. */
  readonly addresses: readonly string[];
  /** "<group>.<name>", e.g. "training.loss". */
  readonly metric: string;
}
