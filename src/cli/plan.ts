import type { Graph } from '../graph/graph.ts';
import type { ExposurePath } from '../model/assessment.ts';
import { IamGroups } from '../model/iam-groups.ts';
import { textAt } from '../model/json.ts';
import type { Candidate, CandidateContext } from '../paths/plan/candidate.ts';
import { leftRisks, solveCut } from '../paths/plan/cut.ts';
import { policyHolders } from '../paths/plan/in-use.ts';
import { PlanPool } from '../paths/plan/instance.ts';
import type { Analysis } from './analysis.ts';
import { type Changed, withChanges } from './whatif.ts';

export interface PlanGoal {
  /** Part of the risk that is to go, 0–1. */
  readonly share: number;
  /** Only paths to these nodes count; with share 1 they are to be out of reach. */
  readonly to?: readonly number[];
  /** How many of the riskiest paths make up the risk. */
  readonly top: number;
}

export interface PlannedStep {
  readonly candidate: Candidate;
  /** Risk that goes with it, in the order of the plan. */
  readonly removes: number;
}

export interface Plan {
  /** `proved`: the changed snapshot was derived anew and keeps the goal. `impossible`: no set of known changes reaches it. `unproved`: the search ended before. */
  readonly state: 'proved' | 'impossible' | 'unproved';
  readonly steps: readonly PlannedStep[];
  /** No plan has fewer changes than this. */
  readonly bound: number;
  /** Sum of the riskiest paths before and after, both derived. */
  readonly risk: { readonly before: number; readonly after: number };
  readonly before: readonly ExposurePath[];
  /** The paths that are left, of the changed snapshot. */
  readonly after: readonly ExposurePath[];
  readonly changed: Changed | undefined;
  /** How often the estate was derived anew. */
  readonly rounds: number;
}

/** Paths that are looked at beyond those that count, so that the next ones are known when the first are gone. */
const pool = 3;
const maximumRounds = 20;

const sum = (paths: readonly ExposurePath[], top: number): number => paths.slice(0, top).reduce((total, path) => total + path.likelihood * path.value, 0);

/**
 * The fewest changes that take away a share of the risk, or cut a target off. Changes are chosen over the reasons of the paths that are known, then the snapshot is derived with them; the
 * paths that are still there are learnt, with their reasons, until the derivation agrees (an implicit hitting set: E. Moreno-Centeno, R. Karp, Operations Research 61, 2013).
 */
export async function makePlan(analysis: Analysis, goal: PlanGoal): Promise<Plan> {
  const { top } = goal;
  const scope = goal.to === undefined ? {} : { to: goal.to };
  const ids = goal.to?.map((node) => analysis.graph.id(node));
  const ranker = analysis.ranker();
  const first = ranker.top(top * pool, scope);
  const total = sum(first, top);
  const budget = total * (1 - goal.share);
  const known = new PlanPool(planContext(analysis));
  known.add(ranker, analysis.settings, first, (_, pointer) => pointer, []);
  let last: { steps: readonly PlannedStep[]; bound: number; changed: Changed; after: readonly ExposurePath[] } | undefined;
  const result = (state: Plan['state'], rounds: number, bound: number): Plan => ({
    state,
    steps: last?.steps ?? [],
    bound,
    risk: { before: total, after: last === undefined ? total : sum(last.after, top) },
    before: first.slice(0, top),
    after: (last?.after ?? first).slice(0, top),
    changed: last?.changed,
    rounds,
  });
  if (total <= budget) return result('proved', 0, 0);
  for (let round = 1; round <= maximumRounds; round++) {
    const instance = known.instance(top, budget);
    const solution = solveCut(instance);
    if (solution.feasible === 'no')
      return { ...result('impossible', round - 1, 0), steps: [], changed: undefined, after: first.slice(0, top), risk: { before: total, after: total } };
    const changed = await withChanges(
      analysis,
      solution.chosen.flatMap((element) => known.candidate(element).changes),
    );
    const next = changed.analysis.ranker();
    const left = next.top(top * pool, ids === undefined ? {} : { to: ids.map((id) => changed.analysis.graph.indexOf(id)).filter((node) => node >= 0) });
    last = { steps: inOrder(known, instance, solution.chosen), bound: solution.bound, changed, after: left };
    if (sum(left, top) <= budget + 1e-6) return result('proved', round, solution.bound);
    if (known.add(next, analysis.settings, left, changed.before, solution.chosen) === 0) return result('unproved', round, solution.bound);
  }
  return result('unproved', maximumRounds, last?.bound ?? 0);
}

/** The strongest change first, each with what it takes away after those before it. */
function inOrder(known: PlanPool, instance: Parameters<typeof leftRisks>[0], chosen: readonly number[]): readonly PlannedStep[] {
  const left = new Set(chosen);
  const done = new Set<number>();
  const steps: PlannedStep[] = [];
  const risk = (elements: ReadonlySet<number>): number =>
    [...leftRisks(instance, elements)]
      .sort((a, b) => b - a)
      .slice(0, instance.keep)
      .reduce((total, each) => total + each, 0);
  let now = risk(done);
  while (left.size > 0) {
    let best: { element: number; after: number } | undefined;
    for (const element of left) {
      const after = risk(new Set([...done, element]));
      if (best === undefined || after < best.after) best = { element, after };
    }
    if (best === undefined) break;
    steps.push({ candidate: known.candidate(best.element), removes: now - best.after });
    now = best.after;
    done.add(best.element);
    left.delete(best.element);
  }
  return steps;
}

/** What candidates of a plan may look at. */
export function planContext(analysis: Analysis): CandidateContext {
  const { snapshot } = analysis;
  const organization = snapshot.records('AWS::Organizations::Organization').map((record) => textAt(record.config, 'Organization.Id'))[0];
  const groups = new IamGroups(snapshot.records('AWS::IAM::Group'));
  return {
    record: (id) => snapshot.byId(id),
    technique: (id) => analysis.planTechniques.get(id),
    organization,
    groups,
    holders: policyHolders(snapshot.all(), groups),
    scopesIn: (scope) => scopesIn(analysis.graph, scope),
  };
}

const scopeTypes = new Set(['Microsoft.Management/managementGroups', 'Microsoft.Resources/subscriptions', 'Microsoft.Resources/subscriptions/resourceGroups']);

function scopesIn(graph: Graph, scope: string): readonly string[] {
  const node = graph.indexOf(scope);
  if (node < 0) return [];
  return [...graph.out(node)]
    .filter((edge) => graph.edgeKind(edge) === 'Contains' && scopeTypes.has(graph.node(graph.targets[edge] ?? 0).type))
    .map((edge) => graph.id(graph.targets[edge] ?? 0));
}
