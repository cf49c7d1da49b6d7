import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import { packagePath } from '../../src/cli/package-path.ts';
import type { ControlResult, Finding, FindingResult } from '../../src/model/assessment.ts';
import { controlRules, FindingCounts, frameworkResult } from '../../src/rules/framework.ts';
import { checkFrameworks, chooseFrameworks } from '../../src/rules/load-framework.ts';
import { loadPack, readPacks } from '../../src/rules/pack.ts';
import { jsonSchema } from '../../src/schema/registry.ts';
import { run } from '../support/run.ts';

const bundled = await readPacks([packagePath('rules', 'checks'), packagePath('rules', 'frameworks')]);

const text = `schema: framework/v1
id: our-baseline
version: "3"
title: Our baseline
publisher: Larkpay
source: https://example.com/baseline
licence: our own words
provider: aws
controls:
  - { id: "1", title: Buckets keep versions, automation: automated, rules: [aws.s3.versioning] }
  - { id: "2", title: Somebody reads the logs, automation: manual }
  - { id: "3", title: Lifts are inspected, automation: automated, reason: No cloud has lifts }
  - { id: "4", title: Nobody guesses, automation: automated, attack: [T1110] }
`;
const one = (yaml: string) => {
  const { frameworks, errors } = loadPack(yaml, 'baseline.yaml');
  return { frameworks, errors: errors.map((error) => error.format()).join('\n') };
};

describe('a framework file', () => {
  test.each([
    ['an unknown key', text.replace('publisher:', 'publsher:'), /baseline\.yaml:5:1 R104 unknown key `publsher` in a framework\n.*did you mean publisher/],
    ['an unknown word', text.replace('automation: manual', 'automation: by-hand'), /baseline\.yaml:11:\d+ R103 `by-hand` is not a automation/],
    ['a control twice', text.replace('id: "2"', 'id: "1"'), /R105 the control `1` stands twice/],
    ['a version that is a number', text.replace('"3"', '3.0'), /R102 `version` is not a text\n.*quotes/],
    ['a newer schema', text.replace('framework/v1', 'framework/v2'), /this version reads framework\/v1/],
    ['no controls', text.slice(0, text.indexOf('controls:')), /R101 no `controls`/],
    ['no ATT&CK id', text.replace('T1110', 'TX'), /R105 `TX` is no ATT&CK technique/],
  ])('%s is told with its place', (_name, yaml, message) => expect(one(yaml).errors).toMatch(message));

  test('a rule that does not exist', () => {
    const { frameworks } = one(text.replace('aws.s3.versioning', 'aws.s3.versionin'));
    expect(() => checkFrameworks(frameworks, bundled.rules)).toThrow(/baseline\.yaml:10:\d+ R112 .*`aws.s3.versionin`.*\n.*did you mean aws.s3.versioning/);
  });
  test('the same framework twice', () => {
    const { frameworks } = one(`${text}---\n${text}`);
    expect(() => checkFrameworks(frameworks, bundled.rules)).toThrow(/R105 the framework `our-baseline@3`/);
  });
  test('is named with and without its version', () => {
    const checked = checkFrameworks(one(`${text}---\n${text.replace('"3"', '"4"')}`).frameworks, bundled.rules);
    expect(chooseFrameworks(checked, ['our-baseline']).length).toBe(2);
    expect(chooseFrameworks(checked, ['our-baseline@4']).map((each) => each.version)).toEqual(['4']);
    expect(() => chooseFrameworks(checked, ['our-baselin'])).toThrow(/no framework is called/);
  });
});

describe('coverage is never better than it is', () => {
  const [framework] = checkFrameworks(one(text).frameworks, bundled.rules);
  if (framework === undefined) throw new Error('no framework');
  const finding = (result: FindingResult): Finding => ({
    id: result,
    rule: 'aws.s3.versioning',
    title: '',
    severity: 'low',
    result,
    resource: '',
    resourceType: '',
    account: '',
    region: '',
    message: '',
    evidence: [],
  });
  const cases: readonly (readonly [FindingResult[], ControlResult['result'], ControlResult['coverage']])[] = [
    [['pass', 'fail', 'unknown'], 'fail', 'automated'],
    [['pass', 'unknown'], 'unknown', 'automated'],
    [['unknown'], 'unknown', 'not-collected'],
    [['error'], 'unknown', 'not-collected'],
    [['pass', 'suppressed'], 'suppressed', 'automated'],
    [['pass'], 'pass', 'automated'],
    [[], 'not-applicable', 'automated'],
  ];
  test.each(cases)('%j is %s, %s', (results, result, coverage) => {
    const { controls } = frameworkResult(framework, bundled.rules, new FindingCounts().add(results.map(finding)));
    expect(controls[0]).toMatchObject({ result, coverage });
    expect(controls[1]).toMatchObject({ result: 'manual', coverage: 'manual' });
    expect(controls[2]).toMatchObject({ result: 'uncovered', coverage: 'uncovered', reason: 'No cloud has lifts' });
    expect(controls[0]).not.toHaveProperty('reason');
  });
  test('a control finds its rules through ATT&CK, sub-techniques included', () => {
    const control = framework.controls[3];
    expect(control === undefined ? [] : controlRules(control, bundled.rules)).toContain('aws.iam.console-user-without-mfa');
  });
});

