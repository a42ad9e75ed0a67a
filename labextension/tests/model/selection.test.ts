import { expect, test, vi } from 'vitest';

import { ExplorerModel } from '../../src/model/explorer';
import { SelectionModel } from '../../src/model/selection';
import { FakeSource } from '../fake/source';

const A = 'alice:resnet-sweep-exp3';
const B = 'alice:resnet-sweep-exp2';
const C = 'bob:vit-finetune-exp0';

test('a run keeps its colour while others come and go', () => {
  const model = new SelectionModel(new FakeSource(), [A, B, C]);

  model.toggle(A);
  model.toggle(A);

  expect(model.state.slots.get(B)).toBe(1);
  expect(model.state.slots.get(C)).toBe(2);
  model.dispose();
});

test('a colour that is free again is given to the next run', () => {
  const model = new SelectionModel(new FakeSource(), [A, B]);

  model.toggle(A);
  model.add([C]);

  expect(model.state.slots.get(C)).toBe(0);
  model.dispose();
});

test('a selected run that is on no page is looked up', async () => {
  const model = new SelectionModel(new FakeSource(), [C]);

  await new Promise<void>(resolve => {
    model.subscribe(resolve);
  });

  expect(model.state.known.get(C)?.run).toBe('vit-finetune');
  model.dispose();
});

test('a run that failed is not plotted unless somebody chooses it', async () => {
  const model = new ExplorerModel({ source: new FakeSource() });

  await vi.waitFor(() => {
    expect(model.selection.state.selected).toHaveLength(6);
  });

  expect(model.selection.state.selected).not.toContain('chen:baseline-exp1');
  expect(model.selection.state.focused).toBe(A);
  model.dispose();
});

test('what somebody deletes is no longer selected', async () => {
  const source = new FakeSource();
  vi.useFakeTimers();
  const own = new SelectionModel(source, [
    'alice:resnet-sweep-exp3',
    'bob:vit-finetune-exp0'
  ]);
  await vi.advanceTimersByTimeAsync(1500);

  source.emit({
    kind: 'run',
    change: 'deleted',
    address: 'runs/alice/resnet-sweep'
  });

  expect(own.state.selected).toEqual(['bob:vit-finetune-exp0']);
  own.dispose();
  vi.useRealTimers();
});
