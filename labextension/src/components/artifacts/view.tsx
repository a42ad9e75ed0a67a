import React, { useId } from 'react';
import type { ArtifactModel, ArtifactTab } from '../../model/artifact';
import type { IArtifactsState } from '../../model/artifacts';
import type { ExplorerModel } from '../../model/explorer';
import { openOrCopy } from '../details/telling';
import { countText } from '../format';
import { useModel } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { MyLinks } from '../links/mine';
import { Icon } from '../parts/icon';
import { ProblemCard } from '../parts/problemcard';
import { Tabs, type Tab } from '../parts/tabs';
import { LiveDot } from '../runs/toolbar';
import { Changes } from './diff';
import { LineageView } from './lineage';
import { ArtifactList } from './list';
import { VersionDetails } from './version';
import { Versions } from './versions';

/** The team's artifacts: their versions, files, changes, and where they come from. */
export function ArtifactsView(props: {
  model: ExplorerModel;
  /** What stands before the filter. */
  before: React.ReactNode;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { artifacts } = model;
  const { trans } = host;
  const state = useModel(artifacts);
  const { live } = useModel(model);
  return (
    <>
      <div className="jp-Artifacts-toolbar">
        {props.before}
        <div className="jp-Artifacts-query jp-mod-filter">
          <div className="jp-Artifacts-query-box">
            <Icon name="search" />
            <div className="jp-Artifacts-filter">
              <input
                value={state.filter}
                aria-label={trans.__('Filter the artifacts')}
                placeholder={trans.__('Name, type, alias or owner')}
                onChange={event => {
                  artifacts.setFilter(event.target.value);
                }}
              />
            </div>
          </div>
        </div>
        <div className="jp-Artifacts-toolbar-buttons">
          <span className="jp-Artifacts-total" aria-live="polite">
            {state.loaded ? countedText(state, trans) : ''}
          </span>
          <MyLinks model={model} host={host} />
          <LiveDot live={live} trans={trans} />
        </div>
      </div>
      {state.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            void artifacts.retry();
          }}
        />
      )}
      <ArtifactList
        state={state}
        host={host}
        onSort={sort => {
          artifacts.setSort(sort);
        }}
        onMore={() => {
          void artifacts.more();
        }}
        onChoose={name => {
          artifacts.choose(name);
        }}
        onClearFilter={() => {
          artifacts.setFilter('');
        }}
      />
      {state.chosen && (
        <Lower model={artifacts.one} explorer={model} host={host} />
      )}
    </>
  );
}

/** The artifact that is looked at, and beside it the version. */
function Lower(props: {
  model: ArtifactModel;
  explorer: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { model, explorer, host } = props;
  const { artifact } = useModel(model);
  return (
    <div className="jp-Artifacts-lower">
      <One model={model} explorer={explorer} host={host} />
      <VersionDetails
        model={model.version}
        explorer={explorer}
        owner={artifact?.owner ?? ''}
        host={host}
      />
    </div>
  );
}

/** Return how many there are: "12 artifacts", "3 of 12 artifacts". */
function countedText(state: IArtifactsState, trans: ITranslation): string {
  const { rows, read, total, totalCapped, more, filter } = state;
  const all = Math.max(total, read);
  const count = countText(all);
  if (filter) {
    return more
      ? trans.__('%1 found so far', countText(rows.length))
      : trans.__('%1 of %2', countText(rows.length), count);
  }
  return totalCapped
    ? trans.__('%1+ artifacts', count)
    : trans._n('%2 artifact', '%2 artifacts', all, count);
}

/** One artifact: its versions, and how the chosen one stands among others. */
function One(props: {
  model: ArtifactModel;
  explorer: ExplorerModel;
  host: IHost;
}): React.JSX.Element {
  const { model, explorer, host } = props;
  const { trans } = host;
  const tabs = useId();
  const state = useModel(model);
  const versions = useModel(model.versions);
  const lineage = useModel(model.lineage);
  const diff = useModel(model.diff);
  const { artifact, name, version } = state;
  return (
    <section
      className="jp-Artifacts-artifact"
      aria-label={trans.__('Artifact %1', name)}
    >
      <header className="jp-Artifacts-details-head">
        <h3 className="jp-Artifacts-cut" title={name}>
          {name}
        </h3>
        {artifact && (
          <span className="jp-Artifacts-quiet jp-Artifacts-cut">
            {[artifact.type, artifact.description].filter(Boolean).join(' · ')}
          </span>
        )}
        {artifact?.visibility === 'private' && (
          <span
            className="jp-Artifacts-badge"
            title={[artifact.owner, ...artifact.readers].join(', ')}
          >
            {trans.__('private')}
          </span>
        )}
      </header>
      {state.failed && !versions.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            void model.refresh();
          }}
        />
      )}
      <Tabs
        id={tabs}
        tab={state.tab}
        tabs={tabsOf(artifact?.versions ?? 0, version, trans)}
        onTab={tab => {
          model.setTab(tab);
        }}
      />
      <div
        className="jp-Artifacts-artifact-body"
        role="tabpanel"
        aria-labelledby={`${tabs}-${state.tab}`}
      >
        {state.tab === 'versions' && (
          <Versions
            listing={versions}
            chosen={version}
            host={host}
            onChoose={chosen => {
              model.choose(chosen);
            }}
            onMore={() => {
              void model.versions.more();
            }}
            onRetry={() => {
              void model.refresh();
            }}
          />
        )}
        {state.tab === 'lineage' && (
          <LineageView
            answer={lineage}
            host={host}
            onOpen={address => {
              openOrCopy(explorer, host, address);
            }}
            onRetry={() => {
              void model.lineage.retry();
            }}
          />
        )}
        {state.tab === 'changes' && (
          <Changes
            versions={versions.rows}
            version={version}
            before={model.before}
            answer={diff}
            host={host}
            onCompare={before => {
              model.compare(before);
            }}
            onRetry={() => {
              void model.diff.retry();
            }}
          />
        )}
      </div>
    </section>
  );
}

function tabsOf(
  count: number,
  version: string,
  trans: ITranslation
): Tab<ArtifactTab>[] {
  return [
    ['versions', trans.__('Versions'), count],
    ['lineage', trans.__('Lineage of %1', version), 0],
    ['changes', trans.__('Changes in %1', version), 0]
  ];
}
