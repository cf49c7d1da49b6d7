import { expect, test } from '@jest/globals';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { joinGraphs } from '../../src/graph/join.ts';
import { dumpGraph, dumpText } from '../../src/store/neo4j/dump.ts';

const step = { technique: 'aws.assume-role', factors: [], residual: [], evidence: [] } as const;
const account = (id: string): string => `arn:aws:iam::${id}:root`;
const text = (graph: Graph): string => [...dumpText(dumpGraph(graph))].join('');

/** An account with one role, which trusts another account; both keep their classes under the same id. */
function part(own: string, other: string): Graph {
  const builder = new GraphBuilder();
  builder.node({ id: account(own), kind: 'Account', type: 'AWS::Account', name: own, account: own });
  builder.node({ id: account(other), kind: 'Account', type: 'AWS::Account', name: other, account: other });
  builder.node({ id: `role-${own}`, kind: 'Principal', type: 'AWS::IAM::Role', name: 'role', account: own });
  builder.node({ id: `aws:account:${other}`, kind: 'Outsider', type: 'postern/outsider', name: other, account: other, props: { breadth: 'account' } });
  builder.node({ id: 'hub-1', kind: 'Hub', type: 'postern/hub', name: '' });
  builder.node({ id: 'internet', kind: 'Internet', type: 'postern/internet', name: 'Internet' });
  builder.structure({ from: account(own), to: `role-${own}`, kind: 'Contains' });
  builder.step({ ...step, from: `aws:account:${other}`, to: `role-${own}`, kind: 'CanBecome' });
  builder.step({ ...step, from: 'internet', to: 'hub-1', kind: 'Reaches' });
  builder.step({ ...step, from: 'hub-1', to: `role-${own}`, kind: 'CanBecome' });
  return builder.freeze();
}
const [a, b] = [part('111122223333', '444455556666'), part('444455556666', '111122223333')];
const ends = (graph: Graph): string[] =>
  Array.from(
    { length: graph.edgeCount },
    (_, edge) => `${graph.id(graph.sources[edge] ?? 0)} ${graph.edgeKind(edge)} ${graph.id(graph.targets[edge] ?? 0)}`,
  ).sort();

test('an outsider whose account another part holds is that account; classes stay apart', () => {
  const joined = joinGraphs([
    { name: 'a', graph: a },
    { name: 'b', graph: b },
  ]);
  expect(joined.indexOf('aws:account:444455556666')).toBe(-1);
  expect(ends(joined)).toEqual([
    'a hub-1 CanBecome role-111122223333',
    `${account('111122223333')} CanBecome role-444455556666`,
    `${account('111122223333')} Contains role-111122223333`,
    `${account('444455556666')} CanBecome role-111122223333`,
    `${account('444455556666')} Contains role-444455556666`,
    'b hub-1 CanBecome role-444455556666',
    'internet Reaches a hub-1',
    'internet Reaches b hub-1',
  ]);
});

test('the order of the parts does not matter, and an outsider that nobody holds stays one', () => {
  const parts = [
    { name: 'a', graph: a },
    { name: 'b', graph: b },
  ];
  expect(text(joinGraphs([...parts].reverse()))).toBe(text(joinGraphs(parts)));
  expect(joinGraphs([{ name: 'a', graph: a }]).indexOf('aws:account:444455556666')).toBeGreaterThanOrEqual(0);
});
