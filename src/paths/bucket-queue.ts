import type { StepNetwork } from './step-network.ts';

/** Buckets a mean step: fewer, and nodes come back too often; more, and most buckets are empty. Measured on 10^6 edges. */
const bucketsPerStep = 8;
/** Buckets at most, however much dearer one step is than the others. */
const mostBuckets = 4096;

const measures = new WeakMap<Float64Array, { readonly mean: number; readonly dearest: number }>();

/** Of the costs of a network, worked out once. */
function measureOf(costs: Float64Array): { readonly mean: number; readonly dearest: number } {
  const known = measures.get(costs);
  if (known !== undefined) return known;
  let [sum, dearest] = [0, 0];
  // By position: an iterator makes an object for each of a million numbers.
  for (let arc = 0; arc < costs.length; arc++) {
    const cost = costs[arc] ?? 0;
    sum += cost;
    if (cost > dearest) dearest = cost;
  }
  const measure = { mean: sum / Math.max(1, costs.length), dearest };
  measures.set(costs, measure);
  return measure;
}

/**
 * Queue of nodes by cost, in buckets as wide as a part of a step (U. Meyer, P. Sanders, Delta-stepping, Journal of Algorithms 49, 2003). No order within a bucket: whoever uses it takes nodes
 * again whose distance became less. Twice as fast as a heap where a search goes over the whole estate.
 *
 * The caller reads and writes in `nodes` and `keys` what a place holds: a fraction that a function is given, or gives back, becomes an object each time where the two are not compiled as one.
 */
export class BucketQueue {
  /** Buckets for a cost of 1. */
  readonly perCost: number;
  /** The latest entry of each bucket, or -1; buckets are used in a ring, as no entry is farther ahead than the dearest step. */
  readonly #heads: Int32Array;
  nodes = new Uint32Array(1024);
  /** At which cost each was put in. */
  keys = new Float64Array(1024);
  /** The entry below, in a bucket or among those that are free. */
  #below = new Int32Array(1024);
  #free = -1;
  #used = 0;
  #size = 0;
  #bucket = 0;
  /** Of the present bucket, in the ring. */
  #place = 0;

  constructor(network: Pick<StepNetwork, 'costs'>, starts: readonly { readonly cost: number }[]) {
    const { mean, dearest } = measureOf(network.costs);
    const max = starts.reduce((most, { cost }) => Math.max(most, cost), dearest);
    const width = mean === 0 ? Math.max(max, 1) : Math.max(mean / bucketsPerStep, max / mostBuckets);
    this.perCost = 1 / width;
    this.#heads = new Int32Array(Math.ceil(max / width) + 3).fill(-1);
  }

  /** Entries that wait, in all buckets. */
  get size(): number {
    return this.#size;
  }

  /** A new place in the bucket of a cost, which is given times `perCost` and rounded down. INVARIANT: the caller writes node and key there at once. */
  push(bucket: number): number {
    let entry = this.#free;
    if (entry >= 0) this.#free = this.#below[entry] ?? -1;
    else {
      entry = this.#used++;
      if (entry === this.nodes.length) this.#grow();
    }
    const place = Math.max(this.#bucket, bucket) % this.#heads.length;
    this.#below[entry] = this.#heads[place] ?? -1;
    this.#heads[place] = entry;
    this.#size++;
    return entry;
  }

  /** A place of the present bucket, or -1 when it is empty. It holds its node and key until the next `push`. */
  pop(): number {
    const place = this.#place;
    const entry = this.#heads[place] ?? -1;
    if (entry < 0) return -1;
    this.#heads[place] = this.#below[entry] ?? -1;
    this.#below[entry] = this.#free;
    this.#free = entry;
    this.#size--;
    return entry;
  }

  /** Goes on to the next bucket, and says from which cost on nothing has been taken yet. */
  advance(): number {
    this.#bucket++;
    this.#place = this.#bucket % this.#heads.length;
    return this.#bucket / this.perCost;
  }

  #grow(): void {
    const size = this.nodes.length * 2;
    const [nodes, keys, below] = [new Uint32Array(size), new Float64Array(size), new Int32Array(size)];
    nodes.set(this.nodes);
    keys.set(this.keys);
    below.set(this.#below);
    [this.nodes, this.keys, this.#below] = [nodes, keys, below];
  }
}
