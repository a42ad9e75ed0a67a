import React from 'react';
import type { IDetailsState } from '../../model/details';
import type { ILogState } from '../../model/logs';
import type { Experiment, Run } from '../../model/nouns';
import { useClock, useModel, type IFollowed } from '../hooks';
import { durationText, metricText, runningTime, timeText } from '../format';
import type { IHost } from '../host';
import { ValueTree } from './values';

const LAST_LINES = 14;

/** What a run was made of, and how it went. */
export function Overview(props: {
  details: IDetailsState;
  experiment: Experiment;
  host: IHost;
  onLogs: () => void;
}): React.JSX.Element {
  const { details, experiment, host, onLogs } = props;
  const { trans } = host;
  const { run, log } = details;
  const now = useClock(experiment.ended === null ? 1000 : 0);
  const times: Record<string, string> = {
    [trans.__('started')]:
      experiment.started > 0 ? timeText(experiment.started) : '—',
    [trans.__('ended')]:
      experiment.ended === null ? '—' : timeText(experiment.ended),
    [trans.__('running time')]: durationText(runningTime(experiment, now))
  };
  return (
    <div className="jp-Artifacts-overview">
      {experiment.state === 'ERRORED' ? (
        <CrashCard
          experiment={experiment}
          log={log}
          host={host}
          onLogs={onLogs}
        />
      ) : (
        experiment.exit_reason && (
          <p className="jp-Artifacts-note">{experiment.exit_reason}</p>
        )
      )}
      <Part title={trans.__('Hyperparameters')}>
        {Object.keys(experiment.params).length > 0 ? (
          <ValueTree value={experiment.params} trans={trans} open={2} />
        ) : (
          <p className="jp-Artifacts-quiet">{trans.__('None were given')}</p>
        )}
      </Part>
      <Part title={trans.__('Metrics')}>
        <Metrics experiment={experiment} host={host} />
      </Part>
      <Part title={trans.__('Times')}>
        <ValueTree value={times} trans={trans} />
      </Part>
      {run && <Origin run={run} host={host} />}
      {Object.keys(experiment.metadata).length > 0 && (
        <Part title={trans.__('Metadata')}>
          <ValueTree value={experiment.metadata} trans={trans} />
        </Part>
      )}
    </div>
  );
}

function Part(props: {
  title: string;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <section className="jp-Artifacts-part">
      <h4 className="jp-Artifacts-heading">{props.title}</h4>
      {props.children}
    </section>
  );
}

function Metrics(props: {
  experiment: Experiment;
  host: IHost;
}): React.JSX.Element {
  const { trans } = props.host;
  const metrics = Object.entries(props.experiment.summary_metrics);
  if (metrics.length === 0) {
    return (
      <p className="jp-Artifacts-quiet">{trans.__('Nothing was logged yet')}</p>
    );
  }
  return (
    <table className="jp-Artifacts-small-table">
      <thead>
        <tr>
          <th scope="col">{trans.__('metric')}</th>
          <th scope="col">{trans.__('last')}</th>
          <th scope="col">{trans.__('min')}</th>
          <th scope="col">{trans.__('max')}</th>
        </tr>
      </thead>
      <tbody>
        {metrics.map(([name, summary]) => (
          <tr key={name}>
            <th scope="row" title={name}>
              {name}
            </th>
            <td>{metricText(summary.last)}</td>
            <td>{metricText(summary.min)}</td>
            <td>{metricText(summary.max)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Origin(props: { run: Run; host: IHost }): React.JSX.Element {
  const { run, host } = props;
  const { trans } = host;
  const command = [run.script, ...run.arguments].filter(Boolean).join(' ');
  const origin: Record<string, unknown> = {
    ...(command ? { [trans.__('command')]: command } : {}),
    ...(run.folder ? { [trans.__('folder')]: run.folder } : {}),
    ...(run.cloned_from ? { [trans.__('cloned from')]: run.cloned_from } : {}),
    ...(run.datastores.length > 0
      ? { [trans.__('datastores')]: run.datastores.join(', ') }
      : {})
  };
  const git = withoutDiff(run.git);
  return (
    <>
      {Object.keys(origin).length > 0 && (
        <Part title={trans.__('Origin')}>
          <ValueTree value={origin} trans={trans} />
        </Part>
      )}
      {Object.keys(git).length > 0 && (
        <Part title={trans.__('Git')}>
          <ValueTree value={git} trans={trans} />
        </Part>
      )}
      {Object.keys(run.environment).length > 0 && (
        <Part title={trans.__('Environment')}>
          <ValueTree value={run.environment} trans={trans} open={0} />
        </Part>
      )}
    </>
  );
}

/** Leave out the diff, which may be long and stands in the run's record. */
function withoutDiff(git: Run['git']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(git).filter(([name, value]) => name !== 'diff' && value)
  );
}

/** Why a run ended badly, with the end of its log. */
function CrashCard(props: {
  experiment: Experiment;
  log: IFollowed<ILogState> | null;
  host: IHost;
  onLogs: () => void;
}): React.JSX.Element {
  const { experiment, log, host, onLogs } = props;
  const { trans } = host;
  return (
    <section className="jp-Artifacts-crash">
      <strong>{trans.__('This run failed')}</strong>
      <p className="jp-Artifacts-reason">
        {experiment.exit_reason || trans.__('It left no reason.')}
      </p>
      {log && <LastLines log={log} />}
      <button type="button" className="jp-Artifacts-link" onClick={onLogs}>
        {trans.__('Read its log')}
      </button>
    </section>
  );
}

function LastLines(props: {
  log: IFollowed<ILogState>;
}): React.JSX.Element | null {
  const { text } = useModel(props.log);
  const last = text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  return last ? <pre className="jp-Artifacts-code">{last}</pre> : null;
}
