import type { Driver } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import type { Completeness } from '../../model/assessment.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { type EdgeKind, nodeKindNames } from '../../model/vocabulary.ts';
import { nodeColumns, nodeKey, nodeRow, type Payload, Payloads, type Row } from './rows.ts';
import { checkScope, schemaStatements } from './scope.ts';
import { begin, Writer } from './writer.ts';

export interface PushOptions {
  /** Name under which the graph stands in the database, beside others. */
  readonly scope: string;
  /** SHA-256 of the snapshot it was made from. */
  readonly snapshot?: string;
  /** What the snapshot did not see; stands beside the graph, so that a reader of the database is told too. */
  readonly completeness?: Completeness;
  /** Rows of a transaction; 10,000. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface PushResult {
  readonly scope: string;
  readonly generation: number;
  readonly nodes: number;
  readonly edges: number;
  /** Written now; the rest stood there already. */
  readonly writtenNodes: number;
  readonly writtenEdges: number;
  readonly removedNodes: number;
  readonly removedEdges: number;
}

/**
 * Brings a scope of the database to a graph: what stands there already is read and stays, what is missing is written, what is stale is removed. Until the end the scope counts as
 * incomplete, and a repeated push finishes what an interrupted one began. Nodes and edges are named by the server's own ids, so that the server looks nothing up.
 */
export async function push(driver: Driver, graph: Graph, options: PushOptions): Promise<PushResult> {
  const scope = checkScope(options.scope);
  const session = driver.session({ fetchSize: 10_000 });
  try {
    for (const statement of schemaStatements) await session.run(statement);
    await session.run('CALL db.awaitIndexes(300)');
    const writer = new Writer(session, scope, await begin(session, scope), options.batchSize ?? 10_000, options.signal);
    const nodes = await writeNodes(writer, graph, scope);
    const edges = await writeEdges(writer, graph, scope, nodes.ids);
    await removeNodes(writer, nodes.stale);
    await writer.complete(graph, options.snapshot ?? '', canonicalJson((options.completeness ?? null) as Json));
    return {
      scope,
      generation: writer.generation,
      nodes: graph.nodeCount,
      edges: graph.edgeCount,
      writtenNodes: nodes.written,
      writtenEdges: edges.written,
      removedNodes: nodes.stale.length,
      removedEdges: edges.removed,
    };
  } finally {
    await session.close();
  }
}

/** Gives the server's id of every node of the graph, by position. */
async function writeNodes(writer: Writer, graph: Graph, scope: string): Promise<{ ids: string[]; stale: string[]; written: number }> {
  const stand = new Map<string, { id: string; as: string }>();
  // Whatever somebody changed of what is ours is put right; what he wrote beside it stays.
  const query = `MATCH (n:Postern {scope: $scope}) RETURN n.key, elementId(n), [label IN labels(n) WHERE label IN $kinds], ${nodeColumns.map((name) => `n.${name}`).join(', ')}`;
  for await (const record of writer.read(query, { kinds: nodeKindNames })) {
    const [key, id, labels, ...values] = record.keys.map((name): unknown => record.get(name));
    stand.set(String(key), { id: String(id), as: JSON.stringify([labels, values]) });
  }
  const ids = new Array<string>(graph.nodeCount).fill('');
  let written = 0;
  for (const kind of nodeKindNames) {
    const [fresh, changed]: { index: number; row: Row; id: string }[][] = [[], []];
    for (const index of graph.nodesOfKind(kind)) {
      const row = nodeRow(graph, scope, index);
      const old = stand.get(nodeKey(scope, graph.id(index)));
      stand.delete(nodeKey(scope, graph.id(index)));
      ids[index] = old?.id ?? '';
      if (old === undefined) fresh?.push({ index, row, id: '' });
      else if (old.as !== JSON.stringify([[kind], nodeColumns.map((name) => row[name])])) changed?.push({ index, row, id: old.id });
    }
    for (const batch of writer.batches(fresh ?? [])) {
      const made = await writer.create(
        `UNWIND $rows AS row CREATE (n:Postern:${kind}) SET n = row`,
        'elementId(n)',
        batch.map(({ row }) => row),
      );
      for (const [position, { index }] of batch.entries()) ids[index] = made[position] ?? '';
    }
    const others = nodeKindNames.filter((name) => name !== kind).join(':');
    const update = `UNWIND $rows AS item MATCH (n:Postern) WHERE elementId(n) = item.id REMOVE n:${others} SET n:${kind}, n += item.row`;
    for (const batch of writer.batches(changed ?? []))
      await writer.write(
        update,
        batch.map(({ id, row }) => ({ id, row })),
      );
    written += (fresh?.length ?? 0) + (changed?.length ?? 0);
  }
  return { ids, written, stale: [...stand.values()].map(({ id }) => id) };
}

