import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { Explorer } from '../../src/components/explorer';
import {
  columnsOf,
  fitting,
  usualFields
} from '../../src/components/runs/columns';
import { keptViews } from '../../src/components/runs/views';
import { english } from '../../src/components/host';
import { ExplorerModel } from '../../src/model/explorer';
import type { Field } from '../../src/model/nouns';
import { inOrder } from '../../src/model/rows';
import { newProblem, SourceError } from '../../src/source/source';
import { FakeSource } from '../fake/source';
import { testHost, type ITestHost } from './stage';

let source: FakeSource;
let host: ITestHost;
let model: ExplorerModel;
const user = userEvent.setup();

beforeEach(() => {
  source = new FakeSource();
  host = testHost();
  model = new ExplorerModel({ source });
  render(<Explorer model={model} host={host} />);
});

afterEach(() => {
  model.dispose();
});

test('a run that a query leaves out is said to be away and can be unplotted', async () => {
  await screen.findByText('12 experiments');
  const [address = ''] = model.selection.state.selected;

  await model.runs.setQuery('user == "nobody"');
  await screen.findByText('not in this query');
  await user.click(screen.getByLabelText(`Take ${address} out of the plots`));

  expect(model.selection.state.selected).not.toContain(address);
});

test('a lost sign-in is said in one sentence', async () => {
  await screen.findByText('12 experiments');
  source.failing = new SourceError(
    newProblem('not-authenticated', 'no member', 'runs', 'send a token'),
    401
  );

  await model.runs.retry();

  const said = /^You are signed out. Open your sign-in link again/;
  await waitFor(() => {
    expect(screen.getAllByText(said)).toHaveLength(1);
  });
  expect(screen.queryByText('send a token')).toBeNull();
});

test('Enter in its name keeps a view, though a form would not be sent', async () => {
  await screen.findByText('12 experiments');
  await user.click(screen.getByRole('button', { name: 'Save view' }));

  await user.type(screen.getByLabelText('Name of this view'), 'mine{Enter}');

  expect(keptViews(host).map(one => one.name)).toEqual(['mine']);
});

function field(name: string, experiments: number): Field {
  const group = name.split('.')[0] as Field['group'];
  const column = name.replace(/^(params|metrics)\./, '');
  return { name, group, column, kind: 'number', experiments } as Field;
}

test('the columns keep their order when more runs have the later ones', () => {
  const before = [field('params.lr', 9), field('params.batch', 8)];
  const after = inOrder(before, [
    field('params.batch', 20),
    field('params.model', 30),
    field('params.lr', 10)
  ]);

  expect(after.map(one => one.column)).toEqual(['lr', 'batch', 'model']);
  expect(
    usualFields(after, 2000).filter(name => name.startsWith('params'))
  ).toEqual(['params.lr', 'params.batch', 'params.model']);
});

test('where it is narrow other columns go before a metric does', () => {
  const fields = [
    field('params.lr', 9),
    field('metrics.training.loss', 9),
    field('metrics.validation.accuracy', 9)
  ];
  const all = columnsOf(usualFields(fields, 2000), fields, [], english);

  const kept = fitting(all, 640).map(column => column.field);

  expect(kept).toContain('metrics.validation.accuracy');
  expect(kept).not.toContain('artifact_bytes');
  expect(fitting(all, Infinity)).toEqual(all);
});
