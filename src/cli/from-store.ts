import type { Technique } from '../derive/technique.ts';
import type { Graph } from '../graph/graph.ts';
import { joinGraphs } from '../graph/join.ts';
import type { Completeness } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import { createRanker, type Ranker } from '../paths/ranking.ts';
import { type NodeResolver, nodeResolver } from '../paths/report.ts';
import type { Settings } from '../paths/settings.ts';
import type { StepFilter } from '../paths/step-network.ts';
import type { Scope } from '../store/neo4j/scope.ts';
import { acrossFrom, derivedTogether, partBetween, type Together } from './across.ts';
import { allTypes, loadSettings } from './analysis.ts';
import type { Invocation } from './command.ts';
import { packagePath } from './package-path.ts';

/** What ranking needs, of graphs that stand in Neo4j instead of a snapshot. */
export interface StoredAnalysis {
  readonly graph: Graph;
  readonly completeness: Completeness;
  readonly resolver: NodeResolver;
  readonly settings: Settings;
  readonly techniques: readonly Technique[];
  readonly scopes: readonly Scope[];
  ranker(filter?: StepFilter): Ranker;
}

/**
 * Pulls the graphs of the named scopes (all complete ones when none is named), joins them and ranks them here: the server holds what teams share, and is asked for no search.
 * With `--near ID --hops N` only what lies within so many steps of a node is pulled, of every scope.
 */
export async function analyseStored(invocation: Invocation): Promise<StoredAnalysis> {
  const { withNeo4j } = await import('../store/neo4j/connection.ts');
  const { pull } = await import('../store/neo4j/pull.ts');
  const { chooseScope, listScopes, readShared } = await import('../store/neo4j/scope.ts');
  const { neighbourhood } = await import('../store/neo4j/steps.ts');
  const near = invocation.text('--near');
  const hops = whole(invocation.text('--hops') ?? '3');
  const settings = await loadSettings(invocation.text('--config'));
  const { parts, chosen, part, notes } = await withNeo4j(invocation.io.env, async (driver) => {
    const scopes = await listScopes(driver);
    const named = invocation.list('--scope');
    const chosen =
      named.length > 0
        ? named.map((name) => chooseScope(scopes, name))
        : scopes.length > 1
          ? scopes.filter((scope) => scope.complete)
          : [chooseScope(scopes, undefined)];
    const names = chosen.map(({ name }) => name);
    const shared = names.length > 1 ? await readShared(driver, names) : [];
    const { together, notes } = await derivedTogether(
      names.map((name, number) => ({ name, shared: shared[number] ?? '' })).slice(0, shared.length),
      await allTypes(),
    );
    const keys = near === undefined ? undefined : await nearby((name, ids, left) => neighbourhood(driver, name, ids, left), names, near, hops, together);
    const pulled: { name: string; graph: Graph }[] = [];
    for (const name of names) pulled.push({ name, graph: await pull(driver, name, keys?.get(name)) });
    return { parts: pulled, chosen, part: together === undefined ? undefined : partBetween(together, pulled), notes };
  });
  const graph = joinGraphs(part === undefined ? parts : [...parts, part]);
  if (near !== undefined && graph.indexOf(near) < 0)
    throw new InputError(`no scope holds \`${near}\``, { help: 'give the id as it stands in the database: an ARN, a resource id, internet' });
  const { loadTechniques } = await import('../derive/load.ts');
  const techniques = await loadTechniques(packagePath('rules', 'techniques'));
  const titles = new Map(techniques.map((technique) => [technique.id, technique.title]));
  return {
    graph,
    settings,
    techniques,
    scopes: chosen,
    completeness: withNotes(completenessOf(chosen), notes),
    resolver: nodeResolver(graph, shortIds(graph)),
    ranker: (filter = {}) => createRanker(graph, settings, titles, filter),
  };
}

/**
 * Keys of what lies within so many steps of a node, by scope. Steps between the scopes count as those inside: from what they lead to, the other scope is followed as far as steps are left.
 */
async function nearby(
  neighbourhood: (scope: string, ids: readonly string[], steps: number) => Promise<ReadonlySet<string>>,
  names: readonly string[],
  near: string,
  hops: number,
  together: Together | undefined,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const keys = new Map<string, Set<string>>();
  const held = new Map<string, Set<string>>();
  let starts: ReadonlyMap<string, ReadonlySet<string>> = new Map(names.map((name) => [name, new Set([near])]));
  for (let left = hops; left >= 0 && starts.size > 0; left--) {
    for (const [name, ids] of starts) {
      const found = await neighbourhood(name, [...ids], left);
      const [own, known] = [keys.get(name) ?? new Set<string>(), held.get(name) ?? new Set<string>()];
      for (const key of found) {
        own.add(key);
        known.add(key.slice(name.length + 1));
      }
      keys.set(name, own);
      held.set(name, known);
    }
    if (together === undefined) break;
    starts = acrossFrom(together, held);
  }
  return keys;
}

const withNotes = (completeness: Completeness, notes: readonly string[]): Completeness => ({
  ...completeness,
  notModelled: [...completeness.notModelled, ...notes],
});

const whole = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new InputError(`\`${text}\` is not a number of steps`, { help: '--hops takes 1 to 99' });
  return Number(text);
};

/** Gaps of all scopes; one that was pushed without being told counts as incomplete, since what is not known is not safe. */
export function completenessOf(told: readonly Pick<Scope, 'name' | 'completeness'>[]): Completeness {
  const all = told.map(({ name, completeness }) => ({ name, known: JSON.parse(completeness) as Completeness | null }));
  return {
    complete: all.every(({ known }) => known?.complete === true),
    gaps: all.flatMap(({ known }) => known?.gaps ?? []),
    notModelled: all.flatMap(({ name, known }) => (known === null ? [`the scope ${name} does not tell what its snapshot did not see`] : known.notModelled)),
  };
}

/** The last part of an id, where only one node has it. */
function shortIds(graph: Graph): (text: string) => string | undefined {
  let table: Map<string, string | undefined> | undefined;
  return (text) => {
    if (table === undefined) {
      table = new Map();
      for (let node = 0; node < graph.nodeCount; node++) {
        const id = graph.id(node);
        const short = id.split(/[/:]/).at(-1) ?? '';
        table.set(short, table.has(short) ? undefined : id);
      }
    }
    return table.get(text);
  };
}
