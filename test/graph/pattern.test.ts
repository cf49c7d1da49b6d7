import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePattern } from '../../src/graph/pattern.ts';
import { leastMatches, type PatternMatch, patternMatches } from '../../src/graph/pattern-match.ts';
import { patternWorld } from '../arbitrary/pattern-world.ts';
import { everyMatch } from '../spec/graph/every-match.ts';

const runs = Number(process.env['POSTERN_FUZZ_RUNS'] ?? 400);

test('the matches are those of the definition, each by its least way', () => {
  let matched = 0;
  let branched = 0;
  fc.assert(
    fc.property(patternWorld, ({ graph, path, per, shades }) => {
      const pattern = parsePattern(path);
      if ('problem' in pattern) throw new Error(pattern.problem);
      const wanted = (alias: number, id: string): boolean => {
        const shade = shades[`a${alias}`];
        return shade === undefined || graph.node(graph.indexOf(id)).tags['shade'] === shade;
      };
      const reported = per.length === 0 ? [pattern.nodes.at(-1)?.alias ?? ''] : per;
      const found = [...patternMatches(graph, pattern, reported, (alias, node) => wanted(alias, graph.id(node)))];
      const all = everyMatch(graph, pattern, wanted);
      const startOf = (match: PatternMatch): string => match.segments[0]?.[0] ?? '';
      expect(found.map((each) => each.start)).toEqual([...new Set(all.map(startOf))].sort());
      for (const { start, matches, overflow } of found) {
        expect(overflow).toBe(false);
        expect(matches).toEqual(
          leastMatches(
            all.filter((match) => startOf(match) === start),
            pattern,
            reported,
          ),
        );
        matched += matches.length;
        if (path.includes(',')) branched += matches.length;
      }
    }),
    { numRuns: runs },
  );
  // A generator whose patterns never match would prove nothing.
  expect(matched).toBeGreaterThan(runs / 4);
  expect(branched).toBeGreaterThan(runs / 16);
});
