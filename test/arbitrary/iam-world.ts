import type { SpecCase, SpecNamed } from '../spec/iam/authorize.ts';

/** Where choices come from: a list that fast-check shrinks, or a generator of numbers for long runs. `below(n)` is in [0, n). 0 is the simplest choice. */
export interface Source {
  below(limit: number): number;
}

/** Deterministic numbers from a seed (mulberry32). */
export function seeded(seed: number): Source {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * limit);
    },
  };
}

/** Choices read from a list; 0 when it is used up. */
export function listed(choices: readonly number[]): Source {
  let at = 0;
  return { below: (limit) => (choices[at++] ?? 0) % limit };
}

const A = '111122223333';
const B = '444455556666';
const roleA = `arn:aws:iam::${A}:role/app`;

const principals: readonly SpecCase['principal'][] = [
  `arn:aws:iam::${A}:user/alice`,
  roleA,
  `arn:aws:sts::${A}:assumed-role/app/s1`,
  `arn:aws:sts::${A}:federated-user/fed`,
  `arn:aws:iam::${A}:root`,
  `arn:aws:iam::${B}:user/bob`,
  `arn:aws:sts::${B}:assumed-role/ext/s2`,
  '*',
  'lambda.amazonaws.com',
  `arn:aws:iam::${A}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
  { federated: `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com` },
  A,
];

interface Target {
  readonly action: string;
  readonly resource: string;
  readonly owner?: string;
}
const targets: readonly Target[] = [
  { action: 's3:GetObject', resource: 'arn:aws:s3:::data/alice/x' },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::data/alice/x', owner: A },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::data/x', owner: B },
  { action: 's3:ListAllMyBuckets', resource: '*' },
  { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::data', owner: A },
  { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${A}:key/1` },
  { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${B}:key/1` },
  { action: 'kms:RetireGrant', resource: `arn:aws:kms:eu-west-1:${A}:key/1` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/target` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${B}:role/target` },
  { action: 'sts:AssumeRoleWithWebIdentity', resource: `arn:aws:iam::${A}:role/ci` },
  { action: 'lambda:InvokeFunction', resource: `arn:aws:lambda:eu-west-1:${A}:function:f:live` },
  { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${B}:q` },
  { action: 'quantum:Entangle', resource: '*' },
];

interface Key {
  readonly name: string;
  readonly operators: readonly string[];
  readonly policy: readonly (readonly string[])[];
  /** Values a request may have; [] is absent. */
  readonly request: readonly (readonly string[])[];
  /** Values where the principal does not settle the key, if a case never gives it. */
  readonly open?: readonly (readonly string[])[];
}
const sets = (operators: readonly string[]): string[] =>
  operators.flatMap((operator) => ['', 'ForAnyValue:', 'ForAllValues:'].flatMap((set) => ['', 'IfExists'].map((end) => `${set}${operator}${end}`)));
