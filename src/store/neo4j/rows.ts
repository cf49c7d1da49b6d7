import { createHash } from 'node:crypto';
import type { Graph } from '../../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../../graph/types.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { isStep, nodeKindSpec } from '../../model/vocabulary.ts';
import { ClassProofs } from './class-proof.ts';

/** Values of columns, in their order. A property that is `null` is not written. */
export type Row = readonly (string | number | boolean | null)[];

const text = (value: unknown): string => canonicalJson(value as Json);

/** A list as text; `null` for an empty one. */
const some = (list: readonly unknown[]): string | null => (list.length === 0 ? null : text(list));

/** Key of a node: unique in the database. */
export const nodeKey = (scope: string, id: string): string => `${scope} ${id}`;

/** Properties of a node that are ours. */
export const nodeColumns = [
  'scope',
  'id',
  'kind',
  'type',
  'name',
  'account',
  'region',
  'tags',
  'props',
  'entry',
  'virtual',
  'jewel',
  'identity',
  'key',
] as const;

/** A node as it stands in the database, in the order of `nodeColumns`. */
export function nodeRow(graph: Graph, scope: string, index: NodeIndex): Row {
  const { id, kind, type, name, account, region, tags, props } = graph.node(index);
  const { entry, virtual, jewel, identity } = nodeKindSpec(kind);
  const flags = [entry === true, virtual === true, jewel === true, identity === true];
  return [scope, id, kind, type, name, account, region, text(tags), text(props), ...flags, nodeKey(scope, id)];
}

/** Properties of a relationship: what queries ask of it, and the key of its proof. Words stand at the proof: a long text costs the server a third of what a relationship costs. */
export const plainColumns = ['technique', 'likelihood', 'verdict', 'ports', 'missing', 'proof'] as const;

/**
 * Properties of the node that holds a proof: all that a graph has of the edges that name it, so that who reads the graph back asks each edge only for its kind and this node's key. What
 * is empty is not written.
 */
export const proofColumns = ['key', 'technique', 'label', 'ports', 'missing', 'factors', 'residual', 'evidence'] as const;

/** The proofs of a scope: their keys begin with it, so they need no second index. */
export const proofsOfScope = "MATCH (p:PosternProof) WHERE p.key STARTS WITH $scope + ' '";

/** What many edges share: `plain` stands on each relationship, for queries; the proof once in a node of its own, which the relationships name by its key. */
export interface Payload {
  readonly key: string;
  readonly plain: Row;
}

/** What edges of one number of a payload share, the evidence left out. */
interface Common {
  readonly plain: Row;
  readonly proof: Row;
  /** Of both, as the beginning of what is hashed. */
  readonly text: string;
  /** By number of proof, where that is the same for every target. */
  readonly byProof: Map<number, Payload>;
}

/** Payloads of edges. Equal ones have equal keys, so an edge is known again by its ends, its kind and the key of its proof. */
export class Payloads {
  readonly #graph: Graph;
  readonly #scope: string;
  /** By number of payload. */
  readonly #commons: (Common | undefined)[] = [];
  readonly #byKey = new Map<string, Payload>();
  readonly #classes: ClassProofs;
  readonly #fresh: (key: string, proof: Row) => void;

  /** `fresh` is handed each proof when it is first met; it is not kept here. */
  constructor(graph: Graph, scope: string, fresh: (key: string, proof: Row) => void) {
    this.#graph = graph;
    this.#scope = scope;
    this.#fresh = fresh;
    this.#classes = new ClassProofs(graph);
  }

  /** Steps that tell the proof of a class only. */
  get bounded(): number {
    return this.#classes.bounded;
  }

  of(edge: EdgeIndex): Payload {
    const graph = this.#graph;
    const common = this.#common(edge);
    if (!graph.provedAlike(edge)) return this.#made(edge, common);
    const proof = graph.proofOf(edge);
    const found = common.byProof.get(proof) ?? this.#made(edge, common);
    common.byProof.set(proof, found);
    return found;
  }

  #common(edge: EdgeIndex): Common {
    const graph = this.#graph;
    const step = isStep(graph.edgeKind(edge));
    // Structure has no payload of its own, so its number may be that of a step without anything to tell.
    const number = graph.payloadOf(edge) * 2 + (step ? 1 : 0);
    const known = this.#commons[number];
    if (known !== undefined) return known;
    const [plain, proof] = step ? this.#told(edge) : [Array<null>(5).fill(null), Array<null>(6).fill(null)];
    const made = { plain, proof, text: JSON.stringify([plain, proof]), byProof: new Map<number, Payload>() };
    this.#commons[number] = made;
    return made;
  }

  #told(edge: EdgeIndex): readonly [Row, Row] {
    const { technique, likelihood, verdict, label, ports, factors, residual, missing } = this.#graph.step(edge);
    const shown = [ports === '' ? null : ports, some(missing)];
    return [
      [technique, likelihood, verdict, ...shown],
      [technique, label === '' ? null : label, ...shown, some(factors), some(residual)],
    ];
  }

  #made(edge: EdgeIndex, common: Common): Payload {
    const evidence = this.#classes.textOf(edge);
    const digest = createHash('sha256').update(`${common.text}${evidence}`).digest('base64url').slice(0, 22);
    const key = nodeKey(this.#scope, digest);
    const same = this.#byKey.get(key);
    if (same !== undefined) return same;
    const made = { key, plain: [...common.plain, key] };
    this.#byKey.set(key, made);
    this.#fresh(key, [key, ...common.proof, evidence === '[]' ? null : evidence]);
    return made;
  }
}
