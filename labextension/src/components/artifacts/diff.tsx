import React, { useMemo } from 'react';
import type { IAnswerState } from '../../model/answer';
import type {
  ArtifactDiff,
  ArtifactVersion,
  DiffLine
} from '../../model/nouns';
import { countText, sizeText } from '../format';
import type { IHost, ITranslation } from '../host';
import { DataGrid, type IGridColumn } from '../parts/datagrid';
import { ProblemCard } from '../parts/problemcard';
import { Text } from './cells';

/** What a version changed, against the one before or another. */
export function Changes(props: {
  versions: readonly ArtifactVersion[];
  version: string;
  /** The version it is compared with; "" for none. */
  before: string;
  answer: IAnswerState<ArtifactDiff>;
  host: IHost;
  onCompare: (before: string) => void;
  onRetry: () => void;
}): React.JSX.Element {
  const { versions, version, before, answer, host } = props;
  const { trans } = host;
  const others = versions.filter(one => one.version !== version);
  const diff = answer.value;
  if (others.length === 0) {
    return (
      <p className="jp-Artifacts-quiet">
        {trans.__('There is no other version to compare it with.')}
      </p>
    );
  }
  return (
    <div className="jp-Artifacts-changes">
      <div className="jp-Artifacts-inline">
        <label className="jp-Artifacts-inline">
          {trans.__('From')}
          <select
            className="jp-Artifacts-input"
            value={before}
            onChange={event => {
              props.onCompare(event.target.value);
            }}
          >
            {before === '' && <option value="">{trans.__('choose…')}</option>}
            {others.map(one => (
              <option key={one.version} value={one.version}>
                {[one.version, ...one.aliases].join(' · ')}
              </option>
            ))}
          </select>
        </label>
        <span className="jp-Artifacts-nowrap">
          {trans.__('to %1', version)}
        </span>
        <span className="jp-Artifacts-space" />
        {diff && <Sum diff={diff} trans={trans} />}
      </div>
      {answer.failed && (
        <ProblemCard
          problem={answer.failed}
          host={host}
          onRetry={props.onRetry}
        />
      )}
      {answer.loading && !diff && (
        <p className="jp-Artifacts-quiet">{trans.__('Comparing…')}</p>
      )}
      {diff && <Lines diff={diff} trans={trans} />}
    </div>
  );
}

function Sum(props: {
  diff: ArtifactDiff;
  trans: ITranslation;
}): React.JSX.Element {
  const { diff, trans } = props;
  return (
    <span className="jp-Artifacts-sum jp-Artifacts-digits">
      <span className="jp-Artifacts-change jp-mod-added">
        {trans.__('%1 added', countText(diff.added))}
      </span>
      <span className="jp-Artifacts-change jp-mod-changed">
        {trans.__('%1 changed', countText(diff.changed))}
      </span>
      <span className="jp-Artifacts-change jp-mod-removed">
        {trans.__('%1 removed', countText(diff.removed))}
      </span>
      <span className="jp-Artifacts-quiet">
        {trans.__('%1 the same', countText(diff.same))}
      </span>
    </span>
  );
}

function Lines(props: {
  diff: ArtifactDiff;
  trans: ITranslation;
}): React.JSX.Element {
  const { diff, trans } = props;
  const columns = useMemo(() => columnsOf(trans), [trans]);
  if (diff.lines.length === 0) {
    return (
      <p className="jp-Artifacts-quiet">
        {trans.__('The same files, with the same content.')}
      </p>
    );
  }
  return (
    <>
      <DataGrid
        label={trans.__('Changes from %1 to %2', diff.before, diff.after)}
        rows={diff.lines}
        columns={columns}
        keyOf={line => line.path}
        trans={trans}
      />
      {diff.left_out > 0 && (
        <p className="jp-Artifacts-note">
          {trans._n(
            '%2 more difference is not listed',
            '%2 more differences are not listed',
            diff.left_out,
            countText(diff.left_out)
          )}
        </p>
      )}
    </>
  );
}

function columnsOf(trans: ITranslation): IGridColumn<DiffLine>[] {
  const names: Record<string, string> = {
    added: trans.__('added'),
    changed: trans.__('changed'),
    removed: trans.__('removed')
  };
  return [
    {
      key: 'change',
      label: trans.__('Change'),
      track: '92px',
      cell: ({ change }) => (
        <span className={`jp-Artifacts-change jp-mod-${change}`}>
          {names[change] ?? change}
        </span>
      )
    },
    {
      key: 'path',
      label: trans.__('File'),
      track: 'minmax(120px, 1fr)',
      cell: ({ path }) => <Text text={path} />
    },
    {
      key: 'before',
      label: trans.__('Before'),
      track: '88px',
      end: true,
      cell: line => (line.change === 'added' ? '—' : sizeText(line.size_before))
    },
    {
      key: 'after',
      label: trans.__('After'),
      track: '88px',
      end: true,
      cell: line => (line.change === 'removed' ? '—' : sizeText(line.size))
    }
  ];
}
