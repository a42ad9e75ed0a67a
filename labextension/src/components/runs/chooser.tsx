import React, { useState } from 'react';
import type { Field } from '../../model/nouns';
import type { ITranslation } from '../host';
import { Menu, MenuItem } from '../parts/menu';

/** Chooses columns among the fields there are. */
export function ColumnChooser(props: {
  fields: readonly Field[];
  /** Names of the fields that are columns now. */
  chosen: readonly string[];
  /** How many columns the table has. */
  count: number;
  trans: ITranslation;
  /** Null brings the usual ones back. */
  onChoose: (columns: readonly string[] | null) => void;
}): React.JSX.Element {
  const { trans, count } = props;
  return (
    <Menu
      label={
        <>
          {trans.__('Columns')}{' '}
          <span className="jp-Artifacts-quiet">{count}</span>
        </>
      }
      side="right"
    >
      {() => <Choices {...props} />}
    </Menu>
  );
}

const MOST_LISTED = 200;

function Choices(
  props: Parameters<typeof ColumnChooser>[0]
): React.JSX.Element {
  const { fields, chosen, trans, onChoose } = props;
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = fields.filter(
    field => field.name !== 'name' && field.name.toLowerCase().includes(wanted)
  );
  const groups: [string, string][] = [
    ['run', trans.__('Run')],
    ['params', trans.__('Hyperparameters')],
    ['metrics', trans.__('Metrics')],
    ['metadata', trans.__('Metadata')]
  ];
  const toggle = (name: string): void => {
    onChoose(
      chosen.includes(name)
        ? chosen.filter(one => one !== name)
        : [...chosen, name]
    );
  };
  return (
    <div className="jp-Artifacts-chooser">
      <input
        type="search"
        className="jp-Artifacts-input"
        placeholder={trans.__('Search %1 fields', fields.length)}
        aria-label={trans.__('Search fields')}
        value={search}
        autoFocus
        onChange={event => {
          setSearch(event.target.value);
        }}
      />
      <div className="jp-Artifacts-chooser-list">
        {groups.map(([group, label]) => {
          const members = found
            .filter(field => field.group === group)
            .slice(0, MOST_LISTED);
          return members.length === 0 ? null : (
            <section key={group} aria-label={label}>
              <h4 className="jp-Artifacts-heading">{label}</h4>
              {members.map(field => (
                <MenuItem
                  key={field.name}
                  chosen={chosen.includes(field.name)}
                  title={field.name}
                  onClick={() => {
                    toggle(field.name);
                  }}
                >
                  <span className="jp-Artifacts-cut">{field.column}</span>
                </MenuItem>
              ))}
            </section>
          );
        })}
        {found.length === 0 && (
          <p className="jp-Artifacts-quiet">
            {trans.__('No field is called so')}
          </p>
        )}
        {found.length > MOST_LISTED && (
          <p className="jp-Artifacts-quiet">
            {trans.__('Search to see more of the %1 fields', found.length)}
          </p>
        )}
      </div>
      <button
        type="button"
        className="jp-Artifacts-link"
        onClick={() => {
          onChoose(null);
        }}
      >
        {trans.__('Back to the usual columns')}
      </button>
    </div>
  );
}
