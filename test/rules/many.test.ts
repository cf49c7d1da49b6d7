import { expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { clockOf, compileRules, evaluateRules } from '../../src/rules/evaluate.ts';
import { loadPack } from '../../src/rules/pack.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const rule = `
schema: rule/v1
id: aws.s3.many
kind: resource
title: Buckets are named well
severity: low
provider: aws
risk: nobody finds it
message: "{resource.name} is named badly"
attack: [T1485]
match: {type: AWS::S3::Bucket}
flag: {config.Name|startswith: b}
remediation: {summary: name it anew}
tests:
  - {name: badly, expect: fail, resource: {Name: bad}}
  - {name: well, expect: pass, resource: {Name: well}}
`;

test('one rule has more findings than a call takes arguments', async () => {
  const types = await allTypes();
  const count = 130_000;
  const records = Array.from({ length: count }, (_, index) => ({
    type: 'AWS::S3::Bucket',
    id: `arn:aws:s3:::b${index}`,
    account: '111122223333',
    region: 'eu-west-1',
    config: { Name: `b${index}` },
    calls: ['s3:ListBuckets'],
  }));
  const listed = { call: 's3:ListBuckets', account: '111122223333', region: 'global', state: 'ok', requests: 1 } as const;
  const snapshot = memorySnapshot(records, { types, calls: [listed] });
  const { rules } = loadPack(rule, 'many.yaml');
  const set = compileRules(rules, types, clockOf(snapshot), { params: {} });
  const input = {
    snapshot,
    types,
    graph: new GraphBuilder().freeze(),
    iam: createAwsIamEngine(memorySnapshot([])),
    network: createNetworkEngine(memorySnapshot([])),
  };
  const findings = evaluateRules(set, input);
  expect(findings.filter(({ result }) => result === 'error')).toEqual([]);
  expect(findings.filter(({ result }) => result === 'fail')).toHaveLength(count);
}, 60_000);
