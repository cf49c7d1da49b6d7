import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/cli/package-path.ts';
import { loadTechniques } from '../../src/derive/load.ts';
import { needsOf } from '../../src/derive/technique-words.ts';
import { run } from '../support/run.ts';

const techniques = await loadTechniques(packagePath('rules', 'techniques'));
const needs = (id: string): readonly string[] => needsOf(techniques.filter((technique) => technique.id === id)[0] ?? techniques[0] ?? Object.create(null));

test.each([
  [
    'aws.passrole-lambda-create-invoke',
    ['`iam:PassRole` on role (for lambda.amazonaws.com)', '`lambda:CreateFunction`', '`lambda:InvokeFunction`', 'role trusts lambda.amazonaws.com'],
  ],
  [
    'aws.destroy-volume',
    [
      '`ec2:DeleteVolume` on x',
      'x has State available or `ec2:DetachVolume` on x',
      'x has no RecycleBin with LockState locked or pending_unlock',
      'x has RecycleBin not set or `rbin:DeleteRule` or `rbin:UpdateRule`',
    ],
  ],
  ['aws.destroy-bucket', ['`s3:DeleteObject` on x', 'x has GetBucketVersioning.Status other than Enabled']],
  ['aws.imds-v2', ['x has MetadataOptions.HttpEndpoint other than disabled and MetadataOptions.HttpTokens required', 'it uses identity role']],
])('%s in words', (id, expected) => {
  expect(needs(id).map((each) => each.replace(/^it has/, 'x has'))).toEqual(expected);
});

test('no premise is told as a map or as nothing', () => {
  for (const technique of techniques) for (const words of needsOf(technique)) expect(words).not.toMatch(/\[object|undefined|^\s*$|\$/);
});

test('a published id shows every technique that it is covered by', async () => {
  const { out, code } = await run(['techniques', 'show', 'iam-001']);
  expect(code).toBe(0);
  expect([...out.matchAll(/^id: (.+)$/gm)].map((match) => match[1])).toEqual(['aws.create-policy-version', 'aws.create-policy-version-group']);
});
