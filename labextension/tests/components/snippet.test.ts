import { expect, test } from 'vitest';

import { loadCode, pythonText } from '../../src/components/snippet';

test('a file is loaded by its address', () => {
  expect(loadCode('alice:mnist-exp0/predictions.parquet')).toBe(
    'import jupyter_artifacts as ja\n\nja.load("alice:mnist-exp0/predictions.parquet")'
  );
});

test('a name that looks like code stays a name', () => {
  expect(pythonText('"); import os #.csv')).toBe('"\\"); import os #.csv"');
});

test.each([
  ['a\\', '"a\\\\"'],
  ['a\nb', '"a\\u000ab"'],
  ['\u202egpj.exe', '"\\u202egpj.exe"'],
  ['zero\u200bwidth', '"zero\\u200bwidth"'],
  ['épreuve – 试验 🎉', '"épreuve – 试验 🎉"'],
  ['\ud800', '"\\ud800"']
])('%j becomes a literal that reads as it is', (text, literal) => {
  expect(pythonText(text)).toBe(literal);
});
