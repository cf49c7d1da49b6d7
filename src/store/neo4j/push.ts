import type { Driver } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import type { Completeness } from '../../model/assessment.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { nodeKindNames } from '../../model/vocabulary.ts';
import { pushEdges } from './push-edges.ts';
import { nodeColumns, nodeKey, nodeRow, type Row } from './rows.ts';
import { checkScope, schemaStatements } from './scope.ts';
import { type Job, jobs, properties, Writer } from './writer.ts';

export interface PushOptions {
  /** Name under which the graph stands in the database, beside others. */
  readonly scope: string;
  /** SHA-256 of the snapshot it was made from. */
  readonly snapshot?: string;
  /** What the snapshot did not see; stands beside the graph, so that a reader of the database is told too. */
  readonly completeness?: Completeness;
  /** What steps into other scopes are worked out from, packed into one text. */
  readonly shared?: string;
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
  /** Steps into classes too large to work out the proof of each node: all show that of the first. */
  readonly classProofs: number;
}

/**
 * Brings a scope of the database to a graph: what stands there already is read and stays, what is missing is written, what is stale is removed. Until the end the scope counts as
 * incomplete, and a repeated push finishes what an interrupted one began. Nodes and edges are named by the server's own ids, so that the server looks nothing up.
 */
export async function push(driver: Driver, graph: Graph, options: PushOptions): Promise<PushResult> {
  const scope = checkScope(options.scope);
  await prepare(driver);
  return Writer.with(driver, scope, options.batchSize ?? 10_000, options.signal, async (writer) => {
    const nodes = await pushNodes(writer, graph, scope);
    const edges = await pushEdges(writer, graph, scope, nodes.ids);
    await writer.run(jobs(writer, 'UNWIND $rows AS id MATCH (n) WHERE elementId(n) = id DETACH DELETE n', nodes.stale));
    await writer.complete(graph, {
      snapshot: options.snapshot ?? '',
      completeness: canonicalJson((options.completeness ?? null) as Json),
      shared: options.shared ?? '',
    });
    return {
      scope,
      generation: writer.generation,
      nodes: graph.nodeCount,
      edges: graph.edgeCount,
      writtenNodes: nodes.written,
      writtenEdges: edges.written,
      removedNodes: nodes.stale.length,
      removedEdges: edges.removed,
      classProofs: edges.bounded,
    };
  });
}

async function prepare(driver: Driver): Promise<void> {
  const session = driver.session();
  try {
    for (const statement of schemaStatements) await session.run(statement);
    await session.run('CALL db.awaitIndexes(300)');
  } finally {
    await session.close();
  }
}

interface Stand {
  readonly id: string;
  readonly as: string;
}

/** Writes the nodes that are missing or changed. Gives the server's id of every node of the graph, by position, and the ids of those that are none of it. */
async function pushNodes(writer: Writer, graph: Graph, scope: string): Promise<{ ids: string[]; stale: string[]; written: number }> {
  const stand = new Map<string, Stand>();
  // Whatever somebody changed of what is ours is put right; what he wrote beside it stays.
  const query = `MATCH (n:Postern {scope: $scope}) RETURN elementId(n), [label IN labels(n) WHERE label IN $kinds], ${nodeColumns.map((name) => `n.${name}`).join(', ')}`;
  for await (const record of writer.read(query, { kinds: nodeKindNames })) {
    const [id, labels, ...values] = record.keys.map((name): unknown => record.get(name));
    stand.set(String(values[nodeColumns.indexOf('key')]), { id: String(id), as: JSON.stringify([labels, values]) });
  }
  const ids = new Array<string>(graph.nodeCount).fill('');
  const written = { count: 0 };
  await writer.run(nodeJobs(writer, graph, scope, stand, ids, written));
  return { ids, written: written.count, stale: [...stand.values()].map(({ id }) => id) };
}

/** Takes away from `stand` what the graph has, and fills `ids`. */
function* nodeJobs(writer: Writer, graph: Graph, scope: string, stand: Map<string, Stand>, ids: string[], written: { count: number }): Generator<Job> {
  for (const kind of nodeKindNames) {
    const [fresh, changed]: [{ index: number; row: Row }[], [string, Row][]] = [[], []];
    for (const index of graph.nodesOfKind(kind)) {
      const row = nodeRow(graph, scope, index);
      const key = nodeKey(scope, graph.id(index));
      const old = stand.get(key);
      stand.delete(key);
      ids[index] = old?.id ?? '';
      if (old === undefined) fresh.push({ index, row });
      else if (old.as !== JSON.stringify([[kind], row])) changed.push([old.id, row]);
    }
    for (const batch of writer.batches(fresh))
      yield {
        query: `UNWIND $rows AS row CREATE (n:Postern:${kind} ${properties(nodeColumns, 'row')})`,
        rows: batch.map(({ row }) => row),
        give: 'elementId(n)',
        take(given) {
          for (const [position, { index }] of batch.entries()) ids[index] = given[position] ?? '';
        },
      };
    const others = nodeKindNames.filter((name) => name !== kind).join(':');
    const change = `UNWIND $rows AS row MATCH (n:Postern) WHERE elementId(n) = row[0] REMOVE n:${others} SET n:${kind}, n += ${properties(nodeColumns, 'row[1]')}`;
    yield* jobs(writer, change, changed);
    written.count += fresh.length + changed.length;
  }
}
