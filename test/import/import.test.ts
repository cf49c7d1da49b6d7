import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import type { Json } from '../../src/model/json.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { run } from '../support/run.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'postern-import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const load = async (files: Readonly<Record<string, Json | string>>, words: readonly string[] = []) => {
  const folder = path.join(root, `in${++count}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const out = path.join(root, `out${count}`);
  const result = await run(['import', 'aws', folder, '--out', out, ...words], { env: { POSTERN_REDACTION_KEY: '22'.repeat(32) } });
  return { ...result, snapshot: result.code === 2 ? undefined : await readSnapshot(out) };
};
const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }] };
const vpc = { VpcId: 'vpc-0a1b2c3d', CidrBlock: '10.0.0.0/16', OwnerId: '111122223333' };

describe('import aws', () => {
  test('knows an answer by its content, whatever the file is called', async () => {
    const { snapshot, code } = await load({ 'x.json': { Vpcs: [vpc] } }, ['--region', 'eu-west-1']);
    expect(code).toBe(0);
    expect(snapshot?.records('AWS::EC2::VPC').map((record) => record.id)).toEqual(['arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d']);
    expect(snapshot?.answered('ec2:DescribeVpcs', '111122223333', 'eu-west-1')).toBe(true);
    expect(snapshot?.answered('ec2:DescribeSubnets', '111122223333', 'eu-west-1')).toBe(false);
  });

  test('takes account and region from the folder', async () => {
    const { snapshot } = await load({
      '444455556666/eu-central-1/kms.json': { Keys: [{ KeyId: 'k1', KeyArn: 'arn:aws:kms:eu-central-1:444455556666:key/k1' }] },
      '444455556666/eu-central-1/b.json': { Buckets: [{ Name: 'b', CreationDate: '2026-01-01' }] },
    });
    expect(snapshot?.find('arn:aws:s3:::b')).toMatchObject({ account: '444455556666', region: 'global' });
  });

  test.each([
    ['several answers in one object', { 'a.json': { Vpcs: [vpc], SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [] }] } }],
    ['an array of answers', { 'a.json': [{ Vpcs: [vpc] }, { SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [] }] }] }],
    [
      'a document a line',
      { 'a.json': `${JSON.stringify({ Vpcs: [vpc] })}\n${JSON.stringify({ SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [] }] })}\n` },
    ],
    ['a byte order mark', { 'a.json': `\uFEFF${JSON.stringify({ Vpcs: [vpc], SecurityGroups: [{ GroupId: 'sg-1', IpPermissions: [] }] })}` }],
  ] as const)('%s', async (_name, files) => {
    const { snapshot } = await load(files);
    expect(snapshot?.types()).toEqual(['AWS::EC2::SecurityGroup', 'AWS::EC2::VPC']);
  });

  test('who the plain listings of IAM name is there, and what they may do is not known', async () => {
    const arn = (path: string): string => `arn:aws:iam::111122223333:${path}`;
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: arn('user/ada') }, Action: 'sts:AssumeRole' }] };
    const { snapshot, err, code } = await load({
      'users.json': { Users: [{ UserName: 'ada', UserId: 'AIDA1', Arn: arn('user/ada'), Path: '/', CreateDate: '2026-01-01' }] },
      'roles.json': { Roles: [{ RoleName: 'ops', RoleId: 'AROA1', Arn: arn('role/ops'), Path: '/', AssumeRolePolicyDocument: trust }] },
      'groups.json': { Groups: [{ GroupName: 'staff', GroupId: 'AGPA1', Arn: arn('group/staff'), Path: '/' }] },
    });
    expect(code).toBe(0);
    expect(err).not.toMatch(/not recognised/);
    expect(snapshot?.types()).toEqual(['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User']);
    const engine = createAwsIamEngine(snapshot ?? memorySnapshot([]));
    expect(engine.can(arn('user/ada'), 's3:GetObject', 'arn:aws:s3:::b/k')).toMatchObject({
      decision: 'unknown',
      missing: ['iam:GetAccountAuthorizationDetails'],
    });
  });

  test('users of Identity Center are no users of IAM', async () => {
    const { snapshot } = await load({ 'u.json': { Users: [{ UserName: 'ada', UserId: 'u-1', IdentityStoreId: 'd-1' }] } }, ['--account', '111122223333']);
    expect(snapshot?.types()).toEqual(['AWS::IdentityStore::User']);
  });

  test('what was not given is a gap of the manifest, for each account that the input speaks of, and in each region that lacks it', async () => {
    const { snapshot, err } = await load({
      '111122223333/eu-west-1/vpcs.json': { Vpcs: [vpc] },
      '111122223333/us-east-1/lambda.json': { Functions: [{ FunctionName: 'f', FunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:f' }] },
    });
    const gaps = (call: string) =>
      (snapshot?.gaps() ?? []).filter((gap) => gap.call === call).map(({ account, region, state }) => `${account} ${region} ${state}`);
    expect(gaps('ec2:DescribeVpcs')).toEqual(['111122223333 us-east-1 unasked']);
    expect(gaps('lambda:ListFunctions')).toEqual(['111122223333 eu-west-1 unasked']);
    expect(gaps('lambda:GetPolicy')).toEqual(['111122223333 * unasked']);
    expect(gaps('iam:GetAccountAuthorizationDetails')).toEqual(['111122223333 global unasked']);
    expect(gaps('sqs:ListQueues')).toEqual(['111122223333 * unasked']);
    // Nothing to ask below what is not there. Whether there is an organization nobody said: its policies may deny anything.
    expect(gaps('sqs:GetQueueAttributes')).toEqual([]);
    expect(gaps('organizations:DescribeOrganization')).toEqual(['111122223333 global unasked']);
    expect(err).toContain('organizations:DescribeOrganization is not in the input: service and resource control policies may deny what is shown as allowed\n');
    expect(err).toMatch(/\d+ calls are not in the input \(.*more services\)/);
  });

  test('that the organization was not asked is said by itself with every result, and not where it was', async () => {
    const { out } = await load({ 'x.json': { Vpcs: [vpc] } }, ['--region', 'eu-west-1']).then(() => run(['paths', path.join(root, `out${count}`)]));
    expect(out).toContain(
      'not asked: organizations:DescribeOrganization (needs organizations:DescribeOrganization), so service and resource control policies may deny',
    );
    const organization = {
      Organization: { Id: 'o-a', MasterAccountId: '111122223333' },
      Root: { Id: 'r-a' },
      OrganizationalUnits: [],
      Accounts: [],
      Policies: [],
    };
    const { snapshot } = await load({ 'x.json': { Vpcs: [vpc] }, 'o.json': organization }, ['--region', 'eu-west-1']);
    expect(snapshot?.gaps().filter(({ call }) => call.startsWith('organizations:'))).toEqual([]);
  });

  test('a public bucket policy is no proof while nobody said whether public access is blocked', async () => {
    const asked = async (more: Readonly<Record<string, Json>>) => {
      const { snapshot } = await load(
        {
          'b.json': { Buckets: [{ Name: 'b', CreationDate: '2026-01-01' }] },
          'p.json': {
            request: { Bucket: 'b' },
            response: { Policy: JSON.stringify({ ...policy, Statement: [{ ...policy.Statement[0], Resource: 'arn:aws:s3:::b/*' }] }) },
          },
          ...more,
        },
        ['--account', '111122223333'],
      );
      if (snapshot === undefined) throw new Error('nothing was imported');
      return createAwsIamEngine(snapshot).can('*', 's3:GetObject', 'arn:aws:s3:::b/x').decision;
    };
    const block = (on: boolean): Json => ({
      request: { Bucket: 'b' },
      response: { PublicAccessBlockConfiguration: { BlockPublicAcls: on, IgnorePublicAcls: on, BlockPublicPolicy: on, RestrictPublicBuckets: on } },
    });
    expect(await asked({})).toBe('unknown');
    expect(await asked({ 'n.json': block(false) })).toBe('allow');
    expect(await asked({ 'n.json': block(true) })).toBe('deny');
  });

  test('a follow-up answer finds its record, before or after it, and its document is decoded', async () => {
    const { snapshot } = await load(
      {
        'a-policy.json': { request: { Bucket: 'b' }, response: { Policy: JSON.stringify(policy) } },
        'z-buckets.json': { Buckets: [{ Name: 'b', CreationDate: '2026-01-01' }] },
      },
      ['--account', '111122223333'],
    );
    expect(snapshot?.find('b')?.config).toMatchObject({ GetBucketPolicy: { Policy: policy } });
    expect(snapshot?.find('b')?.calls).toEqual(['s3:GetBucketPolicy', 's3:ListBuckets']);
  });

  test('a follow-up answer whose record was not listed makes it', async () => {
    const { snapshot } = await load({ 'p.json': { request: { Bucket: 'b' }, response: { Policy: JSON.stringify(policy) } } }, ['--account', '111122223333']);
    expect(snapshot?.find('arn:aws:s3:::b')).toBeDefined();
  });

  test('an access point with its settings and its policy', async () => {
    const request = { AccountId: '111122223333', Name: 'ap' };
    const id = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/ap';
    const listed = { Name: 'ap', NetworkOrigin: 'Internet', Bucket: 'b', AccessPointArn: id, Alias: 'ap-x1-s3alias' };
    const { snapshot, err } = await load({
      'l.json': { AccessPointList: [listed] },
      'g.json': { request, response: { ...listed, PublicAccessBlockConfiguration: { RestrictPublicBuckets: false }, Endpoints: {} } },
      'p.json': { request, response: { Policy: JSON.stringify(policy) } },
    });
    expect(snapshot?.find(id)?.config).toMatchObject({
      GetAccessPoint: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: false } },
      GetAccessPointPolicy: { Policy: policy },
    });
    expect(snapshot?.types()).toEqual(['AWS::S3::AccessPoint']);
    expect(err).not.toContain('recognised');
  });

  test('the block of public access of a bucket is not the account’s', async () => {
    const answer = { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } };
    const { snapshot } = await load(
      { 'b.json': { request: { Bucket: 'b' }, response: answer }, 'a.json': { request: { AccountId: '111122223333' }, response: answer } },
      ['--account', '111122223333'],
    );
    expect(snapshot?.find('arn:aws:s3:::b')?.config).toMatchObject({ GetPublicAccessBlock: answer });
    expect(snapshot?.records('AWS::S3::AccountPublicAccessBlock')).toHaveLength(1);
  });

  test('access keys without their request go to their users', async () => {
    const user = { UserName: 'ada', Arn: 'arn:aws:iam::111122223333:user/ada', UserId: 'AIDA1' };
    const { snapshot } = await load({
      'g.json': { UserDetailList: [user], RoleDetailList: [], GroupDetailList: [], Policies: [] },
      'k.json': { AccessKeyMetadata: [{ UserName: 'ada', AccessKeyId: 'AKIAEXAMPLEKEYID2345', Status: 'Active' }] },
    });
    expect(snapshot?.find('ada')?.config['ListAccessKeys']).toHaveLength(1);
  });

  test('the object of an organization is one record', async () => {
    const { snapshot } = await load({
      'o.json': {
        Organization: { Id: 'o-1', MasterAccountId: '111122223333' },
        Root: { Id: 'r-1' },
        OrganizationalUnits: [],
        Accounts: [{ Id: '111122223333', ParentId: 'r-1' }],
        Policies: [{ PolicySummary: { Id: 'p-1' }, Content: '{"Version":"2012-10-17","Statement":[]}' }],
        PoliciesForTarget: {},
      },
    });
    expect(snapshot?.records('AWS::Organizations::Organization')).toHaveLength(1);
    expect(snapshot?.records('AWS::Organizations::Organization')[0]?.config['Policies']).toMatchObject([{ Content: { Statement: [] } }]);
  });

  test('what is not recognised is listed, counted, and exit code 3 under --strict', async () => {
    const { code, err, snapshot } = await load({ 'a.json': { Vpcs: [vpc] }, 'b.json': { Nonsense: [{ a: 1 }] } }, ['--strict']);
    expect(code).toBe(3);
    expect(err).toContain('Nonsense');
    expect(snapshot?.manifest.unrecognised).toHaveLength(1);
  });

  test('broken JSON is exit code 2 with line and column, and nothing is written', async () => {
    const { code, err } = await load({ 'a.json': '{\n  "Vpcs": [\n    {,\n' });
    expect(code).toBe(2);
    expect(err).toMatch(/a\.json:3:\d+ no JSON/);
    await expect(readSnapshot(path.join(root, `out${count}`))).rejects.toThrow(/no snapshot/);
  });
});
