import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, bucket } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const region = 'eu-west-1';
const policy = (Service: string, Action: string, Resource: string, Condition?: JsonObject, ...more: readonly Json[]): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action, Resource, ...(Condition === undefined ? {} : { Condition }) }, ...more],
});
const fn = (document: Json): SnapshotRecord => {
  const id = `arn:aws:lambda:${region}:${account}:function:thumb`;
  const config = { FunctionName: 'thumb', FunctionArn: id, GetPolicy: { Policy: document } };
  return { type: 'AWS::Lambda::Function', id, account, region, calls: ['lambda:ListFunctions', 'lambda:GetPolicy'], config };
};
const topic = (document: Json): SnapshotRecord => {
  const id = `arn:aws:sns:${region}:${account}:alarms`;
  const config = { TopicArn: id, GetTopicAttributes: { Attributes: { Policy: document } } };
  return { type: 'AWS::SNS::Topic', id, account, region, calls: ['sns:ListTopics', 'sns:GetTopicAttributes'], config };
};
const arnOf = (record: SnapshotRecord): string => record.id;
const thumb = arnOf(fn({}));
const alarms = arnOf(topic({}));
const logs = (more?: JsonObject, resource = 'arn:aws:s3:::logs/*'): SnapshotRecord =>
  bucket('logs', policy('cloudtrail.amazonaws.com', 's3:PutObject', resource, more));

describe('a service that acts for anybody', () => {
  test.each<[string, SnapshotRecord, 'proven' | 'conditional' | undefined]>([
    ['a trail of anybody writes to the bucket', logs(), 'proven'],
    ['the header that the service sends itself is no condition', logs({ StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }), 'proven'],
    ['a source account closes it', logs({ StringEquals: { 'aws:SourceAccount': account } }), undefined],
    ['a source ARN closes it', logs({ ArnLike: { 'aws:SourceArn': `arn:aws:cloudtrail:*:${account}:trail/*` } }), undefined],
    ['a source ARN of any account does not', logs({ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudtrail:*:*:trail/*' } }), 'proven'],
    ['an organization closes it', logs({ StringEquals: { 'aws:SourceOrgID': 'o-1' } }), undefined],
    ['another condition stays', logs({ Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 's3:x-amz-storage-class': 'GLACIER' } }), 'conditional'],
    ['below its own account number nobody else writes', logs(undefined, `arn:aws:s3:::logs/AWSLogs/${account}/*`), undefined],
    [
      'a deny for other accounts closes it',
      bucket(
        'logs',
        policy('cloudtrail.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::logs/*', undefined, {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::logs/*',
          Condition: { StringNotEquals: { 'aws:SourceAccount': account } },
        }),
      ),
      undefined,
    ],
    ['a distribution of anybody reads', bucket('site', policy('cloudfront.amazonaws.com', 's3:GetObject', 'arn:aws:s3:::site/public/*')), 'proven'],
    [
      'a distribution that is named does not',
      bucket(
        'site',
        policy('cloudfront.amazonaws.com', 's3:GetObject', 'arn:aws:s3:::site/*', {
          StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${account}:distribution/E1` },
        }),
      ),
      undefined,
    ],
    ['a service that acts for its own account only is none', bucket('lb', policy('logging.s3.amazonaws.com', 's3:PutObject', 'arn:aws:s3:::lb/*')), undefined],
    ['another action is none', bucket('logs', policy('cloudtrail.amazonaws.com', 's3:GetBucketAcl', 'arn:aws:s3:::logs')), undefined],
    ['an API of anybody calls the function', fn(policy('apigateway.amazonaws.com', 'lambda:InvokeFunction', thumb)), 'proven'],
    [
      'any bucket calls the function',
      fn(policy('s3.amazonaws.com', 'lambda:InvokeFunction', thumb, { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::*' } })),
      'proven',
    ],
    ['one bucket does not', fn(policy('s3.amazonaws.com', 'lambda:InvokeFunction', thumb, { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::in' } })), undefined],
    ['an event of anybody is published', topic(policy('events.amazonaws.com', 'sns:Publish', alarms)), 'proven'],
  ])('%s', async (_name, record, verdict) => {
    const expected = verdict === undefined ? [] : [`aws:anyone -> ${record.id} aws.service-confused-deputy ${verdict}`];
    expect(await stepsOf(types, [record], /service-confused-deputy/)).toEqual(expected);
  });

  test('who may call a function by its policy reaches its code', async () => {
    const open = (Principal: Json, Condition?: JsonObject): Promise<readonly string[]> =>
      stepsOf(
        types,
        [
          fn({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal, Action: 'lambda:InvokeFunction', Resource: thumb, ...(Condition === undefined ? {} : { Condition }) }],
          }),
        ],
        /invoke-function/,
      );
    expect(await open('*')).toEqual([`aws:anyone -> ${thumb} aws.invoke-function proven`]);
    expect(await open({ AWS: 'arn:aws:iam::999988887777:root' })).toEqual([`aws:account:999988887777 -> ${thumb} aws.invoke-function proven`]);
    expect(await open('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })).toEqual([]);
    expect(await open({ AWS: `arn:aws:iam::${account}:root` })).toEqual([]);
  });

  test.each<[string, string, Json | undefined, readonly string[]]>([
    ['of the type NONE is reached by everybody', 'NONE', undefined, [`internet -> ${thumb} network.reaches proven`]],
    ['of the type AWS_IAM is reached by nobody without a permission', 'AWS_IAM', undefined, []],
    ['that any account may sign a request to', 'AWS_IAM', '*', [`aws:anyone -> ${thumb} aws.invoke-function-url proven`]],
    ['that its own account may sign a request to', 'AWS_IAM', { AWS: account }, []],
  ])('a URL %s', async (_name, AuthType, Principal, expected) => {
    const Statement = Principal === undefined ? [] : [{ Effect: 'Allow', Principal, Action: 'lambda:InvokeFunctionUrl', Resource: thumb }];
    const made = fn({ Version: '2012-10-17', Statement });
    const urls = [{ FunctionUrl: 'https://x.lambda-url.eu-west-1.on.aws/', FunctionArn: thumb, AuthType }];
    const record = { ...made, calls: [...made.calls, 'lambda:ListFunctionUrlConfigs'], config: { ...made.config, ListFunctionUrlConfigs: urls } };
    expect(await stepsOf(types, [record], /network.reaches|invoke-function/)).toEqual(expected);
  });
});
