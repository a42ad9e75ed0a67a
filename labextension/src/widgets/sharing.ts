import type { ExplorerModel } from '../model/explorer';
import { problemOf, SourceError, type IDisposable } from '../source/source';
import type { components } from '../records';
import type { Channel, Command } from './channel';

type Problem = components['schemas']['Problem'];

/** The part of an anywidget model that holds what everyone shares. */
export interface ISharedModel {
  get(name: string): unknown;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** A shared value that is replaced as a whole. */
interface IField {
  readonly trait: string;
  /** What this page shows. */
  local(): unknown;
  /** Show what came from the kernel. */
  apply(value: unknown): void;
  command(value: unknown): Command;
}

/**
 * Keeps an explorer and the kernel's widget alike.
 *
 * What this page changes goes to the kernel as commands; what comes back is shown
 * with the commands that are still on their way put on top, so that nothing jumps
 * while several people click.
 */
export class Sharing implements IDisposable {
  /**
   * @param failed is told what the kernel refused, or that it did not answer.
   */
  constructor(
    shared: ISharedModel,
    explorer: ExplorerModel,
    channel: Pick<Channel, 'send'>,
    failed: (problem: Problem) => void
  ) {
    this._shared = shared;
    this._explorer = explorer;
    this._channel = channel;
    this._failed = failed;
    this._fields = fieldsOf(explorer);
    this._shown = new Map(
      this._fields.map(field => [field.trait, textOf(field.local())])
    );
    this._selected = explorer.selection.state.selected;
    this._stops.push(
      explorer.runs.subscribe(() => {
        this._fields.forEach(field => {
          this._fieldShown(field);
        });
      }),
      explorer.selection.subscribe(() => {
        this._selectionShown();
      })
    );
    this._listen('selected', () => {
      this._selectionCame();
    });
    for (const field of this._fields) {
      this._listen(field.trait, () => {
        this._fieldCame(field);
      });
    }
  }

  dispose(): void {
    for (const stop of this._stops.splice(0)) {
      stop();
    }
  }

  private _listen(trait: string, listener: () => void): void {
    const event = `change:${trait}`;
    this._shared.on(event, listener);
    this._stops.push(() => {
      this._shared.off(event, listener);
    });
  }

  /** This page shows another value of a field: tell the kernel if it is news. */
  private _fieldShown(field: IField): void {
    const value = field.local();
    if (textOf(value) === this._shown.get(field.trait)) {
      return;
    }
    this._shown.set(field.trait, textOf(value));
    if (textOf(value) === textOf(this._shared.get(field.trait))) {
      return;
    }
    const waiting = (this._sending.get(field.trait) ?? 0) + 1;
    this._sending.set(field.trait, waiting);
    void this._send(field.command(value)).then(answered => {
      this._sending.set(field.trait, (this._sending.get(field.trait) ?? 1) - 1);
      if (answered) {
        this._fieldCame(field);
      }
    });
  }

  /** The kernel has another value: show it, unless ours is on its way there. */
  private _fieldCame(field: IField): void {
    const value = this._shared.get(field.trait);
    if (this._sending.get(field.trait)) {
      return;
    }
    if (textOf(value) !== textOf(field.local())) {
      field.apply(value);
    }
  }

  private _selectionShown(): void {
    const { selected } = this._explorer.selection.state;
    if (selected === this._selected) {
      return;
    }
    this._selected = selected;
    const wanted = this._wanted();
    const nobodyChose =
      wanted.length === 0 &&
      textOf(selected) === textOf(this._explorer.suggested);
    if (this._applying || nobodyChose) {
      return;
    }
    const added = selected.filter(one => !wanted.includes(one));
    const gone = wanted.filter(one => !selected.includes(one));
    if (added.length > 0) {
      this._change({ type: 'select', addresses: added });
    }
    if (gone.length > 0) {
      this._change({ type: 'deselect', addresses: gone });
    }
  }

  private _selectionCame(): void {
    const wanted = this._wanted();
    const { selected } = this._explorer.selection.state;
    if (textOf(wanted) !== textOf(selected)) {
      this._applying = true;
      this._explorer.selection.select(wanted);
      this._applying = false;
    }
  }

  /** What the kernel will have selected once our commands have arrived. */
  private _wanted(): readonly string[] {
    let selected = this._shared.get('selected') as readonly string[];
    for (const change of this._changes) {
      selected =
        change.type === 'select'
          ? [...new Set([...selected, ...change.addresses])]
          : selected.filter(one => !change.addresses.includes(one));
    }
    return selected;
  }

  private _change(change: Change): void {
    this._changes.push(change);
    void this._send(change).then(answered => {
      this._changes.splice(this._changes.indexOf(change), 1);
      if (answered) {
        this._selectionCame();
      }
    });
  }

  /** Send; resolves with whether the kernel answered at all. */
  private async _send(command: Command): Promise<boolean> {
    try {
      await this._channel.send(command);
      return true;
    } catch (error) {
      if (this._stops.length > 0) {
        this._failed(problemOf(error));
      }
      return error instanceof SourceError && error.status !== 0;
    }
  }

  private _applying = false;
  private _selected: readonly string[];
  private readonly _changes: Change[] = [];
  private readonly _sending = new Map<string, number>();
  private readonly _shown: Map<string, string>;
  private readonly _fields: readonly IField[];
  private readonly _stops: (() => void)[] = [];
  private readonly _shared: ISharedModel;
  private readonly _explorer: ExplorerModel;
  private readonly _channel: Pick<Channel, 'send'>;
  private readonly _failed: (problem: Problem) => void;
}

type Change = Extract<Command, { type: 'select' | 'deselect' }>;

function fieldsOf({ runs }: ExplorerModel): IField[] {
  return [
    {
      trait: 'query',
      local: () => runs.state.query,
      apply: value => void runs.setQuery(value as string),
      command: value => ({ type: 'set-query', query: value as string })
    },
    {
      trait: 'sort',
      local: () => runs.state.sort,
      apply: value => void runs.setSort(value as string),
      command: value => ({ type: 'set-sort', sort: value as string })
    },
    {
      trait: 'columns',
      local: () => runs.state.columns ?? [],
      apply: value => {
        const columns = value as readonly string[];
        runs.setColumns(columns.length > 0 ? columns : null);
      },
      command: value => ({
        type: 'set-columns',
        columns: value as readonly string[]
      })
    }
  ];
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}
