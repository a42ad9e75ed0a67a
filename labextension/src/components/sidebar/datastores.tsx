import React, { useState } from 'react';
import type { Datastore } from '../../model/nouns';
import type { ISidebarState, SidebarModel } from '../../model/sidebar';
import { failing } from '../details/telling';
import { sizeText } from '../format';
import type { IHost } from '../host';
import { Icon } from '../parts/icon';
import { Menu, MenuItem } from '../parts/menu';
import { Section, WaitingLines } from './section';

/** Everybody's datastores; a button attaches one to this session. */
export function Datastores(props: {
  model: SidebarModel;
  state: ISidebarState;
  host: IHost;
}): React.JSX.Element {
  const { model, state, host } = props;
  const { trans } = host;
  const { datastores } = state;
  const changes = model.source.kind === 'rest';
  return (
    <Section
      title={trans.__('Datastores')}
      action={changes && <NewDatastore model={model} host={host} />}
    >
      {datastores === null && <WaitingLines count={2} />}
      {datastores?.length === 0 && (
        <p className="jp-Artifacts-quiet">
          {trans.__('None yet. The + makes one of a folder.')}
        </p>
      )}
      {datastores?.map(store => (
        <DatastoreLine key={store.name} store={store} {...props} />
      ))}
    </Section>
  );
}

function DatastoreLine(props: {
  store: Datastore;
  model: SidebarModel;
  state: ISidebarState;
  host: IHost;
}): React.JSX.Element {
  const { store, model, state, host } = props;
  const { trans } = host;
  const session = model.session;
  const attachment = session?.attachments.find(one =>
    one.address.startsWith(`${store.address}/`)
  );
  const newest = store.versions.at(-1);
  const version = attachment
    ? attachment.address.slice(store.address.length + 1)
    : (newest?.version ?? '');
  const address = `${store.address}/${version}`;
  const busy = [...state.busy].some(one => one.startsWith(store.address));
  const facts = [
    store.description,
    newest && trans.__('%1 in %2 files', sizeText(newest.bytes), newest.files),
    trans.__('by %1', store.owner)
  ].filter(Boolean);
  const attach = (which: string): Promise<void> =>
    failing(
      host,
      model.attach(which).then(made => {
        host.notify('success', trans.__('Attached at %1', made.relative));
      })
    );
  return (
    <div className="jp-Artifacts-line" title={facts.join('\n')}>
      <span className="jp-Artifacts-line-main">
        {attachment && host.openFile ? (
          <button
            type="button"
            className="jp-Artifacts-link jp-Artifacts-cut"
            title={attachment.path}
            onClick={() => {
              host.openFile?.(attachment.relative);
            }}
          >
            {store.name}
          </button>
        ) : (
          <span className="jp-Artifacts-cut">{store.name}</span>
        )}
        {session && !attachment && store.versions.length > 1 ? (
          <Menu
            plain
            className="jp-Artifacts-quiet"
            label={<>{version} ▾</>}
            title={trans.__('Attach another version')}
          >
            {close =>
              [...store.versions].reverse().map(one => (
                <MenuItem
                  key={one.version}
                  onClick={() => {
                    close();
                    void attach(one.address);
                  }}
                >
                  {trans.__('Attach %1', one.version)}{' '}
                  <span className="jp-Artifacts-quiet">
                    {sizeText(one.bytes)}
                  </span>
                </MenuItem>
              ))
            }
          </Menu>
        ) : (
          <span className="jp-Artifacts-quiet">{version}</span>
        )}
      </span>
      <span className="jp-Artifacts-line-note">
        {attachment ? (
          <>
            <span className="jp-Artifacts-attached">
              {trans.__('attached')}
            </span>
            <button
              type="button"
              className="jp-Artifacts-link jp-Artifacts-detach"
              disabled={busy}
              onClick={() => {
                void failing(host, model.detach(address));
              }}
            >
              {trans.__('Detach')}
            </button>
          </>
        ) : (
          <>
            {store.owner}
            {session && version && (
              <button
                type="button"
                className="jp-Artifacts-link"
                disabled={busy}
                title={trans.__('Let code of this session open %1', address)}
                onClick={() => {
                  void attach(address);
                }}
              >
                {busy ? trans.__('Attaching…') : trans.__('Attach')}
              </button>
            )}
          </>
        )}
      </span>
    </div>
  );
}

function NewDatastore(props: {
  model: SidebarModel;
  host: IHost;
}): React.JSX.Element {
  const { model, host } = props;
  const { trans } = host;
  const [name, setName] = useState('');
  const [folder, setFolder] = useState('');
  const ready = name.trim() !== '' && folder.trim() !== '';
  return (
    <Menu
      plain
      side="right"
      label={<Icon name="plus" />}
      title={trans.__('Make a datastore of a folder')}
    >
      {close => (
        <form
          className="jp-Artifacts-form"
          onSubmit={event => {
            event.preventDefault();
            if (ready) {
              close();
              void failing(
                host,
                model.create(name.trim(), folder.trim()).then(made => {
                  host.notify('success', trans.__('Made %1', made.address));
                })
              );
            }
          }}
        >
          <label>
            {trans.__('Name')}
            <input
              className="jp-Artifacts-input"
              value={name}
              autoFocus
              onChange={event => {
                setName(event.target.value);
              }}
            />
          </label>
          <label>
            {trans.__('Folder of this session')}
            <input
              className="jp-Artifacts-input"
              value={folder}
              placeholder={trans.__('e.g. data/cats')}
              onChange={event => {
                setFolder(event.target.value);
              }}
            />
          </label>
          <p className="jp-Artifacts-quiet">
            {trans.__('It is copied: later changes make a new version.')}
          </p>
          <button
            type="submit"
            className="jp-Artifacts-button jp-mod-primary"
            disabled={!ready}
          >
            {trans.__('Make it')}
          </button>
        </form>
      )}
    </Menu>
  );
}
