import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Context, factsOf } from '../../src/iam/aws/context.ts';
import { evaluate } from '../../src/iam/aws/evaluate.ts';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { PolicySet } from '../../src/iam/aws/policy-set.ts';
import type { AccessRequest } from '../../src/iam/aws/request.ts';
import { parseRequester, type Requester } from '../../src/iam/aws/requester.ts';
import { prove } from '../../src/iam/usage/proof.ts';
import { rightsize, type SourcePolicy, type Suggestion } from '../../src/iam/usage/rightsize.ts';
import type { Use } from '../../src/iam/usage/usage.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const requester = parseRequester('arn:aws:iam::111122223333:user/ada') as Requester;
const source = (name: string, document: Json): SourcePolicy => ({ name, document, policy: compilePolicy(document, 'identity') });
const one = (...statements: Json[]): SourcePolicy[] => [source('p', { Version: '2012-10-17', Statement: statements })];

const actions = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  'sqs:SendMessage',
  'sqs:ReceiveMessage',
  'iam:PassRole',
  'iam:ListRoles',
  'quantum:Entangle',
  'quantum:Measure',
];
const patterns = [...actions, '*', 's3:*', 's3:Get*', 's3:*Object', 'sqs:*', 'iam:*', 'quantum:*', 'S3:getobject', 's?s:*', 'sqs:Send*'];
const resources = [
  'arn:aws:s3:::data/k',
  'arn:aws:s3:::data',
  'arn:aws:s3:::home/ada/k',
  'arn:aws:s3:::home/${aws:username}/k',
  'arn:aws:sqs:eu-west-1:111122223333:q',
  '*',
];
const statement: fc.Arbitrary<Json> = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    element: fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    names: fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 3 }),
    where: fc.constantFrom('Resource', 'Resource', 'NotResource'),
    resource: fc.constantFrom('*', 'arn:aws:s3:::data/*', 'arn:aws:s3:::data*', 'arn:aws:s3:::home/${aws:username}/*', 'arn:aws:sqs:*:*:q'),
    Condition: fc.constantFrom<Json | undefined>(
      undefined,
      undefined,
      { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      { StringLike: { 's3:prefix': '${aws:username}/*' } },
    ),
    Sid: fc.constantFrom<string | undefined>(undefined, 'Named'),
  })
  .map(({ Effect, element, names, where, resource, Condition, Sid }) => ({
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    [element]: names.length === 1 ? (names[0] ?? '') : names,
    [where]: resource,
    ...(Condition === undefined ? {} : { Condition }),
  }));
