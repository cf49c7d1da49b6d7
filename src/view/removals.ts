import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import type { ExposurePath } from '../model/assessment.ts';
import { isStep, nodeKindSpec } from '../model/vocabulary.ts';
import { stepPositions } from './estate.ts';
import { evidenceKey, type Removal } from './view-model.ts';

/** So many steps are asked for what proves them; on an estate with more only those at the nodes of the listed paths. */
const limit = 20_000;

/**
 * For every statement, rule or setting that proves a listed hop: which steps need it, and so would go with it. A step over a hub goes only if every sampled node behind the hub needs
 * the same; where in doubt a step stays, so that the risk that is left is never told too low.
 */
export function removals(graph: Graph, paths: readonly ExposurePath[]): readonly Removal[] {
  const keys = new Map<string, number[]>(paths.flatMap((path) => path.steps.flatMap((step) => step.evidence.map((each) => [evidenceKey(each), []] as const))));
  const positions = stepPositions(graph);
  for (const edge of candidates(graph, paths)) {
    for (const key of proofs(graph, edge)) keys.get(key)?.push(positions[edge] ?? 0);
  }
  return [...keys]
    .filter(([, steps]) => steps.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, steps]) => ({ key, steps }));
}

function* candidates(graph: Graph, paths: readonly ExposurePath[]): Generator<EdgeIndex> {
  const near = new Set<NodeIndex>();
  if (graph.edgeCount > limit) {
    for (const path of paths) for (const step of path.steps) near.add(graph.indexOf(step.from)).add(graph.indexOf(step.to));
  }
  let asked = 0;
  for (let edge = 0; edge < graph.edgeCount && asked < limit; edge++) {
    if (!isStep(graph.edgeKind(edge))) continue;
    if (near.size > 0 && !near.has(graph.sources[edge] ?? 0) && !near.has(graph.targets[edge] ?? 0)) continue;
    asked++;
    yield edge;
  }
}

function proofs(graph: Graph, edge: EdgeIndex): readonly string[] {
  const target = graph.targets[edge] ?? 0;
  const of = (node: NodeIndex): string[] => graph.evidence(edge, node).map(evidenceKey);
  if (nodeKindSpec(graph.kind(target)).virtual !== true) return of(target);
  const behind = [...graph.out(target)].slice(0, 4).map((each) => new Set(of(graph.targets[each] ?? 0)));
  return [...(behind[0] ?? [])].filter((key) => behind.every((each) => each.has(key)));
}
