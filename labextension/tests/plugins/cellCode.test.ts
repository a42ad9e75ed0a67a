import { expect, test } from 'vitest';

import { codeForCells } from '../../src/plugins/cellCode';

const load =
  'import jupyter_artifacts as ja\n\nja.load("alice:mnist-exp0/a.csv")';

test('A notebook without the import gets it once.', () => {
  expect(codeForCells(load, ['import pandas as pd'])).toBe(load);
  expect(codeForCells('ja.load("a")', [])).toBe(
    'import jupyter_artifacts as ja\n\nja.load("a")'
  );
});

test('A notebook that imports it gets the call alone.', () => {
  const cells = ['import os\nimport jupyter_artifacts as ja  # the team'];
  expect(codeForCells(load, cells)).toBe('ja.load("alice:mnist-exp0/a.csv")');
});

test.each([
  ['import jupyter_artifacts as art', 'art'],
  ['import jupyter_artifacts', 'jupyter_artifacts']
])('After "%s" the code says %s.', (cell, name) => {
  expect(codeForCells(load, [cell])).toBe(
    `${name}.load("alice:mnist-exp0/a.csv")`
  );
});

test('Inside of texts nothing is renamed.', () => {
  const code = 'ja.load("bob:ja.x-exp0/\\"ja.csv")';
  expect(codeForCells(code, ['import jupyter_artifacts as art'])).toBe(
    'art.load("bob:ja.x-exp0/\\"ja.csv")'
  );
});

test.each([
  '# import jupyter_artifacts as ja',
  'x = "import jupyter_artifacts"'
])('%j is no import.', cell => {
  expect(codeForCells(load, [cell])).toBe(load);
});
