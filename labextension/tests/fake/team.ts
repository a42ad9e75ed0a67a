import type {
  Datastore,
  Member,
  Session,
  Transfer
} from '../../src/model/nouns';
import { DAY, HOUR, NOW } from './recipes';

export { fakeExperiments, fakeRun, type IFakeExperiment } from './experiments';
export type { IFakeFile } from './files';
export { NOW };

const PEOPLE: [string, string, Member['role']][] = [
  ['alice', 'Alice Adams', 'owner'],
  ['bob', 'Bob Brown', 'member'],
  ['chen', 'Chen Wei', 'member'],
  ['dara', 'Dara Sok', 'viewer']
];

/** Return the team's members. */
export function fakeMembers(): Member[] {
  return PEOPLE.map(([handle, display_name, role], index) => ({
    handle,
    display_name,
    role,
    login: `${handle}@example.org`,
    joined: NOW - 90 * DAY,
    runs: 3 + index
  }));
}

/** Return the team's datastores. */
export function fakeDatastores(): Datastore[] {
  const stores: [string, string, number, number][] = [
    ['imagenet-mini', 'alice', 3, 4.2e9],
    ['clicks-2026', 'chen', 12, 18e9],
    ['cats', 'bob', 1, 86e6]
  ];
  return stores.map(([name, owner, versions, bytes]) => ({
    name,
    owner,
    address: `datastores/${name}`,
    description: '',
    created: NOW - 30 * DAY,
    versions: Array.from({ length: versions }, (_, index) => ({
      address: `datastores/${name}/v${String(index + 1)}`,
      version: `v${String(index + 1)}`,
      number: index + 1,
      bytes,
      files: 1200,
      created: NOW - 20 * DAY,
      created_by: owner,
      source: `/data/${name}`,
      uri: '',
      left_out: 0
    }))
  }));
}

/** Return the team's sessions; the first is this page's. */
export function fakeSessions(): Session[] {
  const one = { host: 'gpu-04', started: NOW - HOUR, last_seen: NOW };
  return [
    {
      ...one,
      id: 's1',
      owner: 'alice',
      name: 'vision',
      url: 'https://hub.example.org/user/alice/',
      root: '/home/alice/vision',
      people: ['alice', 'bob'],
      attachments: [
        {
          address: 'datastores/imagenet-mini/v3',
          path: '/home/alice/vision/datastores/imagenet-mini/v3',
          relative: 'datastores/imagenet-mini/v3',
          attached: NOW - 600,
          attached_by: 'alice'
        }
      ]
    },
    {
      ...one,
      id: 's2',
      owner: 'bob',
      name: 'eda',
      url: 'https://hub.example.org/user/bob/',
      root: '/home/bob/eda',
      people: [],
      attachments: []
    }
  ];
}

/** Return the transfers of the session. */
export function fakeTransfers(): Transfer[] {
  return [
    {
      id: 't1',
      owner: 'bob',
      address: 'bob:vit-finetune-exp0',
      to: 'jupyter_artifacts_downloads',
      state: 'moving',
      done_bytes: 2.1e9,
      total_bytes: 3.4e9,
      done_files: 9,
      total_files: 19,
      rate: 412e6,
      started: NOW - 5,
      ended: null,
      error: '',
      session: 's1',
      askers: ['bob'],
      asked: '',
      receipt: null
    }
  ];
}
