import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Panel } from '@lumino/widgets';

const WIDGET = 'application/vnd.jupyter.widget-view+json';
/** How the widgets' own renderer says that its kernel does not have the model. */
const FAILED = 'jupyter-widgets';
const LOOK_EVERY = 100;

/**
 * Return the notebook's renderer of a live widget, showing it; null when the
 * kernel is gone or no longer has the widget. Waits while nobody knows.
 */
export async function kernelWidget(
  panel: NotebookPanel,
  registry: IRenderMimeRegistry,
  model: IRenderMime.IMimeModel
): Promise<IRenderMime.IRenderer | null> {
  if (!(WIDGET in model.data)) {
    return null;
  }
  await panel.sessionContext.ready;
  const { rendermime } = panel.content;
  const general = registry.getFactory(WIDGET);
  while (!panel.isDisposed && panel.sessionContext.session?.kernel) {
    // Once the widgets' manager knows the kernel it puts its own factory into the
    // notebook. No signal says so, and a renderer made before waits for ever.
    const factory = rendermime.getFactory(WIDGET);
    if (factory && factory !== general) {
      const renderer = rendermime.createRenderer(WIDGET) as Panel &
        IRenderMime.IRenderer;
      await renderer.renderModel(model);
      if (renderer.widgets.length > 0) {
        return renderer;
      }
      const failed = renderer.hasClass(FAILED);
      renderer.dispose();
      if (failed) {
        return null;
      }
    }
    await later(LOOK_EVERY);
  }
  return null;
}

function later(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}
