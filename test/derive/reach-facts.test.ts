import { expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { derive } from '../../src/derive/derive.ts';
import { ReachFacts } from '../../src/derive/reach-facts.ts';
import { parseTechniques } from '../../src/derive/technique.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { addStructure } from '../../src/graph/structure.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { recordsOf } from '../spec/network/records.ts';
import type { World } from '../spec/network/world.ts';

const open = [{ number: 1, allow: true, protocol: -1, cidr: '0.0.0.0/0' }];
const out = [{ protocol: -1, peer: '0.0.0.0/0' }];
const world: World = {
  vpcs: [{ id: 'vpc-a', cidrs: ['10.0.0.0/16'], igw: true, eigw: false, region: 'eu-west-1' }],
  subnets: [{ id: 'subnet-a', vpc: 'vpc-a', cidrs: ['10.0.1.0/24'], zone: 'a', acl: 'acl-a' }],
  tables: [{ id: 'rtb-a', vpc: 'vpc-a', main: true, routes: [{ to: '0.0.0.0/0', via: 'igw-vpc-a' }] }],
  acls: [{ id: 'acl-a', vpc: 'vpc-a', ingress: open, egress: open }],
  groups: [
    { id: 'sg-web', vpc: 'vpc-a', ingress: [{ protocol: 6, from: 443, to: 443, peer: '0.0.0.0/0' }], egress: out },
    { id: 'sg-db', vpc: 'vpc-a', ingress: [{ protocol: 6, from: 6379, to: 6379, peer: 'sg-web' }], egress: out },
  ],
  hosts: [
    { id: 'eni-web', subnet: 'subnet-a', ips: ['10.0.1.10'], pub: '54.0.0.1', groups: ['sg-web'] },
    { id: 'eni-db', subnet: 'subnet-a', ips: ['10.0.1.11'], groups: ['sg-db'] },
  ],
  nats: [],
  peerings: [],
  transits: [],
  lists: {},
};
const short = (id: string): string => id.split('/').at(-1) ?? id;
const types = await allTypes();
const { records, calls } = recordsOf(world);
const snapshot = memorySnapshot(records, { types, calls });
const network = createNetworkEngine(snapshot);
const id = (name: string): string => records.find((record) => short(record.id) === name)?.id ?? '';

test('reachability is asked by source and port', () => {
  const facts = new ReachFacts(network);
  const reached = (from: string, ...ports: number[]): readonly string[] => [...facts.from(from, ports).keys()].map(short).sort();
  expect(reached('internet', 443)).toEqual(['eni-web']);
  expect(reached('internet', 22)).toEqual([]);
  expect(reached('internet')).toEqual(['eni-web']);
  expect(reached(id('eni-web'), 22, 6379)).toEqual(['eni-db', 'internet']);
  expect(reached(id('eni-db'), 6379)).toEqual([]);
  expect(facts.from('internet', [443]).get(id('eni-web'))).toMatchObject({ residual: [], missing: [] });
  expect(
    facts
      .from('internet', [443])
      .get(id('eni-web'))
      ?.evidence.map((each) => each.pointer),
  ).toContain('/config/IpPermissions/0/IpRanges/0');
});

test('a technique whose premise is reachability derives steps from the estate', () => {
  const technique = parseTechniques(
    `schema: technique/v1
id: aws.open-cache
title: reads a cache that asks for no password
category: network
derives: { edge: CanRead, from: $from, to: $cache }
where: { net: [internet], from: [AWS::EC2::NetworkInterface], cache: [AWS::EC2::NetworkInterface] }
when:
  - reaches: { from: $net, to: $from, ports: [443] }
  - reaches: { from: $from, to: $cache, ports: [6379] }
likelihood: { base: 0.9 }
examples: [{ name: e, given: [{ reaches: { from: n, to: a, ports: [443] } }, { reaches: { from: a, to: b, ports: [6379] } }], derives: [a -> b] }]
`,
    'open-cache.yaml',
  );
  const builder = new GraphBuilder();
  addStructure(builder, snapshot, types);
  derive({ snapshot, types, builder, iam: createAwsIamEngine(snapshot), network, techniques: technique });
  const graph = builder.freeze();
  const steps = Array.from({ length: graph.edgeCount }, (_, edge) => edge).filter(
    (edge) => graph.likelihoods[edge] !== 0 && graph.step(edge).technique === 'aws.open-cache',
  );
  expect(steps.map((edge) => [graph.id(graph.sources[edge] ?? 0), graph.id(graph.targets[edge] ?? 0)].map(short).join(' -> '))).toEqual(['eni-web -> eni-db']);
});
