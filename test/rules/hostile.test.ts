import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { parsePattern } from '../../src/graph/pattern.ts';
import { patternMatches } from '../../src/graph/pattern-match.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { compileRules } from '../../src/rules/evaluate.ts';
import { runExamples } from '../../src/rules/examples.ts';
import { loadPack, readPacks } from '../../src/rules/pack.ts';
import { packFolders } from '../../src/rules/pack-path.ts';
import { recordDocument } from '../../src/rules/record-document.ts';
import { snapshotNeighbours } from '../../src/rules/related.ts';
import { resourceFindings } from '../../src/rules/resource.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
const types = await allTypes();
const rule = (flag: string, more = ''): string => `schema: rule/v1
id: aws.s3.hostile
kind: resource
title: Buckets are well named
severity: low
provider: aws
risk: r
${more}match: { type: AWS::S3::Bucket }
flag: ${flag}
message: "{resource.name}"
attack: [T1485]
remediation: { summary: s }
tests:
  - { name: a, expect: fail, resource: { Name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa } }
  - { name: b, expect: pass, resource: { Name: b } }
`;
const told = (text: string): string =>
  loadPack(text, 'hostile.yaml')
    .errors.map((error) => error.format())
    .join('\n');

describe('a rule file from a stranger', () => {
  test('an alias bomb is refused before it expands', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]}, `.repeat(9)}*${'abcdefghi'[index]}]`),
    ];
    const begun = performance.now();
    expect(told(bomb.join('\n'))).toMatch(/alias/);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('a file nobody wrote by hand is refused', () => expect(told(`x: ${'a'.repeat(5_000_000)}`)).toMatch(/larger than 4000000 bytes/));

  test('YAML tags make no objects', () => expect(told(rule('!!js/function "function () { process.exit(1) }"'))).toMatch(/tag/));

  test.each(['__proto__', 'constructor', 'prototype', 'hasOwnProperty'])('the key %s is a key like any other', (key) => {
    expect(told(`${rule('{ config.Name: a }')}${key}: { polluted: true }\n`)).toContain(`R104 unknown key \`${key}\``);
    const { rules } = loadPack(rule(`{ config.${key}|exists: true }`), 'hostile.yaml');
    const outcomes = rules.flatMap((each) => runExamples(each, types, clock));
    expect(outcomes.map((each) => each.actual)).toEqual(['pass', 'pass']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each([
    ['a regular expression', '{ config.Name|re: "^(a+)+$" }'],
    ['a pattern with stars', `{ config.Name|like: "${'*a'.repeat(30)}b" }`],
    ['an expression', `{ expr: 're(config.Name, "^(a+)+$") && re(config.Name, "(a|aa)+$")' }`],
  ])('%s that would take for ever elsewhere takes no time', (_name, flag) => {
    const { rules, errors } = loadPack(rule(flag), 'hostile.yaml');
    expect(errors).toEqual([]);
    compileRules(rules, types, clock, { params: {} });
    const begun = performance.now();
    for (const each of rules) runExamples(each, types, clock);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  test.each([
    ['a regular expression', `{ config.Name|re: "${'(a|b)'.repeat(300)}" }`, /`config.Name\|re` has 1500 characters; at most 1000/],
    ['counted repetition', '{ config.Name|re: "(a{1,1000}){1,1000}" }', /no regular expression/],
    ['an expression', `{ expr: '${'config.Name == "a" || '.repeat(2000)}false' }`, /the expression has \d+ characters/],
    ['an expression of brackets', `{ expr: '${'('.repeat(200)}true${')'.repeat(200)}' }`, /R109 expr/],
    ['walks inside walks', '{ expr: "config.A.exists(a, a.exists(b, b.exists(c, c == 1)))" }', /R109 expr, at character \d+: lists are walked 3 deep/],
  ])('%s that is too large is refused when the rule is read', (_name, flag, message) => {
    const { rules, errors } = loadPack(rule(flag), 'hostile.yaml');
    expect(errors).toEqual([]);
    let said = '';
    try {
      compileRules(rules, types, clock, { params: {} });
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(message);
    expect(said.split('R109').length).toBeLessThanOrEqual(2);
  });

  test('a record that is too large for an expression is an error of its own, and the rule goes on with the others', () => {
    const walk = '{ expr: "config.Tags.exists(a, config.Tags.exists(b, a.Key == b.Value))" }';
    const { rules } = loadPack(rule(walk), 'hostile.yaml');
    const compiled = compileRules(rules, types, clock, { params: {} }).compiled.get('aws.s3.hostile');
    if (compiled === undefined) throw new Error('it does not compile');
    const bucket = (id: string, tags: readonly JsonObject[]) => ({
      type: 'AWS::S3::Bucket',
      id,
      account: '111122223333',
      region: 'eu-west-1',
      config: { Tags: tags },
      calls: [],
    });
    const many = Array.from({ length: 50_000 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    const snapshot = memorySnapshot([bucket('huge', many), bucket('plain', [{ Key: 'a', Value: 'b' }]), bucket('wrong', [{ Key: 'a', Value: 'a' }])]);
    const findings = [...resourceFindings(compiled, snapshot, types, snapshotNeighbours(snapshot, types, recordDocument))].flat();
    expect(findings.map(({ resource, result }) => `${resource} ${result}`)).toEqual(['huge error', 'plain pass', 'wrong fail']);
    expect(findings[0]?.message).toMatch(/^the expression `config\.Tags\.exists.*` takes more than 5000000 steps here/);
  });

  test('a matcher a thousand deep is an error, not a crash', () =>
    expect(told(rule(`${'{ not: '.repeat(1000)}{ config.Name: a }${' }'.repeat(1000)}`))).toMatch(/nested deeper/));

  test.each(['(a)-[*0..6]->(b)-[*0..6]->(c)-[*0..6]->(d)-[*0..6]->(e)', '(a)-[*]->(b), (a)-[*]->(c), (b)-[*]->(c), (a)-[*]->(d)'])(
    'the pattern %s over a dense graph ends',
    (text) => {
      const builder = new GraphBuilder();
      for (let index = 0; index < 60; index++) builder.node({ id: `n${index}`, kind: 'Compute', type: 'T', name: `n${index}` });
      for (let from = 0; from < 60; from++)
        for (let to = 0; to < 60; to += 7)
          if (from !== to) builder.step({ from: `n${from}`, to: `n${to}`, kind: 'Reaches', technique: 'aws.x', factors: [], residual: [], evidence: [] });
      const pattern = parsePattern(text);
      if ('problem' in pattern) throw new Error(pattern.problem);
      const begun = performance.now();
      let matches = 0;
      for (const each of patternMatches(builder.freeze(), pattern, ['a'], () => true)) matches += each.matches.length;
      expect(matches).toBe(60);
      expect(performance.now() - begun).toBeLessThan(20_000);
    },
    60_000,
  );

  test('a message fills no prototype and stays on one line', () => {
    const { rules } = loadPack(rule('{ config.Name: a }').replace('{resource.name}', '{config.__proto__} {config.constructor.name}'), 'hostile.yaml');
    expect(() => compileRules(rules, types, clock, { params: {} })).not.toThrow();
  });

  test('brackets a thousand deep are an error, not a crash', () =>
    expect(told(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toMatch(/^hostile\.yaml:1:\d+ the file is nested deeper/));
});

describe('packs', () => {
  const pack = path.join(folder, 'node_modules', '@larkpay', 'cloud-rules');
  mkdirSync(path.join(pack, 'checks'), { recursive: true });
  writeFileSync(path.join(pack, 'checks', 'one.yaml'), rule('{ config.Name|startswith: aa }'));
  writeFileSync(path.join(pack, 'index.js'), 'throw new Error("a pack was run")\n');
  const manifest = (rules: unknown): void =>
    writeFileSync(path.join(pack, 'package.json'), JSON.stringify({ name: '@larkpay/cloud-rules', main: 'index.js', postern: { rules } }));

  test('an npm package is data: its folders are read, its code is not run', async () => {
    manifest(['checks']);
    const { rules } = await readPacks(await packFolders('@larkpay/cloud-rules', folder));
    expect(rules.map((each) => each.id)).toEqual(['aws.s3.hostile']);
  });
  test.each([[['../../..']], [['/etc']], [['checks/../../../..']], ['checks'], [[7]]])('its manifest cannot lead out of it: %j', async (rules) => {
    manifest(rules);
    await expect(packFolders('@larkpay/cloud-rules', folder)).rejects.toThrow(/postern\.rules/);
  });
  test('a link cannot lead out of it either', async () => {
    symlinkSync(os.tmpdir(), path.join(pack, 'away'));
    manifest(['away']);
    await expect(packFolders('@larkpay/cloud-rules', folder)).rejects.toThrow(/leads out of the package/);
  });
  test('a folder of links reads none of them', async () => {
    const links = path.join(folder, 'links');
    mkdirSync(links);
    writeFileSync(path.join(folder, 'outside.yaml'), 'not: a rule\n');
    symlinkSync(path.join(folder, 'outside.yaml'), path.join(links, 'inside.yaml'));
    expect((await readPacks([links])).rules).toEqual([]);
  });
  test('a package that is not there is told', async () => await expect(packFolders('@larkpay/none', folder)).rejects.toThrow(/no package `@larkpay\/none`/));
});
