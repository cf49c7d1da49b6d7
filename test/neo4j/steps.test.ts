import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Driver } from 'neo4j-driver';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { fewestSteps } from '../../src/paths/hops.ts';
import { edgeCosts } from '../../src/paths/risk.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { stepNetwork } from '../../src/paths/step-network.ts';
import { type ManifestHead, writeSnapshot } from '../../src/snapshot/write.ts';
import { withNeo4j } from '../../src/store/neo4j/connection.ts';
import { push } from '../../src/store/neo4j/push.ts';
import { fewestStepsInStore, neighbourhood } from '../../src/store/neo4j/steps.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';
import { run } from '../support/run.ts';

const demo = path.join('snapshots', 'demo');

/** Nodes `n0`…, classes `h0`…; edges by number. A class never leads to a class. */
interface Shape {
  readonly nodes: number;
  readonly hubs: number;
  readonly edges: readonly (readonly [number, number])[];
}
const shapes: fc.Arbitrary<Shape> = fc
  .record({ nodes: fc.integer({ min: 2, max: 9 }), hubs: fc.integer({ min: 0, max: 3 }) })
  .chain(({ nodes, hubs }) =>
    fc
      .array(fc.tuple(fc.nat(nodes + hubs - 1), fc.nat(nodes + hubs - 1)), { maxLength: 24 })
      .map((edges) => ({ nodes, hubs, edges: edges.filter(([from, to]) => from < nodes || to < nodes) })),
  );

function graphOf({ nodes, hubs, edges }: Shape): Graph {
  const builder = new GraphBuilder();
  const id = (number: number): string => (number < nodes ? `n${number}` : `h${number - nodes}`);
  for (let node = 0; node < nodes; node++) builder.node({ id: id(node), kind: 'Principal', type: 'AWS::IAM::Role', name: id(node), account: '111122223333' });
  for (let hub = nodes; hub < nodes + hubs; hub++) builder.node({ id: id(hub), kind: 'Hub', type: 'postern/hub', name: '' });
  // Every fourth step gives no control of its target: a way may end with it, and not go on.
  for (const [number, [from, to]] of edges.entries())
    builder.step({
      from: id(from),
      to: id(to),
      kind: number % 4 === 3 ? 'CanDestroy' : 'CanBecome',
      technique: 'aws.assume-role',
      factors: [],
      residual: [],
      evidence: [],
    });
  builder.structure({ from: id(0), to: id(1), kind: 'RefersTo' });
  return builder.freeze();
}
const networkOf = (graph: Graph) => stepNetwork(graph, edgeCosts(graph, noSettings));

