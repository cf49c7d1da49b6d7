import type { Driver, ManagedTransaction } from 'neo4j-driver';
import type { Graph } from '../../graph/graph.ts';
import { discovers, type Pattern, type PatternEdge } from '../../graph/pattern.ts';
import { leastMatches, type PatternMatch, type StartMatches } from '../../graph/pattern-match.ts';
import { keptAliases, kindsOf } from '../../graph/pattern-plan.ts';
import type { Json } from '../../model/json.ts';
import { pull } from './pull.ts';
import { nodeKey } from './rows.ts';
import { chooseScope, readScopes } from './scope.ts';

/** Longer questions are given up by the server. */
const seconds = 120;

/**
 * Compiles a pattern to openCypher. Each hop is a breadth-first search by rounds, every node of a round once and with the least way to it, so that no number of ways between two
 * nodes makes it slow; a class (`Hub`) between two nodes is no hop. A row is the least way for a start and the nodes of the aliases that matter. The text holds words of the vocabulary
 * and numbered names alone: the scope, and as `$k0`, `$k1`, … the keys of the nodes of `given` aliases, are parameters.
 */
export function patternQuery(pattern: Pattern, per: readonly string[], given: readonly number[]): string {
  const label = (alias: number): string => pattern.nodes[alias]?.kind ?? 'Postern';
  const chosen = (alias: number): string => (given.includes(alias) ? ` AND n${alias}.key IN $k${alias}` : '');
  // The start is kept to the end: what is looked at is limited for each.
  const kept = (done: number): readonly string[] => [...new Set([0, ...keptAliases(pattern, per, done)])].sort((a, b) => a - b).map((alias) => `n${alias}`);
  const lines = [
    `MATCH (n0:${label(0)} {scope: $scope}) WHERE NOT n0.virtual${chosen(0)}`,
    'WITH n0, [0, [[n0.id]]] AS way',
    ...pattern.edges.flatMap((edge, hop) => {
      const { from, to } = edge;
      const apart = edge.most === 0 ? '' : ` AND (size(segment) = 0 OR NOT x IN [${kept(hop).join(', ')}])`;
      const end = discovers(pattern, edge) ? `x:${label(to)}${chosen(to).replace(`n${to}.`, 'x.')}${apart}` : `x = n${to}`;
      const named = kept(hop + 1).map((alias) => (alias === `n${to}` && discovers(pattern, edge) ? `x AS ${alias}` : alias));
      return [
        ...hopLines(edge, `n${from}`),
        `WITH ${[...kept(hop), 'way', 'x', 'segment'].join(', ')}`,
        `WHERE ${end}`,
        `WITH ${named.join(', ')}, min([way[0] + size(segment), way[1] + [segment]]) AS way`,
      ];
    }),
    'RETURN way[1] AS segments',
  ];
  return `${lines.join('\n')}\n`;
}

/** From the node `name` to `x` by the least way `segment`, for every node whose distance is within the length of the edge. */
function hopLines(edge: PatternEdge, name: string): readonly string[] {
  const kinds = kindsOf(edge).join('|');
  const rounds = Array.from({ length: edge.most }, (_, index) => index + 1);
  const wanted = [...Array(edge.most + 1).keys()].filter((round) => round >= edge.least).map((round) => `f${round}`);
  return [
    `CALL { WITH ${name}`,
    `  WITH [{node: ${name}, way: []}] AS f0, [${name}] AS seen`,
    ...rounds.flatMap((round) => {
      const fronts = [...Array(round).keys()].map((each) => `f${each}`).join(', ');
      return [
        `  CALL { WITH f${round - 1}, seen UNWIND f${round - 1} AS here WITH here, seen, here.node AS a`,
        `    MATCH (a)-[:${kinds}]->(m:Postern) WHERE m:Hub OR NOT m.virtual`,
        `    UNWIND CASE WHEN m:Hub THEN [(m)-[:${kinds}]->(n:Postern) WHERE NOT n.virtual | n] ELSE [m] END AS b`,
        `    WITH here, seen, b WHERE NOT b IN seen`,
        `    WITH b, min(here.way + b.id) AS way RETURN collect({node: b, way: way}) AS f${round} }`,
        `  WITH ${fronts}, f${round}, seen + [each IN f${round} | each.node] AS seen`,
      ];
    }),
    `  UNWIND ${wanted.join(' + ')} AS found RETURN found.node AS x, found.way AS segment }`,
  ];
}

