import type { Driver, ManagedTransaction } from 'neo4j-driver';
import { edgeKindNames, edgeKindSpec, isStep } from '../../model/vocabulary.ts';
import { nodeKey } from './rows.ts';

export interface Way {
  /** Ids of the nodes from start to end, classes left out. */
  readonly nodes: readonly string[];
}

const steps = edgeKindNames.filter(isStep).join('|');
/** Steps after which a way goes on. */
const onward = edgeKindNames.filter((kind) => isStep(kind) && edgeKindSpec(kind).controls === true).join('|');
/** One step on: directly, or through the one class between. Every target once, with the first of those it is reached from. */
const round = `UNWIND $keys AS key MATCH (a:Postern {key: key})
  CALL { WITH a MATCH (a)-[:${onward}]->(b:Postern {scope: $scope}) WHERE NOT b.virtual AND NOT b.key IN $seen RETURN b
    UNION WITH a MATCH (a)-[:${steps}]->(:Hub {scope: $scope})-[:${onward}]->(b:Postern {scope: $scope}) WHERE NOT b.virtual AND NOT b.key IN $seen RETURN b }
  RETURN b.key AS key, min(a.key) AS via`;
/** The last step to the end, of whatever kind. */
const arrival = `UNWIND $keys AS key MATCH (a:Postern {key: key}), (b:Postern {key: $to})
  WHERE EXISTS { (a)-[:${steps}]->(b) } OR EXISTS { (a)-[:${steps}]->(:Hub {scope: $scope})-[:${steps}]->(b) }
  RETURN min(a.key) AS via`;

/**
 * The fewest steps from one node to another in a pushed graph, at most `limit`, worked out by the server: a round for each step, each node visited once, so that no number of ways
 * between two nodes makes it slow. `undefined`: none within the limit.
 */
export async function fewestStepsInStore(driver: Driver, scope: string, from: string, to: string, limit: number): Promise<Way | undefined> {
  const session = driver.session({ defaultAccessMode: 'READ' });
  try {
    return await session.executeRead((tx) => search(tx, scope, nodeKey(scope, from), nodeKey(scope, to), limit));
  } finally {
    await session.close();
  }
}

async function search(tx: ManagedTransaction, scope: string, from: string, to: string, limit: number): Promise<Way | undefined> {
  const via = new Map<string, string>([[from, '']]);
  let frontier = [from];
  for (let step = 0; step <= limit && frontier.length > 0; step++) {
    if (via.has(to)) return { nodes: wayTo(to, via).map((key) => key.slice(scope.length + 1)) };
    if (step === limit) return undefined;
    const arrived = (await tx.run(arrival, { scope, keys: frontier, to })).records[0]?.get('via') as string | null | undefined;
    if (typeof arrived === 'string') {
      via.set(to, arrived);
      continue;
    }
    const { records } = await tx.run(round, { scope, keys: frontier, seen: [...via.keys()] });
    frontier = records.map((record) => String(record.get('key')));
    for (const record of records) via.set(String(record.get('key')), String(record.get('via')));
  }
  return undefined;
}

function wayTo(to: string, via: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let key = to; key !== ''; key = via.get(key) ?? '') way.unshift(key);
  return way;
}

/** Keys of the nodes within so many steps of some, forwards and backwards, with the classes and accounts between. */
export async function neighbourhood(driver: Driver, scope: string, ids: readonly string[], limit: number): Promise<ReadonlySet<string>> {
  const session = driver.session({ defaultAccessMode: 'READ' });
  try {
    return await session.executeRead(async (tx) => {
      const starts = ids.map((id) => nodeKey(scope, id));
      const found = new Set(starts);
      for (const [from, to] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        let frontier = starts;
        // A class between two nodes is a relationship more, so twice as many rounds reach at least as far.
        for (let step = 0; step < limit * 2 && frontier.length > 0; step++) {
          const query = `UNWIND $keys AS key MATCH (${from}:Postern {key: key}) MATCH (a)-[:${steps}]->(b) WHERE ${to}.scope = $scope RETURN DISTINCT ${to}.key AS key`;
          const { records } = await tx.run(query, { scope, keys: frontier });
          frontier = records.map((record) => String(record.get('key'))).filter((key) => !found.has(key));
          for (const key of frontier) found.add(key);
        }
      }
      return found;
    });
  } finally {
    await session.close();
  }
}
