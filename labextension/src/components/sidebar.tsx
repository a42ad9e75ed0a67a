import React from 'react';
import type { SidebarModel } from '../model/sidebar';
import { useModel } from './hooks';
import type { IHost } from './host';
import { ProblemCard } from './parts/problemcard';
import { ArtifactsSection } from './sidebar/artifacts';
import { Datastores } from './sidebar/datastores';
import { RunsSection } from './sidebar/runs';
import { SessionsSection, TeamSection } from './sidebar/people';
import { Section } from './sidebar/section';
import { failing } from './details/telling';
import { TransferLine } from './transfers/transferline';

const MOST_TRANSFERS = 6;

/** The team at a glance: runs, datastores, sessions, people, transfers. */
export function Sidebar(props: {
  model: SidebarModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const state = useModel(model);
  const { transfers } = useModel(model.transfers);
  return (
    <nav className="jp-Artifacts-sidebar" aria-label={trans.__('The team')}>
      {state.failed && (
        <ProblemCard
          problem={state.failed}
          host={host}
          onRetry={() => {
            void model.retry();
          }}
        />
      )}
      <RunsSection
        overview={state.overview}
        me={state.team?.me ?? ''}
        host={host}
      />
      <ArtifactsSection page={state.artifacts} host={host} />
      <Datastores model={model} state={state} host={host} />
      <SessionsSection
        sessions={state.sessions}
        own={state.overview?.session ?? ''}
        host={host}
      />
      <TeamSection team={state.team} host={host} />
      {transfers.length > 0 && (
        <Section title={trans.__('Transfers')}>
          {transfers.slice(0, MOST_TRANSFERS).map(transfer => (
            <TransferLine
              key={transfer.id}
              transfer={transfer}
              host={host}
              onCancel={id => {
                void failing(host, model.transfers.cancel(id));
              }}
            />
          ))}
        </Section>
      )}
    </nav>
  );
}
