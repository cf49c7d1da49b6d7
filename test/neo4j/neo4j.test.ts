import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Driver } from 'neo4j-driver';
import { analyse } from '../../src/cli/analysis.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { nodeKindSpec } from '../../src/model/vocabulary.ts';
import { stepProofs } from '../../src/paths/proofs.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { withNeo4j } from '../../src/store/neo4j/connection.ts';
import { dumpGraph, dumpText } from '../../src/store/neo4j/dump.ts';
import { pull } from '../../src/store/neo4j/pull.ts';
import { push } from '../../src/store/neo4j/push.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { run } from '../support/run.ts';
import { smallGraph } from './small-graph.ts';

const demo = path.join('snapshots', 'demo');
const hunts = ['internet-to-data', 'missing-facts', 'outside-trusts', 'shared-identities', 'stored-credentials', 'ways-to-administer'];
const text = (graph: Graph): string => [...dumpText(dumpGraph(graph))].join('');

/** What proves each step between two nodes that stand for themselves; `byClass`: it leads over a class. */
function explained(graph: Graph): Map<string, { readonly proofs: unknown; readonly byClass: boolean }> {
  const found = new Map<string, { proofs: unknown; byClass: boolean }>();
  const virtual = (node: number): boolean => nodeKindSpec(graph.kind(node)).virtual === true;
  for (let from = 0; from < graph.nodeCount; from++) {
    if (virtual(from)) continue;
    for (const edge of graph.out(from)) {
      const end = graph.targets[edge] ?? 0;
      const byClass = virtual(end);
      for (const to of byClass ? [...graph.out(end)].map((each) => graph.targets[each] ?? 0) : [end])
        found.set(`${graph.id(from)} ${graph.id(to)}`, { proofs: stepProofs(graph, from, to, noSettings), byClass });
    }
  }
  return found;
}

