import type { NodeIndex } from '../graph/types.ts';
import { longList } from '../model/long-list.ts';
import { cheapest } from './cheapest.ts';
import { endNode } from './end-steps.ts';
import type { Guide } from './guide.ts';
import { MinHeap } from './heap.ts';
import { atTarget, beyond, epsilon, type Weighted } from './reverse-tree.ts';
import { hopCost, type StepNetwork } from './step-network.ts';

/** Stands for the end of a path among the next nodes that a part of the path space may not choose. */
export const sink = -1;
const infinity = Number.POSITIVE_INFINITY;
/** Parents in a search: a node, none (`noParent`), or the hub h right after the root, written as `firstHub - h`. */
const noParent = -1;
const firstHub = -2;
const unset = Number.NEGATIVE_INFINITY;

/** A loopless way over real nodes. `hubs[i]` is the hub between `nodes[i]` and `nodes[i + 1]`, or -1. */
export interface FoundPath {
  readonly nodes: readonly NodeIndex[];
  readonly hubs: readonly number[];
  /** Of the entry, the steps and the target together. */
  readonly cost: number;
}

/** A part of the path space: all paths that begin with `root` and do not go on from there to any of `banned`. */
export interface Part {
  readonly root: readonly NodeIndex[];
  readonly rootHubs: readonly number[];
  /** Of the root, the entry included. */
  readonly rootCost: number;
  readonly banned: ReadonlySet<number>;
}

/** What a search writes on: made once for a network, as large as that, and used again by one search after another. A stamp tells what belongs to the present one. */
export class SearchScratch {
  readonly distance: Float64Array;
  readonly parent: Int32Array;
  readonly stamp: Uint32Array;
  readonly blocked: Uint32Array;
  /** What it costs to start at a node, infinite where nobody does. */
  readonly entry: Float64Array;
  readonly heap = new MinHeap();
  round = 0;
  #entered: readonly Weighted[] = [];

  constructor(network: StepNetwork) {
    this.entry = longList(Float64Array, network.size).fill(infinity);
    this.distance = longList(Float64Array, network.size);
    this.parent = longList(Int32Array, network.size);
    this.stamp = longList(Uint32Array, network.size);
    this.blocked = longList(Uint32Array, network.size);
  }

