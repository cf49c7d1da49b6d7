import { longList } from '../model/long-list.ts';
import { edgeKindNames, isStep } from '../model/vocabulary.ts';
import type { EdgeColumns } from './edge-table.ts';
import type { Payload } from './payloads.ts';

/** Where a node's position is found: by the number that the builder gave its id. A second table of all ids would be the largest thing that a graph holds. */
export interface Positions {
  readonly numbers: ReadonlyMap<string, number>;
  readonly rank: Uint32Array;
}

/** Likelihood of a step. */
export const likelihoodOf = ({ factors }: Payload): number => factors.reduce((value, factor) => value * factor.value, 1);

/** Likelihood of each edge, 0 for structure. */
export function likelihoods({ kind, payload, payloads }: EdgeColumns): Float64Array {
  const product = Float64Array.from(payloads, likelihoodOf);
  const stepCode = edgeKindNames.map((name) => isStep(name));
  const values = longList(Float64Array, kind.length);
  for (let edge = 0; edge < kind.length; edge++) if (stepCode[kind[edge] ?? 0] === true) values[edge] = product[payload[edge] ?? 0] ?? 1;
  return values;
}

/** The edges by where they end. */
export function arriving(ends: Uint32Array, starts: Uint32Array): Uint32Array {
  const edges = longList(Uint32Array, ends.length);
  const next = starts.slice();
  for (let edge = 0; edge < ends.length; edge++) {
    const end = ends[edge] ?? 0;
    const position = next[end] ?? 0;
    edges[position] = edge;
    next[end] = position + 1;
  }
  return edges;
}

/** Where the run of each number begins in a list sorted by it. */
export function offsets(count: number, ends: Uint32Array): Uint32Array {
  const starts = longList(Uint32Array, count + 1);
  for (let edge = 0; edge < ends.length; edge++) {
    const after = (ends[edge] ?? 0) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let n = 0; n < count; n++) starts[n + 1] = (starts[n + 1] ?? 0) + (starts[n] ?? 0);
  return starts;
}