const policies = fc.array(
  fc.record({ Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'), Statement: fc.array(statement, { minLength: 1, maxLength: 3 }) }),
  { minLength: 1, maxLength: 3 },
);
const usage = fc.array(fc.constantFrom<Use>('used', 'unused', 'unknown'), { minLength: actions.length, maxLength: actions.length });

/** Whole contexts, so that each answer is a plain yes or no. */
const contexts = [
  {},
  { 'aws:MultiFactorAuthPresent': ['true'] },
  { 's3:prefix': ['ada/x'] },
  { 'aws:MultiFactorAuthPresent': ['true'], 's3:prefix': ['ada/x'] },
].map((given) => new Context([requester.facts, factsOf(given)], true));
const request = (identity: PolicySet, action: string, resource: string, context: Context): AccessRequest => ({
  requester,
  action: action.toLowerCase(),
  resource,
  resourceAccount: '111122223333',
  context,
  identity,
  boundary: undefined,
  session: undefined,
  resourcePolicy: undefined,
  grants: undefined,
  scps: undefined,
  rcps: undefined,
  endpoint: undefined,
  requesterInManagementAccount: false,
  resourceInManagementAccount: false,
  unread: [],
});
const answers = (identity: PolicySet, action: string, resource: string): boolean[] =>
  contexts.map((context) => evaluate(request(identity, action, resource, context)).decision === 'allow');
const compiled = (suggestion: Suggestion): PolicySet =>
  new PolicySet(suggestion.policies.map(({ document }, index) => ({ name: `${index}`, policy: compilePolicy(document, 'identity') })));

describe('a right-sized policy', () => {
  test('keeps all that was used as it was, and allows nothing new', () => {
    fc.assert(
      fc.property(policies, usage, (documents, uses) => {
        const table = new Map(actions.map((name, index) => [name.toLowerCase(), uses[index] ?? 'unknown']));
        const use = (action: string): Use => table.get(action) ?? 'unused';
        const before = documents.map((document, index) => source(`p${index}`, document as unknown as Json));
        const suggestion = rightsize(before, use, actions);
        const [old, now] = [new PolicySet(before), compiled(suggestion)];
        for (const { policy } of now.policies) expect(policy.problems).toEqual([]);
        for (const action of [...actions, 's3:DeleteBucket', 'ec2:RunInstances', 'quantum:Later']) {
          for (const resource of resources) {
            const [was, is] = [answers(old, action, resource), answers(now, action, resource)];
            if (use(action.toLowerCase()) !== 'unused') expect([action, resource, is]).toEqual([action, resource, was]);
            else expect([action, resource, is.filter((yes, index) => yes && !was[index])]).toEqual([action, resource, []]);
          }
        }
        expect(prove(requester, before, suggestion)).toMatchObject({ lost: 0, gained: 0 });
        expect(rightsize(before, use, actions)).toEqual(suggestion);
      }),
      { numRuns: 120, seed: 20261125 },
    );
  });

  const of = (use: (action: string) => Use, ...statements: Json[]): readonly JsonObject[] =>
    rightsize(one(...statements), use, []).policies.map(({ document }) => document);
  const service =
    (...used: string[]) =>
    (action: string): Use =>
      used.some((prefix) => action.startsWith(prefix)) ? 'used' : 'unused';

  test('keeps a pattern that loses nothing, and leaves the unused service out', () => {
    expect(of(service('sqs:'), { Effect: 'Allow', Action: ['sqs:*', 'sns:*'], Resource: '*' })).toEqual([
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] },
    ]);
  });

  test('opens a star by service, then by verb, then by name', () => {
    const use = (action: string): Use => (action.startsWith('sqs:') || action.startsWith('sns:list') || action === 'sns:publish' ? 'used' : 'unused');
    expect(of(use, { Effect: 'Allow', Action: '*', Resource: '*' })).toEqual([
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sns:List*', 'sns:Publish', 'sqs:*'], Resource: '*' }] },
    ]);
  });

  test('keeps resources, conditions and denies as they stand', () => {
    const deny = { Effect: 'Deny', Action: 'sqs:DeleteQueue', Resource: '*' };
    const allow = {
      Sid: 'Q',
      Effect: 'Allow',
      Action: ['sqs:SendMessage', 'sns:Publish'],
      Resource: 'arn:aws:sqs:*:*:q',
      Condition: { Bool: { 'aws:SecureTransport': 'true' } },
    };
    expect(of(service('sqs:'), allow, deny)).toEqual([{ Version: '2012-10-17', Statement: [{ ...allow, Action: 'sqs:SendMessage' }, deny] }]);
  });

  test('an action that no table knows is kept by its own name', () => {
    expect(of(service('quantum:'), { Effect: 'Allow', Action: ['quantum:Entangle', 's3:GetObject'], Resource: '*' })).toEqual([
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'quantum:Entangle', Resource: '*' }] },
    ]);
  });

  test('documents of version 2008 stay of version 2008', () => {
    const old = source('old', { Version: '2008-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}' }] });
    expect(rightsize([old], () => 'used', []).policies[0]?.document).toEqual({
      Version: '2008-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/${aws:username}' }],
    });
  });

  test('no document is longer than a managed policy may be', () => {
    const long = Array.from({ length: 60 }, (_, index) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${'b'.repeat(150)}${index}/*` }));
    const suggested = rightsize(one(...long), () => 'used', []).policies;
    expect(suggested.length).toBeGreaterThan(1);
    for (const { characters } of suggested) expect(characters).toBeLessThanOrEqual(6144);
  });
});
