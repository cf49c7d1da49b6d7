import type { Graph } from '../../graph/graph.ts';
import type { EdgeIndex } from '../../graph/types.ts';
import type { Evidence } from '../../model/evidence.ts';
import { canonicalJson, isObject, type Json } from '../../model/json.ts';
import { nodeKindSpec } from '../../model/vocabulary.ts';

/**
 * What proves a step into a class, for each node of the class, as one text. What is said of a node itself is said of nobody by name, so that most nodes have the same proof: the commonest
 * stands for all that are not listed.
 */
interface Packed {
  /** Of the class as a whole: that of one of its nodes, or what it is. */
  readonly whole: string | readonly Evidence[];
  /** Commonest first. An empty `resource` is the node itself. */
  readonly proofs: readonly (readonly Evidence[])[];
  /** Number of the proof of each node that has not the commonest. */
  readonly of: Readonly<Record<string, number>>;
}

/** Proofs of so many pairs of a source and a node of a class are worked out in one push: some seconds of policy evaluation. */
const mostPairs = 1_000_000;

/** Works proofs out for a push, up to a limit: what is beyond has the proof of its class's first node for every node, and is counted. */
export class ClassProofs {
  readonly #graph: Graph;
  #left: number;
  #bounded = 0;

  constructor(graph: Graph, most = mostPairs) {
    this.#graph = graph;
    this.#left = most;
  }

  /** Steps whose proof is that of a class as a whole. */
  get bounded(): number {
    return this.#bounded;
  }

  /** The text of an edge's proof. */
  textOf(edge: EdgeIndex): string {
    const graph = this.#graph;
    const whole = graph.evidence(edge);
    const hub = graph.targets[edge] ?? 0;
    if (nodeKindSpec(graph.kind(hub)).virtual !== true || graph.provedAlike(edge)) return text(whole);
    const nodes = [...new Set([...graph.out(hub)].map((each) => graph.targets[each] ?? 0))];
    if (nodes.length > this.#left) {
      this.#bounded++;
      return text(whole);
    }
    this.#left -= nodes.length;
    const byText = new Map<string, string[]>();
    for (const node of nodes) {
      const id = graph.id(node);
      const own = text(graph.evidence(edge, node).map((each) => (each.resource === id ? { ...each, resource: '' } : each)));
      const list = byText.get(own);
      if (list === undefined) byText.set(own, [id]);
      else list.push(id);
    }
    const ordered = [...byText].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
    const same = nodes.find((node) => text(graph.evidence(edge, node)) === text(whole));
    return canonicalJson({
      whole: same === undefined ? (whole as unknown as Json) : graph.id(same),
      proofs: ordered.map(([own]) => JSON.parse(own) as Json),
      of: Object.fromEntries(ordered.flatMap(([, ids], number) => (number === 0 ? [] : ids.map((id) => [id, number] as const)))),
    });
  }
}

const text = (evidence: readonly Evidence[]): string => canonicalJson(evidence as unknown as Json);

/** The proof that a text of `ClassProofs` tells of a step into a node: evidence, or what gives it for the node that a reader comes to. */
export function unpackedProof(value: Json, to: string): readonly Evidence[] | ((target: string) => readonly Evidence[]) {
  if (!isObject(value)) return value as unknown as readonly Evidence[];
  const { whole, proofs, of } = value as unknown as Packed;
  const own = (node: string): readonly Evidence[] =>
    (proofs[(Object.hasOwn(of, node) ? of[node] : undefined) ?? 0] ?? []).map((each) => (each.resource === '' ? { ...each, resource: node } : each));
  return (target) => (target !== to ? own(target) : typeof whole === 'string' ? own(whole) : whole);
}
