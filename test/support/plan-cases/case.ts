import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { SnapshotRecord } from '../../../src/model/record.ts';
import { account, roleArn } from '../estate.ts';
import { riskEstate } from '../risk-estate.ts';

/** A change that a plan may propose, as it must be told and as it must work. */
export interface WantedChange {
  readonly title: RegExp;
  /** The commands, one a line. */
  readonly cli: RegExp;
  readonly terraform: RegExp;
  readonly effort: 'low' | 'medium' | 'high';
  /** What access in use it takes away, in words. */
  readonly takes: RegExp;
  /** Steps that appear with it; none if not said. `from -[technique]-> to` by the last parts of the ids. */
  readonly appear?: readonly RegExp[];
  /** The step stays, by something else that the evidence names with it: a plan learns that by deriving. */
  readonly stays?: true;
}

export interface PlanCase {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  readonly from: string;
  readonly to: string;
  /** Of several proofs of the step, the one by this technique. */
  readonly technique: string;
  readonly changes: readonly WantedChange[];
}

export const region = 'eu-west-1';
export const anyone = 'aws:anyone';
export const vendor = 'aws:account:922761411349';
export const outside = 'aws:account:999988887777';
export const outsideRoot = 'arn:aws:iam::999988887777:root';

export const make = (type: string, id: string, config: JsonObject, calls: readonly string[] = [], where = region): SnapshotRecord => ({
  type,
  id,
  account,
  region: where,
  calls: [...calls],
  config,
});
export const document = (...statements: Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
export const allow = (action: Json, resource: Json, more: JsonObject = {}): JsonObject => ({ Effect: 'Allow', Action: action, Resource: resource, ...more });
export const managedArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;
export const attached = (...arns: string[]): JsonObject => ({
  AttachedManagedPolicies: arns.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) ?? '' })),
});

export function managed(name: string, statements: readonly Json[], versions = 1): SnapshotRecord {
  const list = Array.from({ length: versions }, (_, index) => ({
    VersionId: `v${versions + 7 - index}`,
    IsDefaultVersion: index === 0,
    Document: document(...statements),
  }));
  return make(
    'AWS::IAM::ManagedPolicy',
    managedArn(name),
    { Arn: managedArn(name), PolicyName: name, DefaultVersionId: list[0]?.VersionId ?? '', PolicyVersionList: list },
    ['iam:GetAccountAuthorizationDetails'],
    'global',
  );
}

export function group(name: string, statements: readonly Json[], more: JsonObject = {}): SnapshotRecord {
  const arn = `arn:aws:iam::${account}:group/${name}`;
  const own = statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: document(...statements) }];
  return make(
    'AWS::IAM::Group',
    arn,
    { Arn: arn, GroupName: name, AttachedManagedPolicies: [], GroupPolicyList: own, ...more },
    ['iam:GetAccountAuthorizationDetails'],
    'global',
  );
}

export const data = 'arn:aws:s3:::data';
export const notCollected = /^not known: last-accessed data was not collected \(--last-accessed\) \(/;
export const outsiders = /^not known: AWS keeps no last use by those outside/;
export const organization = make(
  'AWS::Organizations::Organization',
  'o-ours',
  { Organization: { Id: 'o-ours', MasterAccountId: account }, Accounts: [{ Id: account }] },
  [],
  'global',
);
export const host = (sentence: string): readonly SnapshotRecord[] => riskEstate(sentence).records;
export const instance = `arn:aws:ec2:${region}:${account}:instance/i-1`;
export const github = 'token.actions.githubusercontent.com';
export const provider = `arn:aws:iam::${account}:oidc-provider/${github}`;

export const keyArn = `arn:aws:kms:${region}:${account}:key/0e0e0e0e-0000-4000-8000-000000000001`;
export const key = (policy: Json, more: JsonObject = {}): SnapshotRecord =>
  make(
    'AWS::KMS::Key',
    keyArn,
    {
      Arn: keyArn,
      KeyId: keyArn.split('/').at(-1) ?? '',
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
      Enabled: true,
      KeyUsage: 'ENCRYPT_DECRYPT',
      GetKeyPolicy: { Policy: policy },
      ListGrants: [],
      ...more,
    },
    ['kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants'],
  );
export const ownAccount = { Sid: 'Enable', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' };
export const functionArn = `arn:aws:lambda:${region}:${account}:function:f`;
export const lambda = (more: JsonObject): SnapshotRecord =>
  make('AWS::Lambda::Function', functionArn, { FunctionArn: functionArn, FunctionName: 'f', Role: roleArn('r'), ...more }, [
    'lambda:ListFunctions',
    'lambda:GetPolicy',
    'lambda:ListFunctionUrlConfigs',
  ]);