const strings = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'];
const keys: readonly Key[] = [
  {
    name: 'aws:SourceIp',
    operators: ['IpAddress', 'NotIpAddress', 'NotIpAddressIfExists', 'IpAddressIfExists'],
    policy: [['10.0.0.0/8'], ['203.0.113.7', '2001:db8::/32'], ['10.1.0.0/16', '192.0.2.0/24']],
    request: [['10.1.2.3'], ['203.0.113.7'], ['2001:db8::1'], []],
  },
  {
    name: 'aws:MultiFactorAuthPresent',
    operators: ['Bool', 'BoolIfExists', 'Null'],
    policy: [['true'], ['false']],
    request: [['true'], ['false'], []],
  },
  {
    name: 'aws:PrincipalTag/team',
    operators: [...strings, ...strings.map((operator) => `${operator}IfExists`), 'Null'],
    policy: [['core'], ['co*', 'x?'], ['Core', 'ops'], ['${aws:username}'], ["${aws:PrincipalTag/team, 'ops'}"], ['c${*}']],
    request: [['core'], ['ops'], ['CORE'], ['alice'], []],
  },
  {
    name: 'aws:TagKeys',
    operators: sets(strings.slice(0, 4)),
    policy: [['a'], ['a', 'b'], ['*'], []],
    request: [['a'], ['a', 'b'], ['c'], [''], []],
  },
  {
    name: 'aws:PrincipalArn',
    operators: ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals', 'ArnLikeIfExists', 'StringLike'],
    policy: [[roleA], [`arn:aws:iam::${A}:*`], ['arn:aws:iam::*:user/*'], ['*'], ['arn:aws:*']],
    request: [],
    open: [[roleA], ['arn:aws:iam::444455556666:user/bob'], []],
  },
  {
    name: 'aws:username',
    operators: ['StringEquals', 'StringNotEquals', 'StringLike', 'StringEqualsIfExists', 'Null'],
    policy: [['alice'], ['*'], ['false']],
    request: [],
  },
  {
    name: 'aws:CurrentTime',
    operators: ['DateGreaterThan', 'DateLessThan', 'DateEquals', 'DateNotEquals', 'DateGreaterThanEqualsIfExists', 'DateLessThanEquals'],
    policy: [['2026-01-01T00:00:00Z'], ['1767225600'], ['2026-06-30']],
    request: [['2026-01-01T00:00:00Z'], ['2027-01-01T00:00:00Z'], ['2020-02-02T12:00:00+02:00']],
  },
  {
    name: 's3:max-keys',
    operators: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEqualsIfExists', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
    policy: [['10'], ['5', '20']],
    request: [['10'], ['7'], ['30'], []],
  },
  {
    name: 'aws:userid',
    operators: ['StringLike', 'StringNotLike', 'StringEquals'],
    policy: [['*:s1'], ['AROA*'], [`${A}:fed`]],
    request: [['AROAEXAMPLE:s1'], ['AROAEXAMPLE:other'], ['AIDAEXAMPLE']],
  },
  {
    name: 'aws:PrincipalOrgID',
    operators: ['StringEquals', 'StringNotEquals', 'StringNotEqualsIfExists'],
    policy: [['o-1'], ['o-1', 'o-2']],
    request: [['o-1'], ['o-9'], []],
  },
  {
    name: 's3:prefix',
    operators: ['StringLike', 'StringEquals', 'StringNotEquals'],
    policy: [['${aws:username}/*'], ['${aws:PrincipalTag/team}'], ['home/']],
    request: [['alice/*'], ['core'], ['home/'], []],
  },
];

/** Values a key may take when it is not known. */
export function completionsOf(name: string): readonly (readonly string[])[] {
  const key = keys.find((each) => each.name.toLowerCase() === name.toLowerCase());
  return key?.open ?? key?.request ?? [];
}

