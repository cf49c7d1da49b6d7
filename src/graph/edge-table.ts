import type { Evidence } from '../model/evidence.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import { longList } from '../model/long-list.ts';
import { Column } from './column.ts';
import { type Payload, Payloads } from './payloads.ts';

/**
 * What proves an edge: given, or worked out when somebody reads it, for the node that the reader came to. A snapshot of 200,000 resources has a million steps and a report shows a
 * hundred, so proofs that cost a policy evaluation wait until then. INVARIANT: the answer depends on the snapshot alone, never on when it is asked.
 */
export type Proof = readonly Evidence[] | ((target: string) => readonly Evidence[]) | Prover;

/** An object that knows: where there are many, it is smaller than a function with what it closes over. */
export interface Prover {
  proof(target: string): readonly Evidence[];
}

const isGiven = (proof: Proof): proof is readonly Evidence[] => Array.isArray(proof);

/** Edges in columns, in the order of (from, to, kind, payload, proof), without repetitions. */
export interface EdgeColumns {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly kind: Uint8Array;
  readonly payload: Uint32Array;
  readonly proof: Uint32Array;
  readonly payloads: readonly Payload[];
  readonly proofs: readonly Proof[];
}

const none: readonly Evidence[] = [];

/** What orders edges that differ in their proofs alone. */
const proofText = (proof: Proof, target: string): string => canonicalJson(resolveProof(proof, target) as unknown as Json);

/** So many texts of proofs are kept while edges are put in order: those with the same ends stand together. */
const fewTexts = 1024;

/** Texts of proofs that had to be told apart: a table that takes edges over need not work them out again. */
class ProofTexts {
  readonly #known = new WeakMap<Proof, Map<string, string>>();

  of(proof: Proof, target: string): string {
    let texts = this.#known.get(proof);
    if (texts === undefined) {
      texts = new Map();
      this.#known.set(proof, texts);
    }
    let text = texts.get(target);
    if (text === undefined) {
      text = proofText(proof, target);
      texts.set(target, text);
    }
    return text;
  }
}

/** Collects edges between numbered nodes in any order. Ten thousand steps of one technique share one payload. */
export class EdgeTable {
  readonly from = new Column();
  readonly to = new Column();
  readonly kind = new Column();
  readonly #payload = new Column();
  readonly #proof = new Column();
  readonly #payloads: Payloads;
  readonly #proofs: Proof[] = [];
  readonly #proofNumbers = new Map<readonly Evidence[], number>();
  readonly #texts: ProofTexts | undefined;

  /**
   * @param before a table that edges will be taken from
   * @param again whether edges will be taken from this one
   */
  constructor(before?: EdgeTable, again = false) {
    this.#payloads = before === undefined ? new Payloads() : before.#payloads;
    this.#texts = before !== undefined ? before.#texts : again ? new ProofTexts() : undefined;
  }

  get size(): number {
    return this.from.length;
  }

  /** @param own whether the proof was made for this edge, so that no other can share its number */
  push(from: number, to: number, kind: number, payload: number, proof: Proof, own: boolean): void {
    const shared = !isGiven(proof) || (own && proof.length > 0) ? undefined : proof.length === 0 ? none : proof;
    let number = shared === undefined ? undefined : this.#proofNumbers.get(shared);
    if (number === undefined) {
      // One function may prove all steps of a kind.
      const last = this.#proofs.length - 1;
      number = this.#proofs[last] === proof ? last : this.#proofs.push(proof) - 1;
      if (shared !== undefined) this.#proofNumbers.set(shared, number);
    }
    this.from.push(from);
    this.to.push(to);
    this.kind.push(kind);
    this.#payload.push(payload);
    this.#proof.push(number);
  }

  /** Number of a payload, for `push`: equal ones have one. */
  payloadNumber(payload: Payload): number {
    return this.#payloads.of(payload);
  }

