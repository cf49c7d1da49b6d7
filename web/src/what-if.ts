import { edgeKindCode, edgeKindNames, nodeKindCode, nodeKindNames } from '../../src/model/vocabulary.ts';
import { bestOfAll, type EstateProblem } from '../../src/paths/best-of-all.ts';
import { endNode } from '../../src/paths/end-steps.ts';
import { distancesTo } from '../../src/paths/reverse-tree.ts';
import { bestStep, type StepNetwork, stepNetwork } from '../../src/paths/step-network.ts';
import type { EstateData, Removal } from '../../src/view/view-model.ts';

export interface RankedPath {
  readonly nodes: readonly number[];
  readonly risk: number;
}

export interface Outcome {
  readonly paths: readonly RankedPath[];
  /** Every target counted by its riskiest path. Unlike the sum of a list, which other paths move up into, it never rises when something is taken away. */
  readonly risk: number;
  /** The steps that are left. */
  readonly network: StepNetwork;
}

interface Steps {
  readonly outOffsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly edgeKinds: Uint8Array;
  readonly costs: Float64Array;
}

const codeOfNode = (kind: string): number => {
  const name = nodeKindNames.find((each) => each === kind);
  return name === undefined ? 0 : nodeKindCode[name];
};
const codeOfEdge = (kind: string): number => {
  const name = edgeKindNames.find((each) => each === kind);
  return name === undefined ? 0 : edgeKindCode[name];
};

/** A cut as it stands in the address. */
export const cutStep = (from: string, to: string): string => `s:${from}>${to}`;
export const cutNode = (id: string): string => `n:${id}`;
export const cutEvidence = (key: string): string => `e:${key}`;

/** Ranks the estate with some steps gone, by the very search that ranked it; nothing is asked of a server. */
export class WhatIf {
  readonly #estate: EstateData;
  readonly #removals: ReadonlyMap<string, readonly number[]>;
  readonly #index: ReadonlyMap<string, number>;
  readonly #hubs: ReadonlySet<number>;
  readonly #kinds: Uint8Array;
  readonly #starts: Uint32Array;
  #base: Outcome | undefined;
  #last: { readonly key: string; readonly outcome: Outcome } | undefined;

  constructor(estate: EstateData, removals: readonly Removal[]) {
    this.#estate = estate;
    this.#removals = new Map(removals.map(({ key, steps }) => [key, steps]));
    this.#index = new Map(estate.ids.map((id, index) => [id, index]));
    this.#hubs = new Set(estate.hubs);
    const codes = estate.kindTable.map(codeOfNode);
    this.#kinds = Uint8Array.from(estate.kinds, (kind) => codes[kind] ?? 0);
    this.#starts = new Uint32Array(estate.ids.length + 1);
    for (const [node, count] of estate.outs.entries()) this.#starts[node + 1] = (this.#starts[node] ?? 0) + count;
  }

  /** The ranking as it is. */
  get base(): Outcome {
    this.#base ??= this.#rank([]);
    return this.#base;
  }

