import { looks } from '../lanes.ts';
import type { Diagram, DiagramEdge } from '../view-model.ts';
import { type Point, type Route, route } from './arrow.ts';
import { type Label, labelSize, lineHeight } from './label.ts';
import { textWidth, wrap } from './text.ts';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where along an arrow words may stand, best first. */
const places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78];

const area = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/**
 * Where the words of arrows stand: over or under the arrow, at its middle or beside it, where they cover no card, no title of a frame and no other words. Where there is no such place a
 * story's arrow has its words where they cover least; an arrow of a map goes without, as its words stand in the table, in its title and beside its card when that is chosen.
 * @param edges those that should have words, the most important ones first
 */
export function labelSpots(diagram: Diagram, edges: readonly DiagramEdge[]): ReadonlyMap<DiagramEdge, Label> {
  const at = new Map(diagram.nodes.map((node) => [node.key, node]));
  const { width, height, axis } = looks[diagram.look];
  // Of a token the badge and the name below it; of a card all of it.
  const taken: Box[] = diagram.nodes.map(({ x, y, size }) =>
    diagram.look === 'card'
      ? { left: x - width / 2, right: x + width / 2 + (size > 1 ? 10 : 0), top: y - height / 2, bottom: y + height / 2 + (size > 1 ? 10 : 0) }
      : { left: x - width / 3, right: x + width / 3, top: y + axis - 34, bottom: y + height / 2 - 12 },
  );
  for (const group of diagram.groups) taken.push({ left: group.x, right: group.x + Math.min(group.width, 170), top: group.y + 6, bottom: group.y + 26 });
  const labels = new Map<DiagramEdge, Label>();
  for (const edge of edges) {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    const lines = wrap(edge.count > 1 ? `${edge.label} ×${edge.count}` : edge.label, 128, labelSize, 5);
    const size = { width: Math.max(...lines.map((line) => textWidth(line, labelSize))), height: lines.length * lineHeight };
    const path = route(from, to, diagram.look);
    const tried = candidates(path, size).map((box) => ({ box, covers: taken.reduce((sum, other) => sum + area(box, other), 0) }));
    const best = tried.find(({ covers }) => covers === 0) ?? tried.reduce((a, b) => (b.covers < a.covers ? b : a));
    // A story's arrows are few, and without words nobody knows what they say.
    if (best.covers > 0 && edge.hop === undefined) continue;
    taken.push(best.box);
    labels.set(edge, { lines, x: (best.box.left + best.box.right) / 2, top: best.box.top, width: size.width });
  }
  return labels;
}

function candidates(path: Route, { width, height }: { readonly width: number; readonly height: number }): readonly Box[] {
  const around = ({ x, y }: Point, top: number): Box => ({ left: x - width / 2 - 2, right: x + width / 2 + 2, top: y + top, bottom: y + top + height });
  const points = places.map((share) => path.at(share));
  return [...points.map((point) => around(point, -height - 7)), ...points.map((point) => around(point, 7))];
}
