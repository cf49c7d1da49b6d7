import type { Graph } from '../../graph/graph.ts';
import type { EdgeIndex } from '../../graph/types.ts';
import { type EdgeKind, edgeKindNames } from '../../model/vocabulary.ts';
import { Payloads, plainColumns, proofColumns, proofsOfScope, type Row } from './rows.ts';
import { type Job, jobs, properties, type Writer } from './writer.ts';

/** Brings the edges of a scope, and the proofs that they name, to those of a graph whose nodes stand. `ids`: the server's id of every node, by position. */
export async function pushEdges(
  writer: Writer,
  graph: Graph,
  scope: string,
  ids: readonly string[],
): Promise<{ written: number; removed: number; bounded: number }> {
  const edges = await standingEdges(writer, ids);
  const proofs = new Map<string, string>();
  for await (const record of writer.read(`${proofsOfScope} RETURN p.key, elementId(p)`)) proofs.set(String(record.get(0)), String(record.get(1)));
  const written = { count: 0, bounded: 0 };
  await writer.run(missing(writer, graph, scope, ids, edges, proofs, written));
  const stale = [...edges.foreign, ...[...edges.bySource.values()].flatMap((own) => [...own.values()].flat())];
  await writer.run(jobs(writer, 'UNWIND $rows AS id MATCH ()-[r]->() WHERE elementId(r) = id DELETE r', stale));
  await writer.run(jobs(writer, 'UNWIND $rows AS id MATCH (p:PosternProof) WHERE elementId(p) = id DELETE p', [...proofs.values()]));
  return { written: written.count, removed: stale.length, bounded: written.bounded };
}

/** Edges that stand in the database, by the position of the node they leave, then by `name`: the server's ids of all that are so called. */
interface Standing {
  readonly bySource: Map<number, Map<string, string[]>>;
  /** Edges of nodes that the graph does not have. */
  readonly foreign: readonly string[];
}

const nameOf = (to: number, kind: string, proof: string): string => `${to} ${kind} ${proof}`;

async function standingEdges(writer: Writer, ids: readonly string[]): Promise<Standing> {
  const positions = new Map(ids.map((id, position) => [id, position]));
  const bySource = new Map<number, Map<string, string[]>>();
  const foreign: string[] = [];
  // A row for each node and not for each edge: the server and the driver take half as long.
  const query = `MATCH (a:Postern {scope: $scope})
    RETURN elementId(a), [(a)-[r]->(b:Postern) WHERE r.proof IS NOT NULL | [elementId(b), type(r), r.proof, elementId(r)]]`;
  for await (const record of writer.read(query)) {
    const from = positions.get(String(record.get(0)));
    const own = new Map<string, string[]>();
    for (const [b, kind, proof, id] of record.get(1) as readonly (readonly [string, string, string, string])[]) {
      const to = positions.get(b);
      if (from === undefined || to === undefined) foreign.push(id);
      else {
        const name = nameOf(to, kind, proof);
        const known = own.get(name);
        if (known === undefined) own.set(name, [id]);
        else known.push(id);
      }
    }
    if (from !== undefined && own.size > 0) bySource.set(from, own);
  }
  return { bySource, foreign };
}

/** Writes what is missing; takes away from `edges` and `proofs` what the graph has, so that what is stale is left. Edges and proofs are worked out while the server writes those before. */
function* missing(
  writer: Writer,
  graph: Graph,
  scope: string,
  ids: readonly string[],
  edges: Standing,
  proofs: Map<string, string>,
  written: { count: number; bounded: number },
): Generator<Job> {
  const fresh: Row[] = [];
  const payloads = new Payloads(graph, scope, (key, proof) => {
    if (!proofs.delete(key)) fresh.push(proof);
  });
  const waiting = new Map<EdgeKind, Waiting[]>(edgeKindNames.map((kind) => [kind, []]));
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const kind = graph.edgeKind(edge);
    const own = edges.bySource.get(graph.sources[edge] ?? 0);
    const { key, plain } = payloads.of(edge);
    const name = nameOf(graph.targets[edge] ?? 0, kind, key);
    const same = own?.get(name);
    if (same !== undefined) {
      same.pop();
      if (same.length === 0) own?.delete(name);
      continue;
    }
    const list = waiting.get(kind) ?? [];
    list.push({ edge, plain });
    if (list.length >= writer.size) yield edgeJob(graph, ids, kind, list.splice(0));
    if (fresh.length >= writer.size) yield proofJob(fresh.splice(0));
    written.count++;
  }
  for (const [kind, list] of waiting) if (list.length > 0) yield edgeJob(graph, ids, kind, list);
  if (fresh.length > 0) yield proofJob(fresh);
  written.bounded = payloads.bounded;
}

interface Waiting {
  readonly edge: EdgeIndex;
  readonly plain: Row;
}

const proofJob = (rows: readonly Row[]): Job => ({ query: `UNWIND $rows AS row CREATE (p:PosternProof ${properties(proofColumns, 'row')})`, rows });

/** A row for each node that edges leave, with what they come to, so that the server finds that node once; what edges share stands once beside the rows. */
function edgeJob(graph: Graph, ids: readonly string[], kind: EdgeKind, edges: readonly Waiting[]): Job {
  const shared: Row[] = [];
  const numbers = new Map<Row, bigint>();
  const rows: [string, (readonly [string, bigint])[]][] = [];
  let last = -1;
  for (const { edge, plain } of edges) {
    // A bigint goes as an integer, which numbers an entry of a list; a number goes as a float.
    const number = numbers.get(plain) ?? BigInt(shared.push(plain) - 1);
    numbers.set(plain, number);
    const from = graph.sources[edge] ?? 0;
    if (from !== last) rows.push([ids[from] ?? '', []]);
    last = from;
    rows.at(-1)?.[1].push([ids[graph.targets[edge] ?? 0] ?? '', number]);
  }
  return {
    query: `UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] UNWIND row[1] AS out MATCH (b) WHERE elementId(b) = out[0] WITH a, b, $shared[out[1]] AS plain CREATE (a)-[:${kind} ${properties(plainColumns, 'plain')}]->(b)`,
    rows,
    count: edges.length,
    more: { shared },
  };
}