/**
 * The least match of a pattern for each start and combination of its `per` aliases in a pushed graph, in the order of the embedded engine. What `where` asks of an alias is tested
 * here, on the nodes as they stand in the database, and their keys are handed to the server.
 */
export async function storedMatches(
  driver: Driver,
  scope: string,
  pattern: Pattern,
  per: readonly string[],
  tests: ReadonlyMap<number, (node: Json) => boolean>,
): Promise<readonly StartMatches[]> {
  const session = driver.session({ defaultAccessMode: 'READ', fetchSize: 10_000 });
  try {
    return await session.executeRead((tx) => search(tx, scope, pattern, per, tests), { timeout: seconds * 1000 });
  } finally {
    await session.close();
  }
}

async function search(
  tx: ManagedTransaction,
  scope: string,
  pattern: Pattern,
  per: readonly string[],
  tests: ReadonlyMap<number, (node: Json) => boolean>,
): Promise<readonly StartMatches[]> {
  chooseScope(await readScopes(tx), scope);
  const parameters: Record<string, unknown> = { scope };
  for (const [alias, test] of tests) {
    const keys: string[] = [];
    const query = `MATCH (n:${pattern.nodes[alias]?.kind ?? 'Postern'} {scope: $scope}) WHERE NOT n.virtual
      RETURN n.id AS id, n.kind AS kind, n.type AS type, n.name AS name, n.account AS account, n.region AS region, n.tags AS tags, n.props AS props`;
    for await (const record of tx.run(query, { scope })) {
      const { tags, props, ...texts } = record.toObject() as Record<string, string>;
      if (test({ ...texts, tags: JSON.parse(tags ?? '{}') as Json, props: JSON.parse(props ?? '{}') as Json })) keys.push(nodeKey(scope, texts['id'] ?? ''));
    }
    if (keys.length === 0) return [];
    parameters[`k${alias}`] = keys;
  }
  const byStart = new Map<string, PatternMatch[]>();
  for await (const record of tx.run(patternQuery(pattern, per, [...tests.keys()]), parameters)) {
    const match: PatternMatch = { segments: record.get('segments') as readonly (readonly string[])[] };
    const start = match.segments[0]?.[0] ?? '';
    const known = byStart.get(start);
    if (known === undefined) byStart.set(start, [match]);
    else known.push(match);
  }
  const starts = [...byStart].sort(([a], [b]) => (a < b ? -1 : 1));
  return starts.map(([start, matches]) => ({ start, matches: leastMatches(matches, pattern, per), overflow: false }));
}

/** The matches of a pattern, and the part of the graph that proves them. `undefined`: the server gave the question up, as it took too long. */
export async function provedMatches(
  driver: Driver,
  scope: string,
  ...question: readonly [Pattern, readonly string[], ReadonlyMap<number, (node: Json) => boolean>]
): Promise<{ readonly starts: readonly StartMatches[]; readonly graph: Graph } | undefined> {
  try {
    const starts = await storedMatches(driver, scope, ...question);
    const keys = await keysOfMatches(
      driver,
      scope,
      starts.flatMap((each) => each.matches),
    );
    return { starts, graph: await pull(driver, scope, keys) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).includes('TransactionTimedOut')) return undefined;
    throw error;
  }
}

/** Keys of the nodes that matches come through, with the classes between them: what must be pulled to prove them. */
async function keysOfMatches(driver: Driver, scope: string, matches: Iterable<PatternMatch>): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const { segments } of matches) for (const segment of segments) for (const id of segment) keys.add(nodeKey(scope, id));
  const session = driver.session({ defaultAccessMode: 'READ' });
  try {
    const query = 'UNWIND $keys AS key MATCH (:Postern {key: key})-[]->(h:Hub)-[]->(b:Postern) WHERE b.key IN $keys RETURN DISTINCT h.key AS key';
    const { records } = await session.executeRead((tx) => tx.run(query, { keys: [...keys] }));
    for (const record of records) keys.add(String(record.get('key')));
    return keys;
  } finally {
    await session.close();
  }
}
