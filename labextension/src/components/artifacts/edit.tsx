import React, { useId, useState } from 'react';
import type { ExplorerModel } from '../../model/explorer';
import type { ArtifactVersion } from '../../model/nouns';
import type { VersionModel } from '../../model/version';
import { useBusy, useModel } from '../hooks';
import type { IHost } from '../host';
import { ProblemCard } from '../parts/problemcard';
import { Answers } from './answers';

const LATEST = 'latest';

/** Return what somebody may say of a version: all, its aliases too, or nothing. */
export function editable(
  version: ArtifactVersion | null,
  owner: string,
  me: string
): { says: boolean; aliases: boolean } {
  const aliases = owner === me;
  return { says: aliases || version?.created_by === me, aliases };
}

/** Return the names in a text, each once. */
export function namesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** Asks what a version is called and what is said of it. */
export function AskEdit(props: {
  model: VersionModel;
  version: ArtifactVersion;
  explorer: ExplorerModel;
  /** Whether its aliases are mine to move. */
  mayAlias: boolean;
  owner: string;
  host: IHost;
}): React.JSX.Element {
  const { model, version, explorer, mayAlias, owner, host } = props;
  const { trans } = host;
  const { refused } = useModel(model);
  const { artifact } = useModel(explorer.artifacts.one);
  const [busy, begin] = useBusy();
  // What was there when it was opened: only what was changed here is saved.
  const [before] = useState(() => ({
    description: version.description,
    aliases: version.aliases.filter(alias => alias !== LATEST),
    tags: version.tags
  }));
  const [description, setDescription] = useState(before.description);
  const [aliases, setAliases] = useState(before.aliases.join(', '));
  const [tags, setTags] = useState(before.tags.join(', '));
  const note = useId();
  const wanted = {
    description,
    aliases: namesIn(aliases),
    tags: namesIn(tags)
  };
  const moved = wanted.aliases.flatMap(alias => {
    const from = artifact?.aliases[alias];
    return from && from !== version.version
      ? [trans.__('%1 moves here from %2', alias, from)]
      : [];
  });
  return (
    <form
      className="jp-Artifacts-ask jp-Artifacts-form"
      aria-label={trans.__('Edit %1', version.address)}
      onSubmit={event => {
        event.preventDefault();
        begin(async () => {
          if (await model.edit(before, wanted)) {
            host.notify('success', trans.__('Saved %1', version.address));
          }
        });
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          model.ask('nothing');
        }
      }}
    >
      <label>
        {trans.__('Description')}
        <textarea
          className="jp-Artifacts-input"
          rows={2}
          value={description}
          autoFocus
          onChange={event => {
            setDescription(event.target.value);
          }}
        />
      </label>
      <label>
        {trans.__('Aliases')}
        <input
          className="jp-Artifacts-input"
          value={aliases}
          disabled={!mayAlias}
          aria-describedby={note}
          placeholder={trans.__('e.g. best, served')}
          onChange={event => {
            setAliases(event.target.value);
          }}
        />
      </label>
      <p className="jp-Artifacts-quiet" id={note}>
        {mayAlias
          ? moved.join(' · ')
          : trans.__('only %1 can move the aliases of %1’s artifact', owner)}
      </p>
      <label>
        {trans.__('Tags')}
        <input
          className="jp-Artifacts-input"
          value={tags}
          onChange={event => {
            setTags(event.target.value);
          }}
        />
      </label>
      {refused && <ProblemCard problem={refused} host={host} />}
      <Answers
        yes={trans.__('Save')}
        blocked={busy}
        trans={trans}
        onNo={() => {
          model.ask('nothing');
        }}
      />
    </form>
  );
}
