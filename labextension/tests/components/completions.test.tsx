import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { expect, test } from 'vitest';

import { english } from '../../src/components/host';
import { completionsOf } from '../../src/components/query/completions';
import { QueryLine } from '../../src/components/query/queryline';
import type { Field } from '../../src/model/nouns';

const FIELDS = [
  'state',
  'params.lr',
  'params.layers',
  'metrics.training.loss',
  'metrics["a"]["b/c"]'
].map(name => ({ name }) as Field);

test.each([
  ['lay', ['params.layers']],
  ['user == "bob" and params.l', ['params.lr', 'params.layers']],
  ['name == "sta', []],
  ['state == "RUNNING" and', []],
  ['', []]
])('after %s these fields are offered', (query, names) => {
  expect(completionsOf(query, query.length, FIELDS).names).toEqual(names);
});

test('Tab takes the first offer, Enter then asks', async () => {
  const user = userEvent.setup();
  const asked: string[] = [];
  render(
    <QueryLine
      query=""
      wrong={null}
      fields={FIELDS}
      trans={english}
      onQuery={query => asked.push(query)}
    />
  );

  await user.click(screen.getByRole('combobox'));
  await user.keyboard('train{Tab}');
  await user.keyboard(' < 1{Enter}');

  expect(asked).toEqual(['metrics.training.loss < 1']);
});

test('what somebody else asks does not take away what one is writing', async () => {
  const user = userEvent.setup();
  const line = (query: string): React.JSX.Element => (
    <QueryLine
      query={query}
      wrong={null}
      fields={FIELDS}
      trans={english}
      onQuery={() => undefined}
    />
  );
  const { rerender } = render(line(''));
  const input = screen.getByRole<HTMLInputElement>('combobox');
  await user.click(input);
  await user.keyboard('state == ');

  rerender(line('user == "bob"'));

  expect(input.value).toBe('state == ');
});
