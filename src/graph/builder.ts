import type { Evidence } from '../model/evidence.ts';
import { longList } from '../model/long-list.ts';
import { type EdgeKind, edgeKindCode, edgeKindNames, isStep, type StructureKind } from '../model/vocabulary.ts';
import { EdgeTable, type Proof, resolveProof } from './edge-table.ts';
import { Graph } from './graph.ts';
import { noPayload, payloadOf } from './step-payload.ts';
import type { NodeSpec, Saying, StepSpec, StructureSpec } from './types.ts';

/** Collects nodes and edges in any order; `freeze` sorts them, so that the order of loading never shows in the result. */
export class GraphBuilder {
  /** Number of every id that was named, as a node or as the end of an edge. */
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #specs: (NodeSpec | undefined)[] = [];
  readonly #edges: EdgeTable;
  readonly #before: GraphBuilder | undefined;
  readonly #noPayload: number;
  /** By number there, the number here of every node of the builder before. */
  #renumbered: Int32Array | undefined;

  /**
   * @param options `before`: the builder of an estate that differs in little, of which edges will be taken over;
   * `again`: whether a builder after this one will take over edges
   */
  constructor({ before, again }: { readonly before?: GraphBuilder | undefined; readonly again?: boolean } = {}) {
    this.#before = before;
    this.#edges = new EdgeTable(before === undefined ? undefined : before.#edges, again);
    this.#noPayload = this.#edges.payloadNumber(noPayload);
  }

