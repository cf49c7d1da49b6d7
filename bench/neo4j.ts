import type { Driver } from 'neo4j-driver';
import { type Graph, GraphBuilder } from '../src/graph/graph.ts';
import { fewestSteps } from '../src/paths/hops.ts';
import { edgeCosts } from '../src/paths/risk.ts';
import { noSettings } from '../src/paths/settings.ts';
import { stepNetwork } from '../src/paths/step-network.ts';
import { withNeo4j } from '../src/store/neo4j/connection.ts';
import { pull } from '../src/store/neo4j/pull.ts';
import { push } from '../src/store/neo4j/push.ts';
import { fewestStepsInStore } from '../src/store/neo4j/steps.ts';

const kinds = ['CanBecome', 'CanRead', 'CanWrite', 'Reaches', 'RunsAs'] as const;

/** 20,000 nodes and as many steps as asked, with payloads as varied as those of an estate: one of evidence for each source. */
function generated(edges: number): Graph {
  const builder = new GraphBuilder();
  const nodes = 20_000;
  const id = (n: number): string => `arn:aws:iam::111122223333:role/generated/node-${n % nodes}`;
  for (let n = 0; n < nodes; n++) builder.node({ id: id(n), kind: 'Principal', type: 'AWS::IAM::Role', name: `node-${n}`, account: '111122223333' });
  for (let n = 0; n < edges; n++) {
    // A tenth of the steps lead to one of twenty hubs.
    const to = n % 10 === 0 ? (n / 10) % 20 : (n * 7919 + Math.floor(n / nodes)) % nodes;
    builder.step({
      from: id(n),
      to: id(to),
      kind: kinds[Math.floor(n / nodes) % kinds.length] ?? 'CanRead',
      technique: `aws.generated-${n % 40}`,
      factors: [{ name: 'exploit', value: 0.5, why: 'generated' }],
      residual: [],
      evidence: [{ resource: id(n), pointer: '/config/RolePolicyList/0/PolicyDocument/Statement/1', call: 'iam:GetAccountAuthorizationDetails' }],
    });
  }
  return builder.freeze();
}

/** The fewest steps of 20 pairs: in rounds of Cypher, by the server's own SHORTEST, and here. */
async function search(driver: Driver, graph: Graph): Promise<void> {
  const network = stepNetwork(graph, edgeCosts(graph, noSettings));
  const pairs = Array.from({ length: 20 }, (_, number) => [number * 37, number * 911 + 5] as const);
  const timed = async (name: string, work: (from: number, to: number) => Promise<unknown> | unknown): Promise<void> => {
    const begun = performance.now();
    for (const [from, to] of pairs) await work(from, to);
    console.log(`fewest steps, ${name}: ${((performance.now() - begun) / pairs.length).toFixed(1)} ms a pair`);
  };
  await timed('embedded', (from, to) => fewestSteps(network, from, to, 6));
  await timed('rounds of Cypher', (from, to) => fewestStepsInStore(driver, 'bench', graph.id(from), graph.id(to), 6));
  await timed('SHORTEST of the server', async (from, to) => {
    const query = `MATCH (a:Postern {key: $from}), (b:Postern {key: $to}) MATCH p = SHORTEST 1 (a)-[:${kinds.join('|')}]->{1,6}(b) RETURN length(p)`;
    await driver.executeQuery(query, { from: `bench ${graph.id(from)}`, to: `bench ${graph.id(to)}` });
  });
}

/** Push, a repeated push and a pull of as many edges as asked (`npm run bench -- neo4j 1000000`; 100,000), against the server that NEO4J_URI names. */
export async function run(): Promise<void> {
  const edges = Number(process.argv[3] ?? 100_000);
  const graph = generated(edges);
  const other = generated(edges - Math.floor(edges / 100));
  await withNeo4j(process.env, async (driver) => {
    const timed = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      const [begun, cpu] = [performance.now(), process.cpuUsage()];
      await work();
      const seconds = (performance.now() - begun) / 1000;
      const own = process.cpuUsage(cpu);
      console.log(
        `${name}: ${graph.nodeCount} nodes, ${graph.edgeCount} edges, ${seconds.toFixed(1)} s, ${Math.round(graph.edgeCount / seconds)} edges/s, client ${((own.user + own.system) / 1e6).toFixed(1)} CPU s, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
      );
    };
    await timed('first push', () => push(driver, graph, { scope: 'bench' }));
    await timed('repeated push', () => push(driver, graph, { scope: 'bench' }));
    await timed('push of a graph with 1 % fewer edges', () => push(driver, other, { scope: 'bench' }));
    await timed('pull', () => pull(driver, 'bench'));
    await search(driver, other);
    await timed('removal of all', () => push(driver, new GraphBuilder().freeze(), { scope: 'bench' }));
  });
}
