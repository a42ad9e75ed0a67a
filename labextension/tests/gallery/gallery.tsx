import React from 'react';
import { createRoot } from 'react-dom/client';
import '../../style/index.css';
import { Explorer } from '../../src/components/explorer';
import { english, type IHost } from '../../src/components/host';
import { ExplorerModel } from '../../src/model/explorer';
import { FakeSource } from '../fake/source';
import { NOW } from '../fake/team';

const shift = Date.now() - NOW * 1000;
const realNow = Date.now;
Date.now = () => realNow() - shift;

const kept = new Map<string, string>();
const host: IHost = {
  trans: english,
  memory: {
    get: key => kept.get(key) ?? null,
    set: (key, value) => kept.set(key, value)
  },
  insertIntoCell: () => Promise.resolve('cell 4 of analysis.ipynb'),
  notify: () => undefined,
  copy: () => Promise.resolve()
};

const root = document.getElementById('root');
if (root) {
  const source = new FakeSource();
  const model = new ExplorerModel({ source });
  Object.assign(window, { source, model });
  createRoot(root).render(
    <div className="jp-Artifacts" style={{ height: '100vh' }}>
      <Explorer model={model} host={host} />
    </div>
  );
}
