import { describe, expect, test } from '@jest/globals';
import { awsCollectors } from '../../collectors/aws/index.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import { resourcePolicySpecs } from '../../src/iam/estate/resource-policies.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, user, userArn } from '../support/estate.ts';

/** A resource of each type that has a policy of its own, and an action on it. */
const samples: Readonly<Record<string, readonly [string, string]>> = {
  'AWS::ApiGateway::RestApi': [`arn:aws:execute-api:eu-west-1:${account}:a1/prod/GET/x`, 'execute-api:Invoke'],
  'AWS::Backup::BackupVault': [`arn:aws:backup:eu-west-1:${account}:backup-vault:v`, 'backup:CopyIntoBackupVault'],
  'AWS::DynamoDB::Table': [`arn:aws:dynamodb:eu-west-1:${account}:table/t`, 'dynamodb:GetItem'],
  'AWS::ECR::Repository': [`arn:aws:ecr:eu-west-1:${account}:repository/r`, 'ecr:BatchGetImage'],
  'AWS::EFS::FileSystem': [`arn:aws:elasticfilesystem:eu-west-1:${account}:file-system/fs-1`, 'elasticfilesystem:ClientMount'],
  'AWS::Events::EventBus': [`arn:aws:events:eu-west-1:${account}:event-bus/b`, 'events:PutEvents'],
  'AWS::IAM::Role': [`arn:aws:iam::${account}:role/r`, 'sts:AssumeRole'],
  'AWS::KMS::Key': [`arn:aws:kms:eu-west-1:${account}:key/k`, 'kms:Decrypt'],
  'AWS::Kinesis::Stream': [`arn:aws:kinesis:eu-west-1:${account}:stream/s`, 'kinesis:GetRecords'],
  'AWS::Kinesis::StreamConsumer': [`arn:aws:kinesis:eu-west-1:${account}:stream/s/consumer/c:1`, 'kinesis:SubscribeToShard'],
  'AWS::Lambda::Function': [`arn:aws:lambda:eu-west-1:${account}:function:f`, 'lambda:InvokeFunction'],
  'AWS::OpenSearchService::Domain': [`arn:aws:es:eu-west-1:${account}:domain/d`, 'es:ESHttpGet'],
  'AWS::S3::AccessPoint': [`arn:aws:s3:eu-west-1:${account}:accesspoint/ap`, 's3:GetAccessPoint'],
  'AWS::S3::Bucket': ['arn:aws:s3:::b', 's3:ListBucket'],
  'AWS::S3::MultiRegionAccessPoint': [`arn:aws:s3::${account}:accesspoint/m.mrap`, 's3:GetMultiRegionAccessPoint'],
  'AWS::SNS::Topic': [`arn:aws:sns:eu-west-1:${account}:t`, 'sns:Publish'],
  'AWS::SQS::Queue': [`arn:aws:sqs:eu-west-1:${account}:q`, 'sqs:SendMessage'],
  'AWS::SecretsManager::Secret': [`arn:aws:secretsmanager:eu-west-1:${account}:secret:s-a1b2c3`, 'secretsmanager:GetSecretValue'],
};

const nested = (path: string, value: Json): JsonObject => {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : nested(rest.join('.'), value) };
};
const other = '444455556666';
const policy = (Effect: string): Json => ({ Version: '2012-10-17', Statement: [{ Effect, Principal: { AWS: other }, Action: '*', Resource: '*' }] });
const all = [{ Effect: 'Allow', Action: '*', Resource: '*' }];

test('every type that has one is asked about', () => expect(Object.keys(samples)).toEqual(Object.keys(resourcePolicySpecs).sort((a, b) => (a < b ? -1 : 1))));

test('and collected by the call that the evaluator misses where it was not made', () => {
  const types = new Map(awsCollectors.flatMap((collector) => Object.entries(collector.resources)));
  for (const [type, { call, path }] of Object.entries(resourcePolicySpecs)) {
    const calls = (types.get(type)?.details ?? []).map((detail) => detail.call);
    if (call !== '') expect(`${type} ${calls.includes(call)}`).toBe(`${type} true`);
    expect(`${type} ${types.get(type)?.documents?.includes(path)}`).toBe(`${type} true`);
  }
});

describe.each(Object.entries(samples))('%s', (type, [id, action]) => {
  const spec = resourcePolicySpecs[type];
  if (spec === undefined) throw new Error(type);
  const decide = (config: JsonObject, calls: readonly string[]) => {
    const record: SnapshotRecord = { type, id, account, region: 'eu-west-1', config, calls };
    const records = [record, user('eve', all, {}, other), user('ada', all), user('ben')];
    const engine = createAwsIamEngine(
      memorySnapshot(type === 'AWS::IAM::Role' ? records.map((each) => (each === record ? { ...each, region: 'global' } : each)) : records),
    );
    const result = engine.can(userArn('eve', other), action, id);
    return { decision: result.decision, explicit: result.explicit, missing: result.missing, evidence: result.decidedBy.map((by) => by.evidence) };
  };
  const calls = spec.call === '' ? ['list'] : [spec.call];
  const pointer = `/config/${spec.path.split('.').join('/')}/Statement/0`;

  test('its own policy admits another account, and says where', () => {
    const { decision, evidence } = decide(nested(spec.path, policy('Allow')), calls);
    expect(decision).toBe('allow');
    expect(evidence).toContainEqual({ resource: id, pointer, call: calls[0] });
  });

  test('its own policy denies', () => expect(decide(nested(spec.path, policy('Deny')), calls)).toMatchObject({ decision: 'deny', explicit: true }));

  test('its own policy as text', () => expect(decide(nested(spec.path, JSON.stringify(policy('Allow'))), calls).decision).toBe('allow'));

  if (spec.call !== '')
    test('without a policy another account gets nothing; where it was not read, nobody knows', () => {
      expect(decide({}, calls)).toMatchObject({ decision: 'deny', explicit: false });
      expect(decide({}, [])).toMatchObject({ decision: 'unknown', missing: [expect.stringContaining(spec.call)] });
    });
});
