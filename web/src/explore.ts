import { arrowWords } from '../../src/view/class-arrows.ts';
import type { Diagram, DiagramEdge, DiagramNode } from '../../src/view/view-model.ts';
import type { Estate, Neighbour } from './estate.ts';
import { placeAround } from './explore-place.ts';
import { fromOrigin } from './from-origin.ts';

/** So many neighbours of one sort are drawn by themselves; more are one card. */
const single = 3;
/** So many cards on one side of a node can be looked over; where there are more sorts of neighbours, those of one kind are one card. */
const mostSorts = 8;
/** So many cards can still be told apart. */
export const mostCards = 200;
/** Of a card so many members are known to the page. */
const named = 50;

const certainty = ['proven', 'conditional', 'unknown'] as const;

/**
 * The neighbourhood of the pinned nodes: who comes to them on the left, where they lead on the right. Laid out here, as nobody knows beforehand where a reader goes.
 * @param loose nodes that have a card of their own, though there are many of their sort
 */
export function exploration(estate: Estate, pins: readonly string[], loose: ReadonlySet<string>): Diagram {
  const cards = new Map<string, { readonly members: readonly string[]; readonly rest: boolean }>();
  const edges = new Map<string, DiagramEdge>();
  const own = new Set([...pins, ...loose]);
  for (const id of pins) {
    if (!cards.has(id) && cards.size < mostCards) cards.set(id, { members: [id], rest: false });
    const node = estate.indexOf(id);
    if (node < 0) continue;
    for (const side of ['in', 'out'] as const) {
      for (const sort of sorts(estate, side === 'in' ? estate.ins(node) : estate.outs(node))) {
        const nodes = [...new Set(sort.map((each) => each.node))];
        const alone = nodes.filter((each) => own.has(estate.id(each)) || cards.has(estate.id(each)));
        const rest = nodes.filter((each) => !alone.includes(each));
        const parts = [...alone.map((each) => [each]), ...(rest.length <= single ? rest.map((each) => [each]) : [rest])];
        for (const part of parts) {
          const [first] = part;
          if (first === undefined) continue;
          const key = part.length === 1 ? estate.id(first) : `${id} ${side} ${sortKey(estate, sort, first)}`;
          if (!cards.has(key) && cards.size < mostCards)
            cards.set(key, { members: part.map((each) => estate.id(each)), rest: part.length > 1 && alone.length > 0 });
          if (!cards.has(key)) continue;
          const steps = sort.filter((each) => part.includes(each.node));
          for (const edge of joined(side === 'in' ? [key, id] : [id, key], steps, part.length)) {
            const name = `${edge.from}\n${edge.to}\n${edge.kind}`;
            if (!edges.has(name)) edges.set(name, edge);
          }
        }
      }
    }
  }
  const arrows = [...edges.values()];
  const places = placeAround([...cards.keys()], arrows, new Map());
  const nodes = [...cards].map(
    ([key, { members, rest }]): DiagramNode => ({
      key,
      members: members.slice(0, named),
      size: members.length,
      mark: pins[0] === key ? 'start' : '',
      ...(places.get(key) ?? { x: 0, y: 0 }),
      ...(rest ? { rest } : {}),
    }),
  );
  return fromOrigin({ look: 'token', nodes, edges: arrows, groups: [], width: 0, height: 0 });
}

/** An arrow for each kind of step, with the words of all. */
function joined([from, to]: readonly [string, string], steps: readonly Neighbour[], count: number): readonly DiagramEdge[] {
  const kinds = new Map<string, Neighbour[]>();
  for (const each of steps) kinds.set(each.step.kind, [...(kinds.get(each.step.kind) ?? []), each]);
  return [...kinds].map(([kind, same]) => ({
    from,
    to,
    kind,
    label: arrowWords([...new Set(same.map(({ step }) => (step.ports === '' ? step.label : `${step.label} ${step.ports}`)))]),
    verdict: certainty.find((verdict) => same.some(({ step }) => step.verdict === verdict)) ?? 'unknown',
    count,
  }));
}

/** Neighbours by what they are and how they are come to; where that makes too many sorts, by kind and account, then by kind. */
function sorts(estate: Estate, all: readonly Neighbour[]): readonly (readonly Neighbour[])[] {
  const by = (key: (each: Neighbour) => string): Neighbour[][] => {
    const groups = new Map<string, Neighbour[]>();
    for (const each of all) {
      const known = groups.get(key(each));
      if (known === undefined) groups.set(key(each), [each]);
      else known.push(each);
    }
    return [...groups.values()];
  };
  const cards = (groups: readonly (readonly Neighbour[])[]): number => groups.reduce((sum, each) => sum + (each.length <= single ? each.length : 1), 0);
  const finest = by(({ node, step }) => `${step.kind} ${step.label} ${estate.kind(node)} ${estate.account(node)}`);
  if (cards(finest) <= mostSorts) return finest;
  const byAccount = by(({ node }) => `${estate.kind(node)} ${estate.account(node)}`);
  return cards(byAccount) <= mostSorts ? byAccount : by(({ node }) => estate.kind(node));
}

/** A card of many is the same one whichever of its members have cards of their own. */
function sortKey(estate: Estate, sort: readonly Neighbour[], first: number): string {
  const labels = [...new Set(sort.map(({ step }) => step.label))];
  const accounts = new Set(sort.map(({ node }) => estate.account(node)));
  return [estate.kind(first), labels.length === 1 ? labels[0] : '', accounts.size === 1 ? [...accounts][0] : ''].join(' ');
}
