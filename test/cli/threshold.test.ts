import { expect, test } from '@jest/globals';
import type { Invocation } from '../../src/cli/command.ts';
import { exitOf } from '../../src/cli/threshold.ts';
import type { Finding } from '../../src/model/assessment.ts';

const finding = (result: Finding['result'], severity: Finding['severity'] = 'high'): Finding => ({
  id: 'f',
  rule: 'aws.s3.example',
  title: 't',
  severity,
  resource: 'r',
  resourceType: 'AWS::S3::Bucket',
  account: '111122223333',
  region: 'eu-west-1',
  result,
  message: 'm',
  evidence: [],
});
const asked = (...flags: readonly string[]): Invocation =>
  ({ text: (flag: string) => (flag === '--fail-on' ? flags[1] : undefined), on: (flag: string) => flags.includes(flag) }) as unknown as Invocation;

test.each<[name: string, findings: readonly Finding[], strict: boolean, complete: boolean, code: number]>([
  ['nothing wrong', [finding('pass')], true, true, 0],
  ['a finding at the threshold', [finding('fail')], false, true, 1],
  ['a finding below it', [finding('fail', 'low')], false, true, 0],
  ['a rule that could not be evaluated', [finding('error')], false, true, 0],
  ['one under --strict, which leaves something unseen', [finding('error')], true, true, 3],
  ['an incomplete collection under --strict', [finding('fail')], true, false, 3],
])('%s', (_name, findings, strict, complete, code) => {
  const completeness = { complete, gaps: [], notModelled: [] };
  expect(exitOf({ paths: [], findings }, asked(...(strict ? ['--strict'] : [])), completeness)).toBe(code);
});
