import { expect, test } from 'vitest';

import { tableRows } from '../../src/components/details/csv';
import { aroundMistake, tokensOf } from '../../src/components/query/tokens';
import {
  columnsOf,
  tabText,
  usualFields
} from '../../src/components/runs/columns';
import { linesOf } from '../../src/components/runs/lines';
import { english } from '../../src/components/host';
import { partsOf, valueOf } from '../../src/fields';
import { spoken } from '../../src/addresses';
import { fieldsOf } from '../fake/query';
import { fakeExperiments } from '../fake/team';

const rows = fakeExperiments().map(one => one.experiment);
const fields = fieldsOf(rows);

test.each([
  'metrics.validation.accuracy > 0.9 and user in ("alice", "bob")',
  'params["optim/lr"] < 1e-3 or not "x\\"y" in name',
  'unfinished "text',
  '   ',
  'ünïcode == "é"'
])('the pieces of %j make the query again', query => {
  const pieces = tokensOf(query).map(token => token.text);

  expect(pieces.join('')).toBe(query);
});

test('a mistake is marked by characters, not by UTF-16 halves', () => {
  expect(aroundMistake('"🎉" and lrr', 8, 3)).toEqual(['"🎉" and ', 'lrr', '']);
});

test('quotes keep commas and lines inside a cell', () => {
  const { rows: found } = tableRows('a,b\n"x, ""y""\nz",2', ',', 10);

  expect(found).toEqual([
    ['a', 'b'],
    ['x, "y"\nz', '2']
  ]);
});

test('no more rows are read than are shown', () => {
  expect(tableRows('1\n2\n3\n', ',', 2)).toEqual({
    rows: [['1'], ['2']],
    more: true
  });
});

test('a name in brackets is one part of a field', () => {
  expect(partsOf('metrics["val"]["loss/x"].last')).toEqual([
    'metrics',
    'val',
    'loss/x',
    'last'
  ]);
});

test('a nested hyperparameter is found by its path', () => {
  const nested = rows.find(row => 'optim' in row.params);

  expect(nested && valueOf(nested, 'params.optim.momentum')).toBe(0.9);
});

test('an address of the tree is said as people say it', () => {
  expect(spoken('runs/alice/mnist/exp0/files/a/b.txt')).toBe(
    'alice:mnist-exp0/a/b.txt'
  );
  expect(spoken('datastores/cats/v1')).toBe('datastores/cats/v1');
  expect(spoken('artifacts/my-model/v3/a/b.txt')).toBe('my-model@v3/a/b.txt');
  expect(spoken('artifacts/my-model')).toBe('artifacts/my-model');
});

test('the name stands first and each group of columns together', () => {
  const columns = columnsOf(
    usualFields(fields, Infinity),
    fields,
    rows,
    english
  );

  expect(columns.map(column => column.label)).toEqual([
    'Name',
    'State',
    'Owner',
    'Started',
    'Duration',
    'model',
    'lr',
    'batch',
    'training.loss',
    'validation.accuracy',
    'Artifacts'
  ]);
});

test('a copied cell cannot become a formula of a spreadsheet', () => {
  const columns = columnsOf(['params.model'], fields, rows, english);
  const [row] = rows;
  const hostile = { ...row, params: { model: '=HYPERLINK("http://x")' } };

  const text = tabText([hostile as (typeof rows)[number]], columns);

  expect(text.split('\t').at(-1)).toBe('\'=HYPERLINK("http://x")');
});

test('rows of a group stay in the order asked for', () => {
  const mine = rows.filter(row => row.user === 'bob');

  const lines = linesOf(mine, 'user', 'params.lr', false);

  expect(lines[0]).toMatchObject({ kind: 'group', key: 'bob', count: 3 });
  expect(
    lines.slice(1).map(line => line.kind === 'row' && line.row.params['lr'])
  ).toEqual([5e-5, 5e-4, 1e-3]);
});
