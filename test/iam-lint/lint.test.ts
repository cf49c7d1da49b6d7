import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { globMatches, toGlob } from '../../src/iam/aws/glob.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import { lintEstate } from '../../src/iam/lint/estate.ts';
import { lintPolicy } from '../../src/iam/lint/lint.ts';
import { arnsMeet, globsMeet } from '../../src/iam/lint/meet.ts';
import { lintCodes } from '../../src/iam/lint/problem.ts';
import { type Json, pointer } from '../../src/model/json.ts';
import { schemas } from '../../src/schema/registry.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, role, roleArn, trusts, user } from '../support/estate.ts';
import { run } from '../support/run.ts';

interface LintCase {
  readonly name: string;
  readonly version?: string;
  readonly statements: readonly Json[];
  readonly expect: readonly string[];
  readonly says?: string;
}
const cases = parse(readFileSync(new URL('../cases/iam/lint.yaml', import.meta.url), 'utf8')) as LintCase[];

describe('lint of one document', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const problems = lintPolicy({ Version: each.version ?? '2012-10-17', Statement: each.statements });
    expect(problems.map((problem) => `${problem.severity} ${problem.code} ${pointer(problem.path)}`)).toEqual(
      each.expect.map((text) => text.replace(/ForAllValues:/, 'ForAllValues:')),
    );
    if (each.says !== undefined) expect(problems.map((problem) => `${problem.message} ${problem.help}`).join('\n')).toContain(each.says);
  });

  test('every code but those of an estate has a case', () => {
    const seen = new Set(cases.flatMap((each) => each.expect.map((text) => text.split(' ')[1])));
    expect(Object.keys(lintCodes).filter((code) => !seen.has(code))).toEqual(['stopped-above']);
  });
});

describe('patterns meet', () => {
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
  const words = ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'abb', 'bab', 'aaaa', 'abab', 'bbbb', 'abba', 'aabb', 'baab'];
  test('where a text fits both', () => {
    fc.assert(
      fc.property(glob, glob, (a, b) => {
        const common = words.some((word) => globMatches(toGlob(a), word) && globMatches(toGlob(b), word));
        if (common) expect(globsMeet(a, b)).toBe(true);
        expect(globsMeet(a, b)).toBe(globsMeet(b, a));
      }),
      { numRuns: 2_000, seed: 20261125 },
    );
  });
  test.each([
    ['a*', 'b*', false],
    ['a*', '*b', true],
    ['a?', 'a', false],
    ['', '*', true],
    ['*a', 'b', false],
  ] as const)('%s and %s: %s', (a, b, expected) => expect(globsMeet(a, b)).toBe(expected));
  test('a star does not reach over a colon of an ARN', () => {
    expect(arnsMeet('arn:aws:s3:::*', 'arn:aws:sqs:*:*:q')).toBe(false);
    expect(arnsMeet('arn:aws:*:*:*:function:*', 'arn:aws:lambda:eu-west-1:111122223333:function:f')).toBe(true);
    expect(arnsMeet('*', 'arn:aws:lambda:eu-west-1:111122223333:function:f')).toBe(true);
  });
});

describe('lint of a snapshot', () => {
  const scp = (statements: Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
  const records = [
    user('ada', [{ Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }]),
    role('app', trusts({ AWS: '*' }), [{ Effect: 'Allow', Action: 's3:GetObjects', Resource: '*' }]),
    {
      type: 'AWS::Organizations::Organization',
      id: 'arn:aws:organizations::999900001111:organization/o-1',
      account: '999900001111',
      region: 'global',
      calls: [],
      config: {
        Organization: { Id: 'o-1', MasterAccountId: '999900001111' },
        Root: { Id: 'r-1' },
        OrganizationalUnits: [],
        Accounts: [{ Id: account, ParentId: 'r-1' }],
        Policies: [
          {
            PolicySummary: { Id: 'p-1', Type: 'SERVICE_CONTROL_POLICY' },
            Content: scp([
              { Effect: 'Allow', Action: ['s3:*', 'iam:*'], Resource: '*' },
              { Effect: 'Deny', Action: 's3:DeleteObjects', Resource: '*' },
            ]),
          },
        ],
        PoliciesForTarget: { 'r-1': { SERVICE_CONTROL_POLICY: ['p-1'] } },
      },
    },
  ];
  const snapshot = memorySnapshot(records);
  const { documents, problems } = lintEstate(snapshot, createAwsIamEngine(snapshot));
  const found = problems.map(({ resource, pointer: at, problem }) => `${problem.code} ${resource.split(/[:/]/).at(-1)}${at}${pointer(problem.path)}`);

  test('reads every document that its owner wrote', () => expect(documents).toBe(4));
  test('an Allow that a service control policy always stops', () =>
    expect(found).toContain('stopped-above ada/config/UserPolicyList/0/PolicyDocument/Statement/0'));
  test('a role policy and a service control policy', () => {
    expect(found).toContain('unknown-action app/config/RolePolicyList/0/PolicyDocument/Statement/0/Action');
    expect(found).toContain('deny-never o-1/config/Policies/0/Content/Statement/1/Action');
  });
  test('nothing of the trust policy', () => expect(found.some((text) => text.includes('AssumeRolePolicyDocument'))).toBe(false));
  test('the user stands in the message', () => expect(problems.find(({ problem }) => problem.code === 'stopped-above')?.problem.message).toContain('`ada`'));
  test('roles are named by ARN', () => expect(problems.some(({ resource }) => resource === roleArn('app'))).toBe(true));
});

describe('postern iam lint', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'postern-lint-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const file = path.join(root, 'p.json');
  writeFileSync(
    file,
    '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Allow",\n     "Action": ["s3:GetObjects"],\n     "Resource": "*"}\n  ]\n}\n',
  );

  test('names file, line and column, and is exit code 1', async () => {
    const { code, out } = await run(['iam', 'lint', file]);
    expect(code).toBe(1);
    expect(out).toContain(`${file}:5:17 error: there is no action \`s3:GetObjects\``);
    expect(out).toContain('help: did you mean s3:GetObject?');
  });
  test('as JSON it fits its schema', async () => {
    const { out } = await run(['iam', 'lint', file, '--format', 'json']);
    expect(schemas['iam-lint']?.parse(JSON.parse(out))).toMatchObject({
      documents: 1,
      problems: [{ code: 'unknown-action', line: 5, column: 17, pointer: '/Statement/0/Action/0' }],
    });
  });
  test('finds documents inside templates, in YAML too', async () => {
    const text = 'Resources:\n  R:\n    Policy:\n      Version: "2012-10-17"\n      Statement:\n        - {Effect: Allow, NotAction: "iam:*", Resource: "*"}\n';
    const { code, out } = await run(['iam', 'lint', '-'], { stdin: text });
    expect(code).toBe(0);
    expect(out).toContain('-:6:27 warning: allows every action of AWS but these');
  });
  test('a file without a document is exit code 2', async () => expect(await run(['iam', 'lint', '-'], { stdin: '{}' })).toMatchObject({ code: 2 }));
  test('a snapshot', async () => {
    const { out } = await run(['iam', 'lint', path.join('snapshots', 'demo')]);
    expect(out).toMatch(/\d+ documents, \d+ problems/);
  });
});
