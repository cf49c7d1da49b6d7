import { looks } from '../../src/view/lanes.ts';
import type { Diagram } from '../../src/view/view-model.ts';

/** The diagram moved so that it begins at the origin, and as large as its cards make it. Without frames: a card that was dragged may lie anywhere. */
export function fromOrigin(diagram: Diagram): Diagram {
  const { width, height } = looks[diagram.look];
  if (diagram.nodes.length === 0) return diagram;
  const left = Math.min(...diagram.nodes.map((node) => node.x)) - width / 2;
  const top = Math.min(...diagram.nodes.map((node) => node.y)) - height / 2;
  const nodes = diagram.nodes.map((node) => ({ ...node, x: node.x - left, y: node.y - top }));
  return {
    ...diagram,
    nodes,
    groups: [],
    width: Math.max(...nodes.map((node) => node.x)) + width / 2,
    height: Math.max(...nodes.map((node) => node.y)) + height / 2,
  };
}
