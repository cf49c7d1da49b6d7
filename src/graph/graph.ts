import type { Evidence } from '../model/evidence.ts';
import { type EdgeKind, edgeKindNames, isStep, type NodeKind, nodeKindCode, nodeKindNames } from '../model/vocabulary.ts';
import { type EdgeColumns, resolveProof } from './edge-table.ts';
import type { Payload } from './payloads.ts';
import { arriving, likelihoodOf, likelihoods, offsets, type Positions } from './rows.ts';
import type { EdgeIndex, NodeIndex, NodeSpec, NodeView, StepVerdict, StepView } from './types.ts';

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
  /** Edges of node n arrive at `inOffsets[n] .. inOffsets[n + 1]` of `inEdges`, which holds edge indexes. */
  readonly inOffsets: Uint32Array;
  readonly inEdges: Uint32Array;
  readonly #edges: EdgeColumns;
  readonly #nodes: readonly NodeSpec[];
  readonly #positions: Positions;
  #likelihoods: Float64Array | undefined;

  /** Nodes in the order of their ids; edges speak of them by position. */
  constructor(nodes: readonly NodeSpec[], edges: EdgeColumns, positions: Positions) {
    this.#nodes = nodes;
    this.#edges = edges;
    this.#positions = positions;
    this.nodeCount = nodes.length;
    this.edgeCount = edges.from.length;
    this.kinds = new Uint8Array(nodes.length);
    for (let index = 0; index < nodes.length; index++) this.kinds[index] = nodeKindCode[nodes[index]?.kind ?? 'Hub'];
    this.sources = edges.from;
    this.targets = edges.to;
    this.edgeKinds = edges.kind;
    this.outOffsets = offsets(nodes.length, edges.from);
    this.inOffsets = offsets(nodes.length, edges.to);
    this.inEdges = arriving(edges.to, this.inOffsets);
  }

  /** Index of a node by its id, or -1. */
  indexOf(id: string): NodeIndex {
    const { numbers, rank } = this.#positions;
    // A builder that went on after this graph was made has numbers beyond its ranks.
    return rank[numbers.get(id) ?? rank.length] ?? -1;
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

  /** Likelihood of a step in (0, 1]; 0 for structure. Made when somebody asks for that of any edge: on a large estate it is a long list, and most ask for single steps. */
  get likelihoods(): Float64Array {
    this.#likelihoods ??= likelihoods(this.#edges);
    return this.#likelihoods;
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

  /** What proves an edge. Of an edge into a hub `target` says for which node behind it, by default the edge's own end. */
  evidence(edge: EdgeIndex, target: NodeIndex = this.targets[edge] ?? 0): readonly Evidence[] {
    return resolveProof(this.#edges.proofs[this.#edges.proof[edge] ?? 0] ?? [], this.id(target));
  }

  /** Everything known of a step; `target` as in `evidence`. Asking it of a structure edge is a programming error. */
  step(edge: EdgeIndex, target?: NodeIndex): StepView {
    const kind = this.edgeKind(edge);
    if (!isStep(kind)) throw new Error(`edge ${edge} is ${kind}, not a step`);
    const payload = this.#payload(edge);
    const evidence = (): readonly Evidence[] => this.evidence(edge, target);
    const verdict: StepVerdict = payload.missing.length > 0 ? 'unknown' : payload.residual.length > 0 ? 'conditional' : 'proven';
    return {
      index: edge,
      from: this.sources[edge] ?? 0,
      to: this.targets[edge] ?? 0,
      kind,
      technique: payload.technique,
      likelihood: likelihoodOf(payload),
      verdict,
      factors: payload.factors,
      residual: payload.residual,
      conditions: payload.residual.flatMap((entry) => entry.allOf),
      missing: payload.missing,
      get evidence() {
        return evidence();
      },
      label: payload.label,
      ports: payload.ports,
    };
  }

  /** Steps with equal technique, factors and residual share one payload; its number lets a caller price each only once. */
  payloadOf(edge: EdgeIndex): number {
    return this.#edges.payload[edge] ?? 0;
  }

  /** Numbers of payloads are below this. */
  get payloadCount(): number {
    return this.#edges.payloads.length;
  }

  /** What a step says beside its ends and its proof, as an object: graphs of one estate before and after a change have the same one for equal steps. */
  payload(edge: EdgeIndex): Payload {
    return this.#payload(edge);
  }

  /** Number of an edge's proof: edges with the same number and the same end are proved by the same evidence. */
  proofOf(edge: EdgeIndex): number {
    return this.#edges.proof[edge] ?? 0;
  }

  /** Whether an edge's proof is the same whatever its target, so that edges with the same number have the same evidence. */
  provedAlike(edge: EdgeIndex): boolean {
    return Array.isArray(this.#edges.proofs[this.#edges.proof[edge] ?? 0]);
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
    const payload = this.#edges.payloads[this.#edges.payload[edge] ?? -1];
    if (payload === undefined) throw new RangeError(`no edge ${edge}`);
    return payload;
  }
}

export const isKind = (name: string): name is NodeKind => (nodeKindNames as readonly string[]).includes(name);
