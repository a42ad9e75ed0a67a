import type { LineageEdge, LineageNode } from '../../model/nouns';

/** Where a node stands. */
export interface IPlaced {
  readonly node: LineageNode;
  /** Which column, from what was there first. */
  readonly layer: number;
  /** Which place in its column, from the top. */
  readonly order: number;
  readonly x: number;
  readonly y: number;
}

/** How an edge runs: through these points, in the direction of the arrow. */
export interface IRouted {
  readonly edge: LineageEdge;
  readonly points: readonly (readonly [number, number])[];
}

/** A graph that is drawn from left to right. */
export interface IDrawing {
  readonly nodes: readonly IPlaced[];
  readonly edges: readonly IRouted[];
  readonly width: number;
  readonly height: number;
}

/** What nodes and the room between them measure, in pixels. */
export const NODE = { width: 166, height: 44, beside: 62, below: 14 } as const;

const SWEEPS = 6;

/** Something that takes a place in a column: a node, or an edge passing through. */
interface ISlot {
  readonly id: string;
  readonly layer: number;
  readonly before: ISlot[];
  readonly after: ISlot[];
  order: number;
  y: number;
}

/**
 * Return where nodes and edges are drawn: in columns, so that arrows point to the
 * right where they can, with few crossings.
 *
 * The longest way from a beginning decides a node's column; an edge that closes a
 * circle is drawn backwards. An edge over several columns has a slot in each, so
 * that it runs between nodes and not below them.
 */
export function drawn(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): IDrawing {
  const known = new Set(nodes.map(node => node.id));
  const real = edges.filter(
    edge =>
      known.has(edge.source) &&
      known.has(edge.target) &&
      edge.source !== edge.target
  );
  const layers = layersOf(nodes, real);
  const slots = new Map<string, ISlot>();
  const columns: ISlot[][] = [];
  const put = (id: string, layer: number): ISlot => {
    const column = (columns[layer] ??= []);
    const order = column.length;
    const slot = { id, layer, before: [], after: [], order, y: 0 };
    column.push(slot);
    return slot;
  };
  for (const { id } of nodes) {
    slots.set(id, put(id, layers.get(id) ?? 0));
  }
  const ways = real.flatMap((edge, index) => {
    const [from, to] = [slots.get(edge.source), slots.get(edge.target)];
    if (!from || !to) {
      return [];
    }
    const backwards = from.layer > to.layer;
    const [left, right] = backwards ? [to, from] : [from, to];
    const way = [left];
    for (let layer = left.layer + 1; layer < right.layer; layer += 1) {
      way.push(put(`${index} ${layer}`, layer));
    }
    way.push(right);
    way.slice(1).forEach((slot, at) => {
      const before = way[at];
      if (before) {
        before.after.push(slot);
        slot.before.push(before);
      }
    });
    return { edge, way, backwards };
  });
  order(columns);
  const height = place(columns, slots);
  const placed = nodes.flatMap(node => {
    const slot = slots.get(node.id);
    return slot
      ? {
          node,
          layer: slot.layer,
          order: slot.order,
          x: slot.layer * (NODE.width + NODE.beside),
          y: slot.y
        }
      : [];
  });
  return {
    nodes: placed,
    edges: ways.map(({ edge, way, backwards }) => ({
      edge,
      points: pointsOf(way, backwards)
    })),
    width: columns.length * (NODE.width + NODE.beside) - NODE.beside,
    height
  };
}

/** Return each node's column: the longest way from a beginning, circles cut open. */
function layersOf(
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[]
): Map<string, number> {
  const out = new Map<string, string[]>();
  for (const { source, target } of edges) {
    out.set(source, [...(out.get(source) ?? []), target]);
  }
  const state = new Map<string, 'open' | 'done'>();
  const sequence: string[] = [];
  const cut = new Set<string>();
  const targets = new Set(edges.map(edge => edge.target));
  // Beginnings first: then it is the edges that lead back that are cut.
  const starts = [
    ...nodes.filter(node => !targets.has(node.id)),
    ...nodes.filter(node => targets.has(node.id))
  ];
  for (const { id: start } of starts) {
    const stack: [string, number][] = state.has(start) ? [] : [[start, 0]];
    state.set(start, state.get(start) ?? 'open');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const [id, next] = top;
      const target = out.get(id)?.[next];
      top[1] += 1;
      if (target === undefined) {
        state.set(id, 'done');
        sequence.unshift(id);
        stack.pop();
      } else if (state.get(target) === 'open') {
        cut.add(`${id} ${target}`);
      } else if (!state.has(target)) {
        state.set(target, 'open');
        stack.push([target, 0]);
      }
    }
  }
  const layers = new Map(sequence.map(id => [id, 0]));
  for (const id of sequence) {
    const own = layers.get(id) ?? 0;
    for (const target of out.get(id) ?? []) {
      if (!cut.has(`${id} ${target}`)) {
        layers.set(target, Math.max(layers.get(target) ?? 0, own + 1));
      }
    }
  }
  return layers;
}

/** Let each slot stand about where its neighbours stand, so that few edges cross. */
function order(columns: ISlot[][]): void {
  const sort = (column: ISlot[], side: 'before' | 'after'): void => {
    const middle = new Map(
      column.map(slot => {
        const near = slot[side];
        const sum = near.reduce((total, one) => total + one.order, 0);
        return [slot, near.length > 0 ? sum / near.length : slot.order];
      })
    );
    column.sort(
      (one, other) => (middle.get(one) ?? 0) - (middle.get(other) ?? 0)
    );
    column.forEach((slot, at) => {
      slot.order = at;
    });
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forwards = sweep % 2 === 0;
    const side = forwards ? 'before' : 'after';
    for (const column of forwards ? columns : [...columns].reverse()) {
      sort(column, side);
    }
  }
}

/** Give each slot its height; return that of the drawing. */
function place(columns: ISlot[][], real: Map<string, ISlot>): number {
  const room = (slot: ISlot): number =>
    real.has(slot.id) ? NODE.height : NODE.below;
  const height = (column: ISlot[]): number =>
    column.reduce((sum, slot) => sum + room(slot) + NODE.below, -NODE.below);
  const whole = Math.max(0, ...columns.map(height));
  for (const column of columns) {
    let top = (whole - height(column)) / 2;
    for (const slot of column) {
      slot.y = top;
      top += room(slot) + NODE.below;
    }
  }
  return whole;
}

function pointsOf(way: ISlot[], backwards: boolean): [number, number][] {
  const last = way.length - 1;
  const points = way.flatMap((slot, at): [number, number][] => {
    const x = slot.layer * (NODE.width + NODE.beside);
    if (at === 0) {
      return [[x + NODE.width, slot.y + NODE.height / 2]];
    }
    if (at === last) {
      return [[x, slot.y + NODE.height / 2]];
    }
    const y = slot.y + NODE.below / 2;
    return [
      [x, y],
      [x + NODE.width, y]
    ];
  });
  return backwards ? points.reverse() : points;
}

/** Return where an arrow key leads: along its column, or to the next beside it. */
export function neighbour(
  drawing: IDrawing,
  at: string,
  key: string
): IPlaced | undefined {
  const here = drawing.nodes.find(one => one.node.id === at);
  const [over, down] =
    {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1]
    }[key] ?? [];
  if (!here || over === undefined || down === undefined) {
    return undefined;
  }
  const near = (one: IPlaced): number => Math.abs(one.y - here.y);
  return drawing.nodes
    .filter(
      one =>
        one.layer === here.layer + over &&
        (down === 0 || (one.y - here.y) * down > 0)
    )
    .sort((one, other) => near(one) - near(other))[0];
}
