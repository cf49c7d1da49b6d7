import { isStep, nodeKindSpec } from '../model/vocabulary.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph } from './graph.ts';
import type { NodeIndex } from './types.ts';

export interface Part {
  /** Tells the parts' classes apart: a class of one part is none of another. */
  readonly name: string;
  readonly graph: Graph;
}

/**
 * One graph of several that were derived apart: of each account by its own job. Nodes of the same id are one; a part that has the record of a node speaks for it before one that only
 * names it. What a part knows as an outsider of account B becomes account B itself where another part holds that account: whoever administers B can act as every principal of it.
 *
 * A step that needs both sides (a role in A that trusts B, and a principal of B that may assume it) is in no part: give those as a part of their own. The order of the parts does not
 * matter.
 */
export function joinGraphs(parts: readonly Part[]): Graph {
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) return only.graph;
  const sorted = [...parts].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const builder = new GraphBuilder();
  const accounts = new Map<string, string>();
  for (const { graph } of sorted)
    for (const node of graph.nodesOfKind('Account')) if (holds(graph, node)) accounts.set(graph.node(node).account, graph.id(node));
  const idIn = (part: Part, node: NodeIndex): string => {
    const { id, kind, account } = part.graph.node(node);
    if (nodeKindSpec(kind).virtual === true) return `${part.name} ${id}`;
    return kind === 'Outsider' && account !== '' ? (accounts.get(account) ?? id) : id;
  };
  // A placeholder has no account of its own; the first to add a node gives its kind, type and name.
  for (const real of [true, false])
    for (const part of sorted)
      for (let node = 0; node < part.graph.nodeCount; node++) {
        const { id, kind, type, name, account, region, tags, props } = part.graph.node(node);
        const own = idIn(part, node);
        if ((account !== '') === real && (own === id || nodeKindSpec(kind).virtual === true))
          builder.node({ id: own, kind, type, name, account, region, tags, props });
      }
  for (const part of sorted) {
    const { graph } = part;
    for (let edge = 0; edge < graph.edgeCount; edge++) {
      const kind = graph.edgeKind(edge);
      const ends = { from: idIn(part, graph.sources[edge] ?? 0), to: idIn(part, graph.targets[edge] ?? 0) };
      if (ends.from === ends.to && graph.sources[edge] !== graph.targets[edge]) continue;
      if (isStep(kind)) {
        const { technique, factors, residual, missing, evidence, label, ports } = graph.step(edge);
        builder.step({ ...ends, kind, technique, factors, residual, missing, evidence, label, ports });
      } else builder.structure({ ...ends, kind, evidence: graph.evidence(edge) });
    }
  }
  return builder.freeze();
}

/** Whether the part collected the account: something in it belongs there. An organization names accounts that nobody looked into. */
function holds(graph: Graph, account: NodeIndex): boolean {
  for (let edge = graph.outOffsets[account] ?? 0; edge < (graph.outOffsets[account + 1] ?? 0); edge++) if (graph.edgeKind(edge) === 'Contains') return true;
  return false;
}
