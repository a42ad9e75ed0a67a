import React, { useEffect, useId, useMemo, useState } from 'react';
import { experimentOf, spoken, versionOf } from '../../addresses';
import type { Lineage, LineageNode } from '../../model/nouns';
import { useSize } from '../hooks';
import type { ITranslation } from '../host';
import { Icon, type IconName } from '../parts/icon';
import { drawn, neighbour, NODE, type IPlaced, type IRouted } from './layers';

const MARGIN = 16;
/** Smaller than this nothing is drawn; one scrolls instead. */
const SMALLEST = 0.8;
/** Of more edges than this, what each is would cover the drawing. */
const MOST_NAMED = 30;
/** What a line says by its colour and direction alone. */
const PLAIN = ['input', 'output'];

const ICONS: Record<string, IconName> = {
  artifact: 'box',
  checkpoint: 'flag',
  datastore: 'table',
  experiment: 'run'
};

/** Return what people call it when one thing went into another, or came out. */
export function roleNames(trans: ITranslation): Record<string, string> {
  return {
    output: trans.__('made'),
    input: trans.__('input'),
    'fine-tuning': trans.__('fine-tuned'),
    inference: trans.__('inference')
  };
}

/** A lineage, drawn from left to right; arrows go from node to node, Enter opens one. */
export function Graph(props: {
  lineage: Lineage;
  trans: ITranslation;
  onOpen: (address: string) => void;
}): React.JSX.Element {
  const { lineage, trans, onOpen } = props;
  const arrow = useId();
  const drawing = useMemo(
    () => drawn(lineage.nodes, lineage.edges),
    [lineage.nodes, lineage.edges]
  );
  const [at, setAt] = useState(lineage.root);
  useEffect(() => {
    setAt(lineage.root);
  }, [lineage.root]);
  const [scroller, size] = useSize<HTMLDivElement>();
  const width = drawing.width + 2 * MARGIN;
  const height = drawing.height + 2 * MARGIN;
  // What does not fit is drawn smaller, as long as it can be read.
  const fit = Math.min(size.width / width, size.height / height);
  const scale = size.width > 0 ? Math.max(SMALLEST, Math.min(1, fit)) : 1;
  const root = drawing.nodes.find(one => one.node.id === lineage.root);
  useEffect(() => {
    const element = scroller.current;
    if (element && root) {
      const middle = (place: number, own: number, seen: number): number =>
        (place + own / 2 + MARGIN) * scale - seen / 2;
      element.scrollLeft = middle(root.x, NODE.width, element.clientWidth);
      element.scrollTop = middle(root.y, NODE.height, element.clientHeight);
    }
  }, [root, scale, scroller]);
  const pressed = (event: React.KeyboardEvent): void => {
    const goal = neighbour(drawing, at, event.key);
    if (goal) {
      event.preventDefault();
      event.stopPropagation();
      setAt(goal.node.id);
      focusNode(event.currentTarget, goal.node.id);
    }
  };
  const named = drawing.edges.length <= MOST_NAMED;
  return (
    <div
      className="jp-Artifacts-graph"
      role="group"
      aria-label={trans.__('Where it came from, and what came of it')}
      ref={scroller}
      onKeyDown={pressed}
    >
      <div
        className="jp-Artifacts-graph-sheet"
        style={{ width, height, zoom: scale }}
      >
        <svg
          width={width}
          height={height}
          viewBox={[-MARGIN, -MARGIN, width, height].join(' ')}
          aria-hidden="true"
        >
          <defs>
            <marker
              id={arrow}
              viewBox="0 0 8 8"
              refX="7.5"
              refY="4"
              markerUnits="userSpaceOnUse"
              markerWidth="10"
              markerHeight="10"
              orient="auto"
            >
              <path className="jp-Artifacts-arrow" d="M0 0.5 8 4 0 7.5z" />
            </marker>
          </defs>
          {drawing.edges.map((routed, index) => (
            <Edge
              key={index}
              routed={routed}
              arrow={arrow}
              named={named}
              near={routed.edge.source === at || routed.edge.target === at}
              trans={trans}
            />
          ))}
        </svg>
        {drawing.nodes.map(placed => (
          <Node
            key={placed.node.id}
            placed={placed}
            root={placed.node.id === lineage.root}
            tabbed={placed.node.id === at}
            trans={trans}
            onFocus={() => {
              setAt(placed.node.id);
            }}
            onOpen={() => {
              onOpen(placed.node.address);
            }}
          />
        ))}
      </div>
    </div>
  );
}

