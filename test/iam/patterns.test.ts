import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actionMatches, compileActions } from '../../src/iam/aws/action.ts';
import { accountOf, arnMatches, arnParts, arnPattern } from '../../src/iam/aws/arn.ts';
import { globMatches, literalGlob, toGlob } from '../../src/iam/aws/glob.ts';
import { compileResources } from '../../src/iam/aws/resource.ts';
import { matches } from '../spec/iam/language.ts';

/** Fewer in mutation runs. */
const many = (runs: number): number => (process.env['IAM_RUNS'] === undefined ? runs : Math.ceil(runs / 5));

const tokens = (pattern: string) => [...pattern].map((char) => (char === '*' ? ({ any: true } as const) : char === '?' ? ({ one: true } as const) : { char }));

describe('glob', () => {
  test('agrees with the specification', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 9 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 9 });
    fc.assert(
      fc.property(letters, plain, (pattern, text) => {
        expect(globMatches(toGlob(pattern), text)).toBe(matches(tokens(pattern), text));
        expect(globMatches(toGlob(pattern), `xx${text}yy`, 2, 2 + text.length)).toBe(matches(tokens(pattern), text));
        expect(globMatches(literalGlob(text), text)).toBe(true);
      }),
      { numRuns: many(3_000) },
    );
  });

  test('takes a hostile pattern in its stride', () => {
    expect(globMatches(toGlob('*a'.repeat(60)), `${'a'.repeat(5_000)}b`)).toBe(false);
    expect(globMatches(toGlob(`${'*a'.repeat(60)}*`), `${'a'.repeat(5_000)}b`)).toBe(true);
  });
});

describe('ARN patterns', () => {
  test.each([
    ['*', 'any'],
    ['**', 'any'],
    ['arn:aws:s3:::b', 'exact'],
    ['arn:aws:s3:::b/*', 'prefix'],
    ['arn:aws:s3:::*', 'prefix'],
    ['arn:aws:s3:*:*:b/*', 'parts'],
    ['arn:aws:s3:::b/?', 'parts'],
    ['arn:aws:s3:::b/*x', 'parts'],
    ['arn:aws:s3', 'parts'],
    ['arn:aws:s3::*', 'parts'],
  ])('%s is %s', (text, kind) => {
    expect(arnPattern(toGlob(text)).kind).toBe(kind);
  });

  test.each([
    ['arn:aws:s3::*', 'arn:aws:s3:::b', true],
    ['arn:aws:s3::*', 'arn:aws:s3:::b:c', true],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3:::bb', false],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3x:::b', false],
    ['arn:aws:s3x:*:*:b', 'arn:aws:s3:::b', false],
    ['arn:a?s:s3:*:*:b', 'arn:aws:s3:::b', true],
    ['arn:aws:*:*:*:b', 'a:b', false],
    ['arn:aws:s?:*:*:b', 'arn:aws:s3:eu-west-1:1:b', true],
    ['arn:aws:s3:eu-*-1:*:b', 'arn:aws:s3:eu-west-1:1:b', true],
    ['arn:aws:s3:eu-*-1:*:b', 'arn:aws:s3:us-west-1:1:b', false],
    ['arn:aws:s3:::b/*x', 'arn:aws:s3:::b/ax', true],
    ['arn:aws:s3:::b/*x', 'arn:aws:s3:eu-west-1:1:b/ax', false],
    ['*:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['?rn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b*', 'arn:aws:s3:::c', false],
    ['arn:aws:sqs:*:1:q', 'arn:aws:sqs:eu-west-1:1:q:x', false],
    ['arn:aws:sqs:*:1:q*', 'arn:aws:sqs:eu-west-1:1:q:x', true],
    ['arn:aws:sqs:*:1:*:x', 'arn:aws:sqs:eu-west-1:1:q:y:x', true],
  ])('%s on %s is %s', (pattern, text, wanted) => {
    expect(arnMatches(arnPattern(toGlob(pattern)), text)).toBe(wanted);
  });

  test('the account of an ARN', () => {
    expect(accountOf('arn:aws:iam::111122223333:user/a')).toBe('111122223333');
    expect(accountOf('arn:aws:s3:::b')).toBeUndefined();
    expect(accountOf('a:b:c:d:111122223333:e')).toBeUndefined();
  });
});

