import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Manifest } from '../../src/model/record.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { run } from '../support/run.ts';

const xml = (code: string, message: string): Fault => ({
  kind: 'answer',
  status: 403,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
const ec2Error = (code: string): Fault => ({
  kind: 'answer',
  status: 403,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>no</Message></Error></Errors><RequestID>x</RequestID></Response>`,
});

describeWith('MOTO', 'a provider that misbehaves', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  let fault: (text: string) => Fault = () => undefined;
  let folder: string;
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY9';

  const collect = async (out: string, words: readonly string[] = [], signal?: AbortSignal) => {
    const env = { ...moto.env, AWS_ENDPOINT_URL: proxy.url, POSTERN_REDACTION_KEY: '11'.repeat(32) };
    Object.assign(process.env, env);
    const result = await run(
      ['collect', 'aws', '--regions', 'us-east-1', '--services', 'iam,ec2,lambda,s3,ssm', '--call-budget', '3', '--max-rps', '500', '--out', out, ...words],
      { env, ...(signal === undefined ? {} : { signal }) },
    );
    const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest;
    return { ...result, manifest, state: (call: string) => manifest.calls.find((each) => each.call === call)?.state };
  };
  const api = async (service: string, operation: string, input: object): Promise<void> => {
    const { Api } = await import('../../scripts/estate/api.ts');
    await new Api(moto.url, '123456789012', 'us-east-1', { accessKeyId: 'test', secretAccessKey: 'test' }).call(service, operation, input);
  };

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.url, (text) => fault(text));
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-collect-'));
    await api('iam', 'CreateUser', { UserName: 'ada', Tags: [{ Key: 'db-password', Value: 'hunter2-hunter2' }] });
    await api('iam', 'CreateRole', { RoleName: 'fn', AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    await api('s3', 'CreateBucket', { Bucket: 'ledger-archive' });
    await api('ssm', 'PutParameter', { Name: '/app/flag', Value: 'on', Type: 'String', Description: `aws_secret_access_key = ${secret}` });
    await api('lambda', 'CreateFunction', {
      FunctionName: 'worker',
      Runtime: 'nodejs20.x',
      Role: 'arn:aws:iam::123456789012:role/fn',
      Handler: 'i.h',
      Code: { ZipFile: Buffer.from('504b0506000000000000000000000000000000000000', 'hex') },
      Environment: { Variables: { DB_URL: 'postgres://app:s3cr3t-pass@db/app', KEY: secret } },
    });
  });
  afterAll(async () => {
    await proxy?.close();
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('nothing wrong: everything is answered, and no planted secret is written anywhere', async () => {
    fault = () => undefined;
    const out = path.join(folder, 'good');
    const { code, manifest, state, err } = await collect(out);
    expect(code).toBe(0);
    expect(manifest.state).toBe('complete');
    expect(state('iam:GetAccountAuthorizationDetails')).toBe('ok');
    expect(manifest.files.map((file) => file.type)).toEqual(
      expect.arrayContaining(['AWS::IAM::User', 'AWS::S3::Bucket', 'AWS::Lambda::Function', 'AWS::SSM::Parameter']),
    );
    const written = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
      .map((data) => (data[0] === 0x1f ? gunzipSync(data).toString() : data.toString()))
      .join('\n');
    for (const planted of [secret, 's3cr3t-pass', 'hunter2-hunter2']) expect(written + err).not.toContain(planted);
    expect((await run(['snapshot', 'verify', out])).code).toBe(0);
  });

  test('a denied service is a gap with the permission, and the rest is there', async () => {
    fault = (text) => (text.includes('GetAccountAuthorizationDetails') ? xml('AccessDenied', 'not allowed') : undefined);
    const { code, manifest, err } = await collect(path.join(folder, 'denied'));
    const gap = manifest.calls.find((call) => call.call === 'iam:GetAccountAuthorizationDetails');
    expect(gap).toMatchObject({ state: 'denied', permission: 'iam:GetAccountAuthorizationDetails' });
    expect(err).toContain('needs iam:GetAccountAuthorizationDetails');
    expect(manifest.files.some((file) => file.type === 'AWS::S3::Bucket')).toBe(true);
    expect(code).toBe(0);
  });

  test('--strict gives exit code 3 for a gap', async () => {
    expect((await collect(path.join(folder, 'strict'), ['--strict'])).code).toBe(3);
  });

  test('a region that is not switched on is absent, not a failure', async () => {
    fault = (text) => (/Action=Describe(Instances|Vpcs)/.test(text) ? ec2Error('OptInRequired') : undefined);
    const { state } = await collect(path.join(folder, 'optin'));
    expect(state('ec2:DescribeInstances')).toBe('absent');
    expect(state('ec2:DescribeSubnets')).toBe('ok');
  });

  test('throttling is waited out', async () => {
    let left = 3;
    fault = (text) => (text.includes('Action=DescribeSubnets') && left-- > 0 ? ec2Error('RequestLimitExceeded') : undefined);
    const { state } = await collect(path.join(folder, 'throttled'));
    expect(state('ec2:DescribeSubnets')).toBe('ok');
    expect(left).toBeLessThan(0);
  });

  test('a call that hangs and one that answers an HTML page are one gap each, within the budget', async () => {
    fault = (text) =>
      text.includes('Action=DescribeVpcs')
        ? { kind: 'hang' }
        : text.includes('Action=DescribeImages')
          ? { kind: 'answer', status: 500, body: '<!doctype html><html>oops</html>', type: 'text/html' }
          : undefined;
    const before = proxy.seen.length;
    const { state, manifest } = await collect(path.join(folder, 'hang'));
    expect(state('ec2:DescribeVpcs')).toBe('failed');
    expect(state('ec2:DescribeImages')).toBe('failed');
    expect(state('ec2:DescribeSubnets')).toBe('ok');
    expect(manifest.state).toBe('complete');
    expect(proxy.seen.slice(before).filter((text) => text.includes('Action=DescribeVpcs')).length).toBe(1);
    expect(proxy.seen.slice(before).filter((text) => text.includes('Action=DescribeImages')).length).toBeLessThanOrEqual(4);
  });

  test('a body that is cut short is a failure, never an empty list', async () => {
    fault = (text) => (text.includes('Action=DescribeSubnets') ? { kind: 'cut' } : undefined);
    expect((await collect(path.join(folder, 'cut'))).state('ec2:DescribeSubnets')).toBe('failed');
  });

  test('credentials that end in the middle leave an incomplete snapshot that is resumed', async () => {
    let count = 0;
    fault = (text) => (text.includes('Action=Describe') && !text.includes('DescribeRegions') && count++ > 4 ? ec2Error('RequestExpired') : undefined);
    const out = path.join(folder, 'expired');
    const first = await collect(out);
    expect(first.manifest.state).toBe('incomplete');
    expect(first.err).toContain('--resume');
    fault = () => undefined;
    const before = proxy.seen.length;
    const second = await collect(out, ['--resume']);
    expect(second.manifest.state).toBe('complete');
    expect(second.state('ec2:DescribeInstances')).toBe('ok');
    // What was finished is not asked again.
    expect(proxy.seen.slice(before).some((text) => text.includes('GetAccountAuthorizationDetails'))).toBe(false);
    expect(second.manifest.files.some((file) => file.type === 'AWS::IAM::User')).toBe(true);
  });

  test('an interrupted run ends with 130 and can be resumed', async () => {
    const abort = new AbortController();
    let count = 0;
    fault = () => {
      if (++count === 12) abort.abort();
      return undefined;
    };
    const out = path.join(folder, 'killed');
    const first = await collect(out, [], abort.signal);
    expect(first.code).toBe(130);
    expect(first.manifest.state).toBe('incomplete');
    fault = () => undefined;
    const second = await collect(out, ['--resume']);
    expect(second.manifest.state).toBe('complete');
    expect(second.manifest.files.some((file) => file.type === 'AWS::S3::Bucket')).toBe(true);
  });
});
