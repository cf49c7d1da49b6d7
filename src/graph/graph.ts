import type { Evidence, Factor, Residual } from '../model/evidence.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import { type EdgeKind, edgeKindCode, edgeKindNames, isStep, type NodeKind, nodeKindCode, nodeKindNames, type StructureKind } from '../model/vocabulary.ts';
import type { EdgeIndex, NodeIndex, NodeSpec, NodeView, StepSpec, StepVerdict, StepView, StructureSpec } from './types.ts';

interface Payload {
  readonly technique: string;
  readonly factors: readonly Factor[];
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly label: string;
  readonly ports: string;
}

/** Equal lists are kept once: ten thousand steps of one technique share one factor list. */
class Interner<T> {
  readonly values: T[] = [];
  readonly #byText = new Map<string, number>();

  add(value: T): number {
    const text = canonicalJson(value as Json);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#byText.set(text, this.values.length);
    return this.values.push(value) - 1;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Collects nodes and edges in any order; `freeze` sorts them, so that the order of loading never shows in the result. */
export class GraphBuilder {
  readonly #nodes = new Map<string, NodeSpec>();
  readonly #edges: { from: string; to: string; kind: EdgeKind; payload: number }[] = [];
  readonly #payloads = new Interner<Payload>();

  /** Adds a node, or adds to the one with this id: properties and tags are merged, the first kind, type and name stay. */
  node(spec: NodeSpec): void {
    const known = this.#nodes.get(spec.id);
    if (known === undefined) this.#nodes.set(spec.id, spec);
    else this.#nodes.set(spec.id, { ...known, tags: { ...spec.tags, ...known.tags }, props: { ...known.props, ...spec.props } });
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  get(id: string): NodeSpec | undefined {
    return this.#nodes.get(id);
  }

  nodes(): IterableIterator<NodeSpec> {
    return this.#nodes.values();
  }

  /** Number of edges added so far, before equal ones are merged. */
  get edgeCount(): number {
    return this.#edges.length;
  }

  /** Structure edges added so far, with what proves them, in the order of ids. */
  *structureEdges(): Generator<{ readonly from: string; readonly to: string; readonly kind: StructureKind; readonly evidence: readonly Evidence[] }> {
    for (const { from, to, kind, payload } of this.#edges) {
      if (!isStep(kind)) yield { from, to, kind, evidence: this.#payloads.values[payload]?.evidence ?? [] };
    }
  }

  structure(spec: StructureSpec): void {
    this.#push(spec.from, spec.to, spec.kind, {
      technique: '',
      factors: [],
      residual: [],
      missing: [],
      evidence: spec.evidence ?? [],
      label: '',
      ports: '',
    });
  }

  step(spec: StepSpec): void {
    for (const factor of spec.factors) {
      if (!(factor.value > 0 && factor.value <= 1)) throw new RangeError(`factor ${factor.name} of ${spec.technique} is ${factor.value}, not in (0, 1]`);
    }
    this.#push(spec.from, spec.to, spec.kind, {
      technique: spec.technique,
      factors: spec.factors,
      residual: spec.residual,
      missing: spec.missing ?? [],
      evidence: spec.evidence,
      label: spec.label ?? '',
      ports: spec.ports ?? '',
    });
  }

  #push(from: string, to: string, kind: EdgeKind, payload: Payload): void {
    this.#edges.push({ from, to, kind, payload: this.#payloads.add(payload) });
  }

  /** The immutable graph. Edges whose ends were never added are a programming error. */
  freeze(): Graph {
    const nodes = [...this.#nodes.values()].sort((a, b) => compare(a.id, b.id));
    const indexOf = new Map(nodes.map((node, index) => [node.id, index]));
    const at = (id: string): number => {
      const index = indexOf.get(id);
      if (index === undefined) throw new Error(`edge names the node ${id}, which was not added`);
      return index;
    };
    const payloadText = this.#payloads.values.map((payload) => canonicalJson(payload as unknown as Json));
    const payloadOrder = [...payloadText.keys()].sort((a, b) => compare(payloadText[a] ?? '', payloadText[b] ?? ''));
    const rank = new Uint32Array(payloadOrder.length);
    for (const [position, payload] of payloadOrder.entries()) rank[payload] = position;
    const edges = this.#edges.map((edge) => ({
      from: at(edge.from),
      to: at(edge.to),
      kind: edgeKindCode[edge.kind],
      payload: rank[edge.payload] ?? 0,
    }));
    edges.sort((a, b) => a.from - b.from || a.to - b.to || a.kind - b.kind || a.payload - b.payload);
    const distinct = edges.filter((edge, index) => {
      const last = edges[index - 1];
      return last === undefined || edge.from !== last.from || edge.to !== last.to || edge.kind !== last.kind || edge.payload !== last.payload;
    });
    const payloads = payloadOrder.map((payload) => this.#payloads.values[payload]).filter((payload) => payload !== undefined);
    return new Graph(nodes, indexOf, distinct, payloads);
  }
}

/** Immutable graph in compressed sparse rows, both directions. Node indexes follow the order of ids; edge indexes the order of (from, to, kind, payload). */
export class Graph {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly kinds: Uint8Array;
  /** Edges of node n leave at `outOffsets[n] .. outOffsets[n + 1]`: edge indexes are positions in `targets`. */
  readonly outOffsets: Uint32Array;
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly edgeKinds: Uint8Array;
  /** Likelihood of a step in (0, 1]; 0 for structure. */
  readonly likelihoods: Float64Array;
  /** Edges of node n arrive at `inOffsets[n] .. inOffsets[n + 1]` of `inEdges`, which holds edge indexes. */
  readonly inOffsets: Uint32Array;
  readonly inEdges: Uint32Array;
  readonly #payloadOf: Uint32Array;
  readonly #nodes: readonly NodeSpec[];
  readonly #indexOf: ReadonlyMap<string, NodeIndex>;
  readonly #payloads: readonly Payload[];

