import React from 'react';
import { createRoot } from 'react-dom/client';

import type { IHost } from '../components/host';
import { Sidebar } from '../components/sidebar';
import { SidebarModel } from '../model/sidebar';
import type { IDisposable, ISource } from '../source/source';

/** Show the team at a glance inside an element. */
export function mountSidebar(
  element: HTMLElement,
  source: ISource,
  host: IHost
): IDisposable {
  const root = createRoot(element);
  const model = new SidebarModel({ source });
  root.render(
    <div className="jp-Artifacts">
      <Sidebar model={model} host={host} />
    </div>
  );
  return {
    dispose: () => {
      root.unmount();
      model.dispose();
    }
  };
}
