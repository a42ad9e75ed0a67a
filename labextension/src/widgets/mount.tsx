import React from 'react';
import { createRoot } from 'react-dom/client';

import { ArtifactDownloader } from '../components/downloader';
import { Explorer } from '../components/explorer';
import type { IHost } from '../components/host';
import { MetricPlot } from '../components/metricplot';
import { DownloaderModel } from '../model/downloader';
import { ExplorerModel } from '../model/explorer';
import { MetricPlotModel } from '../model/metricplot';
import type { IDisposable, ISource } from '../source/source';
import type { IViewSpec } from './spec';

/** A view on a page. */
export interface IMounted extends IDisposable {
  /** Of an explorer, what others may share; null of the rest. */
  readonly explorer: ExplorerModel | null;
}

/** Show a view inside an element, until it is disposed of. */
export function mountView(
  element: HTMLElement,
  spec: IViewSpec,
  source: ISource,
  host: IHost
): IMounted {
  const root = createRoot(element);
  const { models, explorer, node } = viewOf(spec, source, host);
  root.render(<div className={`jp-Artifacts jp-Artifacts-view`}>{node}</div>);
  return {
    explorer,
    dispose: () => {
      root.unmount();
      for (const model of models) {
        model.dispose();
      }
    }
  };
}

interface IView {
  readonly models: readonly IDisposable[];
  readonly explorer: ExplorerModel | null;
  readonly node: React.ReactNode;
}

function viewOf(spec: IViewSpec, source: ISource, host: IHost): IView {
  const { query, columns, addresses } = spec;
  if (spec.kind === 'downloader') {
    const address = addresses[0] ?? '';
    const to = spec.to ? { to: spec.to } : {};
    const model = new DownloaderModel({ source, address, ...to });
    const node = <ArtifactDownloader model={model} host={host} />;
    return { models: [model], explorer: null, node };
  }
  if (spec.kind === 'plot') {
    const models = columns.map(
      metric => new MetricPlotModel({ source, addresses, metric })
    );
    const node = models.map((model, index) => (
      <MetricPlot key={columns[index]} model={model} host={host} />
    ));
    return { models, explorer: null, node };
  }
  const model = new ExplorerModel({
    source,
    query,
    sort: spec.sort || '-started',
    selected: addresses,
    ...(columns.length > 0 ? { columns } : {})
  });
  const node = <Explorer model={model} host={host} />;
  return { models: [model], explorer: model, node };
}
