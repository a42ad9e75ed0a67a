import React, { useId } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { ArtifactVersion } from '../../model/nouns';
import type { VersionModel, VersionTab } from '../../model/version';
import { Files } from '../details/files';
import { copied } from '../details/telling';
import { ValueTree } from '../details/values';
import { digestText, sizeText, timeText } from '../format';
import { useClock, useModel } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { Icon } from '../parts/icon';
import { ProblemCard } from '../parts/problemcard';
import { Tabs, type Tab } from '../parts/tabs';
import { Chips } from './cells';
import { lifeText } from './expiry';
import { VersionFoot } from './foot';

/** One version: its files, what is said of it, and what one can do with it. */
export function VersionDetails(props: {
  model: VersionModel;
  explorer: ExplorerModel;
  /** Handle of whose artifact it is. */
  owner: string;
  host: IHost;
}): React.JSX.Element {
  const { model, explorer, owner, host } = props;
  const { trans } = host;
  const tabs = useId();
  const state = useModel(model);
  const { address, version, tree } = state;
  if (!address) {
    return (
      <aside className="jp-Artifacts-details jp-mod-empty">
        <div className="jp-Artifacts-empty">
          <strong>{trans.__('No version is chosen')}</strong>
          <span>{trans.__('Click a version to see its files.')}</span>
        </div>
      </aside>
    );
  }
  return (
    <aside
      className="jp-Artifacts-details"
      aria-label={trans.__('Details of %1', address)}
    >
      <header className="jp-Artifacts-details-head">
        <h3 className="jp-Artifacts-cut" title={address}>
          {address}
        </h3>
        <button
          type="button"
          className="jp-Artifacts-iconbutton"
          title={trans.__('Copy address')}
          onClick={() => {
            void copied(host, address, trans.__('Copied %1', address));
          }}
        >
          <Icon name="copy" />
        </button>
        {version && <Chips aliases={version.aliases} tags={version.tags} />}
      </header>
      {state.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            model.retry();
          }}
        />
      )}
      {(version !== null || !state.failed) && (
        <>
          <Tabs
            id={tabs}
            tab={state.tab}
            tabs={tabsOf(version, trans)}
            onTab={tab => {
              model.setTab(tab);
            }}
          />
          <div
            className="jp-Artifacts-details-body"
            role="tabpanel"
            aria-labelledby={`${tabs}-${state.tab}`}
          >
            {state.tab === 'files' && tree && (
              <Files
                key={address}
                model={explorer}
                tree={tree}
                preview={model.preview}
                label={trans.__('Files of %1', address)}
                ended
                host={host}
              />
            )}
            {state.tab === 'about' && version && (
              <About version={version} explorer={explorer} host={host} />
            )}
          </div>
          <VersionFoot
            key={address}
            model={model}
            explorer={explorer}
            owner={owner}
            host={host}
          />
        </>
      )}
    </aside>
  );
}

function tabsOf(
  version: ArtifactVersion | null,
  trans: ITranslation
): Tab<VersionTab>[] {
  return [
    ['files', trans.__('Files'), version?.files ?? 0],
    ['about', trans.__('About'), 0]
  ];
}

/** What was noted of a version. */
function About(props: {
  version: ArtifactVersion;
  explorer: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { version, explorer, host } = props;
  const { trans } = host;
  const now = useClock(30_000);
  const { source, expires, metadata } = version;
  const facts: Record<string, unknown> = {
    [trans.__('made')]: timeText(version.created),
    [trans.__('by')]: version.created_by,
    [trans.__('size')]: sizeText(version.bytes),
    ...(version.remote > 0
      ? {
          [trans.__('held elsewhere')]: trans._n(
            '%1 file',
            '%1 files',
            version.remote
          )
        }
      : {}),
    ...(version.aliases.length > 0
      ? { [trans.__('aliases')]: version.aliases.join(', ') }
      : {}),
    ...(version.tags.length > 0
      ? { [trans.__('tags')]: version.tags.join(', ') }
      : {}),
    ...(expires === null
      ? {}
      : {
          [trans.__('time to live')]:
            `${lifeText(expires, now, trans)} · ${timeText(expires)}`
        }),
    [trans.__('content')]: digestText(version.digest)
  };
  return (
    <div className="jp-Artifacts-overview">
      {version.description && (
        <p className="jp-Artifacts-reason">{version.description}</p>
      )}
      <ValueTree value={facts} trans={trans} />
      {source && (
        <section className="jp-Artifacts-part">
          <h4 className="jp-Artifacts-heading">{trans.__('Logged by')}</h4>
          <span className="jp-Artifacts-inline">
            <button
              type="button"
              className="jp-Artifacts-link jp-Artifacts-cut"
              title={trans.__('Show this run')}
              onClick={() => {
                explorer.open(source);
              }}
            >
              {source}
            </button>
          </span>
        </section>
      )}
      {Object.keys(metadata).length > 0 && (
        <section className="jp-Artifacts-part">
          <h4 className="jp-Artifacts-heading">{trans.__('Metadata')}</h4>
          <ValueTree value={metadata} trans={trans} open={2} />
        </section>
      )}
    </div>
  );
}
