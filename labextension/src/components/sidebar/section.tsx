import React, { useId, type ReactNode } from 'react';

/** One part of the side bar, with its heading. */
export function Section(props: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}): React.JSX.Element {
  const heading = useId();
  return (
    <section className="jp-Artifacts-section" aria-labelledby={heading}>
      <div className="jp-Artifacts-section-head">
        <h3 className="jp-Artifacts-heading" id={heading}>
          {props.title}
        </h3>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}

/** One line of the side bar: what it is, and a word or a number about it. */
export function SectionLine(props: {
  title?: string;
  note?: ReactNode;
  /** Left out where a click does nothing. */
  onClick?: (() => void) | undefined;
  children: ReactNode;
}): React.JSX.Element {
  const { title, note, onClick, children } = props;
  const content = (
    <>
      <span className="jp-Artifacts-line-main">{children}</span>
      {note !== undefined && (
        <span className="jp-Artifacts-line-note">{note}</span>
      )}
    </>
  );
  return onClick ? (
    <button
      type="button"
      className="jp-Artifacts-line"
      title={title}
      onClick={onClick}
    >
      {content}
    </button>
  ) : (
    <div className="jp-Artifacts-line" title={title}>
      {content}
    </div>
  );
}

/** Lines that are still being read. */
export function WaitingLines({ count }: { count: number }): React.JSX.Element {
  return (
    <div aria-hidden="true">
      {Array.from({ length: count }, (_, line) => (
        <div key={line} className="jp-Artifacts-line jp-mod-skeleton">
          <span style={{ width: `${70 - line * 12}%` }} />
        </div>
      ))}
    </div>
  );
}
