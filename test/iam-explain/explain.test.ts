import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { LayerReport } from '../../src/iam/api.ts';
import { evaluate } from '../../src/iam/aws/evaluate.ts';
import { explainLayers } from '../../src/iam/aws/explain.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { schemas } from '../../src/schema/registry.ts';
import { drawCase, seeded } from '../arbitrary/iam-world.ts';
import { run } from '../support/run.ts';

const demo = path.join('snapshots', 'demo');
const summary = (layers: readonly LayerReport[]): string[] => layers.map((each) => `${each.layer} ${each.role} ${each.says}`);
const of = (input: object): readonly LayerReport[] => {
  const { requests } = readCase({
    principal: 'arn:aws:iam::111122223333:role/app',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: '111122223333',
    ...input,
  } as unknown as JsonObject);
  return requests.flatMap((request) => explainLayers(request));
};
const doc = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = { Effect: 'Allow', Action: '*', Resource: '*' };

describe('the layers of a decision', () => {
  test('agree with it on generated requests', () => {
    const source = seeded(20261125);
    const seen = new Map<string, number>();
    for (let run = 0; run < 3_000; run++) {
      for (const request of readCase(drawCase(source) as unknown as JsonObject).requests) {
        const result = evaluate(request);
        const layers = explainLayers(request);
        seen.set(result.decision, (seen.get(result.decision) ?? 0) + 1);
        if (layers.some((each) => each.says === 'deny')) expect(result).toMatchObject({ decision: 'deny', explicit: true });
        if (result.decision === 'allow') {
          expect(layers.filter((each) => each.says === 'deny')).toEqual([]);
          expect(layers.some((each) => each.role !== 'may-deny' && (each.says === 'allow' || each.says === 'conditional'))).toBe(true);
        }
        if (
          request.unread.length === 0 &&
          layers.some((each) => each.role === 'must-allow' && each.says === 'silent' && ['scp', 'endpoint'].includes(each.layer))
        )
          expect(result.decision).toBe('deny');
      }
    }
    for (const decision of ['allow', 'deny', 'conditional']) expect(seen.get(decision) ?? 0).toBeGreaterThan(100);
  });

  test('name every layer that has a say, in order', () => {
    const layers = of({
      scps: [[{ name: 'a', policy: doc(allow) }], [{ name: 'b', policy: doc(allow) }]],
      rcps: [
        [
          {
            name: 'r',
            policy: doc({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          },
        ],
      ],
      endpointPolicies: [doc({ ...allow, Principal: '*' })],
      resourcePolicy: doc({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 's3:*', Resource: '*' }),
      identityPolicies: [doc({ ...allow, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
      permissionBoundary: doc({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }),
      sessionPolicies: [doc(allow, { Effect: 'Deny', Action: 's3:Get*', Resource: '*' })],
    });
    expect(summary(layers)).toEqual([
      'scp must-allow allow',
      'scp must-allow allow',
      'rcp may-deny conditional',
      'endpoint must-allow allow',
      'resource may-allow allow',
      'identity may-allow conditional',
      'boundary must-allow silent',
      'session must-allow deny',
    ]);
    expect(layers.find((each) => each.layer === 'resource')?.note).toContain('not the caller itself');
  });

  test.each([
    [
      'a silent key policy must have allowed',
      { action: 'kms:Decrypt', resource: 'arn:aws:kms:eu-west-1:111122223333:key/k', identityPolicies: [doc(allow)] },
      ['resource must-allow silent', 'identity may-allow allow'],
    ],
    [
      'both sides of another account',
      { resourceAccount: '444455556666', identityPolicies: [doc(allow)] },
      ['resource must-allow silent', 'identity must-allow allow'],
    ],
    ['anonymous callers have no side of their own', { principal: '*', resourcePolicy: doc({ ...allow, Principal: '*' }) }, ['resource must-allow allow']],
    ['the root user', { principal: '111122223333' }, ['identity may-allow allow']],
    [
      'a federated session without a policy',
      { principal: 'arn:aws:sts::111122223333:federated-user/f', identityPolicies: [doc(allow)] },
      ['identity may-allow allow', 'session must-allow silent'],
    ],
    [
      'a Deny under a condition where nothing allows',
      { identityPolicies: [doc({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })] },
      ['identity may-allow deny-if'],
    ],
  ])('%s', (_name, input, expected) => expect(summary(of(input))).toEqual(expected));
});

describe('postern can', () => {
  const can = async (...words: string[]) => (await run(['can', demo, ...words])).out;
  test('says why in a sentence, then layer by layer', async () => {
    const text = await can('dev-lena', 'iam:PassRole', 'break-glass', '--why');
    expect(text).toContain('allowed if iam:PassedToService is ec2.amazonaws.com');
    expect(text).toMatch(/the organization’s service control policies, levels 1 to 3 \(must allow\): allows it/);
    expect(text).toMatch(/the caller’s own policies \(may allow\): allows it under a condition\n {4}only if iam:PassedToService/);
  });
  test('says what the service refuses though policies allow it', async () => {
    const root = 'arn:aws:iam::635164535274:root';
    expect(await can('break-glass', 'sts:AssumeRoot', root, '--why')).toMatch(
      /^DENY .*\n {2}whatever policies say: root sessions are .*001521993093 is neither\n/,
    );
    expect(JSON.parse(await can('--who', 'sts:AssumeRoot', root))).toMatchObject({ results: [] });
  });
  test('says who denies and who is silent', async () => {
    expect(await can('analyst-petra', 'sqs:DeleteQueue', 'arn:aws:sqs:eu-west-1:001521993093:none', '--why')).toContain(
      'because nothing allows it: the caller’s own policies say nothing of it',
    );
    const elsewhere = await can('analyst-petra', 's3:DeleteBucket', 'arn:aws:s3:::nowhere', '--why');
    expect(elsewhere).toContain('because the caller’s own policies must allow it and do not');
    expect(elsewhere).toContain('not read: s3:GetBucketPolicy of arn:aws:s3:::nowhere: no account of the snapshot has this bucket');
    expect(await can('boxed-builder', 'iam:PassRole', 'break-glass', '--why')).toContain('because the permissions boundary must allow it and does not');
    expect(await can('*', 's3:GetObject', 'arn:aws:s3:::larkpay-press-kit/logo.png', '--why')).toContain('S3 block public access keeps what it grants');
    const codebuild = await can('codebuild-release', 's3:GetObject', 'arn:aws:s3:::larkpay-build-artifacts/x', '--why');
    expect(codebuild).toContain('because the organization’s service control policies and the caller’s own policies allow it and nothing denies it');
    expect(codebuild).not.toContain('RCPFullAWSAccess');
  });
  test('as JSON with layers it fits its schema', async () => {
    const answer = JSON.parse(await can('dev-lena', 'iam:PassRole', 'break-glass', '--why', '--format', 'json'));
    expect(schemas['iam-simulation']?.parse(answer)).toMatchObject({
      results: [{ decision: 'conditional', layers: expect.arrayContaining([expect.objectContaining({ layer: 'identity' })]) }],
    });
  });
  test('one request for several resources is one decision', async () => {
    const answer = JSON.parse(
      await can('admin-ivo', 'ec2:RunInstances', 'arn:aws:ec2:eu-west-1::image/ami-1', 'arn:aws:ec2:eu-west-1:001521993093:subnet/subnet-1'),
    );
    expect(answer).toMatchObject({ results: [{ decision: 'allow' }] });
  });
  test('who: outsiders that the resource’s own policy means are among them', async () => {
    const { results } = JSON.parse(await can('--who', 'sts:AssumeRole', 'partner-invoices')) as { results: { name: string }[] };
    expect(
      results.some((each) => each.name.startsWith('aws:account:') || each.name.startsWith('aws:anyone') || /^arn:aws:iam::(?!001521993093)/.test(each.name)),
    ).toBe(true);
  });
  test('what: everything a principal may do', async () => {
    const { results } = JSON.parse(await can('--what', 'dev-lena')) as { results: { name: string; decision: string }[] };
    expect(results.some((each) => each.name.includes('iam:PassRole'))).toBe(true);
    expect(results.every((each) => each.decision !== 'deny')).toBe(true);
  });
  test.each([
    [['dev-lina', 's3:GetObject', 'arn:aws:s3:::b/k'], '`dev-lina` is not in the snapshot', 'did you mean dev-lena?'],
    [['nobody-like-it-at-all', 's3:GetObject', 'arn:aws:s3:::b/k'], '`nobody-like-it-at-all` is not in the snapshot', 'a name, an ARN'],
    [['--what', 'dev-lina'], '`dev-lina` is not in the snapshot', 'did you mean dev-lena?'],
    [['dev-yara', 'codebuild:StartBuild', 'releaze'], '`releaze` is not in the snapshot', 'did you mean release?'],
    [['*', 's3:GetObject', 'larkpay-press-kid/logo.svg'], '`larkpay-press-kid` is not in the snapshot', 'did you mean larkpay-press-kit?'],
    [['dev-yara', 's3:GetObject', 'release'], '`release` is the name of several resources', 'arn:aws:ecs:eu-west-1:729431585659:cluster/release'],
  ])('%j is a mistake that is told', async (words, message, help) => {
    const { out, err, code } = await run(['can', demo, ...words]);
    expect([out, code]).toEqual(['', 2]);
    expect(err).toContain(message);
    expect(err).toContain(help);
  });
  test('a name that several resources have means that of the action’s service', async () => {
    const name = async (action: string) => (JSON.parse(await can('dev-yara', action, 'release')) as { results: { name: string }[] }).results[0]?.name ?? '';
    expect(await name('codebuild:StartBuild')).toContain('arn:aws:codebuild:eu-west-1:729431585659:project/release');
    expect(await name('ecs:DeleteCluster')).toContain('arn:aws:ecs:eu-west-1:729431585659:cluster/release');
  });
  test('what stands below a resource is named after it', async () => {
    const asked = async (...words: string[]) => (JSON.parse(await can(...words)) as { results: { name: string; decision: string }[] }).results[0];
    expect(await asked('internet', 's3:GetObject', 'larkpay-marketing-exports/2026.csv')).toMatchObject({
      name: '* s3:GetObject arn:aws:s3:::larkpay-marketing-exports/2026.csv',
      decision: 'allow',
    });
    expect((await asked('dev-yara', 'secretsmanager:GetSecretValue', 'payments/card-processor'))?.name).toMatch(
      /arn:aws:secretsmanager:.*:secret:payments\/card-processor-/,
    );
  });
  test.each(['*', 'internet', 'aws:anyone', '444455556666', 'lambda.amazonaws.com', 'oidc:host:subject', 'arn:aws:iam::444455556666:user/eve'])(
    '%s is somebody outside',
    async (who) => {
      expect((await run(['can', demo, who, 's3:GetObject', 'arn:aws:s3:::larkpay-press-kit/k'])).code).toBe(0);
    },
  );
  test('nothing and nobody are said in words, and are empty lists', async () => {
    const { out, err, code } = await run(['can', demo, '--what', 'reader-tea', '--format', 'text']);
    expect([out, err, code]).toEqual(['', 'nothing that its policies name is allowed\n', 0]);
    expect(JSON.parse(await can('--what', 'reader-tea'))).toMatchObject({ results: [] });
  });
});