describeWith('NEO4J', 'a graph in a Neo4j server', () => {
  let server: Awaited<ReturnType<typeof startNeo4j>>;
  let demoGraph: Graph;
  let env: Record<string, string>;
  const using = <T>(work: (driver: Driver) => Promise<T>): Promise<T> => withNeo4j(env, work);
  const query = async (cypher: string): Promise<Record<string, unknown>[]> =>
    using(async (driver) => (await driver.executeQuery(cypher)).records.map((record) => record.toObject()));
  const counts = async (): Promise<unknown> =>
    (await query('MATCH (n:Postern) WITH count(n) AS nodes OPTIONAL MATCH (:Postern)-[r]->(:Postern) RETURN nodes, count(r) AS edges'))[0];
  const counted = (...graphs: Graph[]): unknown => ({
    nodes: graphs.reduce((sum, graph) => sum + graph.nodeCount, 0),
    edges: graphs.reduce((sum, graph) => sum + graph.edgeCount, 0),
  });

  beforeAll(async () => {
    server = await startNeo4j();
    env = { NEO4J_URI: server.uri };
    demoGraph = (await analyse(demo)).graph;
  }, 180_000);
  afterAll(async () => server?.stop());
  beforeEach(async () => void (await query('MATCH (n) DETACH DELETE n')));

  test.each([1, 3, 10_000])('comes back as it was pushed, in batches of %d', async (batchSize) => {
    const graph = smallGraph();
    const back = await using(async (driver) => {
      await push(driver, graph, { scope: 's', batchSize });
      return pull(driver, 's');
    });
    expect(text(back)).toBe(text(graph));
  });

  test('the demo estate comes back, and a second push adds nothing', async () => {
    for (const generation of [1, 2]) {
      const result = await using((driver) => push(driver, demoGraph, { scope: 'demo' }));
      expect(result).toMatchObject({ generation, nodes: demoGraph.nodeCount, edges: demoGraph.edgeCount, removedNodes: 0, removedEdges: 0 });
      expect(await counts()).toEqual(counted(demoGraph));
      expect(text(await using((driver) => pull(driver, 'demo')))).toBe(text(demoGraph));
    }
  });

  test.each(['demo', 'demo-hybrid'])(
    'every pair of %s is explained after a pull as it was before',
    async (name) => {
      const { graph } = name === 'demo' ? { graph: demoGraph } : await analyse(path.join('snapshots', name));
      const back = await using(async (driver) => {
        await push(driver, graph, { scope: 's' });
        return pull(driver, 's');
      });
      const [before, after] = [graph, back].map(explained);
      expect(before?.size).toBeGreaterThan(1_000);
      expect([...(before?.values() ?? [])].some((each) => each.byClass)).toBe(true);
      expect(after).toEqual(before);
    },
    120_000,
  );

  test('two scopes stand side by side, and each loses only its own stale data', async () => {
    const [less, more] = [smallGraph(), smallGraph(true)];
    await using((driver) => push(driver, more, { scope: 'a' }));
    await using((driver) => push(driver, more, { scope: 'b' }));
    expect(await counts()).toEqual(counted(more, more));
    const result = await using((driver) => push(driver, less, { scope: 'a', batchSize: 1 }));
    expect(result).toMatchObject({ removedNodes: 1, removedEdges: 2 });
    expect(await counts()).toEqual(counted(less, more));
    expect(text(await using((driver) => pull(driver, 'a')))).toBe(text(less));
    expect(text(await using((driver) => pull(driver, 'b')))).toBe(text(more));
  });

  test('a node that changed its kind has one kind; what an analyst wrote on it stays', async () => {
    await using((driver) => push(driver, smallGraph(), { scope: 's' }));
    await query("MATCH (n:Postern {id: 'host'}) REMOVE n:Compute SET n:Artifact, n.owned = true");
    await using((driver) => push(driver, smallGraph(), { scope: 's' }));
    expect(await query("MATCH (n:Postern {id: 'host'}) RETURN labels(n) AS labels, n.owned AS owned")).toEqual([
      { labels: expect.arrayContaining(['Postern', 'Compute']), owned: true },
    ]);
    expect(await query('MATCH (n:Artifact) RETURN n')).toEqual([]);
  });

  test('an interrupted push is not pulled, and a repeated one mends it', async () => {
    const [less, more] = [smallGraph(), smallGraph(true)];
    await using((driver) => push(driver, more, { scope: 's' }));
    let finished = false;
    for (let stop = 0; !finished; stop++) {
      let writes = 0;
      const signal = AbortSignal.any([]);
      signal.throwIfAborted = () => {
        if (writes++ === stop) throw new Error('interrupted');
      };
      const graph = stop % 2 === 0 ? less : more;
      const outcome = await using((driver) => push(driver, graph, { scope: 's', batchSize: 2, signal })).catch((error: Error) => error.message);
      finished = outcome !== 'interrupted';
      if (!finished) await expect(using((driver) => pull(driver, 's'))).rejects.toThrow('incomplete');
    }
    await using((driver) => push(driver, less, { scope: 's' }));
    expect(await counts()).toEqual(counted(less));
    expect(text(await using((driver) => pull(driver, 's')))).toBe(text(less));
  });

  test('pushes of one scope at once never mix: the last one wins, the others say so', async () => {
    const graphs = [smallGraph(), smallGraph(true), smallGraph(), smallGraph(true)];
    const outcomes = await Promise.allSettled(graphs.map((graph) => using((driver) => push(driver, graph, { scope: 's', batchSize: 2 }))));
    const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [{ index, generation: outcome.value.generation }] : []));
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('another push');
    const last = graphs[won.sort((a, b) => b.generation - a.generation)[0]?.index ?? -1];
    expect(last).toBeDefined();
    if (last !== undefined) expect(text(await using((driver) => pull(driver, 's')))).toBe(text(last));
  });

  test('edges that somebody removed in the database are noticed', async () => {
    await using((driver) => push(driver, smallGraph(), { scope: 's' }));
    await query('MATCH ()-[r:RunsAs]->() DELETE r');
    await expect(using((driver) => pull(driver, 's'))).rejects.toThrow('pushed were');
  });

  test('the commands: push, hunt and pull', async () => {
    const pushed = await run(['neo4j', 'push', demo, '--format', 'json'], { env });
    expect(pushed.code).toBe(0);
    expect(JSON.parse(pushed.out)).toMatchObject({ nodes: demoGraph.nodeCount, edges: demoGraph.edgeCount });
    for (const name of hunts) {
      const { code, out, err } = await run(['neo4j', 'hunt', name, '--format', 'json'], { env });
      expect([name, code, err]).toEqual([name, 0, '']);
      expect(JSON.parse(out)).toMatchObject({ hunt: name, rows: expect.any(Array) });
      if (name !== 'missing-facts') expect([name, (JSON.parse(out) as { rows: unknown[] }).rows.length > 0]).toEqual([name, true]);
    }
    expect((await run(['neo4j', 'hunt', 'shared-identities'], { env })).out).toMatch(/^principal +account/);
    expect((await run(['neo4j', 'pull'], { env })).out).toBe(text(demoGraph));
    expect(await run(['neo4j', 'pull', '--scope', 'other'], { env })).toMatchObject({ code: 2, err: expect.stringContaining('no scope `other`') });
  });

  test('a hunt may only read', async () => {
    await using((driver) => push(driver, smallGraph(), { scope: 's' }));
    const { runHunt } = await import('../../src/store/neo4j/hunts.ts');
    const writing = { name: 'w', title: 'w', about: '', query: 'MATCH (n:Postern {scope: $scope}) DETACH DELETE n' };
    await expect(using((driver) => runHunt(driver, writing, 's'))).rejects.toThrow();
    expect(await counts()).toEqual(counted(smallGraph()));
  });
});