describeWith('NEO4J', 'questions that both engines answer', () => {
  let server: Awaited<ReturnType<typeof startNeo4j>>;
  let env: Record<string, string>;
  const using = <T>(work: (driver: Driver) => Promise<T>): Promise<T> => withNeo4j(env, work);
  beforeAll(async () => {
    server = await startNeo4j();
    env = { NEO4J_URI: server.uri };
  }, 180_000);
  afterAll(async () => server?.stop());
  beforeEach(async () => void (await using((driver) => driver.executeQuery('MATCH (n) DETACH DELETE n'))));

  test('the fewest steps between every pair are as many in Cypher as here, and each way is one', async () => {
    let answered = 0;
    await using(async (driver) => {
      await fc.assert(
        fc.asyncProperty(shapes, fc.integer({ min: 1, max: 4 }), async (shape, limit) => {
          const graph = graphOf(shape);
          const network = networkOf(graph);
          await push(driver, graph, { scope: 's' });
          for (let from = 0; from < shape.nodes; from++)
            for (let to = 0; to < shape.nodes; to++) {
              const [start, end] = [graph.indexOf(`n${from}`), graph.indexOf(`n${to}`)];
              const way = await fewestStepsInStore(driver, 's', `n${from}`, `n${to}`, limit);
              expect([from, to, way === undefined ? undefined : way.nodes.length - 1]).toEqual([from, to, fewestSteps(network, start, end, limit)]);
              for (const [index, id] of (way?.nodes ?? []).entries())
                if (index > 0) expect(fewestSteps(network, graph.indexOf(way?.nodes[index - 1] ?? ''), graph.indexOf(id), 1)).toBe(1);
              answered++;
            }
        }),
        { numRuns: 12 },
      );
    });
    expect(answered).toBeGreaterThan(40);
  }, 180_000);

  test('a neighbourhood holds what lies within its steps', async () => {
    const graph = graphOf({
      nodes: 6,
      hubs: 1,
      edges: [
        [0, 1],
        [1, 6],
        [6, 2],
        [2, 3],
        [3, 4],
        [5, 0],
      ],
    });
    const keys = await using(async (driver) => {
      await push(driver, graph, { scope: 's' });
      return neighbourhood(driver, 's', ['n0'], 1);
    });
    expect([...keys].sort()).toEqual(['s h0', 's n0', 's n1', 's n5']);
  });

  test('paths ranked from the store are those of the snapshot', async () => {
    expect((await run(['neo4j', 'push', demo, '--scope', 'demo'], { env })).code).toBe(0);
    const words = ['--top', '30', '--format', 'json', '--fail-on', 'none'];
    const [stored, direct] = [await run(['paths', '--from-neo4j', ...words], { env }), await run(['paths', demo, ...words])];
    expect(stored.code).toBe(0);
    expect(JSON.parse(stored.out)).toEqual(JSON.parse(direct.out));
    const near = await run(['paths', '--from-neo4j', '--near', 'arn:aws:s3:::larkpay-data-lake', '--hops', '4', '--to', 'larkpay-data-lake', ...words], {
      env,
    });
    expect((JSON.parse(near.out) as { paths: unknown[] }).paths.length).toBeGreaterThan(0);
  }, 120_000);

  test('a step from one account into another that needs both is found over scopes that were pushed apart', async () => {
    const far = '444455556666';
    // A phished user of one account, no administrator there, becomes a role of the other and reads its bucket.
    const near = [user('ada', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('reader', far) }], { GetLoginProfile: { UserName: 'ada' } })];
    const other = [
      role('reader', trusts({ AWS: userArn('ada') }), [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::ledger/*' }], {}, far),
      bucket('ledger', undefined, {}, far),
    ];
    const head = (id: string): ManifestHead => ({
      tool: 'test',
      state: 'complete',
      scope: { providers: ['aws'], accounts: [id], regions: [] },
      start: '2026-01-01T00:00:00.000Z',
      end: '2026-01-01T00:00:00.000Z',
      calls: [],
    });
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-across-'));
    try {
      for (const [name, records, id] of [
        ['near', near, account],
        ['far', other, far],
      ] as const) {
        await writeSnapshot(path.join(folder, name), records, head(id));
        expect((await run(['neo4j', 'push', path.join(folder, name), '--scope', name], { env })).code).toBe(0);
      }
      await run(['snapshot', 'join', path.join(folder, 'near'), path.join(folder, 'far'), '--out', path.join(folder, 'all')], {});
      const words = ['--to', 'arn:aws:s3:::ledger', '--format', 'json', '--fail-on', 'none'];
      const pathsOf = async (...from: string[]): Promise<readonly { readonly steps: readonly unknown[] }[]> =>
        (JSON.parse((await run(['paths', ...from, ...words], { env })).out) as { paths: { steps: unknown[] }[] }).paths;
      const stored = await pathsOf('--from-neo4j');
      expect(stored[0]?.steps).toHaveLength(3);
      expect(stored).toEqual(await pathsOf(path.join(folder, 'all')));
      // Within three steps of the bucket is the user of the other account; within one is nobody of it.
      expect(await pathsOf('--from-neo4j', '--near', 'arn:aws:s3:::ledger', '--hops', '3')).toEqual(stored);
      expect((await pathsOf('--from-neo4j', '--near', 'arn:aws:s3:::ledger', '--hops', '1')).flatMap(({ steps }) => steps)).toHaveLength(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  test('the command tells a way and none', async () => {
    await using((driver) =>
      push(
        driver,
        graphOf({
          nodes: 3,
          hubs: 1,
          edges: [
            [0, 3],
            [3, 1],
          ],
        }),
        { scope: 's' },
      ),
    );
    expect(await run(['neo4j', 'path', 'n0', 'n1'], { env })).toMatchObject({ code: 0, out: 'n0\n  -> n1\n' });
    expect(await run(['neo4j', 'path', 'n0', 'n2'], { env })).toMatchObject({ code: 0, out: 'no way within 6 steps\n' });
    expect(await run(['neo4j', 'path', 'n0', 'n2', '--hops', '0'], { env })).toMatchObject({ code: 2 });
    expect(await run(['paths', demo, '--from-neo4j'], { env })).toMatchObject({ code: 2 });
  });
});
