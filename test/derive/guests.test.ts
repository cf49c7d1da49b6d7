import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { guestSessionPolicy, leftToGuests } from '../../src/derive/guest-session.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, bucket, role, roleArn, trusts } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const region = 'eu-west-1';
const poolId = `arn:aws:cognito-identity:${region}:${account}:identitypool/${region}:p1`;
const guests = `${poolId}/guests`;
const pool = (more: JsonObject = {}): SnapshotRecord => ({
  type: 'AWS::Cognito::IdentityPool',
  id: poolId,
  account,
  region,
  calls: ['cognito-identity:DescribeIdentityPool', 'cognito-identity:GetIdentityPoolRoles'],
  config: {
    IdentityPoolId: `${region}:p1`,
    IdentityPoolName: 'shop',
    AllowUnauthenticatedIdentities: true,
    GetIdentityPoolRoles: { Roles: { unauthenticated: roleArn('visitor') } },
    ...more,
  },
});
const trust: Json = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': `${region}:p1` } },
    },
  ],
};
const allow = (Action: string | readonly string[], Resource: Json = '*', more: JsonObject = {}): Json => ({
  Effect: 'Allow',
  Action: Action as Json,
  Resource,
  ...more,
});
const admin = role('strong', trusts({ AWS: roleArn('visitor') }), [allow('*')]);
const secret: SnapshotRecord = {
  type: 'AWS::SecretsManager::Secret',
  id: `arn:aws:secretsmanager:${region}:${account}:secret:card-AbCdEf`,
  account,
  region,
  calls: ['secretsmanager:ListSecrets', 'secretsmanager:GetResourcePolicy'],
  config: { ARN: `arn:aws:secretsmanager:${region}:${account}:secret:card-AbCdEf`, Name: 'card' },
};

describe('guests in the enhanced flow', () => {
  test.each<[name: string, pool: SnapshotRecord, statements: readonly Json[], steps: readonly string[]]>([
    ['read objects where the role does', pool(), [allow('s3:GetObject', 'arn:aws:s3:::ledger/*')], [`${guests} -> arn:aws:s3:::ledger aws.read-bucket proven`]],
    [
      'keep the condition of the role',
      pool(),
      [allow('s3:GetObject', 'arn:aws:s3:::ledger/*', { Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } })],
      [`${guests} -> arn:aws:s3:::ledger aws.read-bucket conditional`],
    ],
    ['read no secret, which the session policy leaves out', pool(), [allow('secretsmanager:GetSecretValue')], []],
    ['assume no role, though the role may', pool(), [allow('sts:AssumeRole', roleArn('strong'))], []],
    ['read what an administrator’s role reads, and no more', pool(), [allow('*')], [`${guests} -> arn:aws:s3:::ledger aws.read-bucket proven`]],
    ['are the role itself where there is the basic flow', pool({ AllowClassicFlow: true }), [allow('s3:GetObject', 'arn:aws:s3:::ledger/*')], []],
    ['are nobody where they are not let in', pool({ AllowUnauthenticatedIdentities: false }), [allow('s3:GetObject', 'arn:aws:s3:::ledger/*')], []],
  ])('%s', async (_name, identityPool, statements, steps) => {
    const records = [identityPool, role('visitor', trust, statements), admin, secret, bucket('ledger')];
    const found = await stepsOf(types, records, /^aws\./);
    expect(found.filter((step) => step.startsWith(`${guests} ->`))).toEqual(steps);
    // Whoever comes in is a guest or the role, and never both.
    const into = found.filter((step) => step.startsWith('internet ->') && step.includes('cognito-unauthenticated')).map((step) => step.split(' ')[2]);
    const open = identityPool.config['AllowUnauthenticatedIdentities'] === true;
    expect(into).toEqual(open ? [identityPool.config['AllowClassicFlow'] === true ? roleArn('visitor') : guests] : []);
  });

  test.each([
    's3:GetObject',
    'dynamodb:GetItem',
    'lambda:UpdateFunctionCode',
    'kms:Decrypt',
    'geo:BatchPutGeofence',
    'iam:PassRole',
    'sts:AssumeRole',
    'kms:CreateGrant',
    's3-outposts:GetObject',
    'secretsmanager:GetSecretValue',
    'ec2:RunInstances',
    'geo:DeleteMap',
  ])('of %s the list of actions says what the policy engine says of the session policy', (action) => {
    const engine = createAwsIamEngine(memorySnapshot([role('visitor', trust, [allow('*')])]));
    const asked = engine.can(roleArn('visitor'), action, '*', { session: [guestSessionPolicy as unknown as Json] });
    expect(leftToGuests(action)).toBe(asked.decision === 'allow');
  });
});
