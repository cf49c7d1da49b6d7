import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';

const gaad = 'iam:GetAccountAuthorizationDetails';
export const account = '111122223333';

export const roleArn = (name: string, id: string = account): string => `arn:aws:iam::${id}:role/${name}`;
export const userArn = (name: string, id: string = account): string => `arn:aws:iam::${id}:user/${name}`;

/** Records of an estate in memory, as collection makes them. */
export function role(name: string, trust: Json, statements: readonly Json[] = [], more: JsonObject = {}, id: string = account): SnapshotRecord {
  return {
    type: 'AWS::IAM::Role',
    id: roleArn(name, id),
    account: id,
    region: 'global',
    calls: [gaad],
    config: {
      RoleName: name,
      Arn: roleArn(name, id),
      AssumeRolePolicyDocument: trust,
      AttachedManagedPolicies: [],
      RolePolicyList: statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      ...more,
    },
  };
}

export function user(name: string, statements: readonly Json[] = [], more: JsonObject = {}, id: string = account): SnapshotRecord {
  return {
    type: 'AWS::IAM::User',
    id: userArn(name, id),
    account: id,
    region: 'global',
    calls: [gaad, 'iam:ListAccessKeys', 'iam:GetLoginProfile', 'iam:ListMFADevices'],
    config: {
      UserName: name,
      Arn: userArn(name, id),
      UserId: `AIDA${name}`,
      GroupList: [],
      AttachedManagedPolicies: [],
      ListAccessKeys: [],
      UserPolicyList: statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      ...more,
    },
  };
}

export function bucket(name: string, policy?: Json, more: JsonObject = {}, id: string = account): SnapshotRecord {
  return {
    type: 'AWS::S3::Bucket',
    id: `arn:aws:s3:::${name}`,
    account: id,
    region: 'global',
    calls: ['s3:ListBuckets', 's3:GetBucketPolicy', 's3:GetBucketAcl', 's3:GetPublicAccessBlock'],
    config: { Name: name, ...(policy === undefined ? {} : { GetBucketPolicy: { Policy: policy } }), ...more },
  };
}

export const trusts = (principal: Json, condition?: Json): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...(condition === undefined ? {} : { Condition: condition }) }],
});
