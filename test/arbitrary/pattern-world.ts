import fc from 'fast-check';
import { type Graph, GraphBuilder } from '../../src/graph/graph.ts';
import type { EdgeKind, NodeKind } from '../../src/model/vocabulary.ts';

const nodeKinds = ['Internet', 'Compute', 'Principal', 'DataStore'] as const satisfies readonly NodeKind[];
const edgeKinds = ['Reaches', 'CanBecome', 'CanRead', 'Contains'] as const satisfies readonly EdgeKind[];

export interface PatternWorld {
  readonly graph: Graph;
  readonly path: string;
  readonly per: readonly string[];
  /** Of each alias the shade that its nodes must have, if any. */
  readonly shades: Readonly<Record<string, string>>;
}

const edge = fc.record({ from: fc.nat(), to: fc.nat(), kind: fc.constantFrom(...edgeKinds), likely: fc.constantFrom(0.2, 0.9), missing: fc.boolean() });
const length = fc.constantFrom('', '*', '*0..1', '*0..2', '*1..2', '*2', '*2..3', '*1..3');

/** A small graph with classes, loops and parallel edges, and a pattern over its kinds. */
export const patternWorld: fc.Arbitrary<PatternWorld> = fc
  .record({
    kinds: fc.array(fc.constantFrom(...nodeKinds), { minLength: 2, maxLength: 7, size: 'max' }),
    shades: fc.array(fc.constantFrom('red', 'blue'), { minLength: 7, maxLength: 7 }),
    hubs: fc.nat(2),
    edges: fc.array(edge, { maxLength: 24, size: 'max' }),
    aliases: fc.array(
      fc.record({
        kind: fc.option(fc.constantFrom(...nodeKinds), { freq: 1 }),
        shade: fc.option(fc.constantFrom('red', 'blue'), { freq: 1 }),
        per: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    hops: fc.array(fc.record({ kinds: fc.oneof(fc.constant([]), fc.subarray([...edgeKinds])), length }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ kinds, shades, hubs, edges, aliases, hops }) => {
    const builder = new GraphBuilder();
    const ids: string[] = [];
    for (const [index, kind] of kinds.entries())
      ids.push(node(builder, { id: `${kind} "${index}" ü`, kind, type: 'T', name: `name of ${index}`, tags: { shade: shades[index] ?? 'red' } }));
    for (let hub = 0; hub < hubs; hub++) ids.push(node(builder, { id: `hub ${hub}`, kind: 'Hub', type: 'postern/hub', name: '' }));
    for (const [index, { from, to, kind, likely, missing }] of edges.entries()) {
      const ends = { from: ids[from % ids.length] ?? '', to: ids[to % ids.length] ?? '' };
      const evidence = [{ resource: ends.from, pointer: `/config/${index}`, call: 'x:Y' }];
      if (kind === 'Contains') builder.structure({ ...ends, kind, evidence });
      else
        builder.step({
          ...ends,
          kind,
          technique: 'aws.x',
          factors: [{ name: 'f', value: likely, why: 'w' }],
          residual: [],
          evidence,
          ...(missing ? { missing: [`x:Y of ${index}`] } : {}),
        });
    }
    const names = aliases.map((_alias, index) => `a${index}`);
    const path = aliases
      .map(({ kind }, index) => {
        const hop = hops[index];
        const arrow = index === aliases.length - 1 || hop === undefined ? '' : `-[${hop.kinds.length > 0 ? `:${hop.kinds.join('|')}` : ''}${hop.length}]->`;
        return `(${names[index]}${kind === null ? '' : `:${kind}`})${arrow}`;
      })
      .join('');
    return {
      graph: builder.freeze(),
      path,
      per: names.filter((_name, index) => aliases[index]?.per),
      shades: Object.fromEntries(aliases.flatMap(({ shade }, index) => (shade === null ? [] : [[`a${index}`, shade]]))),
    };
  });

function node(builder: GraphBuilder, spec: Parameters<GraphBuilder['node']>[0]): string {
  builder.node(spec);
  return spec.id;
}
