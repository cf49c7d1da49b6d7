import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Driver } from 'neo4j-driver';
import { analyse } from '../../src/cli/analysis.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { parsePattern } from '../../src/graph/pattern.ts';
import { patternMatches } from '../../src/graph/pattern-match.ts';
import type { Finding } from '../../src/model/assessment.ts';
import { canonicalJson, type Json } from '../../src/model/json.ts';
import { graphFindings } from '../../src/rules/graph.ts';
import { readPacks } from '../../src/rules/pack.ts';
import type { GraphRule } from '../../src/rules/rule.ts';
import { withNeo4j } from '../../src/store/neo4j/connection.ts';
import { patternQuery, storedMatches } from '../../src/store/neo4j/pattern.ts';
import { push } from '../../src/store/neo4j/push.ts';
import { patternGraph, patternText } from '../arbitrary/pattern-world.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { run } from '../support/run.ts';

/** Scopes, and the estates in them. Both names have less than ten letters: a server plans a query anew where a parameter is longer by an order of magnitude. */
const estates = { demo: 'demo', hybrid: 'demo-hybrid' } as const;
const scopes = Object.keys(estates) as (keyof typeof estates)[];
const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
const rules = (await readPacks([path.join('rules', 'checks')])).rules.filter((rule): rule is GraphRule => rule.kind === 'graph');
const runs = Number(process.env['POSTERN_FUZZ_RUNS'] ?? 16);

test('the text of a query holds words of the vocabulary alone', () => {
  const pattern = parsePattern('(MATCH:Internet)-[:Reaches*1..2]->(DELETE)-[*0..1]->(x:DataStore)');
  if ('problem' in pattern) throw new Error(pattern.problem);
  const text = patternQuery(pattern, ['DELETE', 'x'], [2]);
  expect(text).not.toContain('DELETE');
  expect(text).toContain('x.key IN $k2');
});

describeWith('NEO4J', 'graph rules on a Neo4j server', () => {
  let server: Awaited<ReturnType<typeof startNeo4j>>;
  let env: Record<string, string>;
  const using = <T>(work: (driver: Driver) => Promise<T>): Promise<T> => withNeo4j(env, work);
  const graphs = new Map<string, Graph>();

  // The two estates stand beside each other and hold the same accounts: a pattern must not leave its scope.
  beforeAll(async () => {
    server = await startNeo4j();
    env = { NEO4J_URI: server.uri };
    for (const scope of scopes) {
      const { graph } = await analyse(path.join('snapshots', estates[scope]));
      graphs.set(scope, graph);
      await using((driver) => push(driver, graph, { scope }));
    }
  }, 180_000);
  afterAll(async () => server?.stop());

  test.each(scopes)(
    'every bundled rule finds in %s what it finds in memory',
    async (scope) => {
      const graph = graphs.get(scope);
      if (graph === undefined) throw new Error(`no graph of ${scope}`);
      const { code, out, err } = await run(['neo4j', 'check', '--scope', scope, '--format', 'json', '--fail-on', 'none'], { env });
      expect([code, err]).toEqual([0, '']);
      const { findings } = JSON.parse(out) as { findings: Finding[] };
      const embedded = rules.flatMap((rule) => graphFindings(rule, graph, clock));
      expect(embedded.length).toBeGreaterThan(0);
      const byId = (a: Finding, b: Finding): number => (a.id < b.id ? -1 : 1);
      const told = (list: readonly Finding[]): readonly string[] => list.toSorted(byId).map((finding) => canonicalJson(finding as unknown as Json));
      expect(told(findings)).toEqual(told(embedded));
      expect(findings.every(({ evidence }) => evidence.length > 0)).toBe(true);
    },
    180_000,
  );

  // A server takes longer to plan a pattern than to look through a small graph for it: each is asked of several.
  test('random graphs and patterns give equal matches on both engines', async () => {
    let matched = 0;
    await using(async (driver) => {
      await fc.assert(
        fc.asyncProperty(patternText, fc.array(patternGraph, { minLength: 3, maxLength: 3 }), async ({ path: text, per, shades }, worlds) => {
          const pattern = parsePattern(text);
          if ('problem' in pattern) throw new Error(pattern.problem);
          const reported = per.length === 0 ? [pattern.nodes.at(-1)?.alias ?? ''] : per;
          const shadeOf = (alias: number) => shades[`a${alias}`];
          const tests = new Map(
            pattern.nodes.flatMap((_node, alias) => {
              const shade = shadeOf(alias);
              return shade === undefined ? [] : [[alias, (node: unknown) => (node as { tags: Record<string, string> }).tags['shade'] === shade] as const];
            }),
          );
          for (const graph of worlds) {
            await push(driver, graph, { scope: 'random' });
            const stored = await storedMatches(driver, 'random', pattern, reported, tests);
            const fits = (alias: number, node: number): boolean => shadeOf(alias) === undefined || graph.node(node).tags['shade'] === shadeOf(alias);
            const embedded = [...patternMatches(graph, pattern, reported, fits)];
            expect(stored).toEqual(embedded);
            matched += embedded.length;
          }
        }),
        { numRuns: runs },
      );
    });
    expect(matched).toBeGreaterThan(runs / 2);
  }, 600_000);

  test('`rules show` prints the query that the server is asked', async () => {
    const { out } = await run(['rules', 'show', 'aws.path.internet-to-data', '--cypher']);
    const plan = await using(async (driver) => (await driver.executeQuery(`EXPLAIN ${out}`, { scope: 'demo', k4: [] })).summary.plan);
    expect(plan).not.toBe(false);
  });
});
