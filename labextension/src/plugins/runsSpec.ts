import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IViewSpec } from '../widgets/spec';

/** Return the explorer that a command's arguments ask for. */
export function runsSpec(args: ReadonlyPartialJSONObject): IViewSpec {
  const { query, address } = args;
  return {
    kind: 'explorer',
    query: typeof query === 'string' ? query : '',
    sort: '-started',
    columns: [],
    addresses: typeof address === 'string' && address ? [address] : [],
    to: '',
    modelId: ''
  };
}