function Edge(props: {
  routed: IRouted;
  arrow: string;
  named: boolean;
  near: boolean;
  trans: ITranslation;
}): React.JSX.Element {
  const { routed, arrow, named, near, trans } = props;
  const { edge, points } = routed;
  const [first, second] = [points[0] ?? [0, 0], points[1] ?? [0, 0]];
  const role = roleNames(trans)[edge.role] ?? edge.role;
  return (
    <g className={near ? 'jp-mod-near' : ''}>
      <path
        className={`jp-Artifacts-edge jp-mod-${edge.role}`}
        d={pathOf(points)}
        markerEnd={`url(#${arrow})`}
      />
      {named && !PLAIN.includes(edge.role) && (
        <text
          className="jp-Artifacts-edge-name"
          x={(first[0] + second[0]) / 2}
          y={(first[1] + second[1]) / 2 - 6}
          textAnchor="middle"
        >
          {role}
        </text>
      )}
    </g>
  );
}

/** Return a line through points: curves between columns, straight within one. */
function pathOf(points: IRouted['points']): string {
  return points
    .map(([x, y], at) => {
      const before = points[at - 1];
      if (!before) {
        return `M${x} ${y}`;
      }
      const middle = (before[0] + x) / 2;
      return `C${middle} ${before[1]} ${middle} ${y} ${x} ${y}`;
    })
    .join('');
}

function Node(props: {
  placed: IPlaced;
  root: boolean;
  tabbed: boolean;
  trans: ITranslation;
  onFocus: () => void;
  onOpen: () => void;
}): React.JSX.Element {
  const { placed, root, trans } = props;
  const { node } = placed;
  const address = spoken(node.address);
  const [name, ending] = namedBy(node);
  const kind = kindOf(node, trans);
  const looks = [
    `jp-mod-${node.kind}`,
    root ? 'jp-mod-root' : '',
    node.gone ? 'jp-mod-gone' : ''
  ];
  return (
    <button
      type="button"
      className={`jp-Artifacts-node ${looks.filter(Boolean).join(' ')}`}
      style={{
        left: placed.x + MARGIN,
        top: placed.y + MARGIN,
        width: NODE.width,
        height: NODE.height
      }}
      tabIndex={props.tabbed ? 0 : -1}
      data-node={node.id}
      title={`${address}\n${kind}`}
      aria-label={`${address}, ${kind}`}
      {...(root ? { 'aria-current': true } : {})}
      aria-disabled={node.gone}
      onFocus={props.onFocus}
      onClick={() => {
        if (!node.gone) {
          props.onOpen();
        }
      }}
    >
      <Icon name={ICONS[node.kind] ?? 'file'} />
      <span className="jp-Artifacts-node-text">
        <strong className="jp-Artifacts-node-name">
          <span className="jp-Artifacts-cut">{name}</span>
          {ending}
        </strong>
        <span className="jp-Artifacts-quiet jp-Artifacts-cut">{kind}</span>
      </span>
    </button>
  );
}

/** Return a node's name, and its ending, which is never cut: "vit", "@v3". */
function namedBy(node: LineageNode): [string, string] {
  const address = spoken(node.address);
  const experiment = node.kind === 'experiment' && experimentOf(address);
  if (experiment) {
    return [experiment.run, '']; // its number stands below
  }
  const version = node.kind === 'artifact' && versionOf(address);
  return version ? [version.artifact, `@${version.version}`] : [address, ''];
}

function kindOf(node: LineageNode, trans: ITranslation): string {
  const experiment = experimentOf(node.address);
  const kind =
    {
      artifact: trans.__('artifact'),
      checkpoint: trans.__('checkpoint'),
      datastore: trans.__('datastore'),
      experiment: experiment
        ? trans.__('exp%1 of %2', experiment.number, experiment.user)
        : trans.__('run')
    }[node.kind] ?? node.kind;
  return node.gone ? trans.__('%1, deleted since', kind) : kind;
}

function focusNode(graph: Element, id: string): void {
  for (const node of graph.querySelectorAll<HTMLElement>('[data-node]')) {
    if (node.dataset['node'] === id) {
      node.focus();
    }
  }
}
