import React from 'react';
import type { Overview } from '../../model/nouns';
import { countText } from '../format';
import type { IHost } from '../host';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { insertCode } from '../parts/firstcode';
import { keptViews } from '../runs/views';
import { FIRST_RUN } from '../snippet';
import { Section, SectionLine, WaitingLines } from './section';

/** Whose runs there are; a click shows them. */
export function RunsSection(props: {
  overview: Overview | null;
  me: string;
  host: IHost;
}): React.JSX.Element {
  const { overview, me, host } = props;
  const { trans } = host;
  const opens = (query: string): (() => void) | undefined =>
    host.openRuns &&
    (() => {
      host.openRuns?.(query);
    });
  return (
    <Section
      title={trans.__('Runs')}
      action={
        host.insertIntoCell && (
          <button
            type="button"
            className="jp-Artifacts-iconbutton"
            title={trans.__('Insert the lines that start a run')}
            onClick={() => {
              void insertCode(host, FIRST_RUN);
            }}
          >
            <Icon name="plus" />
          </button>
        )
      }
    >
      {overview ? (
        <>
          <SectionLine
            title={trans.__('Runs of everyone, sweeps counted once')}
            note={countText(overview.total)}
            onClick={opens('')}
          >
            {trans.__('Everyone’s runs')}
          </SectionLine>
          <SectionLine
            note={countText(overview.mine)}
            onClick={opens(`user == "${me}"`)}
          >
            {trans.__('Mine')}
          </SectionLine>
          <SectionLine
            title={trans.__('Experiments that run at this moment')}
            note={countText(overview.running)}
            onClick={opens('state == "RUNNING"')}
          >
            {trans.__('Running now')}
          </SectionLine>
          {keptViews(host).map(({ name, view }) => (
            <SectionLine
              key={name}
              title={view.query}
              note={trans.__('saved view')}
              onClick={opens(view.query)}
            >
              <Icon name="star" /> {name}
            </SectionLine>
          ))}
          {overview.people
            .filter(person => person.handle !== me && person.runs > 0)
            .map(person => (
              <SectionLine
                key={person.handle}
                title={person.display_name}
                note={
                  person.running > 0
                    ? trans.__(
                        '%1 running · %2',
                        countText(person.running),
                        countText(person.runs)
                      )
                    : countText(person.runs)
                }
                onClick={opens(`user == "${person.handle}"`)}
              >
                <Avatar handle={person.handle} /> {person.handle}
              </SectionLine>
            ))}
        </>
      ) : (
        <WaitingLines count={3} />
      )}
    </Section>
  );
}
