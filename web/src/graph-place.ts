import type { Core, Position } from 'cytoscape';
import { looks } from '../../src/view/lanes.ts';
import type { Diagram, DiagramNode } from '../../src/view/view-model.ts';

const { width, height, axis } = looks.token;
const room = { x: width + 24, y: height + 14 };

/** Cytoscape's node is the badge, which lies above the middle of our cards. */
export const badgeAt = ({ x, y }: Pick<DiagramNode, 'x' | 'y'>): Position => ({ x, y: y + axis });

/**
 * Places for what an expansion brought, around what is there, which stays where it is: what a card leads to on its right, who comes to it on its left, as a tree of Cytoscape's breadthfirst
 * layout that is moved up or down until it covers nothing. No chance in it: the same clicks make the same drawing.
 */
export function placeNew(core: Core, diagram: Diagram, fresh: ReadonlySet<string>): void {
  const placed = new Map<string, Position>();
  for (const { key } of diagram.nodes) if (!fresh.has(key)) placed.set(key, { ...core.getElementById(`n:${key}`).position() });
  let left = diagram.nodes.map((node) => node.key).filter((key) => fresh.has(key));
  while (left.length > 0) {
    const block = nextBlock(diagram, placed, new Set(left));
    if (block === undefined) {
      // Nothing joins it with what is there: to the right of everything.
      const [first = ''] = left;
      const all = [...placed.values()];
      placed.set(first, { x: Math.max(0, ...all.map((each) => each.x)) + 2 * room.x, y: all[0]?.y ?? 0 });
    } else for (const [key, position] of tree(core, block, placed)) placed.set(key, position);
    left = left.filter((key) => !placed.has(key));
  }
  core.batch(() => {
    for (const key of fresh) core.getElementById(`n:${key}`).position(placed.get(key) ?? { x: 0, y: 0 });
  });
}

interface Block {
  readonly anchor: string;
  readonly side: 'rightward' | 'leftward';
  readonly keys: readonly string[];
}

function nextBlock(diagram: Diagram, placed: ReadonlyMap<string, Position>, left: ReadonlySet<string>): Block | undefined {
  const first = diagram.edges.find((edge) => (placed.has(edge.from) && left.has(edge.to)) || (placed.has(edge.to) && left.has(edge.from)));
  if (first === undefined) return undefined;
  const outwards = placed.has(first.from);
  const anchor = outwards ? first.from : first.to;
  const keys = diagram.edges.flatMap((edge) => {
    const [near, far] = outwards ? [edge.from, edge.to] : [edge.to, edge.from];
    return near === anchor && left.has(far) ? [far] : [];
  });
  return { anchor, side: outwards ? 'rightward' : 'leftward', keys: [...new Set(keys)] };
}

function tree(core: Core, { anchor, side, keys }: Block, placed: ReadonlyMap<string, Position>): ReadonlyMap<string, Position> {
  const root = core.getElementById(`n:${anchor}`);
  const at = placed.get(anchor) ?? root.position();
  const members = keys.reduce((all, key) => all.union(core.getElementById(`n:${key}`)), core.collection());
  const laid = members.union(root);
  laid
    .union(laid.edgesWith(laid))
    .layout({
      name: 'breadthfirst',
      roots: [root.id()],
      directed: false,
      direction: side,
      spacingFactor: 1,
      animate: false,
      fit: false,
      boundingBox: { x1: 0, y1: 0, w: room.x * 2, h: room.y * keys.length },
    })
    .run();
  // The tree beside the anchor, spread as far as captions need.
  const middle = root.position('y');
  const rows = keys.map((key) => core.getElementById(`n:${key}`).position('y') - middle);
  const sorted = [...rows].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((row, index) => row - (sorted[index] ?? row));
  const spread = gaps.length === 0 ? 1 : room.y / Math.max(1, Math.min(...gaps));
  const x = at.x + (side === 'rightward' ? 1 : -1) * room.x * 1.6;
  const others = [...placed.values()];
  const positions = (shift: number): Position[] => rows.map((row) => ({ x, y: at.y + shift + row * spread }));
  const covers = (spots: readonly Position[]): boolean =>
    spots.some((spot) => others.some((other) => Math.abs(other.x - spot.x) < room.x && Math.abs(other.y - spot.y) < room.y));
  let spots = positions(0);
  for (let step = 1; covers(spots) && step < 400; step++) spots = positions((step % 2 === 0 ? -1 : 1) * Math.ceil(step / 2) * (room.y / 2));
  root.position(at);
  return new Map(keys.map((key, index) => [key, spots[index] ?? at]));
}

/** The diagram where Cytoscape has its nodes now, from the origin on, for our own drawing of it. Frames are left out: a card that was dragged may lie anywhere. */
export function placedDiagram(core: Core, diagram: Diagram): Diagram {
  const moved = diagram.nodes.map((node) => {
    const element = core.getElementById(`n:${node.key}`);
    if (element.empty()) return node;
    const { x, y } = element.position();
    return { ...node, x, y: y - axis };
  });
  if (moved.length === 0) return diagram;
  const left = Math.min(...moved.map((node) => node.x)) - width / 2;
  const top = Math.min(...moved.map((node) => node.y)) - height / 2;
  const nodes = moved.map((node) => ({ ...node, x: node.x - left, y: node.y - top }));
  return {
    ...diagram,
    nodes,
    groups: [],
    width: Math.max(...nodes.map((node) => node.x)) + width / 2,
    height: Math.max(...nodes.map((node) => node.y)) + height / 2,
  };
}
