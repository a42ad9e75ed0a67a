import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { experimentOf, shortOf } from '../addresses';
import type { IViewSpec } from '../widgets/spec';

const RUN = /^(?:runs\/([\w.-]+)\/|([\w.-]+):)([\w.-]+)$/;

/**
 * Return the explorer that a command's arguments ask for: an experiment's address
 * is selected, a run's becomes the query for its experiments.
 */
export function runsSpec(args: ReadonlyPartialJSONObject): IViewSpec {
  const query = text(args['query']);
  const address = text(args['address']);
  const experiment = experimentOf(address);
  const [, owner, user = owner, run] = (!experiment && RUN.exec(address)) || [];
  const ofRun = user && run ? `user == "${user}" and name == "${run}"` : '';
  return {
    kind: 'explorer',
    query: query || ofRun,
    sort: '-started',
    columns: [],
    addresses: experiment ? [shortOf(experiment)] : [],
    to: '',
    modelId: ''
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
