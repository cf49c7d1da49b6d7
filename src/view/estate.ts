import type { Graph } from '../graph/graph.ts';
import { edgeKindSpec, isStep, nodeKindSpec } from '../model/vocabulary.ts';
import type { Ranker } from '../paths/ranking.ts';
import { edgeCosts } from '../paths/risk.ts';
import type { Settings } from '../paths/settings.ts';
import type { EstateData, StepClass } from './view-model.ts';

/** Numbers for texts, in the order they were first seen. */
class Table {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.list.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/** Positions of the graph's step edges in the estate's list of steps; -1 for structure. */
export function stepPositions(graph: Graph): Int32Array {
  const positions = new Int32Array(graph.edgeCount).fill(-1);
  let count = 0;
  for (let edge = 0; edge < graph.edgeCount; edge++) if (isStep(graph.edgeKind(edge))) positions[edge] = count++;
  return positions;
}

/** All nodes and steps in columns. `findings` are the resources of the listed findings, in their order. */
export function estateData(graph: Graph, ranker: Ranker, settings: Settings, findings: readonly { readonly resource: string }[]): EstateData {
  const [kinds, types, accounts] = [new Table(), new Table(), new Table()];
  const tags: Record<number, string> = {};
  const nodes = Array.from({ length: graph.nodeCount }, (_, index) => {
    const node = graph.node(index);
    const text = Object.entries(node.tags)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ');
    if (text !== '') tags[index] = text;
    return {
      id: node.id,
      name: node.name,
      kind: kinds.of(node.kind),
      type: types.of(node.type),
      account: accounts.of(node.account),
      hub: nodeKindSpec(node.kind).virtual === true ? 1 : 0,
    };
  });
  const costs = edgeCosts(graph, settings);
  const classTable: StepClass[] = [];
  const classOf = new Map<string, number>();
  const [outs, targets, classes]: [number[], number[], number[]] = [new Array<number>(graph.nodeCount).fill(0), [], []];
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const kind = graph.edgeKind(edge);
    if (!isStep(kind)) continue;
    const source = graph.sources[edge] ?? 0;
    outs[source] = (outs[source] ?? 0) + 1;
    targets.push(graph.targets[edge] ?? 0);
    const key = `${graph.payloadOf(edge)} ${kind}`;
    let number = classOf.get(key);
    if (number === undefined) {
      const { technique, label, ports, verdict } = graph.step(edge);
      number = classTable.push({ technique, kind, label: label || edgeKindSpec(kind).label, ports, verdict, cost: Number((costs[edge] ?? 0).toFixed(9)) }) - 1;
      classOf.set(key, number);
    }
    classes.push(number);
  }
  const found: Record<number, number[]> = {};
  for (const [position, { resource }] of findings.entries()) {
    const node = graph.indexOf(resource);
    if (node >= 0) found[node] = [...(found[node] ?? []), position];
  }
  return {
    schema: 'estate/v1',
    ids: nodes.map((node) => node.id),
    names: nodes.map((node) => node.name),
    kinds: nodes.map((node) => node.kind),
    types: nodes.map((node) => node.type),
    accounts: nodes.map((node) => node.account),
    kindTable: kinds.list,
    typeTable: types.list,
    accountTable: accounts.list,
    hubs: nodes.flatMap((node, index) => (node.hub === 1 ? [index] : [])),
    tags,
    outs,
    targets,
    classes,
    classTable,
    entries: ranker.entries.map(({ node, cost }) => [node, Number(cost.toFixed(9))] as const),
    jewels: ranker.jewels.map(({ node, value, why }, index) => [node, value, why, ranker.problem.targets[index]?.account ?? ''] as const),
    governors: [...ranker.problem.governors],
    findings: found,
  };
}