describe('ARNs and their parts', () => {
  test('parts', () => {
    expect(arnParts('arn:aws:s3:::b:c:d')).toEqual(['arn', 'aws', 's3', '', '', 'b:c:d']);
    for (const text of ['arn:aws:s3::', 'x:aws:s3:::b', 'b', '']) expect(arnParts(text)).toBeUndefined();
    expect(accountOf('arn:aws:sqs:eu-west-1:1:q')).toBe('1');
    for (const text of ['arn:aws:s3:::b', 'arn:aws', 'sqs:aws:x:y:1:q']) expect(accountOf(text)).toBeUndefined();
  });
  test.each([
    ['*', 'any'],
    ['**', 'any'],
    ['arn:aws:s3:::b', 'exact'],
    ['arn:aws:s3:::b*', 'prefix'],
    ['arn:aws:s3:::*', 'prefix'],
    ['arn:aws:sqs:*:1:*', 'parts'],
    ['arn:aws:s3:::b?', 'parts'],
    ['arn:aws:s3:::*b', 'parts'],
    ['arn:*', 'parts'],
    ['', 'parts'],
    ['arn:aws:s3:::b**', 'parts'],
  ] as const)('`%s` is %s', (text, kind) => expect(arnPattern(toGlob(text)).kind).toBe(kind));
  test.each([
    ['arn:aws:s3*', 'arn:aws:s3:::b', true],
    ['arn:aws:*:*:*:q', 'arn:aws:sqs:eu-west-1:1:q', true],
    ['arn:aws:*:q', 'arn:aws:sqs:eu-west-1:1:q', false],
    ['arn:aws:sqs:*', 'arn:aws:sqs:eu-west-1:1:q', true],
    ['arn:aws:sqs:*:*:q*x', 'arn:aws:sqs:e:1:qqx', true],
    ['arn:aws:sqs:*:*:q*x', 'q', false],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b:c', false],
    ['arn:aws:s3:::b*', 'arn:aws:s3:::b:c', true],
    ['*', 'q', true],
  ] as const)('%s on %s: %s', (pattern, text, expected) => {
    expect(arnMatches(arnPattern(toGlob(pattern)), text)).toBe(expected);
    // Asked twice, and about another text between: what is remembered of the last text must not mislead.
    arnMatches(arnPattern(toGlob(pattern)), 'arn:x:y:z:1:w');
    expect(arnMatches(arnPattern(toGlob(pattern)), text)).toBe(expected);
  });
});

describe('patterns of actions', () => {
  test.each([
    [['*'], 's3:getobject', true],
    [['**'], 's3:getobject', true],
    [['*:*'], 's3:getobject', true],
    [['**:**'], 's3:getobject', true],
    [['s3:*'], 's3:getobject', true],
    [['s3:*'], 'sqs:x', false],
    [['*:Get*'], 's3:getobject', true],
    [['*:Get*'], 's3:putobject', false],
    [['s3:Get?bject'], 's3:getobject', true],
    [['s3:GetObject'], 's3:getobject', true],
    [['s3:GetObject'], 's3:getobjectacl', false],
    [['s3:*Object*', 'sqs:*'], 's3:getobjectacl', true],
    [['x*'], 's3:getobject', false],
    [['*x'], 's3:getobject', false],
    [['*s3:getobject'], 's3:getobject', true],
  ] as const)('%s on %s: %s', (patterns, action, expected) => {
    expect(actionMatches(compileActions(patterns, false), action)).toBe(expected);
    expect(actionMatches(compileActions(patterns, true), action)).toBe(!expected);
  });
  test('equal lists are one object, whatever their order and case', () => {
    expect(compileActions(['s3:Get*', 'SQS:*', 's3:get*'], false)).toBe(compileActions(['sqs:*', 's3:get*'], false));
    expect(compileActions(['s3:Get*'], false)).not.toBe(compileActions(['s3:Get*'], true));
    expect(compileActions(['b:x', 'a:x'], false).patterns).toEqual(['a:x', 'b:x']);
  });
});

describe('elements that name resources', () => {
  const open = '$' + '{';
  test.each([
    [['*', 'arn:aws:s3:::b'], true, false],
    [['arn:aws:s3:::b', '**'], true, false],
    [['arn:aws:s3:::b'], false, false],
    [['arn:aws:s3:::b', `arn:aws:s3:::${open}aws:username}`], false, true],
    [[`arn:aws:s3:::${open}*}`], false, false],
  ] as const)('%j: everything %s, variables %s', (texts, all, variables) => {
    expect(compileResources(texts, false, true)).toMatchObject({ all, variables });
    expect(compileResources(texts, true, true)).toMatchObject({ all, variables, negated: true });
  });
});
