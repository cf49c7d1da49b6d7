import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { compileMatcher, type Matcher, type MatchProblem } from '../../src/match/match.ts';
import { isArray, type Json } from '../../src/model/json.ts';

interface Case {
  readonly name: string;
  readonly document: Json;
  readonly match: Json;
  readonly truth: boolean | 'unknown';
  readonly leaves?: readonly string[];
  readonly unknown?: readonly string[];
  readonly params?: Readonly<Record<string, Json>>;
}

const clock = { now: Date.parse('2026-11-24T00:00:00Z') };
const cases = parse(readFileSync(new URL('../cases/match/cases.yaml', import.meta.url), 'utf8')) as Case[];
const isProblems = (result: Matcher | readonly MatchProblem[]): result is readonly MatchProblem[] => isArray(result as unknown as Json);

describe('matcher', () => {
  test.each(cases)('$name', ({ document, match, truth, leaves, unknown = [], params }) => {
    const matcher = compileMatcher(match, clock, { params: params ?? {} });
    if (isProblems(matcher)) throw new Error(JSON.stringify(matcher));
    const result = matcher.test(document, { unknown: (path) => unknown.includes(path.join('.')) });
    expect(result.truth).toBe(truth);
    if (leaves !== undefined) expect(result.leaves.map((leaf) => leaf.pointer)).toEqual(leaves);
  });

  test.each([
    ['unknown modifier', { 'a|contians': 'x' }, ['a|contians'], 'did you mean contains?'],
    ['number wanted', { 'a|gt': 'x' }, ['a|gt'], undefined],
    ['unknown parameter', { a: '$prots' }, ['a'], undefined],
    ['no regular expression', { 'a|re': '(' }, ['a|re'], undefined],
    ['an expression that ends early', { expr: 'it.a +' }, ['expr'], undefined],
    ['an unknown variable', { expr: 'itt.a > 1' }, ['expr'], 'known: it, params, now'],
    ['no verdict', { expr: '"yes"' }, ['expr'], undefined],
    ['matches() takes exponential time', { expr: 'it.a.matches("^(a+)+$")' }, ['expr'], 're(text, "pattern"), which takes linear time'],
    ['matches() inside a list', { 'l|any': { expr: '[it.a].exists(x, matches(x, "a"))' } }, ['l|any', 'expr'], 're(text, "pattern"), which takes linear time'],
    ['a pattern that is no literal', { expr: 're(it.a, it.b)' }, ['expr'], 're(config.Name, "^prod-")'],
    ['a pattern that is none', { expr: 're(it.a, "(")' }, ['expr'], undefined],
    [
      'three loops inside each other',
      { expr: 'it.a.all(x, it.b.all(y, it.c.all(z, x + y + z > 0)))' },
      ['expr'],
      'at most 2 of all, exists, exists_one, map, filter inside each other',
    ],
    ['an unknown parameter of an expression', { expr: 'it.a > params.mots' }, ['expr'], undefined],
    ['a very long expression', { expr: `true ${'|| true '.repeat(200)}` }, ['expr'], 'at most 1000'],
  ] as const)('%s is an error with its place', (_name, match, path, help) => {
    const problems = compileMatcher(match as Json, clock);
    if (!isProblems(problems)) throw new Error('no problem found');
    expect(problems[0]?.path).toEqual(path);
    if (help !== undefined) expect(problems[0]?.help).toBe(help);
  });
});