  /** The hundred riskiest paths once these cuts are made. */
  after(cuts: readonly string[]): Outcome {
    const key = cuts.join('\n');
    // The list, the drawer and the drawing ask the same.
    if (this.#last?.key !== key) this.#last = { key, outcome: this.#rank(cuts) };
    return this.#last.outcome;
  }

  #rank(cuts: readonly string[]): Outcome {
    const estate = this.#estate;
    const gone = new Set<number>();
    const avoid = new Set<number>();
    const pairs: (readonly [number, number])[] = [];
    for (const cut of cuts) {
      const text = cut.slice(2);
      if (cut.startsWith('e:')) for (const step of this.#removals.get(text) ?? []) gone.add(step);
      if (cut.startsWith('n:')) avoid.add(this.#index.get(text) ?? -1);
      if (cut.startsWith('s:')) {
        const at = text.indexOf('>');
        pairs.push([this.#index.get(text.slice(0, at)) ?? -1, this.#index.get(text.slice(at + 1)) ?? -1]);
      }
    }
    const steps = this.#steps(gone, pairs);
    const network = stepNetwork(
      {
        nodeCount: estate.ids.length,
        edgeCount: steps.targets.length,
        outOffsets: steps.outOffsets,
        targets: steps.targets,
        edgeKinds: steps.edgeKinds,
        kinds: this.#kinds,
      },
      steps.costs,
      { avoid },
    );
    const problem: EstateProblem = {
      network,
      sources: estate.entries.filter(([node]) => !avoid.has(node)).map(([node, cost]) => ({ node, cost })),
      targets: estate.jewels.filter(([node]) => !avoid.has(node)).map(([node, value, , account]) => ({ node, cost: Math.abs(Math.log(value / 100)), account })),
      governors: new Map(estate.governors),
    };
    const paths = bestOfAll(problem, 100).map(({ nodes, cost }) => ({ nodes, risk: Math.exp(-cost) * 100 }));
    return { paths, risk: exposure(problem), network };
  }

  /** Steps without those that are gone. A cut pair that goes over a hub is taken out of the hub's fan for that source alone: its other targets stay. */
  #steps(gone: ReadonlySet<number>, pairs: readonly (readonly [number, number])[]): Steps {
    const { targets, classes, classTable } = this.#estate;
    const cutOf = new Map<number, Set<number>>();
    for (const [from, to] of pairs) cutOf.set(from, (cutOf.get(from) ?? new Set()).add(to));
    const rows: { target: number; kind: number; cost: number }[] = [];
    const kindCodes = classTable.map((each) => codeOfEdge(each.kind));
    const offsets = new Uint32Array(this.#starts.length);
    for (let node = 0; node + 1 < this.#starts.length; node++) {
      offsets[node] = rows.length;
      const cut = cutOf.get(node);
      const begun = rows.length;
      for (let step = this.#starts[node] ?? 0; step < (this.#starts[node + 1] ?? 0); step++) {
        if (gone.has(step)) continue;
        const target = targets[step] ?? 0;
        const way = classes[step] ?? 0;
        const cost = classTable[way]?.cost ?? Number.POSITIVE_INFINITY;
        if (cut === undefined) rows.push({ target, kind: kindCodes[way] ?? 0, cost });
        else if (!cut.has(target)) {
          if (!this.#hubs.has(target)) rows.push({ target, kind: kindCodes[way] ?? 0, cost });
          else
            for (let second = this.#starts[target] ?? 0; second < (this.#starts[target + 1] ?? 0); second++) {
              const behind = targets[second] ?? 0;
              if (cut.has(behind) || behind === node || gone.has(second)) continue;
              rows.push({ target: behind, kind: kindCodes[way] ?? 0, cost: cost + (classTable[classes[second] ?? 0]?.cost ?? 0) });
            }
        }
      }
      if (cut !== undefined) {
        const row = rows.splice(begun).sort((a, b) => a.target - b.target);
        rows.push(...row);
      }
    }
    offsets[this.#starts.length - 1] = rows.length;
    return {
      outOffsets: offsets,
      targets: Uint32Array.from(rows, (row) => row.target),
      edgeKinds: Uint8Array.from(rows, (row) => row.kind),
      costs: Float64Array.from(rows, (row) => row.cost),
    };
  }

  /** Which of the listed paths (as ids from entry to target) are gone: a hop of theirs has no step any more. One that only ranks lower is not gone. */
  missing(listed: readonly { readonly id: string; readonly nodes: readonly string[] }[], { network }: Outcome): ReadonlySet<string> {
    const gone = listed.filter(({ nodes }) => {
      const route = nodes.map((id) => this.#index.get(id) ?? -1);
      return route.some(
        (to, at) => at > 0 && bestStep(network, route[at - 1] ?? -1, at === route.length - 1 ? endNode(network, to) : to).cost === Number.POSITIVE_INFINITY,
      );
    });
    return new Set(gone.map(({ id }) => id));
  }
}

/** Sum over the targets of the risk of the riskiest path to each; as in the ranking, none leads through the administration of the target's own account. */
function exposure({ network, sources, targets, governors }: EstateProblem): number {
  const forward = { ...network, inOffsets: network.offsets, inSources: network.targets, inCosts: network.costs };
  let sum = 0;
  for (const account of new Set(targets.map((target) => target.account))) {
    const governor = account === '' ? undefined : governors.get(account);
    const cost = distancesTo(forward, sources, governor === undefined ? [] : [governor]);
    for (const target of targets)
      if (target.account === account)
        sum +=
          100 *
          Math.exp(-target.cost - Math.min(cost[target.node] ?? Number.POSITIVE_INFINITY, cost[endNode(network, target.node)] ?? Number.POSITIVE_INFINITY));
  }
  return sum;
}
