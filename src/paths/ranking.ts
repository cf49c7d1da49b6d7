import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import type { ExposurePath } from '../model/assessment.ts';
import { type NodeKind, nodeKindSpec } from '../model/vocabulary.ts';
import { bestOfAll, type EstateProblem, type OwnedTarget } from './best-of-all.ts';
import { endNode } from './end-steps.ts';
import { type Jewel, jewels } from './jewels.ts';
import { bestOfPairs, type Pair } from './pairs.ts';
import { type RenderContext, renderPath } from './render.ts';
import type { Weighted } from './reverse-tree.ts';
import { edgeCosts, entryLikelihood } from './risk.ts';
import { bestPaths } from './search.ts';
import type { Settings } from './settings.ts';
import type { FoundPath } from './spur.ts';
import { bestStep, type StepFilter, type StepNetwork, stepNetwork } from './step-network.ts';

export interface Ranker {
  readonly graph: Graph;
  readonly network: StepNetwork;
  readonly settings: Settings;
  readonly jewels: readonly Jewel[];
  readonly entries: readonly Weighted[];
  /** What `top` solves when no scope is given. */
  readonly problem: EstateProblem;
  /** The k riskiest paths of the whole estate. */
  top(count: number, scope?: { readonly from?: readonly NodeIndex[]; readonly to?: readonly NodeIndex[] }): readonly ExposurePath[];
  /** The likeliest path of a pair, or undefined. A target that is the source is reached in no step. */
  best(from: NodeIndex, to: NodeIndex): ExposurePath | undefined;
  /** The `count` likeliest paths of each pair, in the order of the pairs. */
  ofPairs(pairs: readonly Pair[], count: number): readonly (readonly ExposurePath[])[];
  /** The path along these nodes (ids) with the likeliest steps of this estate, or undefined where a step is missing. */
  along(route: readonly string[]): ExposurePath | undefined;
}

const cost = (likelihood: number): number => Math.abs(Math.log(likelihood));

/** Nodes where an intruder starts, with the cost of starting there; the user's settings may close some. */
export function entries(graph: Graph, settings: Settings): readonly Weighted[] {
  const found: Weighted[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (nodeKindSpec(graph.kind(node)).entry !== true) continue;
    const { value } = entryLikelihood(graph.node(node), settings);
    if (value > 0) found.push({ node, cost: cost(value) });
  }
  return found;
}

/**
 * Ranks exposure paths of a graph. Paths to data of an account that lead through the administration of that very account are consequences of that path, not paths of their
 * own, and are left out unless the target is asked for by name.
 */
export function createRanker(graph: Graph, settings: Settings, titles: ReadonlyMap<string, string>, filter: StepFilter = {}): Ranker {
  const network = stepNetwork(graph, edgeCosts(graph, settings), filter);
  const targets = jewels(graph, settings);
  const sources = entries(graph, settings);
  const context: RenderContext = { graph, network, settings, titles };
  const jewelOf = new Map(targets.map((jewel) => [jewel.node, jewel]));
  const render = (found: FoundPath): ExposurePath => {
    const last = found.nodes.at(-1) ?? 0;
    return renderPath(context, found, jewelOf.get(last) ?? { node: last, value: 50, why: 'asked for' });
  };
  // Evidence is worked out for every step that is shown, and a report asks for the riskiest paths several times.
  const rendered = new Map<string, ExposurePath>();
  const shown = (found: FoundPath): ExposurePath => {
    const key = `${found.nodes.join()} ${found.hubs.join()} ${found.cost}`;
    const path = rendered.get(key) ?? render(found);
    rendered.set(key, path);
    return path;
  };
  const problem: EstateProblem = { network, sources, targets: targets.map((jewel) => ownedTarget(graph, jewel)), governors: governors(graph) };
  return {
    graph,
    network,
    settings,
    jewels: targets,
    entries: sources,
    problem,
    top(count, scope = {}) {
      const from = scope.from?.map((node): Weighted => ({ node, cost: sources.find((entry) => entry.node === node)?.cost ?? 0 })) ?? sources;
      const asked = scope.to?.map((node): OwnedTarget => ({ node, cost: cost((jewelOf.get(node)?.value ?? 50) / 100), account: '' }));
      const here = asked === undefined ? { ...problem, sources: from } : { ...problem, sources: from, targets: asked };
      return bestOfAll(here, count).map(shown);
    },
    best(from, to) {
      const found = bestPaths({ network, sources: [{ node: from, cost: 0 }], targets: [{ node: to, cost: 0 }] }).next();
      return found.done === true ? undefined : render(found.value);
    },
    ofPairs: (pairs, count) => bestOfPairs(network, pairs, count).map((paths) => paths.map(render)),
    along(route) {
      const nodes = route.map((id) => graph.indexOf(id));
      if (nodes.length === 0 || nodes.includes(-1)) return undefined;
      const steps = nodes.slice(1).map((to, index) => bestStep(network, nodes[index] ?? 0, index === nodes.length - 2 ? endNode(network, to) : to));
      if (steps.some((step) => step.cost === Number.POSITIVE_INFINITY)) return undefined;
      return render({ nodes, hubs: steps.map((step) => step.via), cost: steps.reduce((sum, step) => sum + step.cost, 0) });
    },
  };
}

/** A target by what it governs: accounts, organizations and tenants are asked for apart from what is in them. */
function ownedTarget(graph: Graph, { node, value }: Jewel): OwnedTarget {
  const { kind, account } = graph.node(node);
  return { node, cost: cost(value / 100), account: governs(kind) ? '' : account };
}

/** The node that stands for the administration of each account. */
function governors(graph: Graph): ReadonlyMap<string, NodeIndex> {
  const found = new Map<string, NodeIndex>();
  for (const kind of ['Account', 'Organization'] as const)
    for (const node of graph.nodesOfKind(kind)) if (!found.has(graph.node(node).account)) found.set(graph.node(node).account, node);
  return found;
}

const governs = (kind: NodeKind): boolean => kind === 'Account' || kind === 'Organization';
