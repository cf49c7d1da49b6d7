import type { Evidence, Factor, Residual } from '../model/evidence.ts';
import { canonicalJson, type Json } from '../model/json.ts';

/** What many steps share: everything but their ends and what proves them. */
export interface Payload {
  readonly technique: string;
  readonly factors: readonly Factor[];
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly label: string;
  readonly ports: string;
}

/**
 * What proves an edge: given, or worked out when somebody reads it, for the node that the reader came to. A snapshot of 200,000 resources has a million steps and a report shows a
 * hundred, so proofs that cost a policy evaluation wait until then. INVARIANT: the answer depends on the snapshot alone, never on when it is asked.
 */
export type Proof = readonly Evidence[] | ((target: string) => readonly Evidence[]);

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

/** Numbers of values: equal values have one number. Objects seen before are known without looking into them. */
class Numbering {
  readonly #byObject = new WeakMap<object, number>();
  readonly #byText = new Map<string, number>([['[]', 0]]);

  of(value: readonly unknown[]): number {
    if (value.length === 0) return 0;
    let number = this.#byObject.get(value);
    if (number !== undefined) return number;
    const text = canonicalJson(value as Json);
    number = this.#byText.get(text) ?? this.#byText.size;
    this.#byText.set(text, number);
    this.#byObject.set(value, number);
    return number;
  }
}

const none: readonly Evidence[] = [];

/** Payloads by number: equal ones have one number. Only ever added to, so tables of one estate before and after a change share it. */
class Payloads {
  readonly list: Payload[] = [];
  readonly #texts: string[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #numbers = new Numbering();

  of(payload: Payload): number {
    const { technique, label, ports, factors, residual, missing } = payload;
    const key = `${technique}\n${label}\n${ports}\n${this.#numbers.of(factors)} ${this.#numbers.of(residual)} ${this.#numbers.of(missing)}`;
    let number = this.#byKey.get(key);
    if (number === undefined) {
      number = this.list.push(payload) - 1;
      this.#byKey.set(key, number);
    }
    return number;
  }

  /** What orders payloads. */
  text(number: number): string {
    let text = this.#texts[number];
    if (text === undefined) {
      text = canonicalJson(this.list[number] as unknown as Json);
      this.#texts[number] = text;
    }
    return text;
  }
}

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
      text = canonicalJson(resolveProof(proof, target) as unknown as Json);
      texts.set(target, text);
    }
    return text;
  }
}

/** Collects edges between numbered nodes in any order. Ten thousand steps of one technique share one payload. */
export class EdgeTable {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly kind: number[] = [];
  readonly #payload: number[] = [];
  readonly #proof: number[] = [];
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

  push(from: number, to: number, kind: number, payload: Payload, proof: Proof): void {
    this.#add(from, to, kind, this.#payloads.of(payload), proof);
  }

  /** Takes over an edge of the table that this one was made after. */
  take(before: EdgeTable, edge: number, from: number, to: number): void {
    this.#add(from, to, before.kind[edge] ?? 0, before.#payload[edge] ?? 0, before.proof(edge));
  }

  #add(from: number, to: number, kind: number, payload: number, proof: Proof): void {
    let number = typeof proof === 'function' ? undefined : this.#proofNumbers.get(proof.length === 0 ? none : proof);
    if (number === undefined) {
      number = this.#proofs.push(proof) - 1;
      if (typeof proof !== 'function') this.#proofNumbers.set(proof.length === 0 ? none : proof, number);
    }
    this.from.push(from);
    this.to.push(to);
    this.kind.push(kind);
    this.#payload.push(payload);
    this.#proof.push(number);
  }

  proof(edge: number): Proof {
    return this.#proofs[this.#proof[edge] ?? 0] ?? [];
  }

  /** The edges in their final order. `rank` gives every node its index, `name` its id. */
  columns(rank: Uint32Array, name: (node: number) => string): EdgeColumns {
    const used = new Uint8Array(this.#payloads.list.length);
    for (const payload of this.#payload) used[payload] = 1;
    const order = [...used.keys()].filter((payload) => used[payload] === 1).sort((a, b) => (this.#payloads.text(a) < this.#payloads.text(b) ? -1 : 1));
    const rankOfPayload = new Uint32Array(used.length);
    for (const [position, payload] of order.entries()) rankOfPayload[payload] = position;
    const column = (values: readonly number[], ranks: Uint32Array): Uint32Array => Uint32Array.from(values, (value) => ranks[value] ?? 0);
    const [from, to, payload] = [column(this.from, rank), column(this.to, rank), column(this.#payload, rankOfPayload)];
    const texts = this.#texts ?? new ProofTexts();
    const text = (edge: number): string => texts.of(this.proof(edge), name(this.to[edge] ?? 0));
    const [kind, proof] = [this.kind, this.#proof];
    const tie = (a: number, b: number): number =>
      (kind[a] ?? 0) - (kind[b] ?? 0) ||
      (payload[a] ?? 0) - (payload[b] ?? 0) ||
      (proof[a] === proof[b] || text(a) === text(b) ? 0 : text(a) < text(b) ? -1 : 1);
    // Linear: by target, then (keeping that order) by source; only edges with the same ends are compared.
    const sorted = bySlot(bySlot(Uint32Array.from(from.keys()), to, rank.length), from, rank.length);
    const kept = new Uint32Array(sorted.length);
    let count = 0;
    for (let start = 0, end = 0; start < sorted.length; start = end) {
      const [first = 0] = sorted.subarray(start, start + 1);
      while (end < sorted.length && from[sorted[end] ?? 0] === from[first] && to[sorted[end] ?? 0] === to[first]) end++;
      const parallel = end - start === 1 ? [first] : [...sorted.subarray(start, end)].sort(tie);
      for (const [position, edge] of parallel.entries()) {
        const last = parallel[position - 1];
        if (last === undefined || tie(last, edge) !== 0) kept[count++] = edge;
      }
    }
    return this.#chosen(kept.subarray(0, count), from, to, payload, order);
  }

  #chosen(kept: Uint32Array, from: Uint32Array, to: Uint32Array, payload: Uint32Array, order: readonly number[]): EdgeColumns {
    return {
      from: kept.map((edge) => from[edge] ?? 0),
      to: kept.map((edge) => to[edge] ?? 0),
      kind: Uint8Array.from(kept, (edge) => this.kind[edge] ?? 0),
      payload: kept.map((edge) => payload[edge] ?? 0),
      proof: kept.map((edge) => this.#proof[edge] ?? 0),
      payloads: order.flatMap((position) => this.#payloads.list[position] ?? []),
      proofs: this.#proofs,
    };
  }
}

/** A stable sort of edges by a small number of each. */
function bySlot(edges: Uint32Array, slots: Uint32Array, count: number): Uint32Array {
  const next = new Uint32Array(count + 1);
  for (const edge of edges) next[(slots[edge] ?? 0) + 1] = (next[(slots[edge] ?? 0) + 1] ?? 0) + 1;
  for (let slot = 0; slot < count; slot++) next[slot + 1] = (next[slot + 1] ?? 0) + (next[slot] ?? 0);
  const sorted = new Uint32Array(edges.length);
  for (const edge of edges) {
    const slot = slots[edge] ?? 0;
    const position = next[slot] ?? 0;
    sorted[position] = edge;
    next[slot] = position + 1;
  }
  return sorted;
}

/** What proves an edge for somebody who came by it to a node. */
export const resolveProof = (proof: Proof, target: string): readonly Evidence[] => (typeof proof === 'function' ? proof(target) : proof);
