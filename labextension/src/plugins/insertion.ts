import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { codeForCells } from './cellCode';

/**
 * Put code into a notebook as a cell, in one step that can be undone; nothing is
 * run. An empty active code cell takes it, else a new one below the active one.
 *
 * Returns where it went, for a person.
 */
export function insertCode(
  panel: NotebookPanel,
  code: string,
  trans: TranslationBundle
): string {
  const notebook = panel.content;
  const model = notebook.model;
  const name = panel.title.label;
  if (!model) {
    throw new Error(trans.__('%1 is not loaded yet; try again', name));
  }
  if (model.readOnly) {
    throw new Error(trans.__('%1 cannot be changed: it is read-only', name));
  }
  const language = languageOf(panel);
  if (language && !/^i?python/i.test(language)) {
    throw new Error(
      trans.__('%1 speaks %2: the code is Python', name, language)
    );
  }
  const cells = notebook.widgets.filter(cell => cell.model.type === 'code');
  const text = codeForCells(
    code,
    cells.map(cell => cell.model.sharedModel.getSource())
  );
  const active = notebook.activeCell?.model;
  if (active?.type === 'code' && active.sharedModel.getSource().trim() === '') {
    active.sharedModel.setSource(text);
  } else {
    const index = notebook.activeCell ? notebook.activeCellIndex + 1 : 0;
    model.sharedModel.insertCell(index, {
      cell_type: 'code',
      metadata: { trusted: true }, // as JupyterLab's own new cells
      source: text
    });
    notebook.activeCellIndex = index;
  }
  notebook.deselectAll();
  void notebook.scrollToItem(notebook.activeCellIndex);
  return trans.__('cell %1 of %2', notebook.activeCellIndex + 1, name);
}

/** Return the notebook that holds an element, else the one used last. */
export function notebookAround(
  tracker: INotebookTracker,
  element: HTMLElement | null
): NotebookPanel | null {
  const around = element
    ? tracker.find(panel => panel.node.contains(element))
    : undefined;
  return around ?? tracker.currentWidget;
}

function languageOf(panel: NotebookPanel): string {
  const info = panel.content.model?.getMetadata('language_info') as
    { name?: string } | undefined;
  return info?.name ?? '';
}
