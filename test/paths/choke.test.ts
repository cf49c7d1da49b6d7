import { expect, test } from '@jest/globals';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { chokePlaces, chokePoints, chokeSteps } from '../../src/paths/choke.ts';
import { placeNature } from '../../src/paths/place-nature.ts';
import { createRanker } from '../../src/paths/ranking.ts';
import { noSettings } from '../../src/paths/settings.ts';

const policy = (resource: string, pointer = '/config/RolePolicyList/0/PolicyDocument/Statement/0') => ({ resource, pointer, call: 'iam:Get' });

/** The internet comes to a role, and from there over two proofs, one less likely, to one bucket, and over a single one to another. */
function estate() {
  const builder = new GraphBuilder();
  builder.node({ id: 'internet', kind: 'Internet', type: 'test', name: 'Internet' });
  builder.node({ id: 'role', kind: 'Principal', type: 'test', name: 'role' });
  for (const id of ['twice', 'once']) builder.node({ id, kind: 'DataStore', type: 'test', name: id });
  const step = (from: string, to: string, kind: 'CanBecome' | 'CanRead', technique: string, value: number, evidence: ReturnType<typeof policy>[]): void =>
    builder.step({ from, to, kind, technique, factors: [{ name: 'b', value, why: '' }], residual: [], evidence });
  step('internet', 'role', 'CanBecome', 'aws.assume-role', 1, [
    policy('role', '/config/AssumeRolePolicyDocument/Statement/0'),
    policy('group', '/config/IpPermissions/0/IpRanges/0'),
  ]);
  step('role', 'twice', 'CanRead', 'aws.read-bucket', 0.8, [policy('first')]);
  step('role', 'twice', 'CanRead', 'aws.write-bucket', 0.4, [policy('second')]);
  step('role', 'once', 'CanRead', 'aws.read-bucket', 0.8, [policy('third')]);
  return createRanker(builder.freeze(), noSettings, new Map());
}

test('nodes, steps, grants and rules by the share of the risk that goes through them, and by what is gone without them', () => {
  const ranker = estate();
  const paths = ranker.top(10);
  expect(paths.map((path) => path.risk)).toEqual([32, 32]);
  const nameOf = (id: string) => ({ kind: '', name: id });
  expect(chokePoints(paths, nameOf)).toEqual([{ id: 'role', kind: '', name: 'role', share: 1, paths: 2 }]);
  expect(chokeSteps(paths).map(({ from, to, share, paths: count }) => [from, to, share, count])).toEqual([
    ['internet', 'role', 1, 2],
    ['role', 'once', 0.5, 1],
    ['role', 'twice', 0.5, 1],
  ]);
  expect(chokePlaces(ranker, paths).map(({ nature, resource, share, ends }) => [nature, resource, share, ends])).toEqual([
    ['rule', 'group', 1, 1],
    ['grant', 'role', 1, 1],
    // Half as likely by the second proof, so half of this path's half is gone.
    ['grant', 'first', 0.5, 0.25],
    ['grant', 'third', 0.5, 0.5],
  ]);
});

test.each([
  ['arn:aws:iam::111122223333:role/r', '/config/AssumeRolePolicyDocument/Statement/0', 'grant'],
  ['arn:aws:iam::111122223333:user/u', '/config/AttachedManagedPolicies/0/PolicyArn', 'grant'],
  ['arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1', '/config/IpPermissions/0/IpRanges/0', 'rule'],
  ['arn:aws:ec2:eu-west-1:111122223333:route-table/rtb-1', '/config/Routes/1', 'rule'],
  ['arn:aws:ec2:eu-west-1:111122223333:instance/i-1', '/config/MetadataOptions/HttpTokens', 'setting'],
  ['/subscriptions/s/providers/microsoft.authorization/roleassignments/a', '/config/properties', 'grant'],
  ['/subscriptions/s/resourcegroups/g/providers/microsoft.network/networksecuritygroups/n', '/config/properties/securityRules/0', 'rule'],
  ['9f1e0000-0000-4000-8000-000000000001', '/config/owners/0', 'grant'],
])('%s %s is a %s', (resource, pointer, nature) => {
  expect(placeNature(resource, pointer)).toBe(nature);
});
