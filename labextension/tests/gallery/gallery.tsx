import React from 'react';
import { createRoot } from 'react-dom/client';
import '../../style/index.css';
import { ArtifactDownloader } from '../../src/components/downloader';
import { Explorer } from '../../src/components/explorer';
import { english, type IHost } from '../../src/components/host';
import { MetricPlot } from '../../src/components/metricplot';
import { Sidebar } from '../../src/components/sidebar';
import { DownloaderModel } from '../../src/model/downloader';
import { ExplorerModel } from '../../src/model/explorer';
import { MetricPlotModel } from '../../src/model/metricplot';
import { SidebarModel } from '../../src/model/sidebar';
import { RestSource } from '../../src/source/rest';
import {
  newProblem,
  SourceError,
  type IDisposable,
  type ISource
} from '../../src/source/source';
import { FakeSource } from '../fake/source';
import { NOW } from '../fake/team';

// The page's clock stands beside the fake team's.
const realNow = Date.now;
const shift = realNow() - NOW * 1000;
if (!window.location.search.includes('server=')) {
  Date.now = () => realNow() - shift;
}

const memory = new Map<string, string>();
memory.set(
  'views',
  JSON.stringify([{ name: 'vision leaderboard', view: { query: 'tags' } }])
);
const host: IHost = {
  trans: english,
  memory: {
    get: key => memory.get(key) ?? null,
    set: (key, value) => memory.set(key, value)
  },
  insertIntoCell: () => Promise.resolve('cell 4 of analysis.ipynb'),
  notify: (kind, text) => {
    document.title = `${kind}: ${text}`;
  },
  copy: () => Promise.resolve(),
  openRuns: () => undefined,
  openFile: () => undefined
};

const asked = new URLSearchParams(window.location.search);
// ?server=/ shows a real team, where the page comes from a Jupyter server.
const server = asked.get('server');
const fake = new FakeSource();
const source: ISource = server ? new RestSource({ baseUrl: server }) : fake;
const models: IDisposable[] = [];

/** Keep a model as long as the page. */
function kept<T extends IDisposable>(model: T): T {
  models.push(model);
  return model;
}

function explorer(query = ''): React.ReactNode {
  const model = kept(new ExplorerModel({ source, query }));
  Object.assign(window, { model });
  return <Explorer model={model} host={host} />;
}

function artifacts(address = 'vit-base@v3'): React.ReactNode {
  const model = kept(new ExplorerModel({ source }));
  model.open(address);
  Object.assign(window, { model });
  return <Explorer model={model} host={host} />;
}

const shows: Record<string, () => React.ReactNode> = {
  explorer: () => explorer(),
  artifacts: () => artifacts(),
  noartifacts: () => {
    fake.artifacts.all = [];
    const model = kept(new ExplorerModel({ source }));
    model.setView('artifacts');
    return <Explorer model={model} host={host} />;
  },
  noversion: () => artifacts('vit-base@v99'),
  manyartifacts: () => {
    fake.artifacts.all = fake.artifacts.all.flatMap(one =>
      Array.from({ length: 4000 }, (_, index) => ({
        ...one,
        name: `${one.name}-${String(index).padStart(4, '0')}`,
        versions: index === 0 ? 10_000 : one.versions
      }))
    );
    return artifacts('artifacts/vit-base-0000');
  },
  query: () =>
    explorer('metrics.validation.accuracy > 0.9 and user == "alice"'),
  sidebar: () => (
    <div style={{ width: 250, height: '100%' }}>
      <Sidebar model={kept(new SidebarModel({ source }))} host={host} />
    </div>
  ),
  lab: () => (
    <div style={{ display: 'flex', height: '100%' }}>
      <div style={{ width: 250, borderRight: '1px solid #8884' }}>
        <Sidebar model={kept(new SidebarModel({ source }))} host={host} />
      </div>
      <div style={{ flex: 1, minWidth: 0 }}>{explorer()}</div>
    </div>
  ),
  cell: () => (
    <div className="jp-Artifacts-view" style={{ width: 900, padding: 10 }}>
      {explorer()}
    </div>
  ),
  downloader: () => {
    const address = asked.get('address') ?? 'alice:resnet-sweep-exp3';
    const model = kept(new DownloaderModel({ source, address }));
    return (
      <div style={{ maxWidth: 900, padding: 10 }}>
        <ArtifactDownloader model={model} host={host} />
      </div>
    );
  },
  plot: () => {
    const addresses = asked.get('address')?.split(' ') ?? [
      'alice:resnet-sweep',
      'chen:baseline'
    ];
    const metric = 'training.loss';
    const model = kept(new MetricPlotModel({ source, addresses, metric }));
    return (
      <div style={{ maxWidth: 900, padding: 10 }}>
        <MetricPlot model={model} host={host} />
      </div>
    );
  },
  empty: () => {
    fake.experiments = [];
    return explorer();
  },
  nomatch: () => explorer('user == "nobody"'),
  failed: () => {
    const hint = 'See whether the Jupyter server still runs, then retry.';
    fake.failing = new SourceError(
      newProblem('unreachable', 'The server did not answer', 'runs', hint),
      0
    );
    return explorer();
  },
  loading: () => {
    fake.get = () => new Promise(() => undefined);
    return explorer();
  },
  many: () => {
    const [model] = fake.experiments;
    if (model) {
      fake.experiments = Array.from({ length: 12_000 }, (_, index) => {
        const run = `sweep-${String(index).padStart(5, '0')}`;
        const address = `alice:${run}-exp0`;
        const experiment = { ...model.experiment, run, address };
        experiment.id = String(index);
        experiment.number = 0;
        return { ...model, experiment };
      });
    }
    return explorer();
  }
};

const root = document.getElementById('root');
if (root) {
  Object.assign(window, { source });
  createRoot(root).render(
    <div className="jp-Artifacts" style={{ height: '100vh' }}>
      {shows[asked.get('show') ?? 'explorer']?.()}
    </div>
  );
}
