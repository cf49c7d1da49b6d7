import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import graphology from 'graphology';
import { dijkstra } from 'graphology-shortest-path';
import type { Driver, Session } from 'neo4j-driver';
import { apoc, graphLibraries, neo4j } from '../scripts/provision.js';
import type { StepNetwork } from '../src/paths/step-network.ts';
import { withNeo4j } from '../src/store/neo4j/connection.ts';
import { startNeo4j } from '../test/servers/neo4j.ts';

/** One graph, the questions that were put to it, and what they took here. */
export interface Contest {
  readonly network: StepNetwork & { readonly from: Uint32Array };
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  /** Seconds and cost sum: one distance of each pair. */
  readonly distances: { readonly seconds: number; readonly sum: number };
  /** Seconds: the k best paths of each pair. */
  readonly paths: { readonly seconds: number; readonly k: number };
}

/** What a question may take before the rest is worked out from what was done. */
const budget = 20;

/** What a peer may take in all, loading included; who is not done then is stopped. */
const limit = 240;
const stopped = (who: string): void => console.log(`  ${who}: stopped after ${limit} s`);

interface Timed {
  readonly seconds: number;
  readonly done: number;
  readonly sum: number;
}

async function timed<T>(items: readonly T[], work: (item: T) => number | Promise<number>): Promise<Timed> {
  const begun = performance.now();
  let [done, sum] = [0, 0];
  for (const item of items) {
    sum += await work(item);
    done++;
    if (performance.now() - begun > budget * 1000) break;
  }
  return { seconds: (performance.now() - begun) / 1000, done, sum };
}