async function writeEdges(writer: Writer, graph: Graph, scope: string, ids: readonly string[]): Promise<{ written: number; removed: number }> {
  const stand = new Map<string, string[]>();
  const query = `MATCH (a:Postern {scope: $scope})-[r]->(b:Postern) WHERE r.proof IS NOT NULL RETURN elementId(a), elementId(b), type(r), r.proof, elementId(r)`;
  for await (const record of writer.read(query)) {
    const name = [0, 1, 2, 3].map((column) => String(record.get(column))).join(' ');
    stand.set(name, [...(stand.get(name) ?? []), String(record.get(4))]);
  }
  const payloads = new Payloads(graph, scope);
  const missing = new Map<EdgeKind, { from: string; to: string; payload: Payload }[]>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const [from, to] = [ids[graph.sources[edge] ?? 0] ?? '', ids[graph.targets[edge] ?? 0] ?? ''];
    const kind = graph.edgeKind(edge);
    const payload = payloads.of(edge);
    const name = `${from} ${to} ${kind} ${String(payload.plain['proof'])}`;
    const old = stand.get(name);
    if (old === undefined) {
      const list = missing.get(kind) ?? [];
      missing.set(kind, list);
      list.push({ from, to, payload });
    } else if (old.length > 1) stand.set(name, old.slice(1));
    else stand.delete(name);
  }
  const staleProofs = await writeProofs(writer, payloads);
  let written = 0;
  for (const [kind, edges] of missing) {
    const create = `UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row.a MATCH (b) WHERE elementId(b) = row.b CREATE (a)-[r:${kind}]->(b) SET r = $payloads[row.p]`;
    for (const batch of writer.batches(edges)) {
      const shared = new Map(batch.map(({ payload }) => [String(payload.plain['proof']), payload.plain]));
      // A list would be asked for by number, which the driver sends as a float.
      const names = new Map([...shared.keys()].map((key, number) => [key, `p${number}`]));
      const rows = batch.map(({ from, to, payload }) => ({ a: from, b: to, p: names.get(String(payload.plain['proof'])) ?? '' }));
      await writer.write(create, rows, { payloads: Object.fromEntries([...shared].map(([key, plain]) => [names.get(key) ?? '', plain])) });
    }
    written += edges.length;
  }
  const stale = [...stand.values()].flat();
  for (const batch of writer.batches(stale)) await writer.write('UNWIND $rows AS id MATCH ()-[r]->() WHERE elementId(r) = id DELETE r', batch);
  await removeNodes(writer, staleProofs);
  return { written, removed: stale.length };
}

/** Writes the proofs that are missing; gives those that no edge of the graph names. */
async function writeProofs(writer: Writer, payloads: Payloads): Promise<readonly string[]> {
  const stand = new Map<string, string>();
  for await (const record of writer.read('MATCH (p:PosternProof {scope: $scope}) RETURN p.key, elementId(p)'))
    stand.set(String(record.get(0)), String(record.get(1)));
  const fresh: Row[] = [];
  for (const { proof } of payloads.distinct()) if (!stand.delete(String(proof['key']))) fresh.push(proof);
  for (const batch of writer.batches(fresh)) await writer.write('UNWIND $rows AS row CREATE (p:PosternProof) SET p = row', batch);
  return [...stand.values()];
}

async function removeNodes(writer: Writer, ids: readonly string[]): Promise<void> {
  for (const batch of writer.batches(ids)) await writer.write('UNWIND $rows AS id MATCH (n) WHERE elementId(n) = id DETACH DELETE n', batch);
}
