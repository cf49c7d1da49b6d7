import type { DrawContext } from '../../src/view/draw/diagram.ts';
import { pagePalette } from '../../src/view/draw/palette.ts';
import type { Diagram, DiagramEdge, DiagramNode, ViewModel } from '../../src/view/view-model.ts';
import { countedKind, kindLabel, kindOf, nameOf } from './text.ts';

/** Looks names and kinds up; an exploration asks the estate, everything else the model. */
export interface Lookup {
  name(id: string): string;
  kind(id: string): string;
}

export const modelLookup = (model: ViewModel): Lookup => ({ name: (id) => nameOf(model, id), kind: (id) => kindOf(model, id) });

/** Title of a card: the name of the one, or how many there are of which kind. */
export function cardTitle(model: ViewModel, look: Lookup, node: DiagramNode): string {
  const [first = ''] = node.members;
  if (node.size === 1) return look.name(first);
  const text = countedKind(model, node.size, look.kind(first));
  return node.rest === true ? text.replace(' ', ' more ') : text;
}

/** How a diagram is drawn on the page. */
export function drawContext(model: ViewModel, diagram: Diagram, look: Lookup, own: Partial<DrawContext> = {}): DrawContext {
  const byKey = new Map(diagram.nodes.map((node) => [node.key, node]));
  const title = (key: string): string => {
    const node = byKey.get(key);
    return node === undefined ? key : cardTitle(model, look, node);
  };
  return {
    colours: pagePalette,
    card(node) {
      const [first = ''] = node.members;
      const kind = look.kind(first);
      const label = kindLabel(model, kind);
      return {
        title: cardTitle(model, look, node),
        subtitle: node.size === 1 ? label : node.members.slice(0, 3).map(look.name).join(', '),
        kind,
        family: model.legend.nodes[kind]?.draws ?? '',
        count: node.size,
      };
    },
    group(group) {
      if (group.id.startsWith('cloud:')) return { title: group.id.slice(6), kind: 'Organization' };
      const [name, kind] = [look.name(group.id), look.kind(group.id)];
      const account = /(\d{12})/.exec(group.id)?.[1];
      return { title: kind === 'Account' && account !== undefined && account !== name ? `${name} · ${account}` : name, kind };
    },
    family: (edge: DiagramEdge) => model.legend.edges[edge.kind]?.draws ?? '',
    sentence: (edge) =>
      `${title(edge.from)} to ${title(edge.to)}: ${edge.label}${edge.verdict === 'proven' ? '' : `, ${edge.verdict}`}${edge.count > 1 ? `, ${edge.count} times` : ''}`,
    state: (edge) => edge.change ?? 'plain',
    dimmed: () => false,
    labels: 'first',
    thin: false,
    interactive: true,
    ...own,
  };
}

/** The diagram with some groups drawn as one card each: arrows inside vanish, arrows across end at the card. */
export function closeGroups(diagram: Diagram, closed: readonly string[]): Diagram {
  const boxes = diagram.groups.filter((group) => closed.includes(group.id));
  if (boxes.length === 0) return diagram;
  // The outermost closed group counts.
  const boxOf = (x: number, y: number) => boxes.find((box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height);
  const keyOf = new Map(
    diagram.nodes.map((node) => {
      const box = boxOf(node.x, node.y);
      return [node.key, box === undefined ? node.key : `closed:${box.id}`];
    }),
  );
  const inside = (group: (typeof boxes)[number]): boolean =>
    boxes.some(
      (box) =>
        box !== group && group.x >= box.x && group.y >= box.y && group.x + group.width <= box.x + box.width && group.y + group.height <= box.y + box.height,
    );
  const nodes: DiagramNode[] = diagram.nodes.filter((node) => keyOf.get(node.key) === node.key);
  for (const box of boxes) {
    const members = diagram.nodes.filter((node) => keyOf.get(node.key) === `closed:${box.id}`);
    if (members.length === 0) continue;
    const mark = members.some((node) => node.mark === 'goal') ? 'goal' : '';
    nodes.push({ key: `closed:${box.id}`, members: [box.id], size: 1, mark, x: box.x + box.width / 2, y: box.y + box.height / 2 });
  }
  const edges = new Map<string, DiagramEdge>();
  for (const edge of diagram.edges) {
    const [from, to] = [keyOf.get(edge.from) ?? edge.from, keyOf.get(edge.to) ?? edge.to];
    if (from === to) continue;
    const key = `${from}\n${to}\n${edge.kind}`;
    const known = edges.get(key);
    edges.set(key, known === undefined ? { ...edge, from, to } : { ...known, count: known.count + edge.count });
  }
  return { ...diagram, nodes, edges: [...edges.values()], groups: diagram.groups.filter((group) => !boxes.includes(group) && !inside(group)) };
}
