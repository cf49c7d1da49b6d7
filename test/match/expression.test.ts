import { describe, expect, test } from '@jest/globals';
import { Environment } from '@marcbachmann/cel-js';
import { compileExpression, TooLargeHere } from '../../src/match/expression.ts';
import type { Json } from '../../src/model/json.ts';

const clock = { now: Date.parse('2026-11-24T00:00:00Z') };
const many = (length: number): number[] => Array.from({ length }, (_, index) => index);
const keys = (length: number): Record<string, number> => Object.fromEntries(many(length).map((each) => [`k${each}`, each]));
const deep = (levels: number): Json => many(levels).reduce<Json>((inner) => ({ a: inner }), {});

function evaluate(text: string, it: Json) {
  const compiled = compileExpression(text, ['it'], clock);
  if (!('evaluate' in compiled)) throw new Error(compiled.map((problem) => problem.message).join('; '));
  return compiled.evaluate({ it });
}

// Each of these took from minutes to years, or all memory.
describe('over the limit of steps an expression is given up, whatever it does', () => {
  test.each<[name: string, expression: string, it: Json]>([
    ['all in all', 'it.l.all(a, it.l.all(b, a + b >= 0))', { l: many(100_000) }],
    ['exists in exists', 'it.l.exists(a, it.l.exists(b, a == "z" && b == "z"))', { l: many(100_000) }],
    ['exists in exists of what is in error', 'it.l.exists(a, it.l.exists(b, b.c == 1))', { l: many(100_000) }],
    ['filter in map', 'it.l.map(a, it.l.filter(b, b > a)).size() > 3', { l: many(100_000) }],
    ['exists_one in exists_one', 'it.l.exists_one(a, it.l.exists_one(b, b == a))', { l: many(100_000) }],
    ['keys of a map in a list', 'it.l.all(a, it.m.all(k, it.m[k] >= 0))', { l: many(500_000), m: keys(50_000) }],
    ['membership in a walk', 'it.l.all(a, a in it.l)', { l: many(100_000) }],
    ['equality of lists in a walk', 'it.l.all(a, it.l == it.n)', { l: many(100_000), n: many(100_000) }],
    ['order of texts in a walk', 'it.l.all(a, it.s < it.t)', { l: many(100_000), s: `${'a'.repeat(1e6)}a`, t: `${'a'.repeat(1e6)}b` }],
    ['a long text looked for in a walk', 'it.l.all(a, !it.s.contains("bbbb"))', { l: many(100_000), s: 'a'.repeat(1e6) }],
    ['a long text looked for in a long one', 'it.s.lastIndexOf(it.t) >= 0', { s: 'a'.repeat(1e6), t: `${'a'.repeat(5000)}b` }],
    ['a list told apart by a long text', 'it.l.join(it.s) == ""', { l: many(1e5).map(String), s: 'a'.repeat(1e6) }],
    ['a long text that is no duration', 'duration(it.s) > duration("1s")', { s: '1'.repeat(100_000) }],
    ['a counted pattern over a long text', 're(it.s, "(a?){1,200}[b-y]$")', { s: 'a'.repeat(1e6) }],
    ['a pattern in a walk', 'it.l.all(a, !re(it.s, "(x+x+)+y"))', { l: many(100_000), s: 'x'.repeat(10_000) }],
    ['hours of a time zone in a walk', 'it.l.all(a, it.l.all(b, now.getHours("Europe/Berlin") < 30))', { l: many(1000) }],
    ['a list doubled over and over', doubled(16), { l: many(1000) }],
    ['a text doubled over and over', doubled(16), { l: 'x'.repeat(1000) }],
  ])('%s', (_name, expression, it) => {
    const begun = performance.now();
    expect(() => evaluate(expression, it)).toThrow(TooLargeHere);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });

  function doubled(times: number): string {
    return `${many(times)
      .map((each) => `cel.bind(v${each}, ${each === 0 ? 'it.l + it.l' : `v${each - 1} + v${each - 1}`}, `)
      .join('')}v${times - 1}.size() > 0${')'.repeat(times)}`;
  }
});

test.each<[name: string, expression: string, it: Json, reason: RegExp]>([
  ['a text that is no JSON', 'bytes(it.s).json() == {}', { s: 'x' }, /not valid JSON/],
  ['a time zone that there is not', 'now.getHours(it.s) == 1', { s: 'Nowhere/X' }, /time zone/],
  ['a record nested too deep to compare', 'it.a == it.b', { a: deep(20_000), b: deep(20_000) }, /call stack/],
  ['a duration that is none', 'duration(it.s) > duration("1s")', { s: 'soon' }, /invalid duration/],
])('%s is unknown, with the reason', (_name, expression, it, reason) => {
  const result = evaluate(expression, it);
  expect(result.truth).toBe('unknown');
  expect(result.reason).toMatch(reason);
});

test('the limit is of one evaluation: what comes after is decided again', () => {
  const compiled = compileExpression('it.l.all(a, it.l.all(b, a == b))', ['it'], clock);
  if (!('evaluate' in compiled)) throw new Error('it does not compile');
  expect(compiled.evaluate({ it: { l: [1, 1] } })).toEqual({ truth: true });
  expect(() => compiled.evaluate({ it: { l: many(100_000).fill(1) } })).toThrow('takes more than 5000000 steps here');
  expect(compiled.evaluate({ it: { l: [1, 2] } })).toEqual({ truth: false });
});

test('a rule cannot call the meters itself', () => {
  for (const text of ['_walk(it.l, -1000000) == it.l', '_ended()', '_short(it.s, 1) == ""']) expect(compileExpression(text, ['it'], clock)).toHaveLength(1);
});

// With its meters an expression says what it says without them: the engine itself, asked of the text as it stands, is the twin.
test.each([
  '1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 - (2 - 1) == 6 && 7 - 2 - 1 == 4',
  '-(1 + 2) == -3 && !(true && false) && !!true && - -1 == 1',
  'true || false && false',
  '(true || false) && false',
  '(it.n > 3 ? "a" : "b") == "b"',
  'it.n > 3.0 ? it.t : it.n > 1.0 ? true : false',
  '[1, 2, "x"].exists(v, v == "x") && [1].all(v, v == 1) && ![1].exists_one(v, v == 2)',
  '{"a": 1, "b": [2]}.exists(k, k == "b") && {"a": {"b": 2}}.a.b == 2',
  'it.l.map(a, a * 2.0).filter(b, b > 3.0).map(c, c > 5.0, {"k": c}).size() == 1',
  'it.m.all(k, it.m[k] > 0.0) && "a" in it.m && !("z" in it.m) && 3.0 in it.l',
  'it.?q.orValue("n") == "n" && it.m[?"z"].orValue(5.0) == 5.0 && has(it.m.a) && !has(it.m.z)',
  '"\\u00e9\\n\\"" == \'é\\n"\' && r"\\d" == "\\\\d" && b"abc".size() == 3 && """a"b""" == "a\\"b"',
  '1e3 == 1000.0 && 0x10 == 16 && 5u == 5u && 1.5e-12 > 0.0 && 9223372036854775807 > 1',
  'timestamp("2026-01-01T00:00:00Z") + duration("24h") < now && now.getFullYear() == 2026',
  'cel.bind(x, it.l + [4.0], x.size() == 4 && x[3] == 4.0)',
  '"a,b".split(",")[1] == "b" && ["a", "b"].join("-") == "a-b" && "Abc".lowerAscii().startsWith("a") && "abc".substring(1, 2) == "b"',
  'it.s.contains(it.s) && it.s.indexOf("c") == 2 && it.s <= "abd" && it.s != "x" && string(it.n) == "2"',
  'type(it.s) == string && int("5") + 1 == 6 && size(it.l) == 3',
  'it.gone == 1 || it.t',
  'it.l.exists(a, a.b == 1) || it.l[7] == 1',
])('with meters as without: %s', (text) => {
  const it = { n: 2, t: true, s: 'abc', l: [1, 2, 3], m: { a: 1, b: 2 } };
  const engine = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  engine.registerVariable('it', 'dyn');
  engine.registerVariable('now', 'google.protobuf.Timestamp');
  let plain: unknown = 'unknown';
  try {
    plain = engine.evaluate(text, { it, now: new Date(clock.now) });
  } catch {}
  expect(evaluate(text, it).truth).toBe(plain);
});
