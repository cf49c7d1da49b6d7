import type { Graph } from '../graph/graph.ts';
import type { ExposurePath } from '../model/assessment.ts';
import type { Ranker } from '../paths/ranking.ts';
import { stepCost } from '../paths/step-network.ts';
import type { PathChange } from './view-model.ts';

export interface Run {
  readonly graph: Graph;
  readonly ranker: Ranker;
  readonly paths: readonly ExposurePath[];
}

/** Paths of one run that the other does not list, each with the hops that the other run does not have at all. A path whose hops are all there only ranks lower. */
export function pathChanges(here: Run, there: Run): readonly PathChange[] {
  const known = new Set(there.paths.map((path) => path.id));
  return here.paths
    .filter((path) => !known.has(path.id))
    .map((path) => ({ path: path.id, hops: path.steps.flatMap((step, hop) => (steps(there, step.from, step.to) ? [] : [hop])) }));
}

function steps({ graph, ranker }: Run, from: string, to: string): boolean {
  const [source, target] = [graph.indexOf(from), graph.indexOf(to)];
  return source >= 0 && target >= 0 && Number.isFinite(stepCost(ranker.network, source, target));
}
