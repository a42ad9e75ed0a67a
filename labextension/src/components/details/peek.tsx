import React from 'react';
import type { Peek } from '../../model/nouns';
import { countText, sizeText } from '../format';
import type { ITranslation } from '../host';
import { ValueTree } from './values';

/** So many lines of each part are drawn; of the rest the number is told. */
const MOST = 500;

/** What the server tells of a file: nothing of it was run, little of it was read. */
export function PeekView(props: {
  peek: Peek;
  trans: ITranslation;
}): React.JSX.Element {
  const { peek, trans } = props;
  return (
    <div className="jp-Artifacts-preview jp-Artifacts-peek">
      <p>
        <strong>{peek.summary}</strong>
        {peek.bytes_read > 0 && peek.bytes_read < peek.size && (
          <span className="jp-Artifacts-quiet">
            {' · '}
            {trans.__(
              'read %1 of %2',
              sizeText(peek.bytes_read),
              sizeText(peek.size)
            )}
          </span>
        )}
      </p>
      <Columns peek={peek} trans={trans} />
      <RowGroups peek={peek} trans={trans} />
      <Tensors peek={peek} trans={trans} />
      <Entries peek={peek} trans={trans} />
      {peek.imports.length > 0 && (
        <>
          <p className="jp-Artifacts-note">
            {trans.__('Loading it would import:')}
          </p>
          <pre className="jp-Artifacts-code">{peek.imports.join('\n')}</pre>
        </>
      )}
      <Ends peek={peek} trans={trans} />
      {Object.keys(peek.details).length > 0 && (
        <ValueTree value={peek.details} trans={trans} />
      )}
      {peek.left_out.map(said => (
        <p key={said} className="jp-Artifacts-note">
          {said}
        </p>
      ))}
    </div>
  );
}

/** Rows under heads; text stays text, and what is left out is said. */
function Table(props: {
  heads: readonly string[];
  rows: readonly (readonly React.ReactNode[])[];
  label: string;
  trans: ITranslation;
}): React.JSX.Element {
  const { heads, rows, label, trans } = props;
  return (
    <>
      <div className="jp-Artifacts-csv" tabIndex={0}>
        <table className="jp-Artifacts-small-table" aria-label={label}>
          <thead>
            <tr>
              {heads.map(head => (
                <th scope="col" key={head}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td
                    key={column}
                    {...(typeof cell === 'string' ? { title: cell } : {})}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && (
        <p className="jp-Artifacts-quiet">
          {trans.__('and %1 more', countText(rows.length - MOST))}
        </p>
      )}
    </>
  );
}

interface IPart {
  peek: Peek;
  trans: ITranslation;
}

function Columns({ peek, trans }: IPart): React.JSX.Element | null {
  return peek.columns.length > 0 ? (
    <Table
      label={trans.__('Columns')}
      trans={trans}
      heads={[
        trans.__('column'),
        trans.__('type'),
        trans.__('min'),
        trans.__('max'),
        trans.__('nulls')
      ]}
      rows={peek.columns.map(({ name, type, minimum, maximum, nulls }) => [
        name,
        type,
        minimum,
        maximum,
        nulls === null ? '' : countText(nulls)
      ])}
    />
  ) : null;
}

function RowGroups({ peek, trans }: IPart): React.JSX.Element | null {
  const { row_groups: groups } = peek;
  return groups.length > 1 ? (
    <Table
      label={trans.__('Row groups')}
      trans={trans}
      heads={[
        trans.__('row group'),
        trans.__('rows'),
        trans.__('bytes unpacked')
      ]}
      rows={groups.map(({ rows, bytes }, index) => [
        countText(index),
        countText(rows),
        sizeText(bytes)
      ])}
    />
  ) : null;
}

function Tensors({ peek, trans }: IPart): React.JSX.Element | null {
  return peek.tensors.length > 0 ? (
    <Table
      label={trans.__('Tensors')}
      trans={trans}
      heads={[
        trans.__('name'),
        trans.__('type'),
        trans.__('shape'),
        trans.__('size')
      ]}
      rows={peek.tensors.map(({ name, dtype, shape, bytes, warning }) => [
        <Warned key="name" text={name || '—'} warning={warning} />,
        dtype,
        shape.length > 0 ? shape.join(' × ') : trans.__('one number'),
        sizeText(bytes)
      ])}
    />
  ) : null;
}

function Entries({ peek, trans }: IPart): React.JSX.Element | null {
  // What should not be extracted comes first: it must not be overlooked.
  const entries = [...peek.entries].sort(
    (one, other) => Number(other.warning !== '') - Number(one.warning !== '')
  );
  return entries.length > 0 ? (
    <Table
      label={trans.__('Entries of the archive')}
      trans={trans}
      heads={[
        trans.__('name'),
        trans.__('kind'),
        trans.__('size'),
        trans.__('packed')
      ]}
      rows={entries.map(({ name, kind, size, packed, link, warning }) => [
        <Warned
          key="name"
          text={link ? `${name} → ${link}` : name}
          warning={warning}
        />,
        kind,
        sizeText(size),
        packed === null ? '' : sizeText(packed)
      ])}
    />
  ) : null;
}

/** A name, and why it should not be trusted. */
function Warned(props: { text: string; warning: string }): React.JSX.Element {
  const { text, warning } = props;
  return warning ? (
    <span className="jp-Artifacts-warned" title={`${text}\n${warning}`}>
      <span>{text}</span>
      <span className="jp-Artifacts-warning">{warning}</span>
    </span>
  ) : (
    <span title={text}>{text}</span>
  );
}

/** The first and the last lines of a text. */
function Ends({ peek, trans }: IPart): React.JSX.Element | null {
  const { head, tail } = peek;
  if (head.length === 0) {
    return null;
  }
  return (
    <>
      {tail.length > 0 && (
        <h4 className="jp-Artifacts-heading">
          {trans._n('First %1 line', 'First %1 lines', head.length)}
        </h4>
      )}
      <pre className="jp-Artifacts-code">{head.join('\n')}</pre>
      {tail.length > 0 && (
        <>
          <h4 className="jp-Artifacts-heading">
            {trans._n('Last %1 line', 'Last %1 lines', tail.length)}
          </h4>
          <pre className="jp-Artifacts-code">{tail.join('\n')}</pre>
        </>
      )}
    </>
  );
}
