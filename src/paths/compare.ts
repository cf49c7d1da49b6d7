import type { ExposurePath } from '../model/assessment.ts';
import type { Ranker } from './ranking.ts';
import { routeOf } from './render.ts';

/** A path of one estate and the same way through another: the same nodes in the same order. */
export interface PathPair {
  readonly before: ExposurePath;
  readonly after: ExposurePath;
}

export interface PathComparison {
  /** Ways that were not there before. */
  readonly added: readonly ExposurePath[];
  /** Ways that are no longer there. */
  readonly removed: readonly ExposurePath[];
  readonly riskier: readonly PathPair[];
  readonly safer: readonly PathPair[];
  readonly same: readonly PathPair[];
  /** Sum of the risks of the listed paths of each side. */
  readonly risk: { readonly before: number; readonly after: number };
}

/** Risks are rounded to two digits; nearer than this they are the same. */
const resolution = 0.02;

/**
 * Compares the listed paths of two estates. Whether a way exists in the other estate is asked of its graph, not of its list: a path that fell from rank 10 to rank 11 is not gone.
 */
export function comparePaths(
  before: { readonly ranker: Ranker; readonly paths: readonly ExposurePath[] },
  after: { readonly ranker: Ranker; readonly paths: readonly ExposurePath[] },
): PathComparison {
  const added: ExposurePath[] = [];
  const removed: ExposurePath[] = [];
  const pairs: PathPair[] = [];
  const seen = new Set<string>();
  for (const path of before.paths) {
    const route = routeOf(path);
    seen.add(route.join('\n'));
    const now = after.ranker.along(route);
    if (now === undefined) removed.push(path);
    else pairs.push({ before: path, after: now });
  }
  for (const path of after.paths) {
    const route = routeOf(path);
    if (seen.has(route.join('\n'))) continue;
    const then = before.ranker.along(route);
    if (then === undefined) added.push(path);
    else pairs.push({ before: then, after: path });
  }
  const change = ({ before: then, after: now }: PathPair): number => now.risk - then.risk;
  const total = (paths: readonly ExposurePath[]): number => Number(paths.reduce((sum, path) => sum + path.risk, 0).toFixed(2));
  return {
    added,
    removed,
    riskier: pairs.filter((pair) => change(pair) > resolution).sort((a, b) => change(b) - change(a)),
    safer: pairs.filter((pair) => change(pair) < -resolution).sort((a, b) => change(a) - change(b)),
    same: pairs.filter((pair) => Math.abs(change(pair)) <= resolution),
    risk: { before: total(before.paths), after: total(after.paths) },
  };
}
