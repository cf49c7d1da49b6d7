import type { NodeIndex } from '../graph/types.ts';
import { MinHeap } from './heap.ts';
import { arcBetween, bestStep, type StepNetwork } from './step-network.ts';

export interface Weighted {
  readonly node: NodeIndex;
  /** Nats: `-ln` of a likelihood or of value / 100. */
  readonly cost: number;
}

/** A loopless way over real nodes. `hubs[i]` is the hub between `nodes[i]` and `nodes[i + 1]`, or -1. */
export interface FoundPath {
  readonly nodes: readonly NodeIndex[];
  readonly hubs: readonly number[];
  /** Of the entry, the steps and the target together. */
  readonly cost: number;
}

export interface SearchProblem {
  readonly network: StepNetwork;
  readonly sources: readonly Weighted[];
  readonly targets: readonly Weighted[];
  /** Nodes that this search may not touch. */
  readonly closed?: readonly NodeIndex[];
  /** Of `potentialsTo` with these targets and closed nodes, where several searches share them. */
  readonly potential?: Float64Array;
}

const infinity = Number.POSITIVE_INFINITY;
const sink = -1;
/** Sums of logarithms differ in the last bits by the order of addition; costs nearer than this are equal. */
const epsilon = 1e-9;
/** Parents in a search: a node, none (`noParent`), or the hub h right after the root, written as `firstHub - h`. */
const noParent = -1;
const firstHub = -2;
const unset = Number.NEGATIVE_INFINITY;

/** Distance of every node to the nearest target, target cost included: the answer to "how near is danger". */
export function distancesTo(network: StepNetwork, targets: readonly Weighted[], closed: readonly NodeIndex[] = []): Float64Array {
  return potentialsTo(network, targets, closed, undefined);
}

/**
 * Potentials for A*: exact distances of the nodes that are nearer to a target than the farthest of `sources`; of all others the radius that was searched, which no way can beat. Consistent,
 * so searches with it are exact, and most of a large estate is not looked at.
 */
export function potentialsTo(
  network: StepNetwork,
  targets: readonly Weighted[],
  closed: readonly NodeIndex[],
  sources: readonly Weighted[] | undefined,
): Float64Array {
  let waiting = sources === undefined ? infinity : new Set(sources.map(({ node }) => node)).size;
  const wanted = new Uint8Array(sources === undefined ? 0 : network.size);
  for (const { node } of sources ?? []) wanted[node] = 1;
  const distance = new Float64Array(network.size).fill(infinity);
  const blocked = new Uint8Array(network.size);
  for (const node of closed) blocked[node] = 1;
  const heap = new MinHeap();
  for (const { node, cost } of targets) {
    if (blocked[node] === 0 && cost < (distance[node] ?? 0)) {
      distance[node] = cost;
      heap.push(cost, node);
    }
  }
  while (heap.size > 0) {
    const key = heap.least;
    const node = heap.pop();
    if (key > (distance[node] ?? 0)) continue;
    if (wanted[node] === 1) {
      wanted[node] = 0;
      if (--waiting === 0) return distance.map((each) => Math.min(each, key));
    }
    for (let i = network.inOffsets[node] ?? 0; i < (network.inOffsets[node + 1] ?? 0); i++) {
      const source = network.inSources[i] ?? 0;
      const next = key + (network.inCosts[i] ?? 0);
      if (next < (distance[source] ?? 0) && blocked[source] === 0) {
        distance[source] = next;
        heap.push(next, source);
      }
    }
  }
  return distance;
}

interface Candidate extends FoundPath {
  /** The part of the path space that this is the best of: it shares `nodes[0 .. fixed]` and does not go on from there to any of `banned`. */
  readonly fixed: number;
  readonly banned: ReadonlySet<number>;
}

