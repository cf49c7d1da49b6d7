import { describe, expect, test } from '@jest/globals';
import { simulateCase } from '../../src/iam/aws/simulate.ts';
import type { Json } from '../../src/model/json.ts';

const A = '111122223333';

describe('what a case says when it is wrong', () => {
  const base = { principal: `arn:aws:iam::${A}:user/ada`, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
  const error = (input: Json) => simulateCase(input, 3);
  test.each([
    [7, 'case 3', 'a case must be an object'],
    [{ ...base, name: 'n', resource: [] }, 'n', '`resource` is empty'],
    [{ ...base, resource: [''] }, 'case 3', '`resource` must be an ARN or `*`'],
    [{ ...base, action: '' }, 'case 3', '`action` must be a string'],
    [{ ...base, action: 'GetObject' }, 'case 3', '`GetObject` is no action (write service:Name, without wildcards)'],
    [{ ...base, action: 'a:b:c' }, 'case 3', '`a:b:c` is no action (write service:Name, without wildcards)'],
    [{ ...base, context: { k: { a: 1 } } }, 'case 3', '`context` has no list of strings for `k`'],
    [{ ...base, context: 7 }, 'case 3', '`context` must be an object of keys, each with a list of strings'],
    [{ ...base, resourceAccount: 'x111122223333' }, 'case 3', '`resourceAccount` must be 12 digits'],
    [{ ...base, resourceAccount: '1111222233334' }, 'case 3', '`resourceAccount` must be 12 digits'],
    [{ ...base, resourceAccount: 111122223333 }, 'case 3', '`resourceAccount` must be 12 digits'],
    [{ ...base, principal: { federated: '' } }, 'case 3', '`principal` must be a string or {"federated": "…"}'],
    [{ ...base, identityPolicies: {} }, 'case 3', '`identityPolicies` must be a list'],
    [{ ...base, principal: { service: '' } }, 'case 3', '`principal` must be a string or {"federated": "…"}'],
    [{ ...base, identityPolicy: [] }, 'case 3', 'unknown key `identityPolicy` (did you mean identityPolicies?)'],
    [{ ...base, scps: [7] }, 'case 3', '`scps[0]` must be a list'],
    [
      { ...base, name: 7, principal: 'bob' },
      'case 3',
      '`bob` is no principal (ARN of a user, role, assumed-role or federated-user session or root, a 12-digit account, `*`, a service such as lambda.amazonaws.com, or {"federated": "…"})',
    ],
  ] as [Json, string, string][])('%j', (input, name, message) =>
    expect(error(input)).toEqual({ name, decision: 'error', explicit: false, residual: [], decidedBy: [], message }),
  );

  test.each([
    'name',
    'principal',
    'action',
    'resource',
    'resourceAccount',
    'context',
    'contextComplete',
    'identityPolicies',
    'permissionBoundary',
    'sessionPolicies',
    'resourcePolicy',
    'scps',
    'rcps',
    'endpointPolicies',
    'managementAccount',
  ])('`%s` misspelt is told', (key) => {
    const wrong = `${key}x`;
    expect(error({ ...base, [wrong]: [] })).toMatchObject({ decision: 'error', message: `unknown key \`${wrong}\` (did you mean ${key}?)` });
  });

  const allowIf = (key: string, value: string): Json => [
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { [key]: value } } }] },
  ];
  test('numbers and truth values in the context are their text, a lone value is a list of one', () => {
    for (const [value, text] of [
      [5, '5'],
      [true, 'true'],
      ['x', 'x'],
      [['x'], 'x'],
    ] as [Json, string][])
      expect(simulateCase({ ...base, context: { k: value }, contextComplete: true, identityPolicies: allowIf('k', text) }, 0).decision).toBe('allow');
  });
  test('a service may be given as an object', () =>
    expect(
      simulateCase(
        {
          ...base,
          principal: { service: 's3.amazonaws.com' },
          resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: '*', Resource: '*' }] },
        },
        0,
      ).decision,
    ).toBe('allow'));
  test('a plain result has neither what is missing nor problems', () =>
    expect(Object.keys(simulateCase({ ...base }, 0)).sort()).toEqual(['decidedBy', 'decision', 'explicit', 'name', 'residual']));
  test('null is nothing', () => {
    const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const none = {
      permissionBoundary: null,
      sessionPolicies: null,
      resourcePolicy: null,
      scps: null,
      rcps: null,
      endpointPolicies: null,
      resourceAccount: null,
    };
    expect(simulateCase({ ...base, ...none, identityPolicies: [allow] }, 0).decision).toBe('allow');
  });
  test('what is wrong with a policy is told by its name, its key or its place', () => {
    const told = (input: object): unknown =>
      simulateCase({ ...base, ...input } as Json, 0).problems?.map(({ policy, at, message }) => `${policy} ${at}: ${message}`);
    const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
    expect(told({ identityPolicies: [{}] })).toEqual(['identityPolicies[0] Statement: is missing']);
    expect(told({ identityPolicies: [{ name: 7, policy: {} }] })).toEqual(['identityPolicies[0] Statement: is missing']);
    expect(told({ identityPolicies: [{ name: 'n', policy: {} }] })).toEqual(['n Statement: is missing']);
    expect(told({ identityPolicies: [{ policy: {}, Statement: statement }] })).toEqual(['identityPolicies[0] policy: unknown element']);
    expect(told({ identityPolicies: [{ name: 'n', Statement: statement }] })).toEqual(['identityPolicies[0] name: unknown element']);
    expect(told({ resourcePolicy: {} })).toEqual(['resourcePolicy Statement: is missing']);
    expect(told({ rcps: [[{}]] })).toEqual(['rcps[0][0] Statement: is missing']);
    expect(told({ rcps: [[{ Statement: statement }]] })).toEqual(['rcps[0][0] Statement/0/Principal: is missing']);
    expect(told({ scps: [[{ Statement: { ...statement, Principal: '*' } }]] })).toEqual([
      'scps[0][0] Statement/0/Principal: has no place in a policy that is not attached to a resource',
    ]);
  });
  test('policies without a name are called by their place', () => {
    const doc = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const policies = (input: object): string[] => simulateCase({ ...base, ...input } as Json, 0).decidedBy.map((each) => `${each.layer} ${each.policy}`);
    expect(
      policies({
        identityPolicies: [{ Version: '2012-10-17', Statement: [] }, doc],
        permissionBoundary: doc,
        scps: [[doc]],
        sessionPolicies: [{ name: 's', policy: doc }],
      }),
    ).toEqual(['scp scps[0][0]', 'identity identityPolicies[1]', 'boundary permissionBoundary', 'session s']);
  });
});
