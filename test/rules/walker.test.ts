import { expect, test } from '@jest/globals';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { graphFindings } from '../../src/rules/graph.ts';
import { loadPack } from '../../src/rules/pack.ts';
import type { GraphRule } from '../../src/rules/rule.ts';

const pack = `schema: rule/v1
id: aws.path.fan-out
kind: graph
title: Nothing leads to a secret
severity: low
provider: aws
risk: r
graph: { path: "(a:Compute)-[:CanRead]->(b:Secret)", per: [a, b] }
message: "{a} reads {b}"
attack: [T1485]
remediation: { summary: s }
tests:
  - { name: a, expect: fail }
  - { name: b, expect: pass }
`;

const clock = { now: Date.parse('2026-01-01T00:00:00Z') };

test.each([
  { secrets: 1000, beyond: 0 },
  { secrets: 1001, beyond: 1 },
])('$secrets matches from one start leave $beyond finding that the rest is unknown', ({ secrets, beyond }) => {
  const rule = loadPack(pack, 'fan-out.yaml').rules[0] as GraphRule;
  const builder = new GraphBuilder();
  builder.node({ id: 'host', kind: 'Compute', type: 'AWS::EC2::Instance', name: 'host' });
  for (let index = 0; index < secrets; index++) {
    builder.node({ id: `s${index}`, kind: 'Secret', type: 'AWS::SecretsManager::Secret', name: `s${index}` });
    const evidence = [{ resource: 'host', pointer: '/config', call: 'iam:GetRole' }];
    builder.step({ from: 'host', to: `s${index}`, kind: 'CanRead', technique: 'aws.read', factors: [], residual: [], evidence });
  }
  const findings = [...graphFindings(rule, builder.freeze(), clock)];
  expect(findings.filter((each) => each.result === 'fail')).toHaveLength(1000);
  const unknown = findings.filter((each) => each.result === 'unknown');
  expect(unknown).toHaveLength(beyond);
  for (const each of unknown) expect(each).toMatchObject({ resource: 'host', missing: ['the matches from host after the first 1000'] });
});
