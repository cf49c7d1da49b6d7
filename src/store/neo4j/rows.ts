import { createHash } from 'node:crypto';
import type { Graph } from '../../graph/graph.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { type EdgeKind, isStep, type NodeKind, nodeKindSpec } from '../../model/vocabulary.ts';

type Value = string | number | boolean;
type Row = Readonly<Record<string, Value>>;

/** Rows of one query. `payloads` holds once what many edges share. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly payloads: Readonly<Record<string, Row>>;
}

const text = (value: unknown): string => canonicalJson(value as Json);
const hash = (value: string): string => createHash('sha256').update(value).digest('hex').slice(0, 32);

/** Key of a node: unique in the database. */
export const nodeKey = (scope: string, id: string): string => `${scope} ${id}`;

/** The nodes of one kind, in batches. */
export function* nodeBatches(graph: Graph, scope: string, kind: NodeKind, size: number): Generator<Batch> {
  const { entry, virtual, jewel, identity } = nodeKindSpec(kind);
  const flags = { entry: entry === true, virtual: virtual === true, jewel: jewel === true, identity: identity === true };
  const members = graph.nodesOfKind(kind);
  for (let start = 0; start < members.length; start += size) {
    const rows = members.slice(start, start + size).map((index): Row => {
      const { id, type, name, account, region, tags, props } = graph.node(index);
      return { key: nodeKey(scope, id), id, kind, type, name, account, region, tags: text(tags), props: text(props), ...flags };
    });
    yield { rows, payloads: {} };
  }
}

/** The edges of one kind, in batches. The key of an edge follows from its ends, kind and payload, so that a repeated push meets it again. */
export function* edgeBatches(graph: Graph, scope: string, kind: EdgeKind, edges: readonly number[], size: number): Generator<Batch> {
  const known = new Map<string, { readonly name: string; readonly row: Row }>();
  for (let start = 0; start < edges.length; start += size) {
    const payloads: Record<string, Row> = {};
    const rows = edges.slice(start, start + size).map((edge): Row => {
      // A proof may be another for another target, so only edges with the same end share it unseen; equal rows meet again by their hash.
      const number = `${graph.payloadOf(edge)} ${graph.proofOf(edge)} ${graph.targets[edge]}`;
      let payload = known.get(number);
      if (payload === undefined) {
        const row = payloadRow(graph, edge);
        payload = { name: hash(text(row)), row };
        known.set(number, payload);
      }
      payloads[payload.name] = payload.row;
      const [from, to] = [graph.id(graph.sources[edge] ?? 0), graph.id(graph.targets[edge] ?? 0)];
      return { key: nodeKey(scope, hash(text([from, to, kind, payload.name]))), from: nodeKey(scope, from), to: nodeKey(scope, to), payload: payload.name };
    });
    yield { rows, payloads };
  }
}

function payloadRow(graph: Graph, edge: number): Row {
  if (!isStep(graph.edgeKind(edge))) return { evidence: text(graph.evidence(edge)) };
  const { technique, likelihood, verdict, label, ports, factors, residual, missing, evidence } = graph.step(edge);
  return {
    technique,
    likelihood,
    verdict,
    label,
    ports,
    factors: text(factors),
    residual: text(residual),
    missing: text(missing),
    evidence: text(evidence),
  };
}
