import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { classArrows } from '../../src/view/class-arrows.ts';
import { classMap } from '../../src/view/class-map.ts';
import { grains, mapSteps, nodeClasses } from '../../src/view/node-classes.ts';

interface Estate {
  readonly hosts: readonly (readonly [account: number, network: number, subnet: number])[];
  readonly steps: readonly (readonly [from: number, to: number, ports: number])[];
  /** Who steps to a hub, and to whom it leads. */
  readonly hub: { readonly from: readonly number[]; readonly to: readonly number[] };
}

const estates = fc.nat(8).chain((extra) => {
  const count = extra + 2;
  const host = fc.nat(count - 1);
  return fc.record({
    hosts: fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1)), { minLength: count, maxLength: count }),
    // The first one is the internet.
    steps: fc.array(fc.tuple(host, host, fc.nat(1)), { maxLength: 20 }),
    hub: fc.record({ from: fc.array(host, { maxLength: 4 }), to: fc.array(host, { maxLength: 4 }) }),
  });
});

const idOf = (host: number): string => (host === 0 ? 'internet' : `host-${host}`);

function built({ hosts, steps, hub }: Estate): { readonly graph: Graph; readonly placeOf: (node: number) => readonly string[] } {
  const builder = new GraphBuilder();
  const places = new Map<string, readonly string[]>();
  for (const [index, [account, network, subnet]] of hosts.entries()) {
    const id = idOf(index);
    builder.node({ id, kind: index === 0 ? 'Internet' : 'Compute', type: 't', name: id, account: '', region: '', tags: {}, props: {} });
    places.set(id, index === 0 ? [] : [`a${account}`, `a${account}n${network}`, `a${account}n${network}s${subnet}`]);
  }
  builder.node({ id: 'hub', kind: 'Hub', type: 't', name: 'hub', account: '', region: '', tags: {}, props: {} });
  const step = (from: string, to: string, ports: string): void =>
    builder.step({
      from,
      to,
      kind: 'Reaches',
      technique: 'network.reach',
      factors: [{ name: 'f', value: 1, why: '' }],
      residual: [{ allOf: [] }],
      evidence: [],
      ports,
    });
  for (const [from, to, port] of steps) if (from !== to) step(idOf(from), idOf(to), `tcp/${port}`);
  for (const from of hub.from) step(idOf(from), 'hub', 'tcp/9');
  for (const to of hub.to) step('hub', idOf(to), 'tcp/9');
  const graph = builder.freeze();
  return { graph, placeOf: (node) => places.get(graph.id(node)) ?? [] };
}

/** Every step from node to node, hubs seen through: the definition, pair by pair. */
function pairs({ steps, hub }: Estate): ReadonlySet<string> {
  const direct = steps.filter(([from, to]) => from !== to).map(([from, to]) => `${idOf(from)} ${idOf(to)}`);
  const over = hub.from.flatMap((from) => hub.to.filter((to) => to !== from).map((to) => `${idOf(from)} ${idOf(to)}`));
  return new Set([...direct, ...over]);
}

test.each(grains.map((grain) => [`${grain.steps} ${grain.within}`, grain] as const))(
  '%s: an arrow for every step and no other, every node in one class',
  (_, grain) => {
    fc.assert(
      fc.property(estates, (estate) => {
        const { graph, placeOf } = built(estate);
        const steps = mapSteps(graph, new Set(['network']));
        const classes = nodeClasses(steps, placeOf, grain);
        const ids = classes.map((members) => members.map((node) => graph.id(node)));
        expect(new Set(ids.flat()).size).toBe(ids.flat().length);
        const wanted = pairs(estate);
        for (const pair of wanted) for (const id of pair.split(' ')) expect(ids.flat()).toContain(id);
        const classOf = new Map(ids.flatMap((members, index) => members.map((id) => [id, index] as const)));
        const drawn = classArrows(steps, classes).map(({ from, to }) => `${from} ${to}`);
        expect(new Set(drawn)).toEqual(
          new Set(
            [...wanted].map((pair) =>
              pair
                .split(' ')
                .map((id) => classOf.get(id))
                .join(' '),
            ),
          ),
        );
      }),
    );
  },
);

test('classes of a finer grain lie within those of a coarser one of its sort, and members of the finest have the very same neighbours', () => {
  fc.assert(
    fc.property(estates, (estate) => {
      const { graph, placeOf } = built(estate);
      const steps = mapSteps(graph, new Set(['network']));
      const [same, ...coarser] = grains.map((grain) => nodeClasses(steps, placeOf, grain));
      for (const members of same ?? []) {
        const outs = members.map((node) =>
          [...graph.out(node)]
            .map((edge) => `${graph.targets[edge]} ${graph.payloadOf(edge)}`)
            .sort()
            .join(),
        );
        expect(new Set(outs).size).toBe(1);
        for (const classes of coarser) expect(classes.filter((each) => each.some((node) => members.includes(node)))).toHaveLength(1);
      }
    }),
  );
});

/** Hosts of which every one has a rule of its own: no two are alike to the letter. */
function unlike(count: number): Estate {
  return {
    hosts: Array.from({ length: count }, (_, index) => [index % 2, index % 2, index % 7] as const),
    steps: Array.from({ length: count - 1 }, (_, index) => [0, index + 1, index] as const),
    hub: { from: Array.from({ length: count - 1 }, (_, index) => index + 1), to: Array.from({ length: count - 1 }, (_, index) => index + 1) },
  };
}

test('what is too much for a picture is drawn more coarsely, whole, and the map says how', () => {
  const few = built(unlike(12));
  const exact = classMap(few.graph, new Set(['network']), few.placeOf, new Float64Array(few.graph.nodeCount).fill(1));
  expect(exact.grain).toEqual({ steps: 'same', within: 'subnet' });
  const many = built(unlike(2000));
  const map = classMap(many.graph, new Set(['network']), many.placeOf, new Float64Array(many.graph.nodeCount).fill(1));
  expect(map.grain.steps).not.toBe('same');
  expect(map.diagram.nodes.length).toBeLessThanOrEqual(60);
  expect(map.diagram.edges.length).toBeLessThanOrEqual(150);
  expect(map.omitted.nodes).toBe(0);
  expect(map.diagram.nodes.reduce((sum, node) => sum + node.size, 0)).toBe(2000);
  expect(Object.keys(map.inside).length).toBeGreaterThan(0);
});
