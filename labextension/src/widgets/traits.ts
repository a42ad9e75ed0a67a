import type { ICommModel } from '../source/comm';
import type { ISharedModel } from './sharing';
import type { IViewSpec, ViewKind } from './spec';

/** The part of an anywidget model that the widgets use. */
export interface IWidgetModel extends ICommModel, ISharedModel {
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
}

/** Return what a widget shows, out of its traits. */
export function specOf(model: ISharedModel): IViewSpec {
  const kind = model.get('_view') as ViewKind;
  const own = {
    explorer: () => ({
      addresses: texts('selected'),
      columns: texts('columns')
    }),
    downloader: () => ({ addresses: [text('address')], columns: [] }),
    plot: () => ({ addresses: texts('runs'), columns: texts('metrics') })
  }[kind]();
  return {
    kind,
    query: text('query'),
    sort: text('sort'),
    to: text('to'),
    modelId: '',
    ...own
  };

  function text(name: string): string {
    return (model.get(name) as string | undefined) ?? '';
  }

  function texts(name: string): readonly string[] {
    return model.get(name) as readonly string[];
  }
}

/** The traits whose change makes another view of it. */
export function remaking(kind: ViewKind): readonly string[] {
  return {
    explorer: [],
    downloader: ['address', 'to'],
    plot: ['runs', 'metrics']
  }[kind];
}
