import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePattern } from '../../src/graph/pattern.ts';
import { candidatesOf } from '../../src/graph/pattern-candidates.ts';
import { aliasNodes } from '../../src/graph/pattern-match.ts';
import { nodeKindSpec } from '../../src/model/vocabulary.ts';
import { patternWorld } from '../arbitrary/pattern-world.ts';
import { everyMatch } from '../spec/graph/every-match.ts';

test('whatever stands in a match is a candidate, and most of what stands in none is not', () => {
  let [matched, kept, left] = [0, 0, 0];
  fc.assert(
    fc.property(patternWorld, ({ graph, path, shades }) => {
      const pattern = parsePattern(path);
      if ('problem' in pattern) throw new Error(pattern.problem);
      const asked = new Set<string>();
      const fits = (alias: number, node: number): boolean => {
        expect(asked.has(`${alias} ${node}`)).toBe(false);
        asked.add(`${alias} ${node}`);
        const shade = shades[`a${alias}`];
        return shade === undefined || graph.node(node).tags['shade'] === shade;
      };
      const candidates = candidatesOf(graph, pattern, fits);
      const standing = pattern.nodes.map(() => new Set<number>());
      for (const match of everyMatch(
        graph,
        pattern,
        (alias, id) => shades[`a${alias}`] === undefined || graph.node(graph.indexOf(id)).tags['shade'] === shades[`a${alias}`],
      ))
        for (const [alias, id] of aliasNodes(pattern, match).entries()) standing[alias]?.add(graph.indexOf(id));
      for (let alias = 0; alias < pattern.nodes.length; alias++)
        for (let node = 0; node < graph.nodeCount; node++) {
          const stands = standing[alias]?.has(node) === true;
          const marked = candidates[alias]?.[node] === 1;
          if (stands) expect(marked).toBe(true);
          if (nodeKindSpec(graph.kind(node)).virtual === true) expect(marked).toBe(false);
          if (stands) matched++;
          else if (marked) kept++;
          else left++;
        }
    }),
    { numRuns: 400, seed: 20261126 },
  );
  expect(matched).toBeGreaterThan(400);
  expect(left).toBeGreaterThan(2 * kept);
});
