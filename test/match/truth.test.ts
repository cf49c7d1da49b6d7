import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TooLargeHere } from '../../src/match/expression.ts';
import { locate } from '../../src/match/locate.ts';
import { compileParts } from '../../src/match/match.ts';
import type { Json } from '../../src/model/json.ts';
import { valuesAt } from '../spec/match/values-at.ts';

const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
const runs = Number(process.env['POSTERN_FUZZ_RUNS'] ?? 400);

const key: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c');
const { document } = fc.letrec<{ document: Json; value: Json }>((tie) => ({
  document: fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, 1, 2, '', 'x', '1', 'true'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('document'),
  ),
}));
const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });

test('values are found where the definition says', () => {
  fc.assert(
    fc.property(document, path, fc.boolean(), (value, keys, whole) => expect(locate(value, keys, ['it'], whole)).toEqual(valuesAt(value, keys, ['it'], whole))),
    { numRuns: runs },
  );
});

const leaf = fc.oneof(
  fc.tuple(fc.constantFrom('', '|neq', '|ieq', '|startswith', '|like', '|all'), fc.oneof(fc.constantFrom('x', '1', ''), fc.constant(['x', '1']))),
  fc.tuple(fc.constantFrom('|gt', '|lte'), fc.constantFrom(0, 1)),
  fc.tuple(fc.constantFrom('|exists', '|absent', '|empty'), fc.boolean()),
  fc.tuple(fc.constantFrom('|count', '|count_gt'), fc.constantFrom(0, 1, 2)),
);
const { spec } = fc.letrec<{ spec: Json; entry: Json }>((tie) => ({
  entry: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(path, leaf).map(([keys, [modifier, expected]]) => ({ [`${keys.join('.')}${modifier}`]: expected })),
    fc.constantFrom('it.a == 1.0', 'has(it.b)', 'it.b.exists(x, x == "x")', 'it.a.b').map((expr) => ({ expr })),
    fc.tuple(path, fc.constantFrom('any', 'every', 'none'), tie('spec')).map(([keys, modifier, inner]) => ({ [`${keys.join('.')}|${modifier}`]: inner })),
    tie('spec').map((inner) => ({ not: inner })),
    fc.tuple(fc.constantFrom('any_of', 'all_of'), fc.array(tie('spec'), { maxLength: 3 })).map(([word, list]) => ({ [word]: list })),
  ),
  spec: fc.oneof(
    { maxDepth: 5 },
    tie('entry'),
    fc.array(tie('entry'), { minLength: 1, maxLength: 3 }).map((entries) => Object.assign({}, ...entries) as Json),
    fc.array(tie('entry'), { maxLength: 2 }),
  ),
}));

test('the truth is that of the test which tells its leaves', () => {
  const seen = { true: 0, false: 0, unknown: 0 };
  fc.assert(
    fc.property(spec, fc.array(document, { minLength: 1, maxLength: 4 }), fc.uniqueArray(key), (map, documents, lost) => {
      const matcher = compileParts(map, clock);
      if (!('node' in matcher)) throw new Error(matcher.map(({ message }) => message).join('; '));
      const unknown = (at: readonly (string | number)[]): boolean => lost.includes(String(at[0])) || lost.includes(String(at.at(-1)));
      for (const each of documents)
        for (const options of [{}, { unknown }]) {
          const { truth, leaves } = matcher.node.test(each, [], options);
          expect(matcher.node.truth(each, [], options)).toBe(truth);
          if (truth === false) expect(leaves).toEqual([]);
          seen[`${truth}`]++;
        }
    }),
    { numRuns: runs },
  );
  // A generator of which nothing ever fits would prove nothing.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs / 10);
});

test('what is too large to be asked is told whether or not another part decides', () => {
  // A text that is looked for has a greatest length.
  const walk = { expr: 'it.text.contains(it.part)' };
  const large = { a: 1, text: 'x', part: 'x'.repeat(300) };
  for (const map of [{ a: 2, ...walk }, { any_of: [{ a: 1 }, walk] }, { not: { any_of: [{ a: 1 }, walk] } }, [{ a: 1 }, walk]]) {
    const matcher = compileParts(map, clock);
    if (!('node' in matcher)) throw new Error('it does not compile');
    expect(() => matcher.node.test(large, [], {})).toThrow(TooLargeHere);
    expect(() => matcher.node.truth(large, [], {})).toThrow(TooLargeHere);
  }
});
