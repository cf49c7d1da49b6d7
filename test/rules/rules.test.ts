import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { packagePath } from '../../src/cli/package-path.ts';
import { parsePattern } from '../../src/graph/pattern.ts';
import type { Finding } from '../../src/model/assessment.ts';
import { compileCondition } from '../../src/rules/condition.ts';
import { compileRules } from '../../src/rules/evaluate.ts';
import { runExamples } from '../../src/rules/examples.ts';
import { loadPack, readPacks } from '../../src/rules/pack.ts';
import { applySuppressions, parseSuppressions } from '../../src/rules/suppress.ts';
import { run } from '../support/run.ts';

const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
const types = await allTypes();
const { rules } = await readPacks([packagePath('rules', 'checks')]);

describe('bundled rules', () => {
  test('are thirty or more, of every kind, and in order', () => {
    expect(rules.length).toBeGreaterThanOrEqual(30);
    expect(new Set(rules.map((rule) => rule.kind))).toEqual(new Set(['resource', 'identity', 'graph', 'network']));
    expect(() => compileRules(rules, types, clock, { params: {} })).not.toThrow();
  });

  test.each(rules.flatMap((rule) => runExamples(rule, types, clock).map((outcome) => ({ id: rule.id, ...outcome }))))('$id: $name', ({ actual, expected }) =>
    expect(actual).toBe(expected),
  );
});

const base = `schema: rule/v1
id: aws.s3.example
kind: resource
title: Buckets keep versions
severity: low
provider: aws
risk: r
match: { type: AWS::S3::Bucket }
flag: { config.GetBucketVersioning.Status|neq: Enabled }
message: "{resource.name}"
attack: [T1485]
remediation: { summary: s }
tests:
  - { name: a, expect: fail, resource: {} }
  - { name: b, expect: pass, resource: { GetBucketVersioning: { Status: Enabled } } }
`;

describe('a wrong rule is told with its place', () => {
  test.each([
    ['an unknown key', base.replace('severity: low', 'severty: low'), /example\.yaml:5:1 R104 unknown key `severty`/],
    ['a wrong word', base.replace('severity: low', 'severity: lo'), /example\.yaml:5:11 R103 `lo` is not a severity/],
    ['a title that orders', base.replace('title: Buckets', 'title: Ensure buckets'), /starts with `Ensure`/],
    ['no failing example', base.replace('expect: fail', 'expect: pass'), /no test expects `fail`/],
    ['no ATT&CK id', base.replace('attack: [T1485]', 'attack: []'), /no `attack`/],
    ['a key that stands twice', `${base}severity: high\n`, /example\.yaml:16/],
  ])('%s', (_name, text, message) => {
    const told = loadPack(text, 'example.yaml').errors.map((error) => error.format());
    expect(told.join('\n')).toMatch(message);
  });

  test.each([
    ['an unknown type', base.replace('AWS::S3::Bucket', 'AWS::S3::Buckt'), /example\.yaml:8:16 R107 .*`AWS::S3::Buckt`\n.*did you mean AWS::S3::Bucket/],
    [
      'an unknown property',
      base.replace('config.GetBucketVersioning.Status|neq', 'versionin|neq'),
      /example\.yaml:9:9 R104 unknown property `versionin` of .*\n.*did you mean versioning/,
    ],
    ['an unknown modifier', base.replace('|neq', '|neqq'), /example\.yaml:9:9 R104 unknown modifier `neqq`\n.*did you mean neq/],
    ['an unknown placeholder', base.replace('{resource.name}', '{resource.nam}'), /example\.yaml:10:10 R104 unknown field `resource.nam`\n.*did you mean name/],
  ])('%s', (_name, text, message) => {
    expect(() => compileRules(loadPack(text, 'example.yaml').rules, types, clock, { params: {} })).toThrow(message);
  });

  test('exit code 2 and nothing on stdout', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-rules-'));
    writeFileSync(path.join(folder, 'bad.yaml'), base.replace('severity: low', 'severty: low'));
    const { code, out, err } = await run(['rules', 'lint', folder]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('did you mean severity?');
  });
});

