import { expect, test } from 'vitest';

import { drawn, NODE } from '../../src/components/artifacts/layers';
import type { LineageEdge, LineageNode } from '../../src/model/nouns';
import { fakeLineage } from '../fake/artifacts';

function node(id: string): LineageNode {
  return { id, kind: 'artifact', address: id, gone: false };
}

function edge(source: string, target: string): LineageEdge {
  return { source, target, role: 'input', time: 0, by: '' };
}

function at(
  drawing: ReturnType<typeof drawn>,
  id: string
): (typeof drawing.nodes)[number] {
  const found = drawing.nodes.find(one => one.node.id === id);
  if (!found) {
    throw new Error(`${id} is not drawn`);
  }
  return found;
}

test('what was there before stands further left', () => {
  const { nodes, edges } = fakeLineage('my-model@v1');

  const drawing = drawn(nodes, edges);

  const layers = ['d', 'e', 'r', 'x', 'o'].map(id => at(drawing, id).layer);
  expect(layers).toEqual([0, 1, 2, 3, 4]);
});

test('a node stands right of all that it came from', () => {
  const drawing = drawn(['a', 'b', 'c'].map(node), [
    edge('a', 'c'),
    edge('a', 'b'),
    edge('b', 'c')
  ]);

  expect(at(drawing, 'c').layer).toBe(2);
  const long = drawing.edges.find(one => one.edge.target === 'c');
  expect(long?.points).toHaveLength(4); // past b, not behind it
});

test('nodes of a column do not lie on one another', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `n${index}`);
  const drawing = drawn(
    [node('root'), ...ids.map(node)],
    ids.map(id => edge('root', id))
  );

  const tops = drawing.nodes
    .filter(one => one.layer === 1)
    .map(one => one.y)
    .sort((one, other) => one - other);
  const gaps = tops.slice(1).map((top, index) => top - (tops[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(NODE.height);
  expect(drawing.height).toBeGreaterThanOrEqual(30 * NODE.height);
});

test('a circle is drawn, with one arrow backwards', () => {
  const drawing = drawn(['run', 'model'].map(node), [
    edge('run', 'model'),
    edge('model', 'run')
  ]);

  expect(at(drawing, 'run').layer).not.toBe(at(drawing, 'model').layer);
  const ways = drawing.edges.map(({ points }) => {
    const [from, to] = [points[0], points.at(-1)];
    return Math.sign((to?.[0] ?? 0) - (from?.[0] ?? 0));
  });
  expect(ways.sort()).toEqual([-1, 1]);
});

test('edges that need not cross do not', () => {
  const drawing = drawn(['a', 'b', 'y', 'x'].map(node), [
    edge('a', 'x'),
    edge('b', 'y')
  ]);

  const [a, b] = [at(drawing, 'a').y, at(drawing, 'b').y];
  const [x, y] = [at(drawing, 'x').y, at(drawing, 'y').y];
  expect(a < b).toBe(x < y);
});

test('five hundred nodes are placed in an instant', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `n${index}`);
  const edges = ids.flatMap((id, index) =>
    index === 0 ? [] : [edge(ids[Math.floor(index / 3)] ?? '', id)]
  );
  const begun = performance.now();

  const drawing = drawn(ids.map(node), edges);

  expect(drawing.nodes).toHaveLength(500);
  expect(performance.now() - begun).toBeLessThan(1000);
});
