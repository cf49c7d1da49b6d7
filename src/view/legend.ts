import type { Assessment } from '../model/assessment.ts';
import { edgeKinds, nodeKinds } from '../model/vocabulary.ts';
import type { Diagram, EdgeLegend, NodeLegend, ViewModel } from './view-model.ts';

/** The legend of what is drawn, from the vocabulary. */
export function legend(assessment: Assessment, diagrams: readonly Diagram[], kindOf: (id: string) => string): ViewModel['legend'] {
  const kinds = new Set([
    ...Object.values(assessment.nodes).map((node) => node.kind),
    ...diagrams.flatMap((diagram) => [...diagram.nodes.flatMap((node) => node.members.map(kindOf)), ...diagram.groups.map((group) => kindOf(group.id))]),
  ]);
  const steps = new Set([
    ...assessment.paths.paths.flatMap((path) => path.steps.map((step) => step.kind)),
    ...diagrams.flatMap((diagram) => diagram.edges.map((edge) => edge.kind)),
  ]);
  const nodes: Record<string, NodeLegend> = {};
  for (const [kind, spec] of Object.entries(nodeKinds)) {
    if (!kinds.has(kind)) continue;
    const { label, means, draws } = spec;
    nodes[kind] = { label, means, draws, ...('many' in spec ? { many: spec.many } : {}) };
  }
  const edges: Record<string, EdgeLegend> = {};
  for (const [kind, spec] of Object.entries(edgeKinds))
    if (steps.has(kind) && 'draws' in spec) edges[kind] = { label: spec.label, means: spec.means, draws: spec.draws };
  return { nodes, edges };
}