  constructor(
    nodes: readonly NodeSpec[],
    indexOf: ReadonlyMap<string, NodeIndex>,
    edges: readonly { from: number; to: number; kind: number; payload: number }[],
    payloads: readonly Payload[],
  ) {
    this.#nodes = nodes;
    this.#indexOf = indexOf;
    this.#payloads = payloads;
    this.nodeCount = nodes.length;
    this.edgeCount = edges.length;
    this.kinds = Uint8Array.from(nodes, (node) => nodeKindCode[node.kind]);
    this.outOffsets = new Uint32Array(nodes.length + 1);
    this.inOffsets = new Uint32Array(nodes.length + 1);
    this.sources = Uint32Array.from(edges, (edge) => edge.from);
    this.targets = Uint32Array.from(edges, (edge) => edge.to);
    this.edgeKinds = Uint8Array.from(edges, (edge) => edge.kind);
    this.#payloadOf = Uint32Array.from(edges, (edge) => edge.payload);
    const product = payloads.map((payload) => payload.factors.reduce((value, factor) => value * factor.value, 1));
    this.likelihoods = Float64Array.from(edges, (edge) => (isStep(edgeKindNames[edge.kind] ?? 'Contains') ? (product[edge.payload] ?? 1) : 0));
    this.inEdges = new Uint32Array(edges.length);
    for (const edge of edges) {
      this.outOffsets[edge.from + 1] = (this.outOffsets[edge.from + 1] ?? 0) + 1;
      this.inOffsets[edge.to + 1] = (this.inOffsets[edge.to + 1] ?? 0) + 1;
    }
    for (let n = 0; n < nodes.length; n++) {
      this.outOffsets[n + 1] = (this.outOffsets[n + 1] ?? 0) + (this.outOffsets[n] ?? 0);
      this.inOffsets[n + 1] = (this.inOffsets[n + 1] ?? 0) + (this.inOffsets[n] ?? 0);
    }
    const next = this.inOffsets.slice();
    for (const [index, edge] of edges.entries()) {
      const position = next[edge.to] ?? 0;
      this.inEdges[position] = index;
      next[edge.to] = position + 1;
    }
  }

  /** Index of a node by its id, or -1. */
  indexOf(id: string): NodeIndex {
    return this.#indexOf.get(id) ?? -1;
  }

  id(node: NodeIndex): string {
    return this.#spec(node).id;
  }

  kind(node: NodeIndex): NodeKind {
    return this.#spec(node).kind;
  }

  node(node: NodeIndex): NodeView {
    const spec = this.#spec(node);
    return { account: '', region: '', tags: {}, props: {}, ...spec, index: node };
  }

  edgeKind(edge: EdgeIndex): EdgeKind {
    return edgeKindNames[this.edgeKinds[edge] ?? 0] ?? 'Contains';
  }

  /** Edge indexes that leave a node are contiguous: `for (let e = graph.outOffsets[n]; e < graph.outOffsets[n + 1]; e++)`. */
  *out(node: NodeIndex): Generator<EdgeIndex> {
    for (let e = this.outOffsets[node] ?? 0; e < (this.outOffsets[node + 1] ?? 0); e++) yield e;
  }

  *in(node: NodeIndex): Generator<EdgeIndex> {
    for (let i = this.inOffsets[node] ?? 0; i < (this.inOffsets[node + 1] ?? 0); i++) yield this.inEdges[i] ?? 0;
  }

  evidence(edge: EdgeIndex): readonly Evidence[] {
    return this.#payload(edge).evidence;
  }

  /** Everything known of a step. Asking it of a structure edge is a programming error. */
  step(edge: EdgeIndex): StepView {
    const kind = this.edgeKind(edge);
    if (!isStep(kind)) throw new Error(`edge ${edge} is ${kind}, not a step`);
    const payload = this.#payload(edge);
    const verdict: StepVerdict = payload.missing.length > 0 ? 'unknown' : payload.residual.length > 0 ? 'conditional' : 'proven';
    return {
      index: edge,
      from: this.sources[edge] ?? 0,
      to: this.targets[edge] ?? 0,
      kind,
      technique: payload.technique,
      likelihood: this.likelihoods[edge] ?? 0,
      verdict,
      factors: payload.factors,
      residual: payload.residual,
      conditions: payload.residual.flatMap((entry) => entry.allOf),
      missing: payload.missing,
      evidence: payload.evidence,
      label: payload.label,
      ports: payload.ports,
    };
  }

  /** Steps with equal technique, factors, residual and evidence share one payload; its number lets a caller price each only once. */
  payloadOf(edge: EdgeIndex): number {
    return this.#payloadOf[edge] ?? 0;
  }

  nodesOfKind(kind: NodeKind): NodeIndex[] {
    const code = nodeKindCode[kind];
    const found: NodeIndex[] = [];
    for (let n = 0; n < this.nodeCount; n++) if (this.kinds[n] === code) found.push(n);
    return found;
  }

  #spec(node: NodeIndex): NodeSpec {
    const spec = this.#nodes[node];
    if (spec === undefined) throw new RangeError(`no node ${node}`);
    return spec;
  }

  #payload(edge: EdgeIndex): Payload {
    const payload = this.#payloads[this.#payloadOf[edge] ?? -1];
    if (payload === undefined) throw new RangeError(`no edge ${edge}`);
    return payload;
  }
}

export const isKind = (name: string): name is NodeKind => (nodeKindNames as readonly string[]).includes(name);
