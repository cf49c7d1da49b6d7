import { beforeAll, describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { clockOf, compileRules, evaluateEach, evaluateRules, inOrder } from '../../src/rules/evaluate.ts';
import { loadPack } from '../../src/rules/pack.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const rule = (id: string, severity: string, flag: string) => `
schema: rule/v1
id: ${id}
kind: resource
title: Buckets are named well
severity: ${severity}
provider: aws
risk: nobody finds it
message: "{resource.name} is named badly"
attack: [T1485]
match: {type: AWS::S3::Bucket}
flag: ${flag}
remediation: {summary: name it anew}
tests:
  - {name: badly, expect: fail, resource: {Name: b-odd}}
  - {name: well, expect: pass, resource: {Name: good}}
`;
const packs = [rule('aws.s3.second', 'low', '{config.Name|startswith: b-odd}'), rule('aws.s3.first', 'high', '{config.Name|endswith: odd}')].join('\n---\n');

let types: TypeTable;
beforeAll(async () => {
  types = await allTypes();
});

/** Buckets of which every other one is named badly, and an account whose buckets nobody could list. `config` of one may be another. */
function over(count: number, odd: Readonly<Record<number, JsonObject>> = {}) {
  const records = Array.from({ length: count }, (_, index) => {
    const name = `b-${String(index).padStart(5, '0')}`;
    const config = odd[index] ?? { Name: index % 2 === 0 ? `b-odd` : name };
    return { type: 'AWS::S3::Bucket', id: `arn:aws:s3:::${name}`, account: '111122223333', region: 'eu-west-1', config, calls: ['s3:ListBuckets'] };
  });
  const calls = (['ok', 'denied'] as const).map((state, index) => ({
    call: 's3:ListBuckets',
    account: `${index}11122223333`,
    region: 'global',
    state,
    requests: 1,
  }));
  const snapshot = memorySnapshot(records, { types, calls });
  const set = compileRules(loadPack(packs, 'parts.yaml').rules, types, clockOf(snapshot), { params: {} });
  const none = memorySnapshot([]);
  return [set, { snapshot, types, graph: new GraphBuilder().freeze(), iam: createAwsIamEngine(none), network: createNetworkEngine(none) }] as const;
}

const damaged = (): JsonObject =>
  Object.defineProperty({}, 'Name', {
    enumerable: true,
    get: () => {
      throw new Error('damaged');
    },
  }) as JsonObject;

describe('findings that come part by part', () => {
  test('are those of all rules in their order', () => {
    const parts = [...evaluateEach(...over(2500))];
    const all = parts.flatMap((part) => part.findings);
    expect(Math.max(...parts.map((part) => part.findings.length))).toBeLessThanOrEqual(1001);
    expect(parts.length).toBe(6);
    expect(all).toEqual(inOrder([...all].reverse()));
    expect(all).toEqual(evaluateRules(...over(2500)));
    const told = (from: number, to: number) => all.slice(from, to).map(({ rule, result, resource }) => `${rule} ${result} ${resource}`);
    expect(told(0, 3)).toEqual([
      'aws.s3.first unknown 111122223333/global',
      'aws.s3.first fail arn:aws:s3:::b-00000',
      'aws.s3.first pass arn:aws:s3:::b-00001',
    ]);
    expect(told(2500, 2502)).toEqual(['aws.s3.first pass arn:aws:s3:::b-02499', 'aws.s3.second unknown 111122223333/global']);
  });

  test('are kept where a rule breaks down, which is told before them', () => {
    const all = evaluateRules(...over(1500, { 1200: damaged() }));
    const of = (name: string) => all.filter((finding) => finding.rule === name);
    for (const findings of [of('aws.s3.first'), of('aws.s3.second')]) {
      expect(findings.map(({ result }) => result).slice(0, 3)).toEqual(['error', 'unknown', 'fail']);
      expect(findings[0]?.message).toBe('the rule broke down: damaged');
      expect(findings.length).toBe(1202);
    }
  });

  test('end where the evidence cannot be gathered, which is told behind them', () => {
    let asked = 0;
    const fickle = Object.defineProperty({}, 'Name', {
      enumerable: true,
      get: () => {
        if (++asked % 2 === 0) throw new Error('gone');
        return 'b-odd';
      },
    }) as JsonObject;
    const all = evaluateRules(...over(20, { 10: fickle })).filter((finding) => finding.rule === 'aws.s3.first');
    expect(all.map(({ result }) => result)).toEqual(['unknown', ...Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'fail' : 'pass')), 'error']);
  });
});
