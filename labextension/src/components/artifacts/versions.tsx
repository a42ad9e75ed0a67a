import React, { useMemo } from 'react';
import type { IListingState } from '../../model/listing';
import type { ArtifactVersion } from '../../model/nouns';
import { countText, sizeText, timeText } from '../format';
import { useClock, useSize } from '../hooks';
import type { IHost, ITranslation } from '../host';
import { DataGrid, type IGridColumn } from '../parts/datagrid';
import { ProblemCard } from '../parts/problemcard';
import { Ago, Chips, Person, Text } from './cells';
import { lifeText } from './expiry';

/** Below so many pixels some columns are left to the version's own details. */
const NARROW = 680;

/** The versions of an artifact, newest first. */
export function Versions(props: {
  listing: IListingState<ArtifactVersion>;
  chosen: string;
  host: IHost;
  onChoose: (version: string) => void;
  onMore: () => void;
  onRetry: () => void;
}): React.JSX.Element {
  const { listing, chosen, host } = props;
  const { trans } = host;
  const now = useClock(30_000);
  const [frame, size] = useSize<HTMLDivElement>();
  const narrow = size.width > 0 && size.width < NARROW;
  const expire = listing.rows.some(one => one.expires !== null);
  const columns = useMemo(
    () => columnsOf(now, narrow, expire, trans),
    [now, narrow, expire, trans]
  );
  if (listing.failed) {
    return (
      <ProblemCard
        problem={listing.failed}
        host={host}
        onRetry={props.onRetry}
      />
    );
  }
  if (listing.loaded && listing.rows.length === 0) {
    return (
      <p className="jp-Artifacts-quiet">
        {trans.__('All its versions were deleted.')}
      </p>
    );
  }
  return (
    <div className="jp-Artifacts-versions" ref={frame}>
      <DataGrid
        label={trans.__('Versions')}
        rows={listing.rows}
        columns={columns}
        keyOf={version => version.version}
        trans={trans}
        chosen={chosen}
        more={listing.more}
        loading={listing.loading && !listing.loaded}
        onMore={props.onMore}
        onChoose={version => {
          props.onChoose(version.version);
        }}
      />
    </div>
  );
}

function columnsOf(
  now: number,
  narrow: boolean,
  expire: boolean,
  trans: ITranslation
): IGridColumn<ArtifactVersion>[] {
  const columns: (IGridColumn<ArtifactVersion> | false)[] = [
    {
      key: 'version',
      label: trans.__('Version'),
      track: '80px',
      cell: ({ version }) => <strong>{version}</strong>
    },
    {
      key: 'aliases',
      label: trans.__('Aliases, tags'),
      track: narrow ? 'minmax(118px, 0.7fr)' : 'minmax(120px, 1.3fr)',
      cell: ({ aliases, tags }) => (
        <Chips aliases={aliases} tags={tags} most={narrow ? 1 : 3} />
      )
    },
    {
      key: 'description',
      label: trans.__('Description'),
      track: 'minmax(90px, 1.8fr)',
      cell: ({ description }) => <Text text={description} />
    },
    expire && {
      key: 'expires',
      label: trans.__('Expires'),
      track: '78px',
      cell: ({ expires }) =>
        expires === null ? null : (
          <span className="jp-Artifacts-expires" title={timeText(expires)}>
            {lifeText(expires, now, trans)}
          </span>
        )
    },
    !narrow && {
      key: 'files',
      label: trans.__('Files'),
      track: '70px',
      end: true,
      cell: ({ files }) => countText(files)
    },
    {
      key: 'bytes',
      label: trans.__('Size'),
      track: '78px',
      end: true,
      cell: ({ bytes }) => sizeText(bytes)
    },
    !narrow && {
      key: 'by',
      label: trans.__('By'),
      track: 'minmax(90px, 0.8fr)',
      cell: ({ created_by: handle }) => <Person handle={handle} />
    },
    {
      key: 'created',
      label: trans.__('Made'),
      track: '106px',
      cell: ({ created }) => <Ago time={created} now={now} />
    }
  ];
  return columns.filter(column => column !== false);
}