/** A case with its policies, aimed so that allow, implicit deny, explicit deny and conditional are all frequent. */
export function drawCase(source: Source): SpecCase {
  const pick = <T>(from: readonly T[]): T => {
    const value = from[source.below(from.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  const chance = (percent: number): boolean => source.below(100) >= 100 - percent;
  const principal = pick(principals);
  const target = pick(targets);
  const used = Array.from({ length: 1 + source.below(3) }, () => pick(keys));
  const [service = '', verb = ''] = target.action.split(':');
  const actionPatterns = [
    '*',
    `${service}:*`,
    target.action,
    target.action.toUpperCase(),
    `${service}:${verb.slice(0, 3)}*`,
    `${service.slice(0, -1)}?:*${verb.slice(-3)}`,
    'ec2:RunInstances',
    '*:*',
  ];
  const parts = target.resource.split(':');
  const resourcePatterns = [
    '*',
    target.resource,
    `${target.resource.slice(0, -1)}*`,
    ...(target.resource === '*' ? ['*'] : [`${parts.slice(0, 5).join(':')}:*`, `arn:aws:${parts[2] ?? 's3'}`]),
    'arn:aws:s3:::*',
    'arn:aws:s3:::data/${aws:username}/*',
    'arn:aws:s3:::data/${aws:PrincipalTag/team}/?',
    'arn:aws:s3:::other/*',
    'arn:*:*:*:*:*x',
  ];
  // Most statements are about the request: else nearly every answer is an implicit deny.
  const aimed = (patterns: readonly string[], near: number): string => (chance(75) ? pick(patterns.slice(0, near)) : pick(patterns));
  const condition = (): Record<string, Record<string, readonly string[]>> => {
    const block: Record<string, Record<string, readonly string[]>> = {};
    for (let lines = 1 + source.below(2); lines > 0; lines--) {
      const key = pick(used);
      const operator = pick(key.operators);
      block[operator] = { ...block[operator], [key.name]: pick(key.policy) };
    }
    return block;
  };
  const own = typeof principal === 'string' ? principal : principal.federated;
  const account = own.split(':')[4] ?? own;
  const kind = typeof principal !== 'string' ? 'Federated' : principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS';
  const roleArn = own.includes(':assumed-role/') ? `arn:aws:iam::${account}:role/${own.split('/')[1]}` : roleA;
  const who = (): unknown =>
    pick<unknown>([
      '*',
      { [kind]: own },
      { AWS: [`arn:aws:iam::${/^\d{12}$/.test(account) ? account : A}:root`] },
      { AWS: roleArn },
      { AWS: [A, `arn:aws:iam::${B}:user/bob`] },
      { AWS: [`arn:aws:sts::${A}:assumed-role/app/s1`] },
      { AWS: [`arn:aws:sts::${A}:assumed-role/app/s1`, A, `arn:aws:sts::${A}:assumed-role/app/other`] },
      { AWS: '*' },
      { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] },
    ]);
  const statement = (onResource: boolean, deny: number): Record<string, unknown> => ({
    Effect: chance(deny) ? 'Deny' : 'Allow',
    ...(onResource ? { [chance(15) ? 'NotPrincipal' : 'Principal']: who() } : {}),
    [chance(7) ? 'NotAction' : 'Action']: chance(30) ? [pick(actionPatterns), aimed(actionPatterns, 6)] : aimed(actionPatterns, 6),
    ...(onResource && chance(10)
      ? {}
      : { [chance(10) ? 'NotResource' : 'Resource']: chance(30) ? [pick(resourcePatterns), aimed(resourcePatterns, 4)] : aimed(resourcePatterns, 4) }),
    ...(chance(60) ? { Condition: condition() } : {}),
  });
  const policy = (name: string, onResource: boolean, deny: number): SpecNamed => ({
    name,
    policy: {
      ...(chance(10) ? {} : { Version: chance(8) ? '2008-10-17' : '2012-10-17' }),
      Statement: Array.from({ length: 1 + source.below(3) }, () => statement(onResource, deny)),
    },
  });
  const full = (onResource: boolean): SpecNamed => ({
    name: 'full',
    policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...(onResource ? { Principal: '*' } : {}), Action: '*', Resource: '*' }] },
  });
  const limiting = (name: string, onResource: boolean): SpecNamed => (chance(45) ? policy(name, onResource, 30) : full(onResource));
  const levels = (name: string, onResource: boolean): SpecNamed[][] =>
    Array.from({ length: 1 + source.below(2) }, (_, level) => [
      ...(onResource ? [full(true)] : []),
      limiting(`${name}${level}`, onResource),
      ...(chance(20) ? [policy(`${name}${level}b`, onResource, 70)] : []),
    ]);
  const context: Record<string, readonly string[]> = {};
  for (const key of used) if (key.request.length > 0 && chance(35)) context[key.name] = pick(key.request);
  return {
    principal,
    action: target.action,
    resource: target.resource,
    ...(target.owner === undefined ? {} : { resourceAccount: target.owner }),
    context,
    contextComplete: chance(20),
    ...(chance(85) ? { identityPolicies: Array.from({ length: 1 + source.below(2) }, (_, index) => policy(`id${index}`, false, 12)) } : {}),
    ...(chance(20) ? { permissionBoundary: limiting('boundary', false) } : {}),
    ...(chance(20) ? { sessionPolicies: [limiting('session', false)] } : {}),
    ...(chance(60) ? { resourcePolicy: policy('resource', true, 12) } : {}),
    ...(chance(25) ? { scps: levels('scp', false) } : {}),
    ...(chance(20) ? { rcps: levels('rcp', true) } : {}),
    ...(chance(12) ? { endpointPolicies: [limiting('endpoint', true)] } : {}),
    ...(chance(6) ? { managementAccount: true } : {}),
  };
}

/** Keys that the policies of a case speak of, lower case, variables included. */
export function keysOf(input: SpecCase): string[] {
  const text = JSON.stringify(input).toLowerCase();
  return keys.map((key) => key.name.toLowerCase()).filter((name) => text.includes(name));
}