const many = (seconds: number): string => (seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 2 : 0)} s` : `${(seconds / 60).toFixed(0)} min`);

/** `what`: the whole question, from the part that was done, and how many times as long as here. */
function line(who: string, what: string, { seconds, done }: Timed, of: number, own: number, note = ''): void {
  const whole = (seconds / Math.max(1, done)) * of;
  const part = done < of ? `, from ${done} of ${of}` : '';
  console.log(`  ${who}: ${what} ${many(whole)} (${(whole / own).toFixed(1)} times as long as here${part})${note}`);
}

/** The same graph and the same questions in graphology, rustworkx, networkx and Neo4j; what cannot be had is said. */
export async function peers(contest: Contest, folder: string): Promise<void> {
  await inGraphology(contest);
  await inPython(contest, folder);
  await inNeo4j(contest);
}

async function inGraphology({ network, sources, targets, distances }: Contest): Promise<void> {
  const begun = performance.now();
  const graph = new graphology.DirectedGraph();
  for (let node = 0; node < network.size; node++) graph.addNode(node);
  for (const [arc, target] of network.targets.entries()) graph.addEdge(network.from[arc], target, { weight: network.costs[arc] });
  const load = (performance.now() - begun) / 1000;
  const result = await timed(sources, (source) => {
    const ways = dijkstra.singleSource(graph, source, 'weight');
    let sum = 0;
    for (const target of targets) {
      const way = ways[target] ?? [];
      for (let at = 1; at < way.length; at++) sum += Number(graph.getEdgeAttribute(way[at - 1], way[at], 'weight'));
    }
    return sum;
  });
  line(
    'graphology',
    'one distance of each pair',
    result,
    sources.length,
    distances.seconds,
    `; loaded in ${many(load)}${agreement(result, sources.length, distances.sum)}`,
  );
}

/** Whether a peer that did the whole found the same distances. */
function agreement({ done, sum }: Timed, of: number, own: number): string {
  if (done < of) return '';
  if (Math.abs(sum - own) > 1e-6 * own) throw new Error(`the distances sum up to ${own} here and ${sum} there`);
  return '; same distances';
}

async function inPython({ network, sources, targets, distances, paths }: Contest, folder: string): Promise<void> {
  const libraries = graphLibraries();
  if (!libraries.ok) return console.log(`  rustworkx, networkx: cannot be had here: ${libraries.reason}`);
  const file = path.join(folder, 'graph.json');
  const pairs = sources.flatMap((source) => targets.map((target) => [source, target]));
  const graph = { nodes: network.size, from: [...network.from], to: [...network.targets], cost: [...network.costs] };
  await writeFile(file, JSON.stringify({ ...graph, pairs, k: paths.k, sources, targets }));
  const python = path.join(libraries.folder, 'bin', 'python');
  /** Each library in a process of its own, which ends with the limit of a peer. */
  const run = (library: string): { version: string; load: number; result: Timed } | undefined => {
    try {
      const text = execFileSync(python, ['bench/paths-peers.py', library, file, String(budget)], { encoding: 'utf8', timeout: limit * 1000 });
      return JSON.parse(text) as { version: string; load: number; result: Timed };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT')) throw error;
      stopped(library);
      return undefined;
    }
  };
  const rustworkx = run('rustworkx');
  if (rustworkx !== undefined) {
    const note = `; loaded in ${many(rustworkx.load)}${agreement(rustworkx.result, sources.length, distances.sum)}`;
    line(`rustworkx ${rustworkx.version}`, 'one distance of each pair', rustworkx.result, sources.length, distances.seconds, note);
  }
  console.log('  rustworkx: has no search for the k best loopless paths of a pair; networkx has');
  const networkx = run('networkx');
  if (networkx !== undefined)
    line(
      `networkx ${networkx.version}`,
      `${paths.k} best paths of each pair`,
      networkx.result,
      pairs.length,
      paths.seconds,
      `; loaded in ${many(networkx.load)}`,
    );
}

async function inNeo4j(contest: Contest): Promise<void> {
  const server = neo4j();
  if (!server.ok) return console.log(`  Neo4j: cannot be had here: ${server.reason}`);
  const procedures = apoc();
  if (!procedures.ok) console.log(`  apoc.algo.dijkstra: cannot be had here: ${procedures.reason}`);
  process.env['POSTERN_TEST_NEO4J'] = server.folder;
  const { uri, stop } = await startNeo4j({ heap: '3g', ...(procedures.ok ? { plugins: path.join(procedures.folder, 'lib') } : {}) });
  try {
    await withNeo4j({ NEO4J_URI: uri }, async (driver) => {
      const deadline = new Promise<'late'>((resolve) => setTimeout(resolve, limit * 1000, 'late').unref());
      const contended = inCypher(driver, contest, procedures.ok);
      // Who is late is cut off with the connection, and what he still says is not heard.
      contended.catch(() => undefined);
      if ((await Promise.race([contended, deadline])) === 'late') stopped('Neo4j');
    });
  } finally {
    await stop();
  }
}

async function inCypher(driver: Driver, { network, sources, targets, distances, paths }: Contest, procedures: boolean): Promise<void> {
  const session = driver.session();
  const begun = performance.now();
  await loaded(session, network);
  console.log(`  Neo4j 5.26.18: loaded in ${many((performance.now() - begun) / 1000)}`);
  const pairs = sources.flatMap((a) => targets.map((b) => ({ a, b }))).filter(({ a, b }) => a !== b);
  const ask = async (query: string, pair: { a: number; b: number }): Promise<number> => {
    const { records } = await session.run(`MATCH (a:N {n: toInteger($a)}), (b:N {n: toInteger($b)}) ${query}`, pair, { timeout: budget * 1000 });
    return Number(records[0]?.get('given') ?? 0);
  };
  const contestant = async (who: string, what: string, query: string, own: number): Promise<void> => {
    try {
      line(
        who,
        what,
        await timed(
          pairs.filter((_, index) => index % 17 === 0),
          (pair) => ask(query, pair),
        ),
        pairs.length,
        own,
      );
    } catch (error) {
      if (!(error instanceof Error) || !/timed? ?out|terminated/i.test(error.message)) throw error;
      console.log(`  ${who}: ${what}: no answer for the first pair in ${budget} s; here all ${pairs.length} pairs took ${many(own)}`);
    }
  };
  const fewest = `MATCH p = SHORTEST ${paths.k} (a)-[:E]->{1,20}(b) RETURN count(p) AS given`;
  await contestant('Neo4j SHORTEST', `${paths.k} paths with the fewest steps of each pair, without costs,`, fewest, paths.seconds);
  const cheapest = "CALL apoc.algo.dijkstra(a, b, 'E>', 'cost') YIELD weight RETURN weight AS given";
  if (procedures) await contestant('Neo4j apoc.algo.dijkstra', 'one distance of each pair', cheapest, distances.seconds);
  await session.close();
}

async function loaded(session: Session, network: Contest['network']): Promise<void> {
  await session.run('CREATE CONSTRAINT n IF NOT EXISTS FOR (n:N) REQUIRE n.n IS UNIQUE');
  const size = 20_000;
  for (let start = 0; start < network.size; start += size)
    await session.run('UNWIND range(toInteger($start), toInteger($end) - 1) AS n CREATE (:N {n: n})', { start, end: Math.min(network.size, start + size) });
  for (let start = 0; start < network.targets.length; start += size) {
    const slice = <T extends Uint32Array | Float64Array>(list: T): number[] => [...list.subarray(start, start + size)];
    const rows = slice(network.targets).map((b, index) => [network.from[start + index], b, network.costs[start + index]]);
    await session.run('UNWIND $rows AS row MATCH (a:N {n: toInteger(row[0])}) MATCH (b:N {n: toInteger(row[1])}) CREATE (a)-[:E {cost: row[2]}]->(b)', {
      rows,
    });
  }
}
