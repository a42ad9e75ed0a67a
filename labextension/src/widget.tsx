import React from 'react';
import { createRoot } from 'react-dom/client';

import '../style/index.css';

export default {
  render: ({ el }: { el: HTMLElement }) => {
    const root = createRoot(el);
    root.render(<div className="jp-Artifacts" />);
    return () => {
      root.unmount();
    };
  }
};
