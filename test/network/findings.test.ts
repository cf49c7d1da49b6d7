import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { createNetworkEngine } from '../../src/network/engine.ts';
import { networkFindings } from '../../src/network/findings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { recordsOf, snapshotOf } from '../spec/network/records.ts';
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

test('an origin that is reached around its distribution', () => {
  const shop = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/1';
  const extra = (type: string, id: string, config: JsonObject): SnapshotRecord => ({
    type,
    id,
    config,
    account: '111122223333',
    region: 'eu-west-1',
    calls: ['x:Y'],
  });
  const found = (peer: string) => {
    const open2: World = {
      ...world,
      vpcs: [{ id: 'vpc-a', cidrs: ['10.0.0.0/16'], igw: true, eigw: false, region: 'eu-west-1' }],
      tables: [{ id: 'rtb-a', vpc: 'vpc-a', main: true, routes: [{ to: '0.0.0.0/0', via: 'igw-vpc-a' }] }],
      acls: [{ id: 'acl-a', vpc: 'vpc-a', ingress: open, egress: open }],
      groups: [{ id: 'sg-lb', vpc: 'vpc-a', ingress: [{ protocol: 6, from: 443, to: 443, peer }], egress: [] }],
      hosts: [],
      lists: { 'pl-edge': ['130.176.0.0/16'] },
    };
    const snapshot = memorySnapshot([
      ...recordsOf(open2).records.filter((record) => record.type !== 'AWS::EC2::PrefixList'),
      extra('AWS::EC2::PrefixList', 'arn:aws:ec2:eu-west-1:111122223333:prefix-list/pl-edge', {
        PrefixListId: 'pl-edge',
        PrefixListName: 'com.amazonaws.global.cloudfront.origin-facing',
        GetManagedPrefixListEntries: [{ Cidr: '130.176.0.0/16' }],
      }),
      extra('AWS::ElasticLoadBalancingV2::LoadBalancer', shop, {
        LoadBalancerArn: shop,
        Type: 'application',
        Scheme: 'internet-facing',
        DNSName: 'shop.elb.amazonaws.com',
        SecurityGroups: ['sg-lb'],
        AvailabilityZones: [{ SubnetId: 'subnet-a' }],
      }),
      extra('AWS::ElasticLoadBalancingV2::Listener', `${shop}/l`, { LoadBalancerArn: shop, Protocol: 'HTTPS', Port: 443 }),
      extra('AWS::CloudFront::Distribution', 'arn:aws:cloudfront::111122223333:distribution/E1', {
        Enabled: true,
        DomainName: 'd1.cloudfront.net',
        Origins: { Items: [{ DomainName: 'shop.elb.amazonaws.com', CustomOriginConfig: { OriginProtocolPolicy: 'https-only' } }] },
      }),
    ]);
    return networkFindings(snapshot, createNetworkEngine(snapshot)).filter((each) => each.kind === 'origin-bypass');
  };
  expect(found('0.0.0.0/0').map((each) => [each.resource, each.message])).toEqual([
    [shop, 'the whole internet reaches it on tcp 443 without going through d1.cloudfront.net'],
  ]);
  expect(found('pl-edge')).toEqual([]);
});
