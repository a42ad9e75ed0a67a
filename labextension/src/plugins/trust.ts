import type { CellModel, ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

/** Trust each cell of a shared notebook as soon as somebody in it does. */
export function followTrust(
  model: INotebookModel,
  enabled: () => boolean
): void {
  if (!model.collaborative) {
    return;
  }
  const adopt = (cell: ICellModel): void => {
    const trusted = cell.sharedModel.getMetadata('trusted') === true;
    if (trusted && !cell.trusted && enabled()) {
      (cell as CellModel).trusted = true;
    }
  };
  const follow = (cell: ICellModel): void => {
    const changed = (): void => {
      adopt(cell);
    };
    cell.sharedModel.changed.connect(changed);
    cell.sharedModel.disposed.connect(() => {
      cell.sharedModel.changed.disconnect(changed);
    });
    adopt(cell);
  };
  for (const cell of model.cells) {
    follow(cell);
  }
  model.cells.changed.connect((_, change) => {
    if (change.type === 'add' || change.type === 'set') {
      change.newValues.forEach(follow);
    }
  });
}
