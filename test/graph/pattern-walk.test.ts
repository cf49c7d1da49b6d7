import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePattern } from '../../src/graph/pattern.ts';
import { BackwardTrees, type Reached } from '../../src/graph/pattern-back.ts';
import { admitsKind, PatternWalk } from '../../src/graph/pattern-walk.ts';
import { edgeKindNames, nodeKindSpec } from '../../src/model/vocabulary.ts';
import { patternWorld } from '../arbitrary/pattern-world.ts';

test('searches back from the ends of an edge find what searches from each start find, by the same ways', () => {
  let long = 0;
  fc.assert(
    fc.property(patternWorld, ({ graph, path, shades }) => {
      const pattern = parsePattern(path);
      if ('problem' in pattern) throw new Error(pattern.problem);
      const real = Array.from({ length: graph.nodeCount }, (_, node) => node).filter((node) => nodeKindSpec(graph.kind(node)).virtual !== true);
      for (const edge of pattern.edges) {
        const shade = shades[`a${edge.to}`];
        const wanted = (node: number): boolean => shade === undefined || graph.node(node).tags['shade'] === shade;
        const admitted = edgeKindNames.map((kind) => admitsKind(edge, kind));
        const trees = new BackwardTrees(graph, { ...edge, admitted }, real.filter(wanted));
        // One walk asks for the same edge again and again, and goes over to trees by itself.
        const walk = new PatternWalk(graph);
        const told = (found: readonly Reached[]): string[] => found.map(({ node, way }) => `${node} by ${way.join('>')}`).sort();
        for (const start of [...real, ...real]) {
          const forward = told(new PatternWalk(graph).reach(start, edge, wanted));
          expect(told(trees.reach(start))).toEqual(forward);
          expect(told(walk.reach(start, edge, wanted, () => real.filter(wanted)))).toEqual(forward);
          if (forward.some((text) => text.split('>').length > 2)) long++;
        }
      }
    }),
    { numRuns: 400, seed: 20261126 },
  );
  expect(long).toBeGreaterThan(100);
});
