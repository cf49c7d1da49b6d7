import type { NodeIndex } from '../graph/types.ts';
import { cheapest } from './cheapest.ts';
import { endNode } from './end-steps.ts';
import { Guide } from './guide.ts';
import { epsilon, type Weighted } from './reverse-tree.ts';
import { type FoundPath, type Part, SearchScratch, SpurSearch, sink } from './spur.ts';
import { bestStep, hopCost, type StepNetwork } from './step-network.ts';

export interface SearchProblem {
  readonly network: StepNetwork;
  readonly sources: readonly Weighted[];
  readonly targets: readonly Weighted[];
  /** Nodes that this search may not touch. */
  readonly closed?: readonly NodeIndex[];
  /** Of these targets and closed nodes, where several searches share it. */
  readonly guide?: Guide;
  /** Of this network, where several searches share it. */
  readonly scratch?: SearchScratch;
}

const infinity = Number.POSITIVE_INFINITY;

/** A part of the path space in the order of its best path, or, as long as that has not been searched for, of a bound below it. */
interface Waiting extends Part {
  readonly cost: number;
  readonly path: FoundPath | undefined;
}

const before = (a: Waiting, b: Waiting): boolean => {
  if (Math.abs(a.cost - b.cost) > epsilon) return a.cost < b.cost;
  // Parts without a path first: theirs may cost as little, and equal paths leave in the order of their nodes.
  if (a.path === undefined || b.path === undefined) return a.path === undefined && b.path !== undefined;
  const [left, right] = [a.path.nodes, b.path.nodes];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return left.length < right.length;
};

/**
 * Loopless paths from any source to any target, likeliest first, one at a time. Yen's algorithm with Lawler's partition of the path space (J. Y. Yen, Management Science 17, 1971; E. L. Lawler,
 * Management Science 18, 1972); a part is searched only when no other can be better (D. Kurz, P. Mutzel, ISAAC 2016). Paths are told apart by their real nodes: the hubs between them are
 * no choice of the reader's. INVARIANT: a hub is used once in a path, as a second use can always be skipped at no higher cost.
 *
 * Redundant paths are left out, and with a redundant beginning everything that begins so: that is what keeps ten thousand roles that may all assume each other from
 * being 10^8 paths.
 */
export function* bestPaths(problem: SearchProblem): Generator<FoundPath> {
  const { network } = problem;
  const { sources, targets, closed } = atEnds(problem);
  const guide = problem.guide ?? new Guide(network, targets, closed, sources);
  const search = new SpurSearch(network, guide, problem.sources, { sources, targets, closed }, problem.scratch ?? new SearchScratch(network));
  const real = new Map([...network.endOf].map(([node, end]) => [end, node]));
  const start = cheapest(problem.sources);
  const waiting: Waiting[] = [];
  const offer = (candidate: Waiting): void => {
    // Binary insertion into a list sorted worst first, so that the best is popped from the end.
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = waiting[middle];
      if (other !== undefined && before(candidate, other)) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, candidate);
  };
  const open = (part: Part): void => {
    const cost = search.bound(part);
    if (cost !== infinity) offer({ ...part, cost, path: undefined });
  };
  open({ root: [], rootHubs: [], rootCost: 0, banned: new Set() });
  for (;;) {
    const best = waiting.pop();
    if (best === undefined) return;
    const { path } = best;
    if (path === undefined) {
      const found = search.best(best);
      if (found !== undefined) offer({ ...best, cost: found.cost, path: found });
      continue;
    }
    const chord = redundantAt(network, start, path, real);
    if (chord === undefined) yield { ...path, nodes: path.nodes.map((node) => real.get(node) ?? node) };
    // The space splits by the first node where another path leaves this one; -1 is the choice of the entry.
    let rootCost = 0;
    const last = Math.min(path.nodes.length - 1, chord === undefined ? infinity : chord - 1);
    const fixed = best.root.length - 1;
    for (let at = -1; at <= last; at++) {
      if (at === 0) rootCost = search.sourceCost(path.nodes[0] ?? 0);
      else if (at > 0) rootCost += hopCost(network, path.nodes[at - 1] ?? 0, path.hubs[at - 1] ?? -1, path.nodes[at] ?? 0);
      if (at < fixed) continue;
      const banned = new Set(at === fixed ? best.banned : []).add(path.nodes[at + 1] ?? sink);
      open({ root: path.nodes.slice(0, at + 1), rootHubs: path.hubs.slice(0, Math.max(0, at)), rootCost, banned });
    }
  }
}

/** Paths end at second nodes where there are any (`withEndSteps`): a start that is a target is a path by itself there. */
export function atEnds({ network, sources, targets, closed = [] }: SearchProblem): Required<Pick<SearchProblem, 'sources' | 'targets' | 'closed'>> {
  if (network.endOf.size === 0) return { sources, targets, closed };
  const wanted = new Set(targets.map(({ node }) => node));
  const end = <T extends Weighted>(each: T): T => ({ ...each, node: endNode(network, each.node) });
  const both = sources.filter(({ node }) => wanted.has(node) && network.endOf.has(node));
  return {
    sources: both.length === 0 ? sources : [...sources, ...both.map(end)],
    targets: targets.map(end),
    closed: closed.flatMap((node) => [node, endNode(network, node)]),
  };
}

/**
 * A path is redundant if it has a hop that the attacker does not need: from one of its nodes a later one (not the next) is reached in one step that is at least as likely as the way
 * over the nodes between, or the path starts at an entry and passes another entry that is at least as likely. Returns the index of the later node.
 */
function redundantAt(
  network: StepNetwork,
  start: ReadonlyMap<NodeIndex, number>,
  path: FoundPath,
  real: ReadonlyMap<NodeIndex, NodeIndex>,
): number | undefined {
  const along = [0];
  for (let i = 0; i + 1 < path.nodes.length; i++)
    along.push((along[i] ?? 0) + hopCost(network, path.nodes[i] ?? 0, path.hubs[i] ?? -1, path.nodes[i + 1] ?? 0));
  const entry = start.get(path.nodes[0] ?? -1) ?? 0;
  for (let j = 1; j < path.nodes.length; j++) {
    const to = path.nodes[j] ?? 0;
    if ((start.get(real.get(to) ?? to) ?? infinity) <= entry + (along[j] ?? 0) + epsilon) return j;
    for (let i = 0; i < j - 1; i++) {
      if (bestStep(network, path.nodes[i] ?? 0, to).cost <= (along[j] ?? 0) - (along[i] ?? 0) + epsilon) return j;
    }
  }
  return undefined;
}
