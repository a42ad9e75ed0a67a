import React, { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLeaving } from '../hooks';
import { Icon } from './icon';

/** A button that opens a small panel below itself; Escape closes it. */
export function Menu(props: {
  label: ReactNode;
  title?: string;
  className?: string;
  /** Without the arrow and the frame. */
  plain?: boolean;
  /** Which edge of the button the panel keeps to. */
  side?: 'left' | 'right';
  children: (close: () => void) => ReactNode;
}): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const byKey = useRef(false);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useLeaving(ref, open, escaped => {
    if (escaped) {
      close();
    } else {
      setOpen(false);
    }
  });
  useEffect(() => {
    if (open && byKey.current) {
      step(ref.current, 1);
    }
    byKey.current = false;
  }, [open]);
  const pressed = (event: React.KeyboardEvent): void => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way && !(event.target instanceof HTMLSelectElement)) {
      event.preventDefault();
      event.stopPropagation();
      if (open) {
        step(ref.current, way);
      } else {
        byKey.current = true;
        setOpen(true);
      }
    }
  };
  const look = props.plain ? 'jp-Artifacts-link' : 'jp-Artifacts-button';
  return (
    <div
      className={`jp-Artifacts-menu ${props.className ?? ''}`}
      ref={ref}
      onKeyDown={pressed}
      onBlur={event => {
        const to = event.relatedTarget;
        if (to instanceof Node && !event.currentTarget.contains(to)) {
          setOpen(false);
        }
      }}
    >
      <button
        type="button"
        ref={button}
        className={look}
        title={props.title}
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        {props.label}
        {!props.plain && <Icon name="down" />}
      </button>
      {open && (
        <div
          className={`jp-Artifacts-menu-panel jp-mod-${props.side ?? 'left'}`}
        >
          {props.children(close)}
        </div>
      )}
    </div>
  );
}

/** Move the focus among what is in an open panel, round and round. */
function step(menu: HTMLElement | null, way: number): void {
  const places = [
    ...(menu?.querySelectorAll<HTMLElement>(
      '.jp-Artifacts-menu-panel :is(button, input):not(:disabled)'
    ) ?? [])
  ];
  const at = places.indexOf(menu?.ownerDocument.activeElement as HTMLElement);
  const next = at < 0 && way < 0 ? -1 : at + way;
  places.at(next % Math.max(1, places.length))?.focus();
}

/** One line of a menu. */
export function MenuItem(props: {
  chosen?: boolean;
  disabled?: boolean;
  title?: string;
  onClick: () => void;
  children: ReactNode;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="jp-Artifacts-menu-item"
      aria-pressed={props.chosen}
      disabled={props.disabled}
      title={props.title}
      onClick={props.onClick}
    >
      <span className="jp-Artifacts-menu-mark">
        {props.chosen && <Icon name="check" />}
      </span>
      {props.children}
    </button>
  );
}
