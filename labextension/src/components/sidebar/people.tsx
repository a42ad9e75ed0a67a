import React from 'react';
import type { Session, Team } from '../../model/nouns';
import { agoText, timeText } from '../format';
import { useClock } from '../hooks';
import type { IHost } from '../host';
import { Avatar } from '../parts/avatar';
import { Icon } from '../parts/icon';
import { Section, SectionLine, WaitingLines } from './section';

const AWAY_AFTER = 90;

/** The team's running Jupyter servers, who is there, and a way in. */
export function SessionsSection(props: {
  sessions: readonly Session[] | null;
  own: string;
  host: IHost;
}): React.JSX.Element {
  const { sessions, own, host } = props;
  const { trans } = host;
  const now = useClock(30_000);
  return (
    <Section title={trans.__('Sessions')}>
      {sessions === null && <WaitingLines count={2} />}
      {sessions?.length === 0 && (
        <p className="jp-Artifacts-quiet">{trans.__('None is running')}</p>
      )}
      {sessions?.map(session => {
        const here = now - session.last_seen < AWAY_AFTER;
        const people = session.people.join(', ');
        return (
          <SectionLine
            key={session.id}
            title={[
              `${session.host}:${session.root}`,
              people,
              trans.__('since %1', timeText(session.started))
            ]
              .filter(Boolean)
              .join('\n')}
            note={
              session.id === own ? (
                trans.__('%1 here', session.people.length)
              ) : (
                <SessionLink session={session} host={host} />
              )
            }
          >
            <span
              className={`jp-Artifacts-live-dot${here ? ' jp-mod-here' : ''}`}
              title={trans.__('seen %1', agoText(session.last_seen, now))}
            />
            <span className="jp-Artifacts-cut">
              {session.owner} / {session.name}
            </span>
          </SectionLine>
        );
      })}
    </Section>
  );
}

function SessionLink(props: {
  session: Session;
  host: IHost;
}): React.JSX.Element {
  const { session, host } = props;
  const { trans } = host;
  // A session says its own address; only a web page's may become a link.
  const web = /^https?:\/\//i.test(session.url);
  const count = session.people.length;
  return (
    <>
      {count > 0 && <>{trans.__('%1 there', count)} · </>}
      {web ? (
        <a
          className="jp-Artifacts-link"
          href={session.url}
          target="_blank"
          rel="noopener noreferrer"
        >
          {trans.__('open')} <Icon name="external" />
        </a>
      ) : (
        session.url
      )}
    </>
  );
}

/** The team's members and what they may do. */
export function TeamSection(props: {
  team: Team | null;
  host: IHost;
}): React.JSX.Element {
  const { team, host } = props;
  const { trans } = host;
  const roles = {
    viewer: trans.__('viewer'),
    member: trans.__('member'),
    admin: trans.__('admin'),
    owner: trans.__('owner')
  };
  return (
    <Section title={team ? trans.__('Team · %1', team.name) : trans.__('Team')}>
      {team ? (
        team.members.map(member => (
          <SectionLine
            key={member.handle}
            title={`${member.display_name}\n${member.login}`}
            note={roles[member.role]}
            onClick={
              host.openRuns &&
              (() => {
                host.openRuns?.(`user == "${member.handle}"`);
              })
            }
          >
            <Avatar handle={member.handle} />
            <span className="jp-Artifacts-cut">
              {member.handle === team.me
                ? trans.__('%1 (you)', member.handle)
                : member.handle}
            </span>
          </SectionLine>
        ))
      ) : (
        <WaitingLines count={3} />
      )}
    </Section>
  );
}
