import React, { useMemo } from 'react';
import type { IPreviewState } from '../../model/preview';
import { countText, sizeText } from '../format';
import type { IHost, ITranslation } from '../host';
import { ProblemCard } from '../parts/problemcard';
import { tableRows } from './csv';
import { PeekView } from './peek';
import { ValueTree } from './values';

/** What is in a file, never run: text stays text, whatever it says. */
export function Preview(props: {
  preview: IPreviewState;
  host: IHost;
  onLoadAnyway: () => void;
  onRetry: () => void;
}): React.JSX.Element | null {
  const { preview, host, onLoadAnyway } = props;
  const { trans } = host;
  const { entry, bytes, kind } = preview;
  if (preview.failed) {
    return (
      <ProblemCard
        problem={preview.failed}
        host={host}
        onRetry={props.onRetry}
      />
    );
  }
  if (preview.large && entry) {
    return (
      <div className="jp-Artifacts-inline">
        <span className="jp-Artifacts-quiet">
          {trans.__('%1 is much for a preview.', sizeText(entry.size))}
        </span>
        <button
          type="button"
          className="jp-Artifacts-link"
          onClick={onLoadAnyway}
        >
          {trans.__('Load anyway')}
        </button>
      </div>
    );
  }
  if (preview.loading) {
    return <p className="jp-Artifacts-quiet">{trans.__('Reading…')}</p>;
  }
  if (kind === 'link' && entry?.asset) {
    return (
      <p className="jp-Artifacts-quiet jp-Artifacts-reason">
        {trans.__('None of its bytes are here: it is a link to')}{' '}
        <code>{entry.asset.link}</code>
      </p>
    );
  }
  if (preview.peek) {
    return <PeekView peek={preview.peek} trans={trans} />;
  }
  if (
    !entry ||
    !bytes ||
    kind === 'image' ||
    kind === 'peek' ||
    kind === 'link'
  ) {
    return null;
  }
  return (
    <Content
      kind={kind}
      bytes={bytes}
      cut={preview.cut}
      name={entry.name}
      trans={trans}
    />
  );
}

function Content(props: {
  kind: 'json' | 'table' | 'text';
  bytes: Uint8Array;
  cut: boolean;
  name: string;
  trans: ITranslation;
}): React.JSX.Element {
  const { kind, bytes, cut, name, trans } = props;
  const text = useMemo(() => new TextDecoder().decode(bytes), [bytes]);
  const parsed = useMemo(
    () => (kind === 'json' ? parsedJson(text) : null),
    [kind, text]
  );
  if (parsed) {
    return (
      <div className="jp-Artifacts-preview">
        <ValueTree value={parsed.value} trans={trans} open={2} />
      </div>
    );
  }
  if (kind === 'table') {
    const tabs = /\.tsv$/i.test(name);
    return (
      <CsvTable
        text={text}
        separator={tabs ? '\t' : ','}
        cut={cut}
        trans={trans}
      />
    );
  }
  return (
    <div className="jp-Artifacts-preview">
      <pre className="jp-Artifacts-code">{text}</pre>
      {cut && (
        <p className="jp-Artifacts-quiet">
          {trans.__('The first %1; more follows.', sizeText(bytes.length))}
        </p>
      )}
    </div>
  );
}

function parsedJson(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null; // shown as the text it is
  }
}

const ROWS = 200;

function CsvTable(props: {
  text: string;
  separator: string;
  cut: boolean;
  trans: ITranslation;
}): React.JSX.Element {
  const { text, separator, cut, trans } = props;
  const { rows, more } = useMemo(
    () => tableRows(text, separator, ROWS + 1),
    [text, separator]
  );
  const [head = [], ...body] = rows;
  return (
    <div className="jp-Artifacts-preview">
      <div className="jp-Artifacts-csv" tabIndex={0}>
        <table className="jp-Artifacts-small-table">
          <thead>
            <tr>
              {head.map((cell, index) => (
                <th scope="col" key={index}>
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="jp-Artifacts-quiet">
        {more || cut
          ? trans.__('The first %1 rows; more follow.', countText(body.length))
          : trans._n('%1 row', '%1 rows', body.length)}
      </p>
    </div>
  );
}
