import { createHash } from 'node:crypto';
import type { Graph } from '../../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../../graph/types.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { isStep, nodeKindSpec } from '../../model/vocabulary.ts';

export type Row = Readonly<Record<string, string | number | boolean>>;

const text = (value: unknown): string => canonicalJson(value as Json);
const digest = (row: Row): string => createHash('sha256').update(text(row)).digest('base64url').slice(0, 22);

/** Key of a node: unique in the database. */
export const nodeKey = (scope: string, id: string): string => `${scope} ${id}`;

/** Properties of a node that are ours. */
export const nodeColumns = ['scope', 'id', 'kind', 'type', 'name', 'account', 'region', 'tags', 'props', 'entry', 'virtual', 'jewel', 'identity'] as const;

/** A node as it stands in the database. */
export function nodeRow(graph: Graph, scope: string, index: NodeIndex): Row {
  const { id, kind, type, name, account, region, tags, props } = graph.node(index);
  const { entry, virtual, jewel, identity } = nodeKindSpec(kind);
  const flags = { entry: entry === true, virtual: virtual === true, jewel: jewel === true, identity: identity === true };
  return { key: nodeKey(scope, id), scope, id, kind, type, name, account, region, tags: text(tags), props: text(props), ...flags };
}

/** What many edges share: `plain` stands on each relationship, for queries; `proof` once in a node of its own, which the relationships name. */
export interface Payload {
  readonly plain: Row;
  readonly proof: Row;
}

/** Payloads of edges. Equal ones have equal keys, so an edge is known again by its ends, its kind and the key of its proof. */
export class Payloads {
  readonly #graph: Graph;
  readonly #scope: string;
  readonly #known = new Map<string, Payload>();
  readonly #byKey = new Map<string, Payload>();

  constructor(graph: Graph, scope: string) {
    this.#graph = graph;
    this.#scope = scope;
  }

  of(edge: EdgeIndex): Payload {
    const graph = this.#graph;
    // A proof may be another for another target, so only edges with the same end share it unseen; equal ones meet again by their digest.
    const number = `${graph.payloadOf(edge)} ${graph.proofOf(edge)} ${graph.targets[edge]}`;
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const made = isStep(graph.edgeKind(edge)) ? this.#step(edge) : this.#make({}, { evidence: text(graph.evidence(edge)) });
    this.#known.set(number, made);
    return made;
  }

  /** Every distinct payload that was asked for. */
  distinct(): Iterable<Payload> {
    return this.#byKey.values();
  }

  #step(edge: EdgeIndex): Payload {
    const { technique, likelihood, verdict, label, ports, factors, residual, missing, evidence } = this.#graph.step(edge);
    const plain: Row = {
      technique,
      likelihood,
      verdict,
      label,
      ...(ports === '' ? {} : { ports }),
      ...(missing.length === 0 ? {} : { missing: text(missing) }),
    };
    return this.#make(plain, { factors: text(factors), residual: text(residual), evidence: text(evidence) });
  }

  #make(plain: Row, proof: Row): Payload {
    const key = nodeKey(this.#scope, digest({ ...plain, ...proof }));
    const same = this.#byKey.get(key);
    if (same !== undefined) return same;
    const made = { plain: { ...plain, proof: key }, proof: { key, scope: this.#scope, ...proof } };
    this.#byKey.set(key, made);
    return made;
  }
}
