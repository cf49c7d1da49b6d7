import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { StepSpec } from '../../src/graph/types.ts';

const evidence = [{ resource: 'role', pointer: '/config/Document/Statement/0', call: 'iam:GetRole' }];
const atom = { operator: 'StringEquals', key: 'aws:SourceVpc', values: ['vpc-1', 'vpc-2'], negated: false };
const become: StepSpec = {
  from: 'user',
  to: 'role',
  kind: 'CanBecome',
  technique: 'aws.assume-role',
  factors: [
    { name: 'exploit', value: 0.1, why: 'needs the "credential"' },
    { name: 'noise', value: 0.3, why: 'logged' },
  ],
  residual: [],
  evidence,
};

/** A graph with every field in use: text that is hard to quote, parallel steps, a loop, all three verdicts; `extra` adds a node and a step. */
export function smallGraph(extra = false): Graph {
  const builder = new GraphBuilder();
  builder.node({ id: 'internet', kind: 'Internet', type: 'postern/internet', name: 'Internet' });
  builder.node({
    id: 'arn:x/ü "quoted" \\ \u2028 😀 $scope',
    kind: 'DataStore',
    type: 'AWS::S3::Bucket',
    name: "it's\nhere",
    account: '111122223333',
    region: 'eu-west-1',
    tags: { 'a`b': '', ключ: '}' },
    props: { value: 3, list: [1, 0.1, null, { deep: true }], classification: 'secret' },
  });
  builder.node({ id: 'user', kind: 'Principal', type: 'AWS::IAM::User', name: 'user', account: '111122223333' });
  builder.node({ id: 'role', kind: 'Principal', type: 'AWS::IAM::Role', name: 'role', account: '111122223333' });
  builder.node({ id: 'host', kind: 'Compute', type: 'AWS::EC2::Instance', name: 'host', account: '111122223333' });
  builder.structure({ from: 'host', to: 'role', kind: 'UsesIdentity', evidence });
  builder.structure({ from: 'host', to: 'role', kind: 'UsesIdentity' });
  builder.structure({ from: 'host', to: 'host', kind: 'RefersTo' });
  builder.step(become);
  builder.step({ ...become, technique: 'aws.other' });
  builder.step({ ...become, residual: [{ allOf: [atom] }, { allOf: [{ ...atom, negated: true }] }] });
  builder.step({ ...become, missing: ['iam:GetRole of role'], label: 'becomes “role”' });
  builder.step({ ...become, from: 'internet', to: 'host', kind: 'Reaches', ports: 'tcp/443, udp/53' });
  builder.step({ ...become, from: 'host', to: 'role', kind: 'RunsAs' });
  builder.step({ ...become, from: 'role', to: 'arn:x/ü "quoted" \\ \u2028 😀 $scope', kind: 'CanRead' });
  if (extra) {
    builder.node({ id: 'stale', kind: 'Secret', type: 'AWS::SecretsManager::Secret', name: 'stale' });
    builder.step({ ...become, from: 'role', to: 'stale', kind: 'CanRead' });
    builder.step({ ...become, from: 'role', to: 'user', kind: 'CanBecome' });
  }
  return builder.freeze();
}
