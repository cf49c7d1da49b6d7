import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeSpec, StepSpec, StructureSpec } from '../../graph/types.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { isStep } from '../../model/vocabulary.ts';

/** A graph as plain JSON: everything that `GraphBuilder` needs to make it again. */
export interface GraphDump {
  readonly schema: 'graph/v1';
  readonly nodes: readonly Required<NodeSpec>[];
  readonly structure: readonly Required<StructureSpec>[];
  readonly steps: readonly Required<StepSpec>[];
}

/** The graph as plain JSON, in the graph's own order, so that equal graphs give equal dumps. */
export function dumpGraph(graph: Graph): GraphDump {
  const structure: Required<StructureSpec>[] = [];
  const steps: Required<StepSpec>[] = [];
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const kind = graph.edgeKind(edge);
    const ends = { from: graph.id(graph.sources[edge] ?? 0), to: graph.id(graph.targets[edge] ?? 0) };
    if (isStep(kind)) {
      const { technique, factors, residual, missing, evidence, label, ports } = graph.step(edge);
      steps.push({ ...ends, kind, technique, factors, residual, missing, evidence, label, ports });
    } else structure.push({ ...ends, kind, evidence: graph.evidence(edge) });
  }
  const nodes = Array.from({ length: graph.nodeCount }, (_, index): Required<NodeSpec> => {
    const { id, kind, type, name, account, region, tags, props } = graph.node(index);
    return { id, kind, type, name, account, region, tags, props };
  });
  return { schema: 'graph/v1', nodes, structure, steps };
}

/** The graph of a dump. */
export function loadDump(dump: GraphDump): Graph {
  const builder = new GraphBuilder();
  for (const node of dump.nodes) builder.node(node);
  for (const edge of dump.structure) builder.structure(edge);
  for (const step of dump.steps) builder.step(step);
  return builder.freeze();
}

/** Canonical JSON text of a dump in pieces: one node or edge a line, so that a large graph never has to be one string. */
export function* dumpText(dump: GraphDump): Generator<string> {
  yield `{"schema":${JSON.stringify(dump.schema)}`;
  for (const part of ['nodes', 'structure', 'steps'] as const) {
    yield `,\n${JSON.stringify(part)}:[`;
    for (const [index, entry] of dump[part].entries()) yield `${index === 0 ? '' : ','}\n${canonicalJson(entry as unknown as Json)}`;
    yield ']';
  }
  yield '}\n';
}
