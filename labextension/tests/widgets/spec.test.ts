import { expect, test } from 'vitest';

import { parseSpec } from '../../src/widgets/spec';

const explorer = {
  kind: 'explorer',
  query: 'user == "alice"',
  sort: '-started',
  columns: ['params.lr'],
  addresses: ['alice:mnist-exp0'],
  model_id: 'abc',
  version: 1
};

test('A view as Python writes it is read whole.', () => {
  expect(parseSpec(explorer)).toEqual({
    kind: 'explorer',
    query: 'user == "alice"',
    sort: '-started',
    columns: ['params.lr'],
    addresses: ['alice:mnist-exp0'],
    to: '',
    modelId: 'abc'
  });
});

test('What has the wrong type is left out, never passed on.', () => {
  const spec = parseSpec({
    kind: 'plot',
    query: { toString: 1 },
    columns: ['a', 1, null],
    addresses: 'alice:mnist',
    version: 1
  });
  expect(spec).toMatchObject({ query: '', columns: ['a'], addresses: [] });
});

test.each([
  [null, /no view/],
  ['explorer', /no view/],
  [{ ...explorer, kind: 'constructor' }, /no such view/],
  [{ ...explorer, version: 2 }, /newer version/],
  [{ ...explorer, version: undefined }, /newer version/],
  [{ ...explorer, kind: 'downloader', addresses: [] }, /no address/]
])('%j is refused with the reason.', (value, reason) => {
  expect(() => parseSpec(value)).toThrow(reason);
});
