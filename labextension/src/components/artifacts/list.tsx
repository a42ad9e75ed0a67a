import React, { useMemo } from 'react';
import type { IArtifactsState } from '../../model/artifacts';
import type { Artifact } from '../../model/nouns';
import { countText, sizeText } from '../format';
import { useClock } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { DataGrid, type IGridColumn } from '../parts/datagrid';
import { FirstCode } from '../parts/firstcode';
import { FIRST_ARTIFACT } from '../snippet';
import { Ago, Chips, Person, Text } from './cells';

/** The team's artifacts, one line each. */
export function ArtifactList(props: {
  state: IArtifactsState;
  host: IHost;
  onSort: (sort: string) => void;
  onMore: () => void;
  onChoose: (name: string) => void;
  onClearFilter: () => void;
}): React.JSX.Element {
  const { state, host } = props;
  const { trans } = host;
  const now = useClock(30_000);
  const columns = useMemo(() => columnsOf(now, trans), [now, trans]);
  const empty = state.loaded && !state.failed && state.rows.length === 0;
  if (empty && !state.loading) {
    return state.filter ? (
      <div className="jp-Artifacts-empty">
        <strong>{trans.__('No artifact has this in it')}</strong>
        <code className="jp-Artifacts-cut">{state.filter}</code>
        <button
          type="button"
          className="jp-Artifacts-button"
          onClick={props.onClearFilter}
        >
          {trans.__('Show all artifacts')}
        </button>
      </div>
    ) : (
      <NoArtifacts host={host} />
    );
  }
  return (
    <DataGrid
      label={trans.__('Artifacts')}
      rows={state.rows}
      columns={columns}
      keyOf={artifact => artifact.name}
      trans={trans}
      chosen={state.chosen}
      more={state.more}
      loading={state.loading && !state.loaded}
      sort={state.sort}
      onSort={props.onSort}
      onMore={props.onMore}
      onChoose={artifact => {
        props.onChoose(artifact.name);
      }}
    />
  );
}

function columnsOf(now: number, trans: ITranslation): IGridColumn<Artifact>[] {
  return [
    {
      key: 'name',
      label: trans.__('Name'),
      track: 'minmax(150px, 2.4fr)',
      sort: 'name',
      cell: ({ name, visibility }) => (
        <span className="jp-Artifacts-name">
          <Text text={name} strong />
          {visibility === 'private' && (
            <span className="jp-Artifacts-tag">{trans.__('private')}</span>
          )}
        </span>
      )
    },
    {
      key: 'type',
      label: trans.__('Type'),
      track: 'minmax(76px, 0.9fr)',
      sort: 'type',
      cell: ({ type }) => <Text text={type} />
    },
    {
      key: 'latest',
      label: trans.__('Latest'),
      track: '76px',
      cell: ({ latest }) => latest || '—'
    },
    {
      key: 'versions',
      label: trans.__('Versions'),
      track: '88px',
      end: true,
      sort: '-versions',
      cell: ({ versions }) => countText(versions)
    },
    {
      key: 'aliases',
      label: trans.__('Aliases'),
      track: 'minmax(110px, 1.6fr)',
      cell: ({ aliases }) => <Chips aliases={Object.keys(aliases)} most={2} />
    },
    {
      key: 'bytes',
      label: trans.__('Size'),
      track: '84px',
      end: true,
      sort: '-bytes',
      cell: ({ bytes }) => sizeText(bytes)
    },
    {
      key: 'owner',
      label: trans.__('Owner'),
      track: 'minmax(100px, 1fr)',
      sort: 'owner',
      cell: ({ owner }) => <Person handle={owner} />
    },
    {
      key: 'changed',
      label: trans.__('Changed'),
      track: '116px',
      sort: '-changed',
      cell: ({ changed, created }) => (
        <Ago time={changed || created} now={now} />
      )
    }
  ];
}

/** Why there is no artifact, and what to do next. */
function NoArtifacts({ host }: { host: IHost }): React.JSX.Element {
  const { trans } = host;
  return (
    <FirstCode
      host={host}
      title={trans.__('The team has no artifacts yet')}
      text={trans.__(
        'An artifact is files under a name; each time they are logged and differ, it gets a version.'
      )}
      code={FIRST_ARTIFACT}
    />
  );
}
