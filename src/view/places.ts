import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import { edgeKindNames, edgeKindSpec, nodeKindSpec } from '../model/vocabulary.ts';

/** Where nodes are: the containers of each, from the outermost in. */
export interface Places {
  /** Ids of cloud (if the graph has several), account, network, subnet. */
  of(node: NodeIndex): readonly string[];
}

const nests = edgeKindNames.map((kind) => edgeKindSpec(kind).nests === true);

/** Clouds by how the providers' own type names begin. */
const clouds = [
  ['AWS::', 'AWS'],
  ['Microsoft.Graph/', 'Entra ID'],
  ['Microsoft.', 'Azure'],
] as const;

export const cloudOf = (type: string): string | undefined => clouds.find(([prefix]) => type.startsWith(prefix))?.[1];

export function places(graph: Graph): Places {
  const several = new Set(Array.from({ length: graph.nodeCount }, (_, node) => cloudOf(graph.node(node).type)).filter((cloud) => cloud !== undefined)).size > 1;
  const known = new Map<NodeIndex, readonly string[]>();
  const containers = (node: NodeIndex): NodeIndex[] => {
    const found: NodeIndex[] = [];
    for (const edge of graph.in(node)) {
      const source = graph.sources[edge] ?? 0;
      if (nests[graph.edgeKinds[edge] ?? 0] !== true || found.includes(source)) continue;
      if (nodeKindSpec(graph.kind(source)).frames === true) found.push(source);
    }
    return found;
  };
  /** Containers of a node without itself. A node in two subnets of one network is in the network. */
  const chain = (node: NodeIndex, depth: number): readonly string[] => {
    // Accounts stand at the outside: above them are organizations, which would only be one more frame around everything, and which an account contains in its turn.
    if (nodeKindSpec(graph.kind(node)).draws === 'scope') return [];
    const cached = known.get(node);
    if (cached !== undefined || depth > 8) return cached ?? [];
    const chains = containers(node).map((container) => [...chain(container, depth + 1), graph.id(container)]);
    const longest = chains.reduce<readonly string[]>((a, b) => (b.length > a.length ? b : a), []);
    const shared = chains.every((each) => each.every((id, index) => longest[index] === id)) ? longest : common(chains);
    known.set(node, shared);
    return shared;
  };
  return {
    of(node) {
      const view = graph.node(node);
      if (nodeKindSpec(view.kind).entry === true) return [];
      const inside = chain(node, 0);
      const own = isAccount(graph, node) ? [view.id] : inside;
      const cloud = several ? cloudOf(view.type) : undefined;
      return cloud === undefined ? own : [`cloud:${cloud}`, ...own];
    },
  };
}

/** Of the scopes, the ones that a drawing frames. */
const isAccount = (graph: Graph, node: NodeIndex): boolean =>
  nodeKindSpec(graph.kind(node)).draws === 'scope' && nodeKindSpec(graph.kind(node)).frames === true;

/** What all chains begin with; chains that are the beginning of another say nothing against it. */
function common(chains: readonly (readonly string[])[]): readonly string[] {
  const maximal = chains.filter(
    (chain) => !chains.some((other) => other !== chain && other.length > chain.length && chain.every((id, index) => other[index] === id)),
  );
  const [first = [], ...rest] = maximal;
  const end = first.findIndex((id, index) => rest.some((other) => other[index] !== id));
  return end < 0 ? first : first.slice(0, end);
}
