import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import type { Driver } from 'neo4j-driver';
import { GraphBuilder } from '../src/graph/builder.ts';
import type { Graph } from '../src/graph/graph.ts';
import { fewestSteps } from '../src/paths/hops.ts';
import { edgeCosts } from '../src/paths/risk.ts';
import { noSettings } from '../src/paths/settings.ts';
import { stepNetwork } from '../src/paths/step-network.ts';
import { withNeo4j } from '../src/store/neo4j/connection.ts';
import { dumpGraph, dumpText } from '../src/store/neo4j/dump.ts';
import { pull } from '../src/store/neo4j/pull.ts';
import { push } from '../src/store/neo4j/push.ts';
import { fewestStepsInStore } from '../src/store/neo4j/steps.ts';

const kinds = ['CanBecome', 'CanRead', 'CanWrite', 'Reaches', 'RunsAs'] as const;

/** As many steps as asked between a tenth as many nodes. As in a derived estate of 20,000 resources, five steps share a proof, and a tenth of the steps lead to one of twenty hubs. `without` leaves out each step of so many. */
function generated(edges: number, without = 0): Graph {
  const builder = new GraphBuilder();
  const nodes = Math.max(100, Math.ceil(edges / 10));
  const id = (n: number): string => `arn:aws:iam::111122223333:role/generated/node-${n % nodes}`;
  for (let n = 0; n < nodes; n++) builder.node({ id: id(n), kind: 'Principal', type: 'AWS::IAM::Role', name: `node-${n}`, account: '111122223333' });
  for (let from = 0; from < nodes; from++)
    for (let number = 0; number < 10; number++) {
      if (without > 0 && (from * 10 + number) % without === 0) continue;
      const statement = Math.floor(number / 5);
      const technique = (from + statement) % 40;
      builder.step({
        from: id(from),
        to: id(number === 0 ? from % 20 : from * 7919 + number * 104_729),
        kind: kinds[technique % kinds.length] ?? 'CanRead',
        technique: `aws.generated-${technique}`,
        label: 'creates a function that runs as another role',
        factors: [{ name: 'creates a function that runs as another role', value: 0.5, why: 'generated' }],
        residual: [],
        evidence: [
          { resource: id(from), pointer: `/config/RolePolicyList/0/PolicyDocument/Statement/${statement}`, call: 'iam:GetAccountAuthorizationDetails' },
        ],
      });
    }
  return builder.freeze();
}

/** The fewest steps of 20 pairs: in rounds of Cypher, by the server's own SHORTEST, and here. */
async function search(driver: Driver, graph: Graph): Promise<void> {
  const network = stepNetwork(graph, edgeCosts(graph, noSettings));
  const pairs = Array.from({ length: 20 }, (_, number) => [(number * 37) % graph.nodeCount, (number * 911 + 5) % graph.nodeCount] as const);
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

/** One text for a graph, evidence and all, without holding its dump. */
function fingerprint(graph: Graph): string {
  const hash = createHash('sha256');
  for (const part of dumpText(dumpGraph(graph))) hash.update(part);
  return hash.digest('hex');
}

/** Aborts after so many looks at it: each transaction looks once. */
function after(transactions: number): AbortSignal {
  const signal = AbortSignal.any([]);
  let looks = 0;
  signal.throwIfAborted = () => {
    if (looks++ >= transactions) throw new Error('interrupted');
  };
  return signal;
}

/**
 * Push, a repeated push, an interrupted one that is repeated, and a pull of as many edges as asked (`npm run bench -- neo4j 1000000`; 100,000), against the server that NEO4J_URI names. Ends with an
 * error where what comes back is not what was pushed.
 */
export async function run(): Promise<void> {
  const edges = Number(process.argv[3] ?? 100_000);
  const graph = generated(edges);
  const other = generated(edges, 100);
  await withNeo4j(process.env, async (driver) => {
    const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const [begun, cpu] = [performance.now(), process.cpuUsage()];
      const result = await work();
      const seconds = (performance.now() - begun) / 1000;
      const own = process.cpuUsage(cpu);
      const [load] = loadavg();
      console.log(
        `${name}: ${graph.nodeCount} nodes, ${graph.edgeCount} edges, ${seconds.toFixed(1)} s, ${Math.round(graph.edgeCount / seconds)} edges/s, client ${((own.user + own.system) / 1e6).toFixed(1)} CPU s, ${Math.round(process.memoryUsage().rss / 1e6)} MB, load ${load?.toFixed(0)}`,
      );
      return result;
    };
    const pushed = (what: Graph, signal?: AbortSignal) => push(driver, what, { scope: 'bench', ...(signal === undefined ? {} : { signal }) });
    const same = async (name: string, wanted: Graph): Promise<void> => {
      if (fingerprint(await timed(name, () => pull(driver, 'bench'))) !== fingerprint(wanted)) throw new Error('what came back is not what was pushed');
    };
    await timed('first push', () => pushed(graph));
    await timed('repeated push', () => pushed(graph));
    await same('pull', graph);
    await timed('push of a graph without 1 % of the edges', () => pushed(other));
    await search(driver, other);
    await timed('removal of all, interrupted half way', () => pushed(new GraphBuilder().freeze(), after(edges / 20_000)).catch(() => undefined));
    if (await pull(driver, 'bench').then(Boolean, () => false)) throw new Error('an interrupted push was pulled');
    await timed('repeated push', () => pushed(other));
    await same('pull', other);
    await timed('removal of all', () => pushed(new GraphBuilder().freeze()));
  });
}
