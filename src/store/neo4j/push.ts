import type { Driver, Session } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import { InputError } from '../../model/error.ts';
import { type EdgeKind, edgeKindNames, nodeKindNames } from '../../model/vocabulary.ts';
import { type Batch, edgeBatches, nodeBatches } from './rows.ts';
import { checkScope, schemaStatements } from './scope.ts';

export interface PushOptions {
  /** Name under which the graph stands in the database, beside others. */
  readonly scope: string;
  /** SHA-256 of the snapshot it was made from. */
  readonly snapshot?: string;
  /** Rows of a transaction; 10,000. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface PushResult {
  readonly scope: string;
  readonly generation: number;
  readonly nodes: number;
  readonly edges: number;
  readonly removedNodes: number;
  readonly removedEdges: number;
}

/** Every write locks the scope first and then looks whether a later push took it over: two pushes of one scope cannot mix. */
const guard = 'MATCH (s:PosternScope {name: $scope}) SET s.complete = false WITH s WHERE s.generation = toInteger($generation)';
const stamp = (name: string): string => `${name}.scope = $scope, ${name}.generation = toInteger($generation)`;

/**
 * Writes a graph into the database. Every node and edge is merged by its key and stamped with the number of this push; what keeps an older number is removed at the end.
 * Until then the scope counts as incomplete, and a repeated push finishes what an interrupted one began.
 */
export async function push(driver: Driver, graph: Graph, options: PushOptions): Promise<PushResult> {
  const scope = checkScope(options.scope);
  const size = options.batchSize ?? 10_000;
  const session = driver.session();
  try {
    for (const statement of schemaStatements) await session.run(statement);
    await session.run('CALL db.awaitIndexes(300)');
    const writer = new Writer(session, scope, await begin(session, scope), options.signal);
    for (const kind of nodeKindNames) {
      const others = nodeKindNames.filter((name) => name !== kind).join(':');
      const query = `UNWIND $rows AS row MERGE (n:Postern {key: row.key}) REMOVE n:${others} SET n:${kind}, n += row, ${stamp('n')}`;
      for (const batch of nodeBatches(graph, scope, kind, size)) await writer.write(query, batch);
    }
    for (const [kind, edges] of edgesByKind(graph)) {
      const query = `UNWIND $rows AS row MATCH (a:Postern {key: row.from}) MATCH (b:Postern {key: row.to})
        MERGE (a)-[r:${kind} {key: row.key}]->(b) SET r += $payloads[row.payload], ${stamp('r')}`;
      for (const batch of edgeBatches(graph, scope, kind, edges, size)) await writer.write(query, batch);
    }
    const kinds = `type(x) IN [${edgeKindNames.map((kind) => `'${kind}'`).join(', ')}]`;
    const removedEdges = await writer.sweep(`(:Postern {scope: $scope})-[x]->(:Postern) WHERE x.scope = $scope AND ${kinds}`, '()-[x]->()', 'DELETE x', size);
    const removedNodes = await writer.sweep('(x:Postern {scope: $scope}) WHERE true', '(x:Postern)', 'DETACH DELETE x', size);
    await writer.complete(graph, options.snapshot ?? '');
    return { scope, generation: writer.generation, nodes: graph.nodeCount, edges: graph.edgeCount, removedNodes, removedEdges };
  } finally {
    await session.close();
  }
}

async function begin(session: Session, scope: string): Promise<number> {
  const query =
    'MERGE (s:PosternScope {name: $scope}) SET s.complete = false SET s.generation = coalesce(s.generation, 0) + 1 RETURN s.generation AS generation';
  const { records } = await session.executeWrite((tx) => tx.run(query, { scope }));
  return Number(records[0]?.get('generation'));
}

function edgesByKind(graph: Graph): Map<EdgeKind, number[]> {
  const found = new Map<EdgeKind, number[]>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const kind = graph.edgeKind(edge);
    const list = found.get(kind);
    if (list === undefined) found.set(kind, [edge]);
    else list.push(edge);
  }
  return found;
}

class Writer {
  readonly generation: number;
  readonly #session: Session;
  readonly #scope: string;
  readonly #signal: AbortSignal | undefined;

  constructor(session: Session, scope: string, generation: number, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#scope = scope;
    this.generation = generation;
    this.#signal = signal;
  }

  /** One transaction. Every row must arrive. */
  async write(query: string, { rows, payloads }: Batch): Promise<void> {
    const written = await this.#count(`${guard} ${query} RETURN count(*) AS count`, { rows, payloads });
    if (written !== rows.length) throw this.#overtaken();
  }

  /** Removes what an earlier push left, in batches; looks again at each under the lock. Gives how many went. */
  async sweep(pattern: string, one: string, remove: string, size: number): Promise<number> {
    const old = 'x.generation < toInteger($generation)';
    const { records } = await this.#session.run(`MATCH ${pattern} AND ${old} RETURN elementId(x) AS id`, this.#parameters({}));
    const ids = records.map((record) => String(record.get('id')));
    let removed = 0;
    for (let start = 0; start < ids.length; start += size) {
      const query = `${guard} UNWIND $ids AS id MATCH ${one} WHERE elementId(x) = id AND ${old} ${remove} RETURN count(*) AS count`;
      removed += await this.#count(query, { ids: ids.slice(start, start + size) });
    }
    return removed;
  }

  async complete(graph: Graph, snapshot: string): Promise<void> {
    const query = `${guard} SET s.complete = true, s.snapshot = $snapshot, s.nodes = toInteger($nodes), s.edges = toInteger($edges) RETURN count(*) AS count`;
    if ((await this.#count(query, { snapshot, nodes: graph.nodeCount, edges: graph.edgeCount })) !== 1) throw this.#overtaken();
  }

  async #count(query: string, more: Readonly<Record<string, unknown>>): Promise<number> {
    this.#signal?.throwIfAborted();
    const { records } = await this.#session.executeWrite((tx) => tx.run(query, this.#parameters(more)));
    return Number(records[0]?.get('count') ?? 0);
  }

  #parameters(more: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return { ...more, scope: this.#scope, generation: this.generation };
  }

  #overtaken(): InputError {
    return new InputError(`another push into the scope \`${this.#scope}\` began meanwhile`, { help: 'push once at a time, or into another --scope' });
  }
}