  /** Sets what it costs to start, at a node or at the one where paths to it end. Searches with the same list of sources have it set already. */
  enter(network: StepNetwork, sources: readonly Weighted[]): void {
    if (sources === this.#entered) return;
    const both = ({ node }: Weighted): readonly number[] => [node, endNode(network, node)];
    for (const source of this.#entered) for (const node of both(source)) this.entry[node] = infinity;
    for (const source of sources) for (const node of both(source)) this.entry[node] = Math.min(source.cost, this.entry[node] ?? infinity);
    this.#entered = sources;
  }
}

/** A* from the end of a root to the targets, guided by their reverse tree: as soon as the tree's own way from the nearest node is open, it is the best there is. */
export class SpurSearch {
  readonly #network: StepNetwork;
  readonly #guide: Guide;
  readonly #targets: ReadonlyMap<number, number>;
  readonly #sources: ReadonlyMap<number, number>;
  readonly #sourceList: readonly Weighted[];
  readonly #starts: readonly Weighted[];
  readonly #closed: readonly NodeIndex[];
  readonly #scratch: SearchScratch;
  /** Of the root that the present search leaves; where there is none, less than anything. */
  #rootCost = unset;

  /** @param starts where the attacker may start, beside the ends of it that `ends.sources` has too: the same list for searches that share it */
  constructor(
    network: StepNetwork,
    guide: Guide,
    starts: readonly Weighted[],
    ends: { sources: readonly Weighted[]; targets: readonly Weighted[]; closed: readonly NodeIndex[] },
    scratch: SearchScratch,
  ) {
    this.#network = network;
    this.#guide = guide;
    this.#starts = starts;
    this.#sources = cheapest(ends.sources);
    this.#sourceList = ends.sources;
    this.#targets = cheapest(ends.targets);
    this.#closed = ends.closed;
    this.#scratch = scratch;
  }

  sourceCost(node: number): number {
    return this.#sources.get(node) ?? 0;
  }

  /** No path of the part costs less; infinite if there is none. Costs a look at the next steps, where the best path costs a search. */
  bound({ root, rootHubs, rootCost, banned }: Part): number {
    const [network, distance] = [this.#network, this.#guide.tree.distance];
    const spur = root.at(-1);
    let least = infinity;
    if (spur === undefined) {
      for (const { node, cost } of this.#sourceList) if (!banned.has(node)) least = Math.min(least, cost + (distance[node] ?? infinity));
      return least;
    }
    const { blocked, round } = this.#block(root, rootHubs);
    if (!banned.has(sink)) least = this.#targets.get(spur) ?? infinity;
    for (let arc = network.offsets[spur] ?? 0; arc < (network.offsets[spur + 1] ?? 0); arc++) {
      const next = network.targets[arc] ?? 0;
      const cost = network.costs[arc] ?? 0;
      if (cost + (distance[next] ?? infinity) >= least || blocked[next] === round) continue;
      if (network.virtual[next] === 0) {
        if (!banned.has(next)) least = cost + (distance[next] ?? infinity);
        continue;
      }
      for (let second = network.offsets[next] ?? 0; second < (network.offsets[next + 1] ?? 0); second++) {
        const node = network.targets[second] ?? 0;
        const far = cost + (network.costs[second] ?? 0) + (distance[node] ?? infinity);
        if (far < least && blocked[node] !== round && !banned.has(node)) least = far;
      }
    }
    return rootCost + least;
  }

  /** The best path of a part that has no redundant way back to its root. */
  best({ root, rootHubs, rootCost, banned }: Part): FoundPath | undefined {
    const { heap, distance } = this.#scratch;
    heap.clear();
    this.#block(root, rootHubs);
    const spur = root.at(-1);
    this.#scratch.enter(this.#network, this.#starts);
    this.#rootCost = spur === undefined ? unset : rootCost;
    this.#boundByRoot(root, rootHubs);
    let bestEnd = infinity;
    let end = unset;
    if (spur === undefined) {
      for (const [node, cost] of this.#sources) if (!banned.has(node)) this.#relax(node, cost, noParent);
    } else {
      if (!banned.has(sink)) {
        bestEnd = this.#targets.get(spur) ?? infinity;
        end = noParent;
      }
      this.#leave(spur, banned);
    }
    const left = this.#guide.tree.distance;
    let taken = 0;
    while (heap.size > 0 && heap.least < bestEnd - epsilon / 2) {
      const key = heap.least;
      const node = heap.pop();
      const so = distance[node] ?? 0;
      taken++;
      if (key > so + (left[node] ?? 0) + epsilon) continue;
      const last = this.#followed(node);
      if (last !== undefined) {
        bestEnd = key;
        end = last;
        break;
      }
      const ending = so + (this.#targets.get(node) ?? infinity);
      if (ending < bestEnd) {
        bestEnd = ending;
        end = node;
      }
      for (let arc = this.#network.offsets[node] ?? 0; arc < (this.#network.offsets[node + 1] ?? 0); arc++) {
        this.#relax(this.#network.targets[arc] ?? 0, so + (this.#network.costs[arc] ?? 0), node);
      }
    }
    const path = end === unset || bestEnd === infinity ? undefined : { ...this.#walked(root, rootHubs, end), cost: rootCost + bestEnd };
    this.#guide.spend(taken);
    return path;
  }

  /** The end of the tree's way from a node, with parents set along it, if nothing on it is blocked or was reached as cheaply before. */
  #followed(start: number): number | undefined {
    const { next, distance: left } = this.#guide.tree;
    const { distance, entry, parent, stamp, blocked, round } = this.#scratch;
    const all = (distance[start] ?? 0) + (left[start] ?? 0);
    for (let node = next[start] ?? beyond; node !== atTarget; node = next[node] ?? beyond) {
      if (node === beyond || blocked[node] === round) return undefined;
      const so = all - (left[node] ?? 0) + epsilon;
      if ((stamp[node] === round && (distance[node] ?? 0) <= so) || (entry[node] ?? infinity) - this.#rootCost <= so) return undefined;
    }
    let last = start;
    for (let node = next[start] ?? beyond; node !== atTarget; node = next[node] ?? beyond) {
      parent[node] = last;
      last = node;
    }
    return last;
  }

  /** The path to an end, by its parents. */
  #walked(root: readonly NodeIndex[], rootHubs: readonly number[], end: number): Pick<FoundPath, 'nodes' | 'hubs'> {
    const { parent } = this.#scratch;
    const nodes = [...root];
    const hubs = [...rootHubs];
    const tail: number[] = [];
    for (let node = end; node !== noParent; node = parent[node] ?? noParent) {
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
    return { nodes, hubs };
  }

  /** Begins a round in which neither closed nodes nor those of the root may be touched. */
  #block(root: readonly NodeIndex[], rootHubs: readonly number[]): SearchScratch {
    const scratch = this.#scratch;
    scratch.round++;
    for (const node of this.#closed) scratch.blocked[node] = scratch.round;
    for (const node of root) {
      scratch.blocked[node] = scratch.round;
      scratch.blocked[endNode(this.#network, node)] = scratch.round;
    }
    for (const hub of rootHubs) if (hub >= 0) scratch.blocked[hub] = scratch.round;
    return scratch;
  }

  /**
   * From a node of the root some nodes are one step away. To come to such a node later, at no lower cost than that step, would be redundant (see `redundantAt`), so the search need not
   * go there. Set as a distance that is already reached but has no way on. The same holds for nodes where one may start: `entry` tells.
   */
  #boundByRoot(root: readonly number[], rootHubs: readonly number[]): void {
    const network = this.#network;
    let ahead = 0;
    for (let i = root.length - 2; i >= 0; i--) {
      const from = root[i] ?? 0;
      ahead += hopCost(network, from, rootHubs[i] ?? -1, root[i + 1] ?? 0);
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
    const { stamp, distance, round } = this.#scratch;
    if (stamp[node] === round && (distance[node] ?? 0) <= cost) return;
    stamp[node] = round;
    distance[node] = cost;
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
      if (this.#scratch.blocked[next] === this.#scratch.round) continue;
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

  #relax(node: number, cost: number, from: number): void {
    const { blocked, stamp, distance, entry, parent, heap, round } = this.#scratch;
    if (blocked[node] === round || (entry[node] ?? infinity) - this.#rootCost <= cost + epsilon) return;
    const left = this.#guide.tree.distance[node] ?? infinity;
    if (left === infinity) return;
    if (stamp[node] === round && (distance[node] ?? 0) <= cost + epsilon) return;
    stamp[node] = round;
    distance[node] = cost;
    parent[node] = from;
    heap.push(cost + left, node);
  }
}
