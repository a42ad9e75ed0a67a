import React from 'react';
import type { Entry } from '../../model/nouns';
import type { ITreeState, TreeModel } from '../../model/tree';
import { useModel } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { ProblemCard } from '../parts/problemcard';
import { bytesText, heldText } from './held';

/** One line of a tree that is on the screen. */
interface ITreeLine {
  readonly entry: Entry;
  readonly path: string;
  readonly depth: number;
}

/** A tree of files; folders are read when they are opened. */
export function FileTree(props: {
  model: TreeModel;
  host: IHost;
  label: string;
  /** What stands before a line, e.g. a box to tick. */
  before?: (path: string, entry: Entry) => React.ReactNode;
  /** Whether nothing more will be written. */
  ended?: boolean;
}): React.JSX.Element {
  const { model, host, label, before } = props;
  const { trans } = host;
  const state = useModel(model);
  const lines = linesOf(model, state);
  const top = state.folders.get('');
  const chosen = state.chosen?.address;
  const tabbed = lines.find(line => line.entry.address === chosen) ?? lines[0];
  const pressed = (event: React.KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (target.dataset['address'] === undefined) {
      return; // a button or a box inside has its own keys
    }
    const at = lines.findIndex(
      line => line.entry.address === target.dataset['address']
    );
    const line = lines[at];
    const goal = keyGoal(event.key, at, lines, state.open);
    if (goal) {
      model.choose(goal.entry);
      focusLine(event.currentTarget, goal.entry.address);
    } else if (line?.entry.kind === 'folder') {
      const open = state.open.has(line.path);
      const changes =
        (event.key === 'ArrowRight' && !open) ||
        (event.key === 'ArrowLeft' && open) ||
        event.key === 'Enter' ||
        event.key === ' ';
      if (!changes) {
        return;
      }
      model.toggle(line.path);
    } else if (line && (event.key === 'Enter' || event.key === ' ')) {
      model.choose(line.entry);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  if (top && !top.loading && !top.failed && lines.length === 0) {
    return (
      <div className="jp-Artifacts-empty">
        <strong>
          {props.ended
            ? trans.__('It wrote no files')
            : trans.__('No files yet')}
        </strong>
        <span>
          {trans.__(
            'What a run writes below its folder is captured by itself.'
          )}
        </span>
      </div>
    );
  }
  return (
    <div
      className="jp-Artifacts-tree"
      role="tree"
      aria-label={label}
      onKeyDown={pressed}
    >
      {top?.failed && (
        <ProblemCard
          problem={top.failed}
          host={host}
          onRetry={() => {
            void model.refresh();
          }}
        />
      )}
      {lines.map(line => (
        <TreeLine
          key={line.entry.address}
          line={line}
          state={state}
          tabbed={line === tabbed}
          host={host}
          before={before?.(line.path, line.entry)}
          onChoose={() => {
            model.choose(line.entry);
            if (line.entry.kind === 'folder') {
              model.toggle(line.path);
            }
          }}
        />
      ))}
      {[...state.open].map(path =>
        state.folders.get(path)?.more ? (
          <button
            key={path}
            type="button"
            className="jp-Artifacts-link"
            onClick={() => {
              model.more(path);
            }}
          >
            {path ? trans.__('More files in %1', path) : trans.__('More files')}
          </button>
        ) : null
      )}
      {top?.loading && lines.length === 0 && (
        <p className="jp-Artifacts-quiet">{trans.__('Reading files…')}</p>
      )}
    </div>
  );
}

function TreeLine(props: {
  line: ITreeLine;
  state: ITreeState;
  /** Whether Tab comes to it. */
  tabbed: boolean;
  host: IHost;
  before: React.ReactNode;
  onChoose: () => void;
}): React.JSX.Element {
  const { line, state, host, before, onChoose } = props;
  const { entry, path, depth } = line;
  const { trans } = host;
  const folder = entry.kind === 'folder';
  const open = folder && state.open.has(path);
  const chosen = state.chosen?.address === entry.address;
  const [held, whole] = heldText(entry.asset, trans);
  return (
    <div
      className={`jp-Artifacts-tree-line${chosen ? ' jp-mod-chosen' : ''}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={chosen}
      {...(folder ? { 'aria-expanded': open } : {})}
      tabIndex={props.tabbed ? 0 : -1}
      data-address={entry.address}
      style={{ paddingInlineStart: `${6 + depth * 16}px` }}
      onClick={onChoose}
    >
      {before}
      <span className="jp-Artifacts-tree-mark" aria-hidden>
        {folder ? (open ? '▾' : '▸') : ''}
      </span>
      <Icon name={folder ? 'folder' : 'file'} />
      <span className="jp-Artifacts-cut jp-Artifacts-tree-name" title={path}>
        {entry.name}
        {folder && '/'}
      </span>
      <span className="jp-Artifacts-quiet jp-Artifacts-tree-note">
        {folder ? (
          trans._n('%1 file', '%1 files', entry.count)
        ) : held ? (
          <span title={whole}>{held}</span>
        ) : null}
      </span>
      <span className="jp-Artifacts-digits">{bytesText(entry)}</span>
    </div>
  );
}

function linesOf(model: TreeModel, state: ITreeState): ITreeLine[] {
  const below = (path: string, depth: number): ITreeLine[] =>
    (state.folders.get(path)?.entries ?? []).flatMap(entry => {
      const own = model.pathOf(entry);
      const line = { entry, path: own, depth };
      return entry.kind === 'folder' && state.open.has(own)
        ? [line, ...below(own, depth + 1)]
        : [line];
    });
  return below('', 0);
}

function keyGoal(
  key: string,
  at: number,
  lines: readonly ITreeLine[],
  open: ReadonlySet<string>
): ITreeLine | undefined {
  const line = lines[at];
  const opened = line?.entry.kind === 'folder' && open.has(line.path);
  switch (key) {
    case 'ArrowLeft': // to the folder it is in
      return opened
        ? undefined
        : lines
            .slice(0, Math.max(0, at))
            .reverse()
            .find(one => line !== undefined && one.depth < line.depth);
    case 'ArrowRight': // into the folder
      return opened && lines[at + 1]?.depth === line.depth + 1
        ? lines[at + 1]
        : undefined;
    case 'ArrowDown':
      return lines[Math.min(lines.length - 1, at + 1)];
    case 'ArrowUp':
      return lines[Math.max(0, at - 1)];
    case 'Home':
      return lines[0];
    case 'End':
      return lines.at(-1);
    default:
      return undefined;
  }
}

function focusLine(tree: Element, address: string): void {
  for (const line of tree.querySelectorAll<HTMLElement>('[data-address]')) {
    if (line.dataset['address'] === address) {
      line.focus();
    }
  }
}