test.each([
  ['a and not b', { a: true, b: false }, true],
  ['a or b and c', { a: false, b: true, c: 'unknown' }, 'unknown'],
  ['not (a or b)', { a: false, b: false }, true],
  ['any of x*', { x1: false, x2: true }, true],
  ['all of them', { x1: true, x2: 'unknown' }, 'unknown'],
] as const)('condition %s', (text, values, expected) => {
  const condition = compileCondition(text, Object.keys(values));
  if ('problem' in condition) throw new Error(condition.problem);
  expect(condition(Object.values(values))).toBe(expected);
});

test.each([
  ['(a:Internet)-[:Reaches*1..4]->(b:Compute)', undefined],
  ['(a:Internet)-[:Reach]->(b:Compute)', 'did you mean Reaches?'],
  ['(a:Intenet)-[:Reaches]->(b)', 'did you mean Internet?'],
  ['(a)-[:Reaches*1..99]->(b)', 'no length'],
  ['(a)-[:Reaches]->(a)', 'stands twice'],
  ['(a)', 'at least two nodes'],
  ['(a:Internet)-[:Reaches]->(b:Compute), (b)-[:RunsAs]->(c:Principal), (b)-[:CanRead]->(d:DataStore)', undefined],
  ['(a:Internet)-[:Reaches]->(b:Compute)-[:CanRead]->(d:DataStore), (a)-[:Reaches*1..3]->(d)', undefined],
  ['(a)-[:Reaches]->(b), (c)-[:CanRead]->(b)', '`c` starts a branch and no earlier path names it (named: a, b)'],
  ['(a)-[:Reaches]->(b), (b)', 'a branch has at least two nodes'],
  ['(a)-[:Reaches]->(b),', 'a node such as (vm:Compute) is expected'],
  ['(a)-[:Reaches]->(b:Compute), (b:Principal)-[:CanRead]->(c)', '`b` stands twice, with different kinds'],
])('pattern %s', (text, problem) => {
  const pattern = parsePattern(text);
  if (problem === undefined) expect('problem' in pattern).toBe(false);
  else expect('problem' in pattern && pattern.problem).toContain(problem);
});

describe('suppressions', () => {
  const now = Date.parse('2026-11-24T00:00:00Z');
  const finding = (resource: string): Finding => ({
    id: resource,
    rule: 'aws.s3.versioning',
    title: '',
    severity: 'low',
    result: 'fail',
    resource,
    resourceType: 'AWS::S3::Bucket',
    account: '1',
    region: 'x',
    message: '',
    evidence: [],
  });
  const entry = (expires: string, match = '{ resource|startswith: "arn:aws:s3:::logs-" }'): string =>
    `- { id: s1, rules: [aws.s3.*], match: ${match}, reason: r, owner: o, expires: ${JSON.stringify(expires)} }\n`;

  test('mark what fits, and nothing by substring', () => {
    const outcome = applySuppressions(
      [finding('arn:aws:s3:::logs-a'), finding('arn:aws:s3:::my-logs-a')],
      parseSuppressions(entry('2027-01-31'), 's.yaml', now),
      now,
    );
    expect(outcome.marked.map((each) => each.result)).toEqual(['suppressed', 'fail']);
  });
  test('an expired one counts no more and is told', () => {
    const outcome = applySuppressions([finding('arn:aws:s3:::logs-a')], parseSuppressions(entry('2026-11-01'), 's.yaml', now), now);
    expect(outcome.marked[0]?.result).toBe('fail');
    expect(outcome.expired.length).toBe(1);
  });
  test('an unused one is told', () => expect(applySuppressions([], parseSuppressions(entry('2027-01-31'), 's.yaml', now), now).unused.length).toBe(1));
  test.each([
    ['no expiry', entry('2027-01-31').replace(/, expires: "[^"]+"/, ''), /no `expires`/],
    ['more than a year', entry('2029-01-31'), /more than a year/],
    ['no owner', entry('2027-01-31').replace('owner: o', 'team: o'), /unknown key `team`/],
    ['everything', '- { id: s, reason: r, owner: o, expires: "2027-01-31" }\n', /suppress everything/],
  ])('%s is refused', (_name, text, message) => expect(() => parseSuppressions(text, 's.yaml', now)).toThrow(message));
});
