import React from 'react';
import type { Artifact, IPage } from '../../model/nouns';
import { countText, sizeText } from '../format';
import type { IHost } from '../host';
import { Section, SectionLine, WaitingLines } from './section';

/** The first artifacts by name; a click shows one, or all of them. */
export function ArtifactsSection(props: {
  page: IPage<Artifact> | null;
  host: IHost;
}): React.JSX.Element {
  const { page, host } = props;
  const { trans } = host;
  const opens = (address: string): (() => void) | undefined =>
    host.openArtifacts &&
    (() => {
      host.openArtifacts?.(address);
    });
  return (
    <Section title={trans.__('Artifacts')}>
      {page === null && <WaitingLines count={2} />}
      {page?.items.length === 0 && (
        <p className="jp-Artifacts-quiet">
          {trans.__('None yet. run.log_artifact makes one.')}
        </p>
      )}
      {page && page.total > page.items.length && (
        <SectionLine note={countText(page.total)} onClick={opens('')}>
          {trans.__('All artifacts')}
        </SectionLine>
      )}
      {page?.items.map(artifact => (
        <SectionLine
          key={artifact.name}
          title={[
            artifact.name,
            artifact.description,
            `${artifact.type} · ${sizeText(artifact.bytes)}`,
            trans.__('by %1', artifact.owner)
          ]
            .filter(Boolean)
            .join('\n')}
          note={artifact.latest || '—'}
          onClick={opens(artifact.address)}
        >
          <span className="jp-Artifacts-cut">{artifact.name}</span>
        </SectionLine>
      ))}
    </Section>
  );
}