describe('published schemas', () => {
  const validator = (name: string) => new Ajv2020({ strict: false }).compile(jsonSchema(name) ?? {});
  const rule = validator('rule');
  const frameworkSchema = validator('framework');
  const documents = ['checks', 'frameworks'].flatMap((folder) =>
    readdirSync(packagePath('rules', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) =>
        parseAllDocuments(readFileSync(packagePath('rules', folder, file), 'utf8')).map((document) => ({ file, value: document.toJS() as unknown })),
      ),
  );
  test('every bundled file fits', () => {
    for (const { file, value } of documents) {
      const validate = (value as { schema: string }).schema.startsWith('framework') ? frameworkSchema : rule;
      validate(value);
      expect({ file, errors: validate.errors ?? [] }).toEqual({ file, errors: [] });
    }
    expect(documents.length).toBeGreaterThan(30);
  });
  test('bundled frameworks name rules that exist', () => expect(() => checkFrameworks(bundled.frameworks, bundled.rules)).not.toThrow());
});

describe('the bundled frameworks', () => {
  const ruleTitles = new Set(bundled.rules.map((rule) => rule.title));
  const controls = bundled.frameworks.flatMap(({ framework }) => framework.controls.map((control) => ({ framework, control })));

  test('give every control a title of its own', () => {
    const borrowed = controls.filter(({ framework, control }) => {
      const bare = control.title.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
      const placeholder =
        bare === '' ||
        control.title.includes(control.id) ||
        control.title.startsWith(framework.title) ||
        /^(?:recommendation|control|requirement) [A-Z]{0,3}[-.]?\d/i.test(control.title);
      return placeholder || ruleTitles.has(control.title);
    });
    expect(borrowed.map(({ framework, control }) => `${framework.id} ${control.id}: ${control.title}`)).toEqual([]);
    expect(controls.length).toBeGreaterThan(1400);
  });

  test('say why a control that could be checked is not, and nothing where rules check it', () => {
    const wrong = controls.filter(({ control }) => {
      const covered = controlRules(control, bundled.rules).length > 0;
      return covered ? control.reason !== '' : control.automation === 'automated' && control.reason === '';
    });
    expect(wrong.map(({ framework, control }) => `${framework.id} ${control.id}`)).toEqual([]);
  });

  test('every rule has what a reader needs: risk, fix, example, and a place in a framework', () => {
    const placed = new Set(controls.flatMap(({ control }) => controlRules(control, bundled.rules)));
    for (const rule of bundled.rules) {
      const expects = new Set(rule.tests.map((example) => example.expect));
      expect({
        id: rule.id,
        risk: rule.risk.length > 0,
        cli: (rule.remediation.cli ?? '').trim().length > 0,
        terraform: (rule.remediation.terraform ?? '').trim().length > 0,
        summary: rule.remediation.summary.length > 0,
        attack: rule.attack.length > 0,
        framework: placed.has(rule.id),
        fail: expects.has('fail'),
        pass: expects.has('pass'),
        categories: rule.categories.length > 0,
      }).toEqual({
        id: rule.id,
        risk: true,
        cli: true,
        terraform: true,
        summary: true,
        attack: true,
        framework: true,
        fail: true,
        pass: true,
        categories: true,
      });
    }
    expect(bundled.rules.length).toBeGreaterThanOrEqual(549);
    expect(ruleTitles.size).toBe(bundled.rules.length);
  });
});

test('check --framework reports by control', async () => {
  const demo = path.join('snapshots', 'demo');
  const { out } = await run(['check', demo, '--framework', 'mitre-attack-cloud', '--format', 'json']);
  const answer = JSON.parse(out) as { findings: Finding[]; frameworks: { id: string; controls: { rules: string[] }[] }[] };
  expect(answer.frameworks.map((each) => each.id)).toEqual(['mitre-attack-cloud']);
  const allowed = new Set(answer.frameworks[0]?.controls.flatMap((control) => control.rules));
  expect(answer.findings.every((each) => allowed.has(each.rule))).toBe(true);
  const { code, err } = await run(['check', demo, '--framework', 'cis-awss']);
  expect(`${code} ${err}`).toContain('2 postern: no framework is called');
});
