import { describe, expect, test } from '@jest/globals';
import { compilePrincipal } from '../../src/iam/aws/principal.ts';
import { federatedRequester, parseRequester } from '../../src/iam/aws/requester.ts';

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

  test('a certificate brings tags to a request of Roles Anywhere', () => {
    expect(parseRequester('rolesanywhere.amazonaws.com')?.facts.closed).toEqual([]);
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

describe('ARNs of every partition, and nothing that only looks like one', () => {
  const forms = [
    ['user', `iam::${A}:user/path/ada`],
    ['role', `iam::${A}:role/path/app`],
    ['session', `sts::${A}:assumed-role/app/s1`],
    ['federated-user', `sts::${A}:federated-user/fed`],
    ['root', `iam::${A}:root`],
  ] as const;
  const partitions = ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b', 'aws-eusc'];
  test.each(partitions.flatMap((partition) => forms.map(([kind, rest]) => [`arn:${partition}:${rest}`, kind] as const)))('%s is a %s', (arn, kind) =>
    expect(parseRequester(arn)).toMatchObject({ kind, account: A }),
  );
  test.each([
    ...forms.flatMap(([, rest]) => [`xarn:aws:${rest}`, `arn:gcp:${rest}`, `arn:aws:${rest.replace(A, `${A}3`)}`, `arn:aws:${rest.replace(A, A.slice(1))}`]),
    `arn:aws:iam::${A}:root/x`,
    `arn:aws:iam::${A}:user/ada/`,
    `arn:aws:iam::${A}:role/app/`,
    `arn:aws:iam::${A}:root\n`,
    `arn:aws:iam::${A}:user/`,
    `arn:aws:iam::${A}:role/`,
    `${A}3`,
    A.slice(1),
  ])('%j is nobody', (text) => expect(parseRequester(text)).toBeUndefined());
});

describe('the principal element', () => {
  const element = (...AWS: string[]) => {
    const compiled = compilePrincipal({ AWS }, false);
    if (typeof compiled === 'string') throw new Error(compiled);
    const { accounts, arns, roles, sessions } = compiled;
    return { accounts: [...accounts], arns: [...arns], roles: [...roles], sessions: Object.fromEntries(sessions) };
  };
  test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'])('reads ARNs of %s', (partition) => {
    expect(element(`arn:${partition}:iam::${A}:root`)).toEqual({ accounts: [A], arns: [], roles: [], sessions: {} });
    const role = `arn:${partition}:iam::${A}:role/path/app`;
    expect(element(role)).toEqual({ accounts: [], arns: [role], roles: [`${A}/app`], sessions: {} });
    const session = `arn:${partition}:sts::${A}:assumed-role/app/s/1`;
    expect(element(session)).toEqual({ accounts: [], arns: [session], roles: [], sessions: { [`${A}/app`]: ['s/1'] } });
  });
  test.each([
    `xarn:aws:iam::${A}:root`.slice(1).replace('arn', 'arn:arn'),
    `arn:aws:iam::${A}:root/x`,
    `arn:gcp:iam::${A}:root`,
    `arn:aws:iam::${A}:role/app/`,
    `arn:aws:iam::${A}:group/role/app`,
    `arn:aws:x:arn:aws:iam::${A}:role/app`,
    `arn:aws:x:arn:aws:sts::${A}:assumed-role/app/s1`,
    `arn:aws:sts::${A}:assumed-role/app/`,
    `arn:aws:sts::${A}:assumed-role/app`,
    `arn:aws:iam::${A}:role/app\nx/`,
  ])('%j names no account, role or session', (arn) => expect(element(arn)).toEqual({ accounts: [], arns: [arn], roles: [], sessions: {} }));
  test.each([`${A}3`, A.slice(1), `x${A}`])('%j is told', (text) =>
    expect(compilePrincipal({ AWS: text }, false)).toBe(`\`${text}\` is no ARN, account id or \`*\``),
  );
});
