import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { bestOfAll } from '../../src/paths/best-of-all.ts';
import { blast } from '../../src/paths/blast.ts';
import { Guide } from '../../src/paths/guide.ts';
import { bestOfPairs } from '../../src/paths/pairs.ts';
import { createRanker } from '../../src/paths/ranking.ts';
import { distancesTo } from '../../src/paths/reverse-tree.ts';
import { bestPaths } from '../../src/paths/search.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { stepNetwork } from '../../src/paths/step-network.ts';
import { allPaths, type PlainArc } from '../spec/paths/brute-force.ts';

interface Case {
  readonly real: number;
  readonly hubs: number;
  readonly arcs: readonly { from: number; to: number; cost: number; ends: boolean }[];
  readonly sources: readonly number[];
  readonly targets: readonly number[];
}

const arbitrary: fc.Arbitrary<Case> = fc.record({ real: fc.integer({ min: 2, max: 7 }), hubs: fc.integer({ min: 0, max: 3 }) }).chain(({ real, hubs }) =>
  fc.record({
    real: fc.constant(real),
    hubs: fc.constant(hubs),
    arcs: fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: real + hubs - 1 }),
        to: fc.integer({ min: 0, max: real + hubs - 1 }),
        cost: fc.integer({ min: 0, max: 6 }),
        ends: fc.nat(4).map((number) => number === 0),
      }),
      { maxLength: 26 },
    ),
    sources: fc.uniqueArray(fc.integer({ min: 0, max: real - 1 }), { minLength: 1, maxLength: 3 }),
    targets: fc.uniqueArray(fc.integer({ min: 0, max: real - 1 }), { minLength: 1, maxLength: 3 }),
  }),
);

const isHub = (problem: Case, node: number): boolean => node >= problem.real;
const id = (node: number): string => `n${String(node).padStart(2, '0')}`;

function build(problem: Case) {
  const builder = new GraphBuilder();
  for (let node = 0; node < problem.real + problem.hubs; node++) {
    builder.node({ id: id(node), kind: isHub(problem, node) ? 'Hub' : 'Principal', type: 'test', name: id(node) });
  }
  // Hubs stand between real nodes only; parallel arcs are told apart by their technique.
  const arcs: PlainArc[] = problem.arcs
    .filter(({ from, to }) => from !== to && !(isHub(problem, from) && isHub(problem, to)))
    .map(({ from, to, cost, ends }) => ({ from, to, cost: cost / 4, ends }));
  for (const [index, arc] of arcs.entries()) {
    builder.step({
      from: id(arc.from),
      to: id(arc.to),
      kind: arc.ends === true ? 'CanDestroy' : 'CanBecome',
      technique: `t${index}`,
      factors: [{ name: 'base', value: Math.exp(-arc.cost), why: '' }],
      residual: [],
      evidence: [],
    });
  }
  const graph = builder.freeze();
  const costs = Float64Array.from(graph.likelihoods, (likelihood) => Math.abs(Math.log(likelihood)));
  const weigh = (nodes: readonly number[]) => nodes.map((node, index) => ({ node, cost: index / 8 }));
  return { graph, network: stepNetwork(graph, costs), arcs, sources: weigh(problem.sources), targets: weigh(problem.targets) };
}

const asMap = (weighted: readonly { node: number; cost: number }[]) => new Map(weighted.map(({ node, cost }) => [node, cost]));