  /**
   * Adds a node, or adds to the one with this id: properties and tags are merged, the first kind, type and name stay.
   *
   * @returns its number
   */
  node(spec: NodeSpec): number {
    const number = this.#number(spec.id);
    const known = this.#specs[number];
    this.#specs[number] = known === undefined ? spec : { ...known, tags: { ...spec.tags, ...known.tags }, props: { ...known.props, ...spec.props } };
    return number;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  get(id: string): NodeSpec | undefined {
    const number = this.#numbers.get(id);
    return number === undefined ? undefined : this.#specs[number];
  }

  /** Number of a node, for `stepBetween` and `structureBetween`; `undefined`: there is no such node yet. */
  numberOf(id: string): number | undefined {
    const number = this.#numbers.get(id);
    return number === undefined || this.#specs[number] === undefined ? undefined : number;
  }

  /** Whether a number is that of the node with an id. */
  isNumberOf(number: number, id: string): boolean {
    return this.#ids[number] === id && this.#specs[number] !== undefined;
  }

  *nodes(): Generator<NodeSpec> {
    for (const spec of this.#specs) if (spec !== undefined) yield spec;
  }

  /** Number of edges added so far, before equal ones are merged. */
  get edgeCount(): number {
    return this.#edges.size;
  }

  /** Structure edges added so far, with what proves them, in the order of adding; of `only` some kinds, where given. */
  *structureEdges(
    start = 0,
    end = this.#edges.size,
    only?: ReadonlySet<EdgeKind>,
  ): Generator<{ readonly from: string; readonly to: string; readonly kind: StructureKind; readonly evidence: readonly Evidence[] }> {
    for (let edge = start; edge < end; edge++) {
      const kind = edgeKindNames[this.#edges.kind.at(edge)];
      if (kind === undefined || isStep(kind) || only?.has(kind) === false) continue;
      const [from, to] = [this.#ids[this.#edges.from.at(edge)] ?? '', this.#ids[this.#edges.to.at(edge)] ?? ''];
      yield { from, to, kind, evidence: resolveProof(this.#edges.proof(edge), to) };
    }
  }

  /** Steps so far between nodes that are asked for, hubs among them as any node. */
  *steps(wanted: (from: NodeSpec, to: NodeSpec) => boolean): Generator<StepSpec> {
    for (let edge = 0; edge < this.edgeCount; edge++) {
      const kind = edgeKindNames[this.#edges.kind.at(edge)];
      const [from, to] = [this.#specs[this.#edges.from.at(edge)], this.#specs[this.#edges.to.at(edge)]];
      const payload = this.#edges.payload(edge);
      if (kind === undefined || !isStep(kind) || from === undefined || to === undefined || payload === undefined || !wanted(from, to)) continue;
      yield { from: from.id, to: to.id, kind, ...payload, evidence: this.#edges.proof(edge) };
    }
  }

  structure(spec: StructureSpec): void {
    this.structureBetween(this.#number(spec.from), this.#number(spec.to), spec.kind, spec.evidence);
  }

  /** Structure between nodes that the caller has looked up. */
  structureBetween(from: number, to: number, kind: StructureKind, evidence: readonly Evidence[] = []): void {
    this.#edges.push(from, to, edgeKindCode[kind], this.#noPayload, evidence, true);
  }

  step(spec: StepSpec): void {
    this.stepBetween(this.#number(spec.from), this.#number(spec.to), spec);
  }

  /** A step between nodes that the caller has looked up: of a million steps most share their ends. */
  stepBetween(from: number, to: number, spec: Omit<StepSpec, 'from' | 'to'>): void {
    this.stepSaying(from, to, this.saying(spec), spec.evidence);
  }

  /** What steps say beside their ends and proofs, for `stepSaying`. */
  saying(spec: Omit<StepSpec, 'from' | 'to' | 'evidence'>): Saying {
    return { kind: edgeKindCode[spec.kind], payload: this.#edges.payloadNumber(payloadOf(spec)) };
  }

  /** A step between nodes that were looked up, that says what steps before it say. */
  stepSaying(from: number, to: number, { kind, payload }: Saying, evidence: Proof): void {
    this.#edges.push(from, to, kind, payload, evidence, false);
  }

  /** Steps that differ in their ends alone: from each of some nodes to each of some others, but from none to itself. */
  stepsAmong(from: Iterable<number>, to: Iterable<number>, spec: Omit<StepSpec, 'from' | 'to'>): void {
    const saying = this.saying(spec);
    for (const source of from) for (const target of to) if (source !== target) this.stepSaying(source, target, saying, spec.evidence);
  }

  /**
   * Takes over those of some edges of the builder before that leave a wanted node, with the nodes that only such edges brought along.
   *
   * @param wanted by the id of the node that an edge leaves
   */
  takeOver(start: number, end: number, wanted: (from: string) => boolean): void {
    const before = this.#before;
    if (before === undefined) throw new Error('there is no builder to take edges from');
    this.#renumbered ??= new Int32Array(before.#ids.length).fill(-1);
    const numbers = this.#renumbered;
    const here = (number: number): number => {
      let known = numbers[number] ?? -1;
      if (known >= 0) return known;
      known = this.#number(before.#ids[number] ?? '');
      this.#specs[known] ??= before.#specs[number];
      numbers[number] = known;
      return known;
    };
    let last = -1;
    let take = true;
    for (let edge = start; edge < end; edge++) {
      const from = before.#edges.from.at(edge);
      if (from !== last) take = wanted(before.#ids[from] ?? '');
      last = from;
      if (take) this.#edges.take(before.#edges, edge, here(from), here(before.#edges.to.at(edge)));
    }
  }

  #number(id: string): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#ids.length);
    this.#specs.push(undefined);
    return this.#ids.push(id) - 1;
  }

  /** The immutable graph. Edges whose ends were never added are a programming error. */
  freeze(): Graph {
    const missing = this.#specs.indexOf(undefined);
    if (missing >= 0) throw new Error(`edge names the node ${this.#ids[missing]}, which was not added`);
    const ids = this.#ids;
    // No two are equal. An id that follows the one before, as those of a type do, is left in its place by the sort.
    const order = Array.from(ids, (_, number) => number).sort((a, b) => ((ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1));
    const rank = longList(Uint32Array, order.length);
    const nodes: NodeSpec[] = [];
    for (let position = 0; position < order.length; position++) {
      const number = order[position] ?? 0;
      const spec = this.#specs[number];
      rank[number] = position;
      if (spec !== undefined) nodes.push(spec);
    }
    return new Graph(
      nodes,
      this.#edges.columns(rank, (number) => ids[number] ?? ''),
      { numbers: this.#numbers, rank },
    );
  }
}
