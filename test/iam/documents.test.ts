import { describe, expect, test } from '@jest/globals';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import type { Json } from '../../src/model/json.ts';

const A = '111122223333';

describe('what is wrong with a document, and where', () => {
  const problems = (document: Json, use: 'identity' | 'resource' = 'identity') =>
    compilePolicy(document, use).problems.map(({ at, message }) => `${at}: ${message}`);
  const of = (statement: object, use: 'identity' | 'resource' = 'identity') => problems({ Version: '2012-10-17', Statement: [statement] } as Json, use);
  const good = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  test.each([
    [[], ': a policy must be an object'],
    [{ Version: 7, Statement: [] }, 'Version: `7` is no version, there are 2012-10-17 and 2008-10-17'],
    [{ Id: 7, Statement: [] }, 'Id: must be a string'],
    [{}, 'Statement: is missing'],
    [{ Statement: [7] }, 'Statement/0: must be an object'],
    [{ Statements: [], Statement: [] }, 'Statements: unknown element, did you mean Statement?'],
    [{ Zzzzzzzz: 1, Statement: [] }, 'Zzzzzzzz: unknown element'],
    ['{', ': is not JSON'],
  ] as [Json, string][])('%j', (document, expected) => expect(problems(document)).toEqual([expected]));
  test.each([
    [{ ...good, Sid: 7 }, 'Statement/0/Sid: must be a string'],
    [{ ...good, Effect: 'allow' }, 'Statement/0/Effect: must be Allow or Deny, "the Effect value is case sensitive"'],
    [{ ...good, NotAction: 'x:y' }, 'Statement/0/Action: stands beside NotAction, only one of them may'],
    [{ ...good, Action: 'GetObject' }, 'Statement/0/Action: `GetObject` must be `*` or service:action'],
    [{ ...good, Action: 'Get*' }, 'Statement/0/Action: `Get*` must be `*` or service:action'],
    [{ ...good, Action: '*Get' }, 'Statement/0/Action: `*Get` must be `*` or service:action'],
    [{ ...good, Action: ' s3:Get' }, 'Statement/0/Action: ` s3:Get` must be `*` or service:action'],
    [{ ...good, Action: 's3:Get x' }, 'Statement/0/Action: `s3:Get x` must be `*` or service:action'],
    [{ ...good, Action: [7] }, 'Statement/0/Action: must be a string or a list of strings'],
    [{ ...good, Action: '' }, 'Statement/0/Action: must be a string or a list of strings'],
    [{ Effect: 'Allow', NotAction: [''], Resource: '*' }, 'Statement/0/NotAction: must be a string or a list of strings'],
    [{ Effect: 'Allow', Resource: '*' }, 'Statement/0/Action: is missing, and so is NotAction'],
    [{ Effect: 'Allow', Action: '*' }, 'Statement/0/Resource: is missing, and so is NotResource'],
    [{ ...good, Resource: 'b' }, 'Statement/0/Resource: `b` must be an ARN or `*`'],
    [{ ...good, Resource: 'b*' }, 'Statement/0/Resource: `b*` must be an ARN or `*`'],
    [{ ...good, Resource: '*b' }, 'Statement/0/Resource: `*b` must be an ARN or `*`'],
    [{ ...good, Principal: '*' }, 'Statement/0/Principal: has no place in a policy that is not attached to a resource'],
    [{ ...good, Condition: [] }, 'Statement/0/Condition: must be an object'],
    [{ ...good, Condition: { Bool: 7 } }, 'Statement/0/Condition/Bool: must be an object of keys'],
    [{ ...good, Condition: { Bool: { k: null } } }, 'Statement/0/Condition/Bool/k: must be a string, number, boolean or a list of them'],
    [{ ...good, Condition: { Boool: { k: 'x' } } }, 'Statement/0/Condition/Boool: unknown condition operator, did you mean Bool?'],
    [{ ...good, Condition: { Qwertyuiop: { k: 'x', l: 'y' } } }, 'Statement/0/Condition/Qwertyuiop: unknown condition operator'],
    [{ ...good, Effct: 1 }, 'Statement/0/Effct: unknown element, did you mean Effect?'],
  ] as [object, string][])('%j', (statement, expected) => expect(of(statement)).toEqual([expected]));
  test.each([
    [good, 'Statement/0/Principal: is missing'],
    [{ ...good, Principal: '*', NotPrincipal: '*' }, 'Statement/0/Principal: stands beside NotPrincipal, only one of them may'],
    [{ ...good, NotPrincipal: 7 }, 'Statement/0/NotPrincipal: must be `*` or an object of AWS, Service, Federated, CanonicalUser'],
    [
      { ...good, Principal: { AWS: ['arn:aws:iam::1:role/*'] } },
      'Statement/0/Principal: `arn:aws:iam::1:role/*` has a wildcard: only `*` alone is a principal',
    ],
    [{ ...good, Principal: { AWS: [7] } }, 'Statement/0/Principal: AWS must be a string or a list of strings'],
    [{ ...good, Principal: { AWS: [''] } }, 'Statement/0/Principal: AWS must be a string or a list of strings'],
    [{ ...good, Principal: { AWS: 'xAROAEXAMPLEEXAMPLE12' } }, 'Statement/0/Principal: `xAROAEXAMPLEEXAMPLE12` is no ARN, account id or `*`'],
    [{ ...good, Principal: { AWS: 'AROAEXAMPLEEXAMPLE12!' } }, 'Statement/0/Principal: `AROAEXAMPLEEXAMPLE12!` is no ARN, account id or `*`'],
    [{ ...good, Principal: { AWS: 'AROAEXAMPLE' } }, 'Statement/0/Principal: `AROAEXAMPLE` is no ARN, account id or `*`'],
    [{ ...good, Principal: { Human: 'x' } }, 'Statement/0/Principal: has the unknown kind `Human`'],
    [{ ...good, Principal: { AWS: 'alice' } }, 'Statement/0/Principal: `alice` is no ARN, account id or `*`'],
    [{ ...good, Principal: '' }, 'Statement/0/Principal: must be `*` or an object of AWS, Service, Federated, CanonicalUser'],
  ] as [object, string][])('on a resource %j', (statement, expected) => expect(of(statement, 'resource')).toEqual([expected]));
  test('what is fine', () => {
    expect(
      of({ Effect: 'Allow', NotAction: ['s3:*'], NotResource: ['arn:aws:s3:::b', '${aws:x}'], Sid: 's', Condition: { Bool: { k: [true, 'x', 7] } } }),
    ).toEqual([]);
    expect(
      of(
        {
          Effect: 'Deny',
          Action: '*',
          Principal: { AWS: [A, `arn:aws:iam::${A}:root`, 'AROAEXAMPLEEXAMPLE12', '*'], Service: 's3.amazonaws.com', Federated: 'x', CanonicalUser: 'y' },
        },
        'resource',
      ),
    ).toEqual([]);
    expect(compilePolicy({ Version: '2012-10-17', Statement: { ...good, Sid: 'one' } }, 'identity').statements).toMatchObject([
      { index: 0, sid: 'one', rule: { effect: 'Allow' } },
    ]);
    expect(compilePolicy({ Statement: good }, 'identity').version).toBe('2008-10-17');
    expect(of({ ...good, Action: '**', Resource: ['**', 'arn:aws:s3:::b'] })).toEqual([]);
    expect(of({ ...good, Principal: '*', Resource: ['execute-api:/*', 'queue'] }, 'resource')).toEqual([]);
    expect(of({ ...good, Condition: { StringLike: { k: 'a%zz' } } })).toEqual([]);
    expect(problems(JSON.stringify({ Statement: { ...good, Sid: '100%' } }))).toEqual([]);
    expect(problems(encodeURIComponent(JSON.stringify({ Statement: { ...good, Sid: '100%' } })))).toEqual([]);
    expect(compilePolicy('{', 'identity')).toMatchObject({ version: '2012-10-17', statements: [] });
  });

  test('whom an element names', () => {
    const named = (Principal: Json) => compilePolicy({ Statement: { ...good, Principal } }, 'resource').statements[0]?.rule.principal;
    const nobody = {
      negated: false,
      any: false,
      accounts: new Set(),
      arns: new Set(),
      roles: new Set(),
      sessions: new Map(),
      services: new Set(),
      federated: new Set(),
      canonicalUsers: new Set(),
    };
    expect(named('*')).toEqual({ ...nobody, any: true });
    expect(named({ AWS: [A, 'arn:aws:iam::444455556666:root'] })).toEqual({ ...nobody, accounts: new Set([A, '444455556666']) });
    const role = `arn:aws:iam::${A}:role/team/app`;
    expect(named({ AWS: role })).toEqual({ ...nobody, arns: new Set([role]), roles: new Set([`${A}/app`]) });
    const sessions = ['s1', 's2'].map((name) => `arn:aws:sts::${A}:assumed-role/app/${name}`);
    expect(named({ AWS: sessions })).toEqual({ ...nobody, arns: new Set(sessions), sessions: new Map([[`${A}/app`, ['s1', 's2']]]) });
    expect(named({ Service: 'a.amazonaws.com', Federated: 'b', CanonicalUser: 'c' })).toEqual({
      ...nobody,
      services: new Set(['a.amazonaws.com']),
      federated: new Set(['b']),
      canonicalUsers: new Set(['c']),
    });
  });
});
