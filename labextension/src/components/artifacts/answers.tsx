import React from 'react';
import type { ITranslation } from '../host';

/** The two buttons below a question. */
export function Answers(props: {
  yes: string;
  grave?: boolean;
  blocked: boolean;
  trans: ITranslation;
  /** Left out where a form around it is submitted. */
  onYes?: () => void;
  onNo: () => void;
}): React.JSX.Element {
  return (
    <div className="jp-Artifacts-buttons">
      <button
        type={props.onYes ? 'button' : 'submit'}
        className={`jp-Artifacts-button ${props.grave ? 'jp-mod-grave' : 'jp-mod-primary'}`}
        disabled={props.blocked}
        onClick={props.onYes}
      >
        {props.yes}
      </button>
      <button
        type="button"
        className="jp-Artifacts-button"
        onClick={props.onNo}
      >
        {props.trans.__('Cancel')}
      </button>
    </div>
  );
}