describe('bestPaths', () => {
  test('gives every loopless path that is not redundant, in order of cost, as brute force does', () => {
    fc.assert(
      fc.property(arbitrary, (problem) => {
        const { network, arcs, sources, targets } = build(problem);
        const hubs = new Set(Array.from({ length: problem.hubs }, (_, index) => problem.real + index));
        const expected = allPaths(problem.real + problem.hubs, hubs, arcs, asMap(sources), asMap(targets));
        const actual = [...bestPaths({ network, sources, targets })];
        const text = (path: { nodes: readonly number[]; cost: number }): string => `${path.nodes.join('>')} ${path.cost.toFixed(6)}`;
        expect(actual.map(text).sort()).toEqual(expected.map(text).sort());
        for (let i = 1; i < actual.length; i++) expect((actual[i]?.cost ?? 0) + 1e-9).toBeGreaterThanOrEqual(actual[i - 1]?.cost ?? 0);
      }),
      { numRuns: 3000, seed: 20261124 },
    );
  });

  test('the best paths to the targets of many accounts do not depend on how many accounts are searched at once', () => {
    let merged = 0;
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 8 }), (problem, count) => {
        const { network, arcs, sources, targets } = build(problem);
        // Every target is an account's own; some accounts are administered by a node that their paths may not pass.
        const owned = targets.map((target, index) => ({ ...target, account: `a${(index * 7) % 3}` }));
        const governors = new Map([['a0', problem.real - 1]]);
        const whole = bestOfAll({ network, sources, targets: owned, governors }, count, 1000);
        for (const atOnce of [1, 2]) expect(bestOfAll({ network, sources, targets: owned, governors }, count, atOnce)).toEqual(whole);
        const hubs = new Set(Array.from({ length: problem.hubs }, (_, index) => problem.real + index));
        const every = [...new Set(owned.map(({ account }) => account))].flatMap((account) => {
          const closed = governors.get(account);
          // A closed node is one that no arc touches.
          const open = arcs.filter(({ from, to }) => from !== closed && to !== closed);
          const own = owned.filter((target) => target.account === account && target.node !== closed);
          return allPaths(problem.real + problem.hubs, hubs, open, asMap(sources.filter(({ node }) => node !== closed)), asMap(own));
        });
        const costs = every.map(({ cost }) => cost.toFixed(6)).sort((a, b) => Number(a) - Number(b));
        expect(whole.map(({ cost }) => cost.toFixed(6))).toEqual(costs.slice(0, count));
        if (new Set(owned.map(({ account }) => account)).size > 1 && whole.length > 1) merged++;
      }),
      { numRuns: 1000, seed: 20261126 },
    );
    expect(merged).toBeGreaterThan(100);
  });

  test('the best paths of many pairs, whose searches share a guide that begins small, are those of each pair', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 4 }), (problem, count) => {
        const { network, arcs } = build(problem);
        const hubs = new Set(Array.from({ length: problem.hubs }, (_, index) => problem.real + index));
        const pairs = problem.targets.flatMap((to) => Array.from({ length: problem.real }, (_, from) => ({ from, to })));
        const text = (cost: number): string => cost.toFixed(6);
        for (const [index, paths] of bestOfPairs(network, pairs, count).entries()) {
          const { from = 0, to = 0 } = pairs[index] ?? {};
          const all = allPaths(problem.real + problem.hubs, hubs, arcs, new Map([[from, 0]]), new Map([[to, 0]]));
          expect(paths.map((path) => text(path.cost))).toEqual(all.slice(0, count).map((path) => text(path.cost)));
          const known = new Set(all.map((path) => `${path.nodes.join('>')} ${text(path.cost)}`));
          for (const path of paths) expect(known).toContain(`${path.nodes.join('>')} ${text(path.cost)}`);
          expect(new Set(paths.map((path) => path.nodes.join('>'))).size).toBe(paths.length);
        }
      }),
      { numRuns: 1500, seed: 20261125 },
    );
  });

  test('a guide that begins small is made whole when searches far from it cost more than that', () => {
    // A long corridor with a dead end at every node: the start sees nothing of the target, and looks at each dead end.
    const builder = new GraphBuilder();
    const length = 300;
    for (let node = 0; node < 3 * length; node++) builder.node({ id: id(node), kind: 'Principal', type: 'test', name: id(node) });
    const step = (from: number, to: number, value: number): void =>
      builder.step({ from: id(from), to: id(to), kind: 'CanBecome', technique: 't', factors: [{ name: 'b', value, why: '' }], residual: [], evidence: [] });
    for (let node = 0; node + 1 < length; node++) {
      step(node, node + 1, 0.9);
      step(node, length + node, 0.95);
      step(length + node, node + 1, 0.9);
      step(node, 2 * length + node, 0.99);
    }
    const graph = builder.freeze();
    const network = stepNetwork(
      graph,
      Float64Array.from(graph.likelihoods, (likelihood) => Math.abs(Math.log(likelihood))),
    );
    const at = (node: number): number => graph.indexOf(id(node));
    const target = [{ node: at(length - 1), cost: 0 }];
    const starts = Array.from({ length: 20 }, (_, index) => ({ node: at(index === 0 ? length - 2 : index), cost: 0 }));
    const guide = new Guide(network, target, [], starts, { share: 0.05 });
    expect(guide.whole).toBe(false);
    const cheapest = starts.map((source) => bestPaths({ network, sources: [source], targets: target, guide }).next().value?.cost ?? 0);
    expect(guide.whole).toBe(true);
    const exact = distancesTo(network, target);
    for (const [index, source] of starts.entries()) expect(cheapest[index]).toBeCloseTo(exact[source.node] ?? 0, 8);
  });

  test('the distances are those of the best paths', () => {
    fc.assert(
      fc.property(arbitrary, (problem) => {
        const { network, targets } = build(problem);
        const distance = distancesTo(network, targets);
        for (let node = 0; node < problem.real; node++) {
          const best = bestPaths({ network, sources: [{ node, cost: 0 }], targets }).next();
          if (best.done === true) expect(distance[node]).toBe(Number.POSITIVE_INFINITY);
          else expect(distance[node]).toBeCloseTo(best.value.cost, 8);
        }
      }),
      { numRuns: 500, seed: 20261124 },
    );
  });

  test('the blast radius of a node, both ways, is what the best paths say', () => {
    fc.assert(
      fc.property(arbitrary, (problem) => {
        const { graph, network } = build(problem);
        const ranker = createRanker(graph, noSettings, new Map());
        for (let node = 0; node < problem.real; node++) {
          for (const [direction, ends] of [
            ['reaches', (other: number) => [node, other]],
            ['reached-by', (other: number) => [other, node]],
          ] as const) {
            const found = new Map(blast(ranker, node, direction).nodes.map((each) => [each.id, each]));
            for (let other = 0; other < problem.real; other++) {
              if (other === node) continue;
              const [from = 0, to = 0] = ends(other);
              const best = bestPaths({ network, sources: [{ node: from, cost: 0 }], targets: [{ node: to, cost: 0 }] }).next();
              const reached = found.get(id(other));
              if (best.done === true) expect(reached).toBeUndefined();
              else expect(reached?.likelihood).toBeCloseTo(Math.exp(-best.value.cost), 5);
            }
          }
        }
      }),
      { numRuns: 300, seed: 20261125 },
    );
  });

  test('a thousand nodes that may all become each other through one hub give one path, at once', () => {
    const builder = new GraphBuilder();
    builder.node({ id: 'hub', kind: 'Hub', type: 'test', name: 'hub' });
    for (let node = 0; node < 1000; node++) builder.node({ id: id(node), kind: 'Principal', type: 'test', name: id(node) });
    const step = (from: string, to: string, value: number): void =>
      builder.step({ from, to, kind: 'CanBecome', technique: 't', factors: value === 1 ? [] : [{ name: 'b', value, why: '' }], residual: [], evidence: [] });
    for (let node = 0; node < 1000; node++) {
      step(id(node), 'hub', 0.9);
      step('hub', id(node), 1);
    }
    const graph = builder.freeze();
    const costs = Float64Array.from(graph.likelihoods, (likelihood) => Math.abs(Math.log(likelihood)));
    const at = (name: string): number => graph.indexOf(name);
    const found = [...bestPaths({ network: stepNetwork(graph, costs), sources: [{ node: at(id(0)), cost: 0 }], targets: [{ node: at(id(999)), cost: 0 }] })];
    expect(found.map((path) => path.nodes.map((node) => graph.id(node)))).toEqual([[id(0), id(999)]]);
  });
});
