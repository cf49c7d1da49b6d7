import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import type { StepFamily } from '../model/vocabulary.ts';
import { arrowWords, type ClassArrow, classArrows } from './class-arrows.ts';
import { laneLayout } from './lanes.ts';
import { grains, mapSteps, nodeClasses } from './node-classes.ts';
import { shared } from './story-diagram.ts';
import type { ClassMap, Grain } from './view-model.ts';

/** More cards or arrows than this are no picture any more, and of classes that are not exact fewer must do: what is exact is worth a fuller drawing. */
const limits = { exact: { cards: 150, arrows: 300 }, coarse: { cards: 60, arrows: 150 } } as const;
const gap = 84;
/** A class that lies on no route from a start to something of worth weighs less. */
const negligible = 1e-11;
/** So many members of a class are named; the rest is a number. */
const named = 24;

interface Drawn {
  readonly classes: readonly (readonly NodeIndex[])[];
  /** What is left out, by class. */
  readonly omitted: readonly (readonly NodeIndex[])[];
  readonly arrows: readonly ClassArrow[];
  readonly grain: Grain;
}

/**
 * Who can step to whom, by class: nodes of one kind and place that have the very same steps of the given families are one card, whether they are ten or ten thousand. Where that makes more
 * classes than a picture holds, they are told apart less finely, and the map says how. What lies on no route from a start to something of worth is counted and left out.
 * @param weight how much a node matters; the heaviest classes are drawn
 */
export function classMap(graph: Graph, families: ReadonlySet<StepFamily>, placeOf: (node: NodeIndex) => readonly string[], weight: Float64Array): ClassMap {
  const steps = mapSteps(graph, families);
  const weightOf = (members: readonly NodeIndex[]): number => members.reduce((most, node) => Math.max(most, weight[node] ?? 0), 0);
  const drawn = (grain: Grain): Drawn => {
    const weighed = nodeClasses(steps, placeOf, grain).map((members) => ({ members, weight: weightOf(members) }));
    const onRoutes = weighed.filter((each) => each.weight > negligible);
    const kept = (onRoutes.length > 1 ? onRoutes : weighed).sort((a, b) => b.weight - a.weight || (a.members[0] ?? 0) - (b.members[0] ?? 0));
    const classes = kept.map(({ members }) => members);
    const omitted = weighed.filter((each) => !kept.includes(each)).map(({ members }) => members);
    const cards = grain.steps === 'same' ? limits.exact.cards : limits.coarse.cards;
    return { classes, omitted, grain, arrows: classes.length > cards ? [] : classArrows(steps, classes) };
  };
  const map = fitting(drawn, (classes) => classArrows(steps, classes));
  return placed(graph, steps.isEntry, placeOf, map);
}

/** The finest grain whose classes fit a picture; of the coarsest the heaviest classes. */
function fitting(drawn: (grain: Grain) => Drawn, arrowsOf: (classes: Drawn['classes']) => readonly ClassArrow[]): Drawn {
  let map: Drawn | undefined;
  for (const grain of grains) {
    map = drawn(grain);
    const { cards, arrows } = grain.steps === 'same' ? limits.exact : limits.coarse;
    if (map.classes.length <= cards && between(map.arrows).length <= arrows) return map;
  }
  if (map === undefined) throw new Error('no grain');
  let { classes, omitted } = map;
  let arrows = arrowsOf(classes);
  while (classes.length > 2 && (classes.length > limits.exact.cards || between(arrows).length > limits.exact.arrows)) {
    const keep = Math.min(limits.exact.cards, Math.floor(classes.length * 0.8));
    omitted = [...omitted, ...classes.slice(keep)];
    classes = classes.slice(0, keep);
    arrows = arrowsOf(classes);
  }
  return { ...map, classes, omitted, arrows };
}

const between = (arrows: readonly ClassArrow[]): readonly ClassArrow[] => arrows.filter((each) => each.from !== each.to);

function placed(
  graph: Graph,
  isEntry: (node: NodeIndex) => boolean,
  placeOf: (node: NodeIndex) => readonly string[],
  { classes, omitted, arrows, grain }: Drawn,
): ClassMap {
  const drawnArrows = between(arrows);
  const columns = tiers(classes.length, drawnArrows, (index) => isEntry(classes[index]?.[0] ?? 0));
  const layout = laneLayout(
    classes.map((members, index) => ({ key: String(index), column: columns[index] ?? 0, groups: shared(members.map(placeOf)) })),
    gap,
    'card',
  );
  return {
    grain,
    diagram: {
      ...layout,
      nodes: layout.nodes.map((node) => {
        const members = classes[Number(node.key)] ?? [];
        return {
          ...node,
          members: members.slice(0, named).map((member) => graph.id(member)),
          size: members.length,
          mark: columns[Number(node.key)] === 0 ? 'start' : '',
        };
      }),
      edges: drawnArrows.map(({ from, to, kind, verdict, labels, count }) => ({
        from: String(from),
        to: String(to),
        kind,
        verdict,
        label: arrowWords(labels),
        count,
      })),
    },
    inside: Object.fromEntries(arrows.flatMap(({ from, to, labels }) => (from === to ? [[String(from), arrowWords(labels)]] : []))),
    omitted: { classes: omitted.length, nodes: omitted.reduce((sum, members) => sum + members.length, 0) },
  };
}

/** Column of every class: how few steps it is from an entry; what no entry reaches starts in the second column. */
function tiers(count: number, edges: readonly ClassArrow[], isEntry: (index: number) => boolean): number[] {
  const column = new Array<number>(count).fill(-1);
  const next: number[][] = Array.from({ length: count }, () => []);
  const entered = new Uint8Array(count);
  for (const { from, to } of edges) {
    next[from]?.push(to);
    entered[to] = 1;
  }
  const spread = (starts: readonly number[], at: number): void => {
    const queue = [...starts];
    for (const each of queue) column[each] = at;
    for (const each of queue) {
      for (const to of next[each] ?? []) {
        if (column[to] !== -1) continue;
        column[to] = (column[each] ?? 0) + 1;
        queue.push(to);
      }
    }
  };
  const all = Array.from({ length: count }, (_, index) => index);
  spread(all.filter(isEntry), 0);
  spread(
    all.filter((index) => column[index] === -1 && entered[index] === 0),
    1,
  );
  for (const index of all) if (column[index] === -1) spread([index], 1);
  return column;
}