const before = (a: Candidate, b: Candidate): boolean => {
  if (Math.abs(a.cost - b.cost) > epsilon) return a.cost < b.cost;
  for (let i = 0; i < a.nodes.length && i < b.nodes.length; i++) {
    const difference = (a.nodes[i] ?? 0) - (b.nodes[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a.nodes.length < b.nodes.length;
};

/**
 * Loopless paths from any source to any target, likeliest first, one at a time. Yen's algorithm with Lawler's partition of the path space, and A* with exact potentials for each
 * part (J. Y. Yen, Management Science 17, 1971; E. L. Lawler, Management Science 18, 1972). Paths are told apart by their real nodes: the hubs between them are no choice of the
 * reader's. INVARIANT: a hub is used once in a path, as a second use can always be skipped at no higher cost.
 *
 * Redundant paths are left out, and with a redundant beginning everything that begins so: that is what keeps ten thousand roles that may all assume each other from
 * being 10^8 paths.
 */
export function* bestPaths(problem: SearchProblem): Generator<FoundPath> {
  const search = new SpurSearch(problem);
  const waiting: Candidate[] = [];
  const offer = (candidate: Candidate | undefined): void => {
    if (candidate === undefined) return;
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
  offer(search.best([], [], 0, new Set()));
  for (;;) {
    const best = waiting.pop();
    if (best === undefined) return;
    const chord = redundantAt(problem, best);
    if (chord === undefined) yield { nodes: best.nodes, hubs: best.hubs, cost: best.cost };
    // The space splits by the first node where another path leaves this one; -1 is the choice of the entry.
    let cost = 0;
    const last = Math.min(best.nodes.length - 1, chord === undefined ? infinity : chord - 1);
    for (let at = -1; at <= last; at++) {
      if (at >= 0) cost += at === 0 ? search.sourceCost(best.nodes[0] ?? 0) : search.hopCost(best, at - 1);
      if (at < best.fixed - 1) continue;
      const next = best.nodes[at + 1] ?? sink;
      const banned = new Set(at === best.fixed - 1 ? best.banned : []);
      banned.add(next);
      offer(search.best(best.nodes.slice(0, at + 1), best.hubs.slice(0, Math.max(0, at)), cost, banned));
    }
  }
}

/**
 * A path is redundant if it has a hop that the attacker does not need: from one of its nodes a later one (not the next) is reached in one step that is at least as likely as the way
 * over the nodes between, or the path starts at an entry and passes another entry that is at least as likely. Returns the index of the later node.
 */
export function redundantAt(problem: SearchProblem, path: FoundPath): number | undefined {
  const { network } = problem;
  const along = [0];
  for (let i = 0; i + 1 < path.nodes.length; i++) {
    const [from, hub, to] = [path.nodes[i] ?? 0, path.hubs[i] ?? -1, path.nodes[i + 1] ?? 0];
    along.push((along[i] ?? 0) + hop(network, from, hub, to));
  }
  const start = new Map(problem.sources.map(({ node, cost }) => [node, cost]));
  const entry = start.get(path.nodes[0] ?? -1) ?? 0;
  for (let j = 1; j < path.nodes.length; j++) {
    const to = path.nodes[j] ?? 0;
    if ((start.get(to) ?? infinity) <= entry + (along[j] ?? 0) + epsilon) return j;
    for (let i = 0; i < j - 1; i++) {
      if (bestStep(network, path.nodes[i] ?? 0, to).cost <= (along[j] ?? 0) - (along[i] ?? 0) + epsilon) return j;
    }
  }
  return undefined;
}

/** Cost of one step between real nodes, over a given hub or directly (-1). */
function hop(network: StepNetwork, from: number, hub: number, to: number): number {
  const cost = (a: number, b: number): number => {
    const arc = arcBetween(network, a, b);
    return arc < 0 ? infinity : (network.costs[arc] ?? infinity);
  };
  return hub < 0 ? cost(from, to) : cost(from, hub) + cost(hub, to);
}

/** A* from the end of a fixed beginning to the targets. Arrays are reused between searches; a stamp tells what belongs to the present one. */
class SpurSearch {
  readonly #network: StepNetwork;
  readonly #targetCost: Float64Array;
  readonly #sources: ReadonlyMap<number, number>;
  readonly #potential: Float64Array;
  readonly #distance: Float64Array;
  readonly #parent: Int32Array;
  readonly #stamp: Uint32Array;
  readonly #blocked: Uint32Array;
  readonly #closed: readonly NodeIndex[];
  readonly #heap = new MinHeap();
  #round = 0;

  constructor(problem: SearchProblem) {
    const { network } = problem;
    this.#network = network;
    this.#closed = problem.closed ?? [];
    this.#targetCost = new Float64Array(network.size).fill(infinity);
    for (const { node, cost } of problem.targets) this.#targetCost[node] = Math.min(cost, this.#targetCost[node] ?? infinity);
    const sources = new Map<number, number>();
    for (const { node, cost } of problem.sources) sources.set(node, Math.min(cost, sources.get(node) ?? infinity));
    this.#sources = sources;
    this.#potential = problem.potential ?? potentialsTo(network, problem.targets, this.#closed, problem.sources);
    this.#distance = new Float64Array(network.size);
    this.#parent = new Int32Array(network.size);
    this.#stamp = new Uint32Array(network.size);
    this.#blocked = new Uint32Array(network.size);
  }

  sourceCost(node: number): number {
    return this.#sources.get(node) ?? 0;
  }

  hopCost(path: FoundPath, index: number): number {
    return hop(this.#network, path.nodes[index] ?? 0, path.hubs[index] ?? -1, path.nodes[index + 1] ?? 0);
  }

  /** The best path that begins with `root` (cost so far given) and does not go on to any of `banned`; an empty root chooses the source. */
  best(root: readonly number[], rootHubs: readonly number[], rootCost: number, banned: ReadonlySet<number>): Candidate | undefined {
    const round = ++this.#round;
    const heap = this.#heap;
    heap.clear();
    for (const node of this.#closed) this.#blocked[node] = round;
    for (const node of root) this.#blocked[node] = round;
    for (const hub of rootHubs) if (hub >= 0) this.#blocked[hub] = round;
    const spur = root.at(-1);
    this.#boundByRoot(root, rootHubs, rootCost);
    let bestEnd = infinity;
    let end = unset;
    if (spur === undefined) {
      for (const [node, cost] of this.#sources) if (!banned.has(node)) this.#relax(node, cost, noParent);
    } else {
      if (!banned.has(sink)) {
        bestEnd = this.#targetCost[spur] ?? infinity;
        end = noParent;
      }
      this.#leave(spur, banned);
    }
    while (heap.size > 0 && heap.least < bestEnd - epsilon / 2) {
      const key = heap.least;
      const node = heap.pop();
      const so = this.#distance[node] ?? 0;
      if (key > so + (this.#potential[node] ?? 0) + epsilon) continue;
      const ending = so + (this.#targetCost[node] ?? infinity);
      if (ending < bestEnd) {
        bestEnd = ending;
        end = node;
      }
      for (let arc = this.#network.offsets[node] ?? 0; arc < (this.#network.offsets[node + 1] ?? 0); arc++) {
        this.#relax(this.#network.targets[arc] ?? 0, so + (this.#network.costs[arc] ?? 0), node);
      }
    }
    if (end === unset || bestEnd === infinity) return undefined;
    const nodes = [...root];
    const hubs = [...rootHubs];
    const tail: number[] = [];
    for (let node = end; node !== noParent; node = this.#parent[node] ?? noParent) {
      if (node <= firstHub) {
        tail.push(firstHub - node);
        break;
      }
      tail.push(node);
    }
    let via = -1;
    for (const node of tail.reverse()) {
      if (this.#network.virtual[node] === 1) {
        via = node;
        continue;
      }
      if (nodes.length > 0) hubs.push(via);
      nodes.push(node);
      via = -1;
    }
    return { nodes, hubs, cost: rootCost + bestEnd, fixed: root.length, banned };
  }

  /**
   * From a node of the root some nodes are one step away. To come to such a node later, at no lower cost than that step, would be redundant (see `redundantAt`), so the search need not
   * go there. Set as a distance that is already reached but has no way on.
   */
  #boundByRoot(root: readonly number[], rootHubs: readonly number[], rootCost: number): void {
    const network = this.#network;
    for (const [node, cost] of this.#sources) if (root.length > 0) this.#bound(node, cost - rootCost);
    let ahead = 0;
    for (let i = root.length - 2; i >= 0; i--) {
      const from = root[i] ?? 0;
      ahead += hop(network, from, rootHubs[i] ?? -1, root[i + 1] ?? 0);
      for (let arc = network.offsets[from] ?? 0; arc < (network.offsets[from + 1] ?? 0); arc++) {
        const next = network.targets[arc] ?? 0;
        const cost = (network.costs[arc] ?? 0) - ahead;
        this.#bound(next, cost);
        if (network.virtual[next] === 0) continue;
        for (let second = network.offsets[next] ?? 0; second < (network.offsets[next + 1] ?? 0); second++) {
          this.#bound(network.targets[second] ?? 0, cost + (network.costs[second] ?? 0));
        }
      }
    }
  }

  #bound(node: number, cost: number): void {
    if (this.#stamp[node] === this.#round && (this.#distance[node] ?? 0) <= cost) return;
    this.#stamp[node] = this.#round;
    this.#distance[node] = cost;
  }

  /** First steps from the spur node, where a ban holds for the next real node whichever hub leads there. */
  #leave(spur: number, banned: ReadonlySet<number>): void {
    const network = this.#network;
    for (let arc = network.offsets[spur] ?? 0; arc < (network.offsets[spur + 1] ?? 0); arc++) {
      const next = network.targets[arc] ?? 0;
      const cost = network.costs[arc] ?? 0;
      if (network.virtual[next] === 0) {
        this.#first(next, cost, noParent, banned);
        continue;
      }
      if (this.#blocked[next] === this.#round) continue;
      this.#bound(next, cost);
      for (let second = network.offsets[next] ?? 0; second < (network.offsets[next + 1] ?? 0); second++) {
        this.#first(network.targets[second] ?? 0, cost + (network.costs[second] ?? 0), firstHub - next, banned);
      }
    }
  }

  #first(node: number, cost: number, parent: number, banned: ReadonlySet<number>): void {
    if (!banned.has(node)) this.#relax(node, cost, parent);
    else this.#bound(node, cost);
  }

  #relax(node: number, cost: number, parent: number): void {
    if (this.#blocked[node] === this.#round) return;
    const potential = this.#potential[node] ?? infinity;
    if (potential === infinity) return;
    if (this.#stamp[node] === this.#round && (this.#distance[node] ?? 0) <= cost + epsilon) return;
    this.#stamp[node] = this.#round;
    this.#distance[node] = cost;
    this.#parent[node] = parent;
    this.#heap.push(cost + potential, node);
  }
}
