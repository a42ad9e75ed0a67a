import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

afterEach(cleanup);

// JupyterLab's own modules ask for these when they load; jsdom has neither.
vi.stubGlobal('DragEvent', class DragEvent extends MouseEvent {});
vi.stubGlobal('matchMedia', (media: string) => ({
  addEventListener: () => undefined,
  addListener: () => undefined,
  matches: false,
  media,
  removeEventListener: () => undefined,
  removeListener: () => undefined
}));

// Nothing has a size in jsdom, so nothing is ever resized.
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe = () => undefined;
    unobserve = () => undefined;
    disconnect = () => undefined;
  }
);
