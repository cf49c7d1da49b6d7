import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import type { Evidence } from '../model/evidence.ts';
import { edgeKindSpec, isStep, nodeKindSpec, type StepKind } from '../model/vocabulary.ts';
import { stepFactors } from './risk.ts';
import type { Settings } from './settings.ts';

/** One of the independent reasons why a step holds. A fix must break every one. */
export interface StepProof {
  readonly technique: string;
  readonly kind: StepKind;
  readonly likelihood: number;
  readonly evidence: readonly Evidence[];
}

/** Whether a path may go on after a step that this proves. */
export const goesOn = ({ kind }: StepProof): boolean => edgeKindSpec(kind).controls === true;

/** Everything that proves the step from one real node to another: each edge between them, and each pair of edges over a hub. Likeliest first. */
export function stepProofs(graph: Graph, from: NodeIndex, to: NodeIndex, settings: Settings): readonly StepProof[] {
  const found: StepProof[] = [];
  const take = (edges: readonly EdgeIndex[]): void => {
    const [first = 0] = edges;
    const view = graph.step(first, to);
    const likelihood = edges.flatMap((edge) => stepFactors(graph, edge, settings)).reduce((product, factor) => product * factor.value, 1);
    found.push({ technique: view.technique, kind: view.kind, likelihood, evidence: edges.flatMap((edge) => graph.step(edge, to).evidence) });
  };
  for (const edge of graph.out(from)) {
    if (!isStep(graph.edgeKind(edge))) continue;
    const target = graph.targets[edge] ?? 0;
    if (target === to) take([edge]);
    else if (nodeKindSpec(graph.kind(target)).virtual === true) for (const second of between(graph, target, to)) take([edge, second]);
  }
  return found.sort((a, b) => b.likelihood - a.likelihood || (a.technique < b.technique ? -1 : 1));
}

/** Edges between two nodes: binary search, as the edges of a node stand in the order of their targets. */
function* between(graph: Graph, from: NodeIndex, to: NodeIndex): Generator<EdgeIndex> {
  const end = graph.outOffsets[from + 1] ?? 0;
  let [low, high] = [graph.outOffsets[from] ?? 0, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((graph.targets[middle] ?? 0) < to) low = middle + 1;
    else high = middle;
  }
  for (let edge = low; edge < end && graph.targets[edge] === to; edge++) if (isStep(graph.edgeKind(edge))) yield edge;
}
