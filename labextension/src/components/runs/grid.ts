import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject
} from 'react';
import type { Line } from './lines';

/** Where the keyboard is in the table. */
export interface IActiveCell {
  readonly line: number;
  readonly column: number;
}

/** The part of a long table that is on the screen. */
export interface IWindow {
  readonly first: number;
  readonly last: number;
}

const AROUND = 12;

/** Return the lines that have to be drawn, and a handler for scrolling. */
export function useWindow(
  scroller: RefObject<HTMLElement>,
  height: number,
  lineHeight: number,
  count: number,
  onNearEnd: () => void
): [IWindow, () => void] {
  const [top, setTop] = useState(0);
  const shown = Math.ceil(height / lineHeight);
  const first = Math.max(0, Math.floor(top / lineHeight) - AROUND);
  const last = Math.min(count, first + shown + 2 * AROUND);
  const nearEnd = last >= count - AROUND;
  const call = useRef(onNearEnd);
  call.current = onNearEnd;
  useEffect(() => {
    if (nearEnd && height > 0) {
      call.current();
    }
  }, [nearEnd, height, count]);
  const scrolled = useCallback(() => {
    const at = scroller.current?.scrollTop ?? 0;
    // A step at a time, so that most scrolling draws nothing anew.
    setTop(Math.floor(at / (lineHeight * 4)) * lineHeight * 4);
  }, [scroller, lineHeight]);
  return [{ first, last }, scrolled];
}

/** What the keyboard does in the table. */
export interface IGridKeys {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly page: number;
  readonly onFocus: (address: string) => void;
  readonly onOpen: (address: string) => void;
  readonly onToggle: (address: string) => void;
  readonly onRange: (addresses: string[]) => void;
}

/**
 * The grid pattern: one cell of the table is in the tab order, arrows move it.
 *
 * Space plots a run, Shift with arrows plots what is passed, Enter opens details.
 */
export function useGridKeys(
  scroller: RefObject<HTMLElement>,
  lineHeight: number,
  keys: IGridKeys
): [IActiveCell, (cell: IActiveCell) => void, (event: KeyboardEvent) => void] {
  const [active, setActive] = useState<IActiveCell>({ line: 0, column: 0 });
  const wantsFocus = useRef(false);
  useEffect(() => {
    if (wantsFocus.current) {
      wantsFocus.current = false;
      reveal(scroller.current, active.line, lineHeight);
      const line = scroller.current?.querySelector(
        `[data-line="${active.line}"]`
      );
      const cell =
        line?.querySelector<HTMLElement>(`[data-column="${active.column}"]`) ??
        line?.querySelector<HTMLElement>('[data-column]');
      cell?.focus({ preventScroll: true });
    }
  });
  const move = (
    from: number,
    line: number,
    column: number,
    range: boolean
  ): void => {
    const lastLine = keys.lines.length - 1;
    const to = Math.min(Math.max(0, line), lastLine);
    wantsFocus.current = true;
    const columnTo = Math.min(Math.max(0, column), keys.columns - 1);
    setActive({ line: to, column: columnTo });
    const target = keys.lines[to];
    if (target?.kind === 'row') {
      keys.onFocus(target.row.address);
      if (range) {
        keys.onRange(between(keys.lines, from, to));
      }
    }
  };
  const pressed = (event: KeyboardEvent): void => {
    // Rows may have come above meanwhile: where the focus is counts.
    const { line, column } = placeOf(event.target) ?? active;
    const target = keys.lines[line];
    const address = target?.kind === 'row' ? target.row.address : '';
    const moves: Record<string, [number, number]> = {
      ArrowUp: [line - 1, column],
      ArrowDown: [line + 1, column],
      ArrowLeft: [line, column - 1],
      ArrowRight: [line, column + 1],
      PageUp: [line - keys.page, column],
      PageDown: [line + keys.page, column],
      Home: event.ctrlKey ? [0, column] : [line, 0],
      End: event.ctrlKey
        ? [keys.lines.length - 1, column]
        : [line, keys.columns]
    };
    const goal = moves[event.key];
    if (goal) {
      move(line, goal[0], goal[1], event.shiftKey);
    } else if (event.key === ' ' && address) {
      keys.onToggle(address);
    } else if (event.key === 'Enter' && address) {
      keys.onOpen(address);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return [active, setActive, pressed];
}

/** Return the cell an element is in; null for none. */
export function placeOf(element: EventTarget): IActiveCell | null {
  const inside = element instanceof Element ? element : null;
  const line = inside?.closest<HTMLElement>('[data-line]')?.dataset['line'];
  const cell = inside?.closest<HTMLElement>('[data-column]');
  const column = cell?.dataset['column'];
  return line === undefined || column === undefined
    ? null
    : { line: Number(line), column: Number(column) };
}

/** Return the addresses of the runs from one line to another. */
export function between(
  lines: readonly Line[],
  one: number,
  other: number
): string[] {
  return lines
    .slice(Math.min(one, other), Math.max(one, other) + 1)
    .flatMap(line => (line.kind === 'row' ? line.row.address : []));
}

function reveal(
  scroller: HTMLElement | null,
  line: number,
  lineHeight: number
): void {
  if (!scroller) {
    return;
  }
  // The head covers the first line's height.
  const top = line * lineHeight;
  const bottom = top + 2 * lineHeight;
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (bottom > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = bottom - scroller.clientHeight;
  }
}
