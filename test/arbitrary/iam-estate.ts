import fc from 'fast-check';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

export const other = '444455556666';
export const names = ['app', 'ops', 'etl', 'web'] as const;
const targets = [...names.map((name) => roleArn(name)), roleArn('far', other), '*', 'arn:aws:iam::*:role/*', roleArn('a*')];
const objects = [
  'arn:aws:s3:::logs/${aws:username}/*',
  'arn:aws:s3:*:*:*d*7*',
  'arn:aws:s3:::logs/*',
  'arn:aws:s3:::logs/2026/*',
  'arn:aws:s3:*:*:*ds/*',
  'arn:aws:s3:::l*/a*',
  'arn:aws:s3:::cards/k',
];
const queues = ['arn:aws:sqs:eu-west-1:*:q*', 'arn:aws:sqs:*:*:*', `arn:aws:sqs:us-east-1:${account}:q2`];
const buckets = ['arn:aws:s3:::logs', 'arn:aws:s3:::cards', 'arn:aws:s3:::*', 'arn:aws:s3:::c*', '*'];

const condition: fc.Arbitrary<Json | undefined> = fc.constantFrom<Json | undefined>(
  undefined,
  undefined,
  undefined,
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
  { StringEquals: { 'aws:username': 'ada' } },
  { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  { StringEquals: { 'aws:ResourceAccount': account } },
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
  { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
);
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    Action: fc.constantFrom('iam:PassRole', 'sts:AssumeRole', 's3:GetObject', 'sqs:SendMessage', '*', 'iam:*', 's3:*'),
    Resource: fc.constantFrom(...targets, ...buckets, ...objects, ...queues, 'arn:aws:s3:::cards/*'),
    except: fc.constantFrom(false, false, false, false, true),
    Condition: condition,
  })
  .map(
    ({ Condition, except, Resource, ...rest }): Json => ({
      ...rest,
      ...(except && Resource !== '*' ? { NotResource: Resource } : { Resource }),
      ...(Condition === undefined ? {} : { Condition }),
    }),
  );
const principal: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { AWS: `arn:aws:iam::${account}:root` },
  { AWS: `arn:aws:iam::${other}:root` },
  { AWS: '*' },
  { AWS: userArn('ada') },
  { AWS: roleArn('app') },
  { AWS: [roleArn('app'), `arn:aws:iam::${other}:root`] },
  { Service: 'lambda.amazonaws.com' },
);
const resourcePolicy = fc
  .array(
    fc.record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      Principal: principal,
      but: fc.constantFrom(false, false, false, false, true),
      Action: fc.constantFrom('s3:GetObject', 's3:*'),
      Resource: fc.constantFrom('*', '*', 'arn:aws:s3:::logs/*', 'arn:aws:s3:::logs/2026/*', 'arn:aws:s3:::cards/*'),
      Condition: condition,
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map(
    (list): Json => ({
      Version: '2012-10-17',
      Statement: list.map(({ Condition, but, Principal, ...rest }) => ({
        ...rest,
        ...(but ? { NotPrincipal: Principal } : { Principal }),
        ...(Condition === undefined ? {} : { Condition }),
      })),
    }),
  );

/** Accounts with roles, users, buckets and queues, whose policies meet. */
export const estate: fc.Arbitrary<SnapshotRecord[]> = fc
  .record({
    roles: fc.array(fc.record({ statements: fc.array(statement, { maxLength: 3 }), principal, condition, tag: fc.constantFrom('blue', 'red') }), {
      minLength: 4,
      maxLength: 4,
    }),
    users: fc.array(fc.array(statement, { maxLength: 3 }), { minLength: 2, maxLength: 2 }),
    shared: fc.array(statement, { maxLength: 2 }),
    grouped: fc.array(statement, { maxLength: 2 }),
    bounded: fc.boolean(),
    unread: fc.record({ user: fc.boolean(), role: fc.boolean(), bucket: fc.boolean(), far: fc.boolean() }),
    far: fc.record({ statements: fc.array(statement, { maxLength: 2 }), principal }),
    policies: fc.tuple(fc.option(resourcePolicy, { nil: undefined }), fc.option(resourcePolicy, { nil: undefined })),
  })
  .map(({ roles, users, far, policies, unread, shared, grouped, bounded }) => [
    ...roles.map((each, index) =>
      role(names[index] ?? 'x', trusts(each.principal, each.condition), each.statements, {
        Tags: [{ Key: 'team', Value: each.tag }],
        ...(index === 0 && unread.role ? notCollected : {}),
        ...(index === 1 || index === 2 ? { AttachedManagedPolicies: [{ PolicyName: 'shared', PolicyArn: sharedArn }] } : {}),
        ...(index === 3 && bounded ? { PermissionsBoundary: { PermissionsBoundaryArn: sharedArn } } : {}),
      }),
    ),
    managed(shared),
    group(grouped),
    user('ada', users[0] ?? [], { GroupList: ['team'] }),
    user('bob', users[1] ?? [], unread.user ? notCollected : {}),
    role('far', trusts(far.principal), far.statements, {}, other),
    unasked(bucket('logs', policies[0]), unread.bucket),
    unasked(bucket('cards', policies[1], {}, other), unread.far),
    queue('eu-west-1', 'q1', 'blue'),
    queue('eu-west-1', 'q2', 'red'),
    queue('us-east-1', 'q2', 'red'),
  ]);

export const sharedArn = `arn:aws:iam::${account}:policy/shared`;
const managed = (list: readonly Json[]): SnapshotRecord => ({
  type: 'AWS::IAM::ManagedPolicy',
  id: sharedArn,
  account,
  region: 'global',
  calls: ['iam:GetAccountAuthorizationDetails'],
  config: { Arn: sharedArn, PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: { Version: '2012-10-17', Statement: [...list] } }] },
});
const group = (list: readonly Json[]): SnapshotRecord => ({
  type: 'AWS::IAM::Group',
  id: `arn:aws:iam::${account}:group/team`,
  account,
  region: 'global',
  calls: ['iam:GetAccountAuthorizationDetails'],
  config: {
    GroupName: 'team',
    AttachedManagedPolicies: [],
    GroupPolicyList: list.length === 0 ? [] : [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: [...list] } }],
  },
});

/** A managed policy whose document nobody fetched. */
export const notCollected = { AttachedManagedPolicies: [{ PolicyName: 'Elsewhere', PolicyArn: `arn:aws:iam::${account}:policy/Elsewhere` }] };
/** A bucket that nobody asked for its policy. */
export const unasked = (record: SnapshotRecord, really: boolean): SnapshotRecord =>
  really && record.config['GetBucketPolicy'] === undefined ? { ...record, calls: ['s3:ListBuckets'] } : record;

const queue = (region: string, name: string, team: string): SnapshotRecord => ({
  type: 'AWS::SQS::Queue',
  id: `arn:aws:sqs:${region}:${account}:${name}`,
  account,
  region,
  calls: ['sqs:GetQueueAttributes'],
  config: { QueueName: name, ListQueueTags: { team } },
});
