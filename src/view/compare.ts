import type { ExposurePath } from '../model/assessment.ts';
import type { Ranker } from '../paths/ranking.ts';
import type { PathChange } from './view-model.ts';

export interface Run {
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

const steps = ({ ranker }: Run, from: string, to: string): boolean => ranker.along([from, to]) !== undefined;
