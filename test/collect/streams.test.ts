import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Api } from '../../scripts/estate/api.ts';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { run } from '../support/run.ts';

const account = '123456789012';
const region = 'us-east-1';
const stranger = '999988887777';
const types = await allTypes();

describeWith('MOTO', 'streams', () => {
  let moto: Moto;
  let folder: string;
  const stream = `arn:aws:kinesis:${region}:${account}:stream/orders`;

  beforeAll(async () => {
    moto = await startMoto();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-streams-'));
    const api = new Api(moto.url, account, region, { accessKeyId: 'test', secretAccessKey: 'test' });
    await api.call('kinesis', 'CreateStream', { StreamName: 'orders', ShardCount: 1 });
    await api.call('kinesis', 'CreateStream', { StreamName: 'clicks', ShardCount: 1 });
    await api.call('kinesis', 'RegisterStreamConsumer', { StreamARN: stream, ConsumerName: 'audit' });
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${stranger}:root` },
      Action: ['kinesis:GetRecords', 'kinesis:GetShardIterator'],
      Resource: stream,
    };
    await api.call('kinesis', 'PutResourcePolicy', { ResourceARN: stream, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) });
    await api.call('kinesis', 'AddTagsToStream', { StreamName: 'orders', Tags: { classification: 'pii' } });
    await api.call('s3', 'CreateBucket', { Bucket: 'order-archive' });
    await api.call('iam', 'CreateRole', { RoleName: 'deliver', AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    const RoleARN = `arn:aws:iam::${account}:role/deliver`;
    // More than the ten that one answer lists.
    for (let index = 0; index < 12; index++)
      await api.call('firehose', 'CreateDeliveryStream', {
        DeliveryStreamName: `to-archive-${String(index).padStart(2, '0')}`,
        DeliveryStreamType: 'DirectPut',
        ExtendedS3DestinationConfiguration: { RoleARN, BucketARN: 'arn:aws:s3:::order-archive' },
      });
    const env = { ...moto.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
    Object.assign(process.env, env);
    const { code, err } = await run(['collect', 'aws', '--regions', region, '--services', 'iam,s3,kinesis,firehose', '--out', path.join(folder, 'taken')], {
      env,
    });
    expect(`${code} ${code === 0 ? '' : err}`).toBe('0 ');
  });
  afterAll(async () => {
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('streams, consumers and delivery streams are collected, page by page, with tags and policies', async () => {
    const snapshot = await readSnapshot(path.join(folder, 'taken'), types);
    expect(snapshot.records('AWS::Kinesis::Stream').map(({ id }) => id.split('/')[1])).toEqual(['clicks', 'orders']);
    const orders = snapshot.find(stream);
    expect(orders?.config).toMatchObject({ StreamName: 'orders', ListTagsForStream: [{ Key: 'classification', Value: 'pii' }] });
    expect(snapshot.records('AWS::Kinesis::StreamConsumer').map(({ config }) => [config['ConsumerName'], config['StreamARN']])).toEqual([['audit', stream]]);
    const deliveries = snapshot.records('AWS::KinesisFirehose::DeliveryStream');
    expect(deliveries).toHaveLength(12);
    expect(deliveries[0]?.config).toMatchObject({ Destinations: [{ ExtendedS3DestinationDescription: { BucketARN: 'arn:aws:s3:::order-archive' } }] });
  });

  test('an account that the policy of a stream lets in reads it, and a consumer hangs on its stream', async () => {
    const { graph } = await analyseSnapshot(await readSnapshot(path.join(folder, 'taken'), types), types, noSettings);
    const steps: string[] = [];
    const structure: string[] = [];
    for (let edge = 0; edge < graph.edgeCount; edge++) {
      const ends = `${graph.node(graph.sources[edge] ?? 0).name} -> ${graph.node(graph.targets[edge] ?? 0).name}`;
      if (graph.likelihoods[edge] === 0) structure.push(`${graph.edgeKind(edge)} ${ends}`);
      else if (graph.step(edge).technique.includes('stream')) steps.push(`${graph.step(edge).technique} ${ends}`);
    }
    expect(steps.filter((step) => step.includes(stranger))).toEqual([`aws.read-stream unknown account ${stranger} -> orders`]);
    expect(structure).toEqual(
      expect.arrayContaining(['AttachedTo audit -> orders', 'RoutesTo to-archive-00 -> order-archive', 'UsesIdentity to-archive-00 -> deliver']),
    );
  });
});
