import React, { useEffect } from 'react';
import { spoken } from '../../addresses';
import type { ExplorerModel } from '../../model/explorer';
import type { LinksModel } from '../../model/links';
import type { Share } from '../../model/nouns';
import { failing } from '../details/telling';
import { countText, timeText, untilText } from '../format';
import { useBusy, useModel } from '../hooks';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { Menu } from '../parts/menu';
import { ProblemCard } from '../parts/problemcard';

/** A menu of the links that I gave and that still open something. */
export function MyLinks(props: {
  model: ExplorerModel;
  host: IHost;
}): React.JSX.Element | null {
  const { model, host } = props;
  const { role } = useModel(model);
  if (model.source.kind === 'comm' || role === 'viewer') {
    return null; // nor can they give any
  }
  return (
    <Menu
      plain
      side="right"
      className="jp-Artifacts-my-links"
      label={<Icon name="link" />}
      title={host.trans.__('Links I gave')}
    >
      {() => <Living model={model.links} host={host} />}
    </Menu>
  );
}

function Living(props: { model: LinksModel; host: IHost }): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const { value, failed } = useModel(model.mine);
  useEffect(() => {
    void model.readMine();
  }, [model]);
  const living = value?.items.filter(share => share.state === 'active') ?? [];
  return (
    <div className="jp-Artifacts-links">
      <h4 className="jp-Artifacts-heading">{trans.__('Links I gave')}</h4>
      {failed && <ProblemCard problem={failed} host={host} />}
      {!value && !failed && (
        <p className="jp-Artifacts-quiet">{trans.__('Reading links…')}</p>
      )}
      {value && living.length === 0 && (
        <p className="jp-Artifacts-quiet">
          {trans.__('None opens anything now. Copy link makes one.')}
        </p>
      )}
      {living.map(share => (
        <LinkLine key={share.id} share={share} model={model} host={host} />
      ))}
      {value?.cursor && (
        <p className="jp-Artifacts-quiet">
          {trans.__('Older ones: jupyter artifacts share --list')}
        </p>
      )}
    </div>
  );
}

function LinkLine(props: {
  share: Share;
  model: LinksModel;
  host: IHost;
}): React.JSX.Element {
  const { share, model, host } = props;
  const { trans } = host;
  const [busy, begin] = useBusy();
  const address = spoken(share.address);
  return (
    <div className="jp-Artifacts-link-line">
      <span className="jp-Artifacts-cut" title={address}>
        {address}
      </span>
      <span className="jp-Artifacts-quiet" title={timeText(share.expires)}>
        {trans.__(
          'until %1 · opened %2, downloaded %3',
          untilText(share.expires),
          countText(share.opens),
          countText(share.downloads)
        )}
      </span>
      <button
        type="button"
        className="jp-Artifacts-button"
        disabled={busy}
        title={trans.__('End it now: the link opens nothing any more')}
        onClick={() => {
          begin(() => failing(host, model.revoke(share.id)));
        }}
      >
        {trans.__('Revoke')}
      </button>
    </div>
  );
}
