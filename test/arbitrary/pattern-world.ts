import fc from 'fast-check';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
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
const length: fc.Arbitrary<string> = fc.constantFrom('', '*', '*0..1', '*0..2', '*1..2', '*2', '*2..3', '*1..3');

const hop = fc.record({ kinds: fc.oneof(fc.constant([]), fc.subarray([...edgeKinds])), length });

/** A small graph with classes, loops and parallel edges. */
export const patternGraph: fc.Arbitrary<Graph> = fc
  .record({
    kinds: fc.array(fc.constantFrom(...nodeKinds), { minLength: 2, maxLength: 7, size: 'max' }),
    shades: fc.array(fc.constantFrom('red', 'blue'), { minLength: 7, maxLength: 7 }),
    hubs: fc.nat(2),
    edges: fc.array(edge, { maxLength: 24, size: 'max' }),
  })
  .map(({ kinds, shades, hubs, edges }) => {
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
    return builder.freeze();
  });

/** A pattern over the kinds of such graphs: a path, a tree, or one with a ring. */
export const patternText: fc.Arbitrary<Omit<PatternWorld, 'graph'>> = fc
  .record({
    aliases: fc.array(
      fc.record({
        kind: fc.option(fc.constantFrom(...nodeKinds), { freq: 1 }),
        shade: fc.option(fc.constantFrom('red', 'blue'), { freq: 1 }),
        per: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    hops: fc.array(hop, { minLength: 3, maxLength: 3 }),
    // Where each alias after the second hangs: at the one before (a path), or at an earlier one (a branch).
    hangs: fc.array(fc.option(fc.nat(), { freq: 2 }), { minLength: 3, maxLength: 3 }),
    rings: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), hop }), { maxLength: 1 }),
  })
  .map(({ aliases, hops, hangs, rings }) => {
    const names = aliases.map((_alias, index) => `a${index}`);
    const arrow = ({ kinds: words, length: hopLength }: { kinds: readonly string[]; length: string }): string =>
      `-[${words.length > 0 ? `:${words.join('|')}` : ''}${hopLength}]->`;
    let path = '';
    for (const [index, { kind }] of aliases.entries()) {
      const self = `(${names[index]}${kind === null ? '' : `:${kind}`})`;
      const [to, between] = [hangs[index - 1], hops[index - 1]];
      if (between === undefined) path = self;
      else path += `${to === null || to === undefined || index < 2 ? '' : `, (${names[to % index]})`}${arrow(between)}${self}`;
    }
    for (const ring of rings) {
      const [from, to] = [ring.from % aliases.length, ring.to % aliases.length];
      if (from !== to) path += `, (${names[from]})${arrow(ring.hop)}(${names[to]})`;
    }
    return {
      path,
      per: names.filter((_name, index) => aliases[index]?.per),
      shades: Object.fromEntries(aliases.flatMap(({ shade }, index) => (shade === null ? [] : [[`a${index}`, shade]]))),
    };
  });

/** A graph and a pattern over its kinds. */
export const patternWorld: fc.Arbitrary<PatternWorld> = fc.record({ graph: patternGraph, text: patternText }).map(({ graph, text }) => ({ graph, ...text }));

function node(builder: GraphBuilder, spec: Parameters<GraphBuilder['node']>[0]): string {
  builder.node(spec);
  return spec.id;
}
