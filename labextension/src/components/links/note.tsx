import React, { useEffect, useRef } from 'react';
import type { LinksModel } from '../../model/links';
import type { Share } from '../../model/nouns';
import { spoken } from '../../addresses';
import { reveal } from '../details/reveal';
import { failing } from '../details/telling';
import { untilText } from '../format';
import { useBusy, useModel } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { ProblemCard } from '../parts/problemcard';

/** What became of the link that was asked for, and what one can do with it. */
export function LinkNote(props: {
  model: LinksModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const { share, failed, busy, copied } = useModel(model);
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (note.current) {
      reveal(note.current);
    }
  }, [share, failed, busy, copied]); // it grows with what it has to say
  return (
    <div className="jp-Artifacts-link-note" role="status" ref={note}>
      {failed && <ProblemCard problem={failed} host={host} />}
      {share && <Made model={model} share={share} host={host} />}
      <button
        type="button"
        className="jp-Artifacts-iconbutton"
        title={trans.__('Close; the link lasts on')}
        onClick={() => {
          model.leave();
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Made(props: {
  model: LinksModel;
  share: Share;
  host: IHost;
}): React.JSX.Element {
  const { model, share, host } = props;
  const { trans } = host;
  const { link, copied, busy } = useModel(model);
  const [revoking, begin] = useBusy();
  const field = useRef<HTMLInputElement>(null);
  const bare = link !== '' && !copied && !busy;
  useEffect(() => {
    if (bare) {
      field.current?.select();
    }
  }, [bare]);
  if (share.state === 'revoked') {
    return (
      <div className="jp-Artifacts-link-said">
        <strong>{trans.__('Revoked')}</strong>
        <span className="jp-Artifacts-quiet">
          {trans.__('The link opens nothing any more.')}
        </span>
      </div>
    );
  }
  return (
    <div className="jp-Artifacts-link-said">
      <strong className={copied ? 'jp-Artifacts-link-copied' : ''}>
        {copied && <Icon name="check" />}
        {copied
          ? trans.__('The link is copied')
          : busy
            ? trans.__('Copying…')
            : trans.__(
                'Your browser keeps its clipboard closed: copy the link'
              )}
      </strong>
      {bare && (
        <input
          className="jp-Artifacts-input"
          ref={field}
          readOnly
          value={link}
          aria-label={trans.__('The link')}
          onFocus={event => {
            event.target.select();
          }}
        />
      )}
      <span className="jp-Artifacts-quiet">
        {trans.__(
          'It opens %1 to whoever is signed in to the team, until %2. Each opening is counted.',
          spoken(share.address),
          untilText(share.expires)
        )}
      </span>
      <span className="jp-Artifacts-buttons">
        <button
          type="button"
          className="jp-Artifacts-button"
          disabled={busy || revoking}
          title={trans.__('End it now: the link opens nothing any more')}
          onClick={() => {
            begin(() => failing(host, model.revoke(share.id)));
          }}
        >
          {trans.__('Revoke')}
        </button>
        <button
          type="button"
          className="jp-Artifacts-button"
          disabled={busy}
          onClick={() => {
            void model.copyAgain(text => host.copy(text));
          }}
        >
          {copied ? trans.__('Copy again') : trans.__('Copy')}
        </button>
      </span>
    </div>
  );
}
