import { expect, test } from '@jest/globals';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { networkFindings } from '../../src/network/findings.ts';
import { snapshotOf } from '../spec/network/records.ts';
import type { World } from '../spec/network/world.ts';

const open = [{ number: 100, allow: true, protocol: -1, cidr: '0.0.0.0/0' }];
const world: World = {
  vpcs: [{ id: 'vpc-a', cidrs: ['10.0.0.0/16'], igw: false, eigw: false, region: 'eu-west-1' }],
  subnets: [{ id: 'subnet-a', vpc: 'vpc-a', cidrs: ['10.0.1.0/24'], zone: 'a', acl: 'acl-a' }],
  tables: [{ id: 'rtb-a', vpc: 'vpc-a', main: true, routes: [] }],
  acls: [
    {
      id: 'acl-a',
      vpc: 'vpc-a',
      ingress: [
        { number: 10, allow: true, protocol: 6, cidr: '0.0.0.0/1', from: 0, to: 65_535 },
        { number: 20, allow: true, protocol: 6, cidr: '128.0.0.0/1', from: 0, to: 65_535 },
        { number: 30, allow: false, protocol: 6, cidr: '10.0.0.0/8', from: 22, to: 22 },
        { number: 40, allow: false, protocol: 17, cidr: '10.0.0.0/8', from: 53, to: 53 },
      ],
      egress: open,
    },
  ],
  groups: [
    {
      id: 'sg-a',
      vpc: 'vpc-a',
      ingress: [
        { protocol: 6, from: 22, to: 22, peer: '0.0.0.0/0' },
        { protocol: 6, from: 0, to: 1023, peer: '10.0.0.0/8' },
        { protocol: 6, from: 443, to: 443, peer: '10.1.0.0/16' },
        { protocol: 6, from: 443, to: 443, peer: 'sg-idle' },
      ],
      egress: [{ protocol: -1, peer: '0.0.0.0/0' }],
    },
    { id: 'sg-idle', vpc: 'vpc-a', ingress: [{ protocol: 6, from: 80, to: 80, peer: '10.0.0.0/8' }], egress: [] },
  ],
  hosts: [{ id: 'eni-a', subnet: 'subnet-a', ips: ['10.0.1.10'], groups: ['sg-a'] }],
  nats: [],
  peerings: [],
  transits: [],
  lists: {},
};

test('dead, shadowed, redundant and open rules, each with its place', () => {
  const snapshot = snapshotOf(world);
  const found = networkFindings(snapshot, createNetworkEngine(snapshot));
  expect(found.map((each) => `${each.resource.split('/').at(-1)} ${each.kind} ${each.evidence[0]?.pointer}`)).toEqual([
    'acl-a shadowed-entry /config/Entries/2',
    'sg-a dead-rule /config/IpPermissions/3/UserIdGroupPairs/0',
    'sg-a open-but-unreachable /config/IpPermissions/0/IpRanges/0',
    'sg-a redundant-rule /config/IpPermissions/2/IpRanges/0',
    'sg-idle dead-rule /config',
  ]);
  expect(found[0]?.message).toBe('rule 30 never decides: rule 10 comes first and says otherwise');
});
