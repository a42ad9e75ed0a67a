import { expect, test } from 'vitest';

import { runsSpec } from '../../src/plugins/runsSpec';

test.each([
  ['alice:mnist-exp3', 'alice:mnist-exp3'],
  ['runs/alice/mnist/exp3/files/a.txt', 'alice:mnist-exp3']
])('%s opens its experiment.', (address, experiment) => {
  expect(runsSpec({ address })).toMatchObject({
    addresses: [experiment],
    query: ''
  });
});

test.each(['alice:mnist', 'runs/alice/mnist'])(
  '%s opens the experiments of the run.',
  address => {
    expect(runsSpec({ address })).toMatchObject({
      addresses: [],
      query: 'user == "alice" and name == "mnist"'
    });
  }
);

test('A query of its own goes before that of an address.', () => {
  const query = 'state == "RUNNING"';
  expect(runsSpec({ query, address: 'alice:mnist' }).query).toBe(query);
});

test('What is no text or no address asks for everything.', () => {
  const everything = { query: '', addresses: [] };
  expect(runsSpec({})).toMatchObject(everything);
  expect(runsSpec({ query: 1, address: ['a'] })).toMatchObject(everything);
  expect(runsSpec({ address: '") or ("' })).toMatchObject(everything);
});