  /** Takes over an edge of the table that this one was made after. */
  take(before: EdgeTable, edge: number, from: number, to: number): void {
    this.push(from, to, before.kind.at(edge), before.#payload.at(edge), before.proof(edge), false);
  }

  proof(edge: number): Proof {
    return this.#proofs[this.#proof.at(edge)] ?? [];
  }

  payload(edge: number): Payload | undefined {
    return this.#payloads.list[this.#payload.at(edge)];
  }

  /** The edges in their final order. `rank` gives every node its index, `name` its id. */
  columns(rank: Uint32Array, name: (node: number) => string): EdgeColumns {
    const [order, rankOfPayload] = this.#usedPayloads();
    const [from, to, kind] = [this.from.list(rank), this.to.list(rank), this.kind.list()];
    const [payload, proof] = [this.#payload.list(rankOfPayload), this.#proof.list()];
    const lately = new Map<number, string>();
    const text = (edge: number): string => {
      const target = name(this.to.at(edge));
      if (this.#texts !== undefined) return this.#texts.of(this.proof(edge), target);
      const known = lately.get(edge) ?? proofText(this.proof(edge), target);
      if (lately.size >= fewTexts) lately.clear();
      lately.set(edge, known);
      return known;
    };
    const tie = (a: number, b: number): number =>
      (kind[a] ?? 0) - (kind[b] ?? 0) ||
      (payload[a] ?? 0) - (payload[b] ?? 0) ||
      (proof[a] === proof[b] || text(a) === text(b) ? 0 : text(a) < text(b) ? -1 : 1);
    // Linear: by target, then (keeping that order) by source; only edges with the same ends are compared.
    const byTarget = bySlot(undefined, to, rank.length);
    const sorted = bySlot(byTarget, from, rank.length);
    const count = distinctEdges(sorted, from, to, tie);
    const left = sorted.subarray(0, count);
    // A list that was read is written over: every large list that is made brings a look at all of the memory nearer.
    return {
      from: chosen(from, left, byTarget),
      to: chosen(to, left, from),
      kind: chosen(kind, left, longList(Uint8Array, count)),
      payload: chosen(payload, left, to),
      proof: chosen(proof, left, payload),
      payloads: order.flatMap((number) => this.#payloads.list[number] ?? []),
      proofs: this.#proofs,
    };
  }

  /** Numbers of the payloads that edges have, in the order of what they say, and by number the place in it. */
  #usedPayloads(): readonly [readonly number[], Uint32Array] {
    const places = new Uint32Array(this.#payloads.list.length);
    for (let edge = 0; edge < this.size; edge++) places[this.#payload.at(edge)] = 1;
    const order = [...places.keys()].filter((number) => places[number] === 1).sort((a, b) => (this.#payloads.text(a) < this.#payloads.text(b) ? -1 : 1));
    for (const [position, number] of order.entries()) places[number] = position;
    return [order, places];
  }
}

/**
 * Orders edges that have the same ends, which stand side by side, and keeps the first of equal ones, as a beginning of the list. In place: no edge is written before it was read.
 *
 * @returns how many are kept
 */
function distinctEdges(sorted: Uint32Array, from: Uint32Array, to: Uint32Array, tie: (a: number, b: number) => number): number {
  let count = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    const first = sorted[start] ?? 0;
    end = start + 1;
    while (end < sorted.length && from[sorted[end] ?? 0] === from[first] && to[sorted[end] ?? 0] === to[first]) end++;
    if (end - start === 1) {
      sorted[count++] = first;
      continue;
    }
    if (end - start > fewEdges) sorted.subarray(start, end).sort(tie);
    else sortFew(sorted, start, end, tie);
    let last = -1;
    for (let at = start; at < end; at++) {
      const edge = sorted[at] ?? 0;
      if (last < 0 || tie(last, edge) !== 0) sorted[count++] = edge;
      last = edge;
    }
  }
  return count;
}

/** So few are sorted without a copy: nearly all nodes that have parallel edges have two or three. */
const fewEdges = 16;

/** Sorts a part of a list by insertion: in place, and those that compare as equal stay in their order. */
function sortFew(list: Uint32Array, start: number, end: number, compare: (a: number, b: number) => number): void {
  for (let at = start + 1; at < end; at++) {
    const value = list[at] ?? 0;
    let hole = at;
    for (; hole > start && compare(list[hole - 1] ?? 0, value) > 0; hole--) list[hole] = list[hole - 1] ?? 0;
    list[hole] = value;
  }
}

/** The values at some positions, in a list that may hold more; in one of their own where it is much too long. */
function chosen<List extends Uint32Array | Uint8Array>(values: Uint32Array, positions: Uint32Array, into: List): List {
  for (let at = 0; at < positions.length; at++) into[at] = values[positions[at] ?? 0] ?? 0;
  return (positions.length < 0.8 * into.length ? into.slice(0, positions.length) : into.subarray(0, positions.length)) as List;
}

/** A stable sort of edges by a small number of each; of all edges in their order where none are given. */
function bySlot(edges: Uint32Array | undefined, slots: Uint32Array, count: number): Uint32Array {
  const next = longList(Uint32Array, count + 1);
  for (let edge = 0; edge < slots.length; edge++) {
    const slot = (slots[edge] ?? 0) + 1;
    next[slot] = (next[slot] ?? 0) + 1;
  }
  for (let slot = 0; slot < count; slot++) next[slot + 1] = (next[slot + 1] ?? 0) + (next[slot] ?? 0);
  const sorted = longList(Uint32Array, slots.length);
  for (let at = 0; at < slots.length; at++) {
    const edge = edges === undefined ? at : (edges[at] ?? 0);
    const slot = slots[edge] ?? 0;
    const position = next[slot] ?? 0;
    sorted[position] = edge;
    next[slot] = position + 1;
  }
  return sorted;
}

/** What proves an edge for somebody who came by it to a node. */
export function resolveProof(proof: Proof, target: string): readonly Evidence[] {
  if (isGiven(proof)) return proof;
  return typeof proof === 'function' ? proof(target) : proof.proof(target);
}
