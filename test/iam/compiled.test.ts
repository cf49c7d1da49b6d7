import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../src/iam/aws/evaluate.ts';
import { forgetCompiled } from '../../src/iam/aws/intern.ts';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { allowAll } from './requests.ts';

describe('compiled documents', () => {
  test('equal documents are one object, and equal parts of different ones', () => {
    const document = { Version: '2012-10-17', Statement: [allowAll] };
    const again = compilePolicy({ ...document }, 'identity');
    expect(compilePolicy(document, 'identity')).toBe(again);
    expect(compilePolicy(JSON.stringify(document), 'identity')).toBe(again);
    const other = compilePolicy(
      { Version: '2012-10-17', Id: 'x', Statement: [{ Sid: 's', Effect: 'Allow', Action: ['*', '*'], Resource: ['*'] }] },
      'identity',
    );
    expect(other.statements[0]?.rule).toBe(again.statements[0]?.rule);
    expect(other.statements[0]?.sid).toBe('s');
    forgetCompiled();
    expect(compilePolicy(document, 'identity')).not.toBe(again);
  });
});

describe('parts that are kept for the next document', () => {
  const document = (version: string, more: object): JsonObject => ({
    Version: version,
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more }],
  });
  const asked = (policy: JsonObject, context: Record<string, string[]> = {}) =>
    readCase({
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/alice',
      resourceAccount: '111122223333',
      identityPolicies: [policy],
      contextComplete: true,
      context,
    } as unknown as JsonObject).requests.map((request) => evaluate(request).decision);

  test.each([
    ['a resource', { Resource: 'arn:aws:s3:::data/${aws:username}' }, {}],
    ['a resource among fixed ones', { Resource: ['arn:aws:s3:::other', 'arn:aws:s3:::data/${aws:username}'] }, {}],
    ['a condition', { Condition: { StringEquals: { 's3:prefix': '${aws:username}' } } }, { 's3:prefix': ['alice'] }],
    ['a condition among fixed values', { Condition: { StringEquals: { 's3:prefix': ['home', '${aws:username}'] } } }, { 's3:prefix': ['alice'] }],
    ['a condition with a pattern', { Condition: { StringLike: { 's3:prefix': ['${aws:username}', 'x*'] } } }, { 's3:prefix': ['alice'] }],
  ])('a variable in %s is one in a document of 2012 and text in one of 2008, whichever comes first', (_name, more, context) => {
    for (const versions of [
      ['2012-10-17', '2008-10-17'],
      ['2008-10-17', '2012-10-17'],
    ]) {
      forgetCompiled();
      for (const version of versions) expect(asked(document(version, more), context)).toEqual([version === '2012-10-17' ? 'allow' : 'deny']);
    }
  });

  test.each([
    ['the effect', {}, { Effect: 'Deny' }, ['allow', 'deny']],
    ['the action', {}, { Action: 's3:PutObject' }, ['allow', 'deny']],
    ['NotAction', {}, { Action: undefined, NotAction: 's3:GetObject' }, ['allow', 'deny']],
    ['the resource', {}, { Resource: 'arn:aws:s3:::other' }, ['allow', 'deny']],
    ['NotResource', { Resource: 'arn:aws:s3:::data/*' }, { Resource: undefined, NotResource: 'arn:aws:s3:::data/*' }, ['allow', 'deny']],
    ['the operator', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringNotEquals: { a: 'x' } } }, ['allow', 'deny']],
    ['the key', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringEquals: { b: 'x' } } }, ['allow', 'deny']],
    ['the value', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringEquals: { a: 'y' } } }, ['allow', 'deny']],
    ['a condition', {}, { Condition: { StringEquals: { a: 'y' } } }, ['allow', 'deny']],
  ])('two statements that differ in %s are two', (_name, one, other, wanted) => {
    const clean = (more: object): JsonObject => JSON.parse(JSON.stringify(document('2012-10-17', more))) as JsonObject;
    for (const order of [0, 1]) {
      forgetCompiled();
      const found = (order === 0 ? [one, other] : [other, one]).map((more) => asked(clean(more), { a: ['x'] })[0]);
      expect(order === 0 ? found : found.reverse()).toEqual(wanted);
    }
  });
});
