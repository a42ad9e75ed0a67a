import React from 'react';
import { copied } from '../details/telling';
import type { IHost } from '../host';

/** Why a list is empty, and the code that puts the first line into it. */
export function FirstCode(props: {
  host: IHost;
  title: string;
  text: string;
  code: string;
}): React.JSX.Element {
  const { host, title, text, code } = props;
  const { trans } = host;
  return (
    <div className="jp-Artifacts-empty">
      <strong>{title}</strong>
      <span>{text}</span>
      <pre className="jp-Artifacts-code">{code}</pre>
      <div className="jp-Artifacts-buttons">
        {host.insertIntoCell && (
          <button
            type="button"
            className="jp-Artifacts-button jp-mod-primary"
            onClick={() => {
              void insertCode(host, code);
            }}
          >
            {trans.__('Insert into cell')}
          </button>
        )}
        <button
          type="button"
          className="jp-Artifacts-button"
          onClick={() => {
            void copied(host, code, trans.__('Copied'));
          }}
        >
          {trans.__('Copy')}
        </button>
      </div>
    </div>
  );
}

/** Put code into the notebook and say where it went, or why it did not. */
export async function insertCode(host: IHost, code: string): Promise<void> {
  const { trans } = host;
  try {
    const where = await host.insertIntoCell?.(code);
    host.notify('success', trans.__('Inserted into %1', where));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.notify('warning', trans.__('Not inserted: %1', reason));
  }
}
