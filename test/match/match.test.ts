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
  ] as const)('%s is an error with its place', (_name, match, path, help) => {
    const problems = compileMatcher(match as Json, clock);
    if (!isProblems(problems)) throw new Error('no problem found');
    expect(problems[0]?.path).toEqual(path);
    if (help !== undefined) expect(problems[0]?.help).toBe(help);
  });
});
