import type { Json } from '../../src/model/json.ts';
import type { Random } from './random.ts';

export const teams = ['checkout', 'ledger', 'risk', 'onboarding', 'merchant', 'support', 'search', 'billing', 'fraud', 'data', 'platform', 'mobile'] as const;
export const stages = ['production', 'staging', 'test'] as const;

/** What jobs of an estate are allowed, by service: the actions are those that people write, with the wildcards that they write. */
const grants: readonly { readonly actions: readonly string[]; readonly arn: (scope: string, account: string) => string }[] = [
  { actions: ['s3:GetObject', 's3:ListBucket'], arn: (scope) => `arn:aws:s3:::${scope}-*` },
  { actions: ['s3:*'], arn: (scope) => `arn:aws:s3:::${scope}-*` },
  { actions: ['s3:PutObject', 's3:DeleteObject'], arn: (scope) => `arn:aws:s3:::${scope}-*/*` },
  { actions: ['secretsmanager:GetSecretValue'], arn: (scope, account) => `arn:aws:secretsmanager:*:${account}:secret:${scope}/*` },
  { actions: ['ssm:GetParameter*'], arn: (scope, account) => `arn:aws:ssm:*:${account}:parameter/${scope}/*` },
  {
    actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:PutItem'],
    arn: (scope, account) => `arn:aws:dynamodb:*:${account}:table/${scope}-*`,
  },
  { actions: ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], arn: (scope, account) => `arn:aws:sqs:*:${account}:${scope}-*` },
  { actions: ['sns:Publish'], arn: (scope, account) => `arn:aws:sns:*:${account}:${scope}-*` },
  { actions: ['lambda:InvokeFunction'], arn: (scope, account) => `arn:aws:lambda:*:${account}:function:${scope}-*` },
  { actions: ['lambda:*'], arn: (scope, account) => `arn:aws:lambda:*:${account}:function:${scope}-*` },
  { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], arn: () => '*' },
  { actions: ['sts:AssumeRole'], arn: (scope, account) => `arn:aws:iam::${account}:role/${scope}-*` },
  { actions: ['iam:PassRole'], arn: (scope, account) => `arn:aws:iam::${account}:role/${scope}-*` },
  { actions: ['ssm:SendCommand', 'ssm:StartSession'], arn: (_scope, account) => `arn:aws:ec2:*:${account}:instance/*` },
  { actions: ['ec2:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*', 'logs:*'], arn: () => '*' },
  { actions: ['ec2:RunInstances', 'ec2:CreateTags'], arn: () => '*' },
  { actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds'], arn: (scope, account) => `arn:aws:codebuild:*:${account}:project/${scope}-*` },
];
const broad: readonly (readonly string[])[] = [
  ['s3:Get*', 's3:List*'],
  ['s3:*'],
  ['secretsmanager:*'],
  ['iam:PassRole', 'lambda:*'],
  ['sts:AssumeRole'],
  ['ec2:*'],
  ['ssm:*'],
  ['dynamodb:*', 'sqs:*', 'sns:*'],
  ['iam:*'],
  ['lambda:*'],
];

export const document = (...statements: Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
export const serviceTrust = (service: string): Json =>
  document({ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' });

/** One statement of an ordinary job; `breadth` is the chance that it speaks of everything. */
export function statement(random: Random, account: string, breadth: number): Json {
  if (random.chance(breadth)) return { Effect: 'Allow', Action: [...random.pick(broad)], Resource: '*' };
  const grant = random.pick(grants);
  const scope = `${random.pick(teams)}-${random.pick(stages)}`;
  const condition = random.chance(0.05)
    ? { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    : random.chance(0.03)
      ? { Condition: { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } } }
      : {};
  return { Effect: 'Allow', Action: [...grant.actions], Resource: random.chance(0.1) ? '*' : grant.arn(scope, account), ...condition };
}

/** A managed policy's document: some statements, now and then a guard. */
export function policyDocument(random: Random, account: string, breadth: number): Json {
  const statements = Array.from({ length: 2 + random.below(4) }, () => statement(random, account, breadth));
  if (random.chance(0.15)) statements.push({ Effect: 'Deny', Action: ['iam:*', 'organizations:*'], Resource: '*' });
  if (random.chance(0.1)) statements.push({ Effect: 'Deny', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${random.pick(teams)}-production-*/*` });
  return document(...statements);
}
