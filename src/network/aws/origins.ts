import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, internetAddresses, intersectSets, isEmptySet } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, number, objects, text } from './config.ts';
import type { Decider } from './decide.ts';
import { doorRow, listenedBy, reachingClients, stationsOf } from './door-rows.ts';
import type { Estate } from './estate.ts';
import { prefixLists } from './filters.ts';

/** An origin of a distribution that is a resource of the snapshot. */
export interface Origin {
  readonly distribution: SnapshotRecord;
  readonly target: SnapshotRecord;
  readonly pointer: string;
  readonly ports: Traffic;
}

/** Every origin whose domain name is that of a load balancer, API, function URL, instance or bucket of the snapshot. Names that people gave in DNS are not followed. */
export function originsOf(snapshot: Snapshot): readonly Origin[] {
  const names = domainNames(snapshot);
  return snapshot.records('AWS::CloudFront::Distribution').flatMap((distribution) =>
    objects(child(distribution.config, 'Origins'), 'Items').flatMap((origin, index): Origin[] => {
      const name = (text(origin, 'DomainName') ?? '').toLowerCase();
      const target = names.get(name) ?? names.get(name.replace(/^dualstack\./, '')) ?? bucket(snapshot, name);
      return target === undefined ? [] : [{ distribution, target, pointer: `/config/Origins/Items/${index}`, ports: originPorts(origin) }];
    }),
  );
}

function domainNames(snapshot: Snapshot): ReadonlyMap<string, SnapshotRecord> {
  const names = new Map<string, SnapshotRecord>();
  const add = (name: string | undefined, record: SnapshotRecord): void => {
    if (name !== undefined && name !== '') names.set(name.toLowerCase(), record);
  };
  for (const type of ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'])
    for (const record of snapshot.records(type)) add(text(record.config, 'DNSName'), record);
  for (const record of snapshot.records('AWS::ApiGateway::RestApi'))
    add(`${text(record.config, 'id') ?? ''}.execute-api.${record.region}.amazonaws.com`, record);
  for (const record of snapshot.records('AWS::ApiGatewayV2::Api')) add((text(record.config, 'ApiEndpoint') ?? '').replace(/^\w+:\/\//, ''), record);
  for (const record of snapshot.records('AWS::Lambda::Function'))
    for (const url of objects(record.config, 'ListFunctionUrlConfigs', 'FunctionUrlConfigs'))
      add(/^https:\/\/([^/]+)/.exec(text(url, 'FunctionUrl') ?? '')?.[1], record);
  for (const record of snapshot.records('AWS::EC2::Instance')) add(text(record.config, 'PublicDnsName'), record);
  return names;
}

/** `name.s3.region.amazonaws.com`, `name.s3-website-region.amazonaws.com` */
function bucket(snapshot: Snapshot, name: string): SnapshotRecord | undefined {
  const found = /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com$/.exec(name)?.[1];
  return found === undefined ? undefined : snapshot.find(`arn:aws:s3:::${found}`);
}

function originPorts(origin: JsonObject): Traffic {
  const custom = child(origin, 'CustomOriginConfig');
  const http = portRange(6, number(custom, 'HTTPPort') ?? 80, number(custom, 'HTTPPort') ?? 80);
  const https = portRange(6, number(custom, 'HTTPSPort') ?? 443, number(custom, 'HTTPSPort') ?? 443);
  if (Object.keys(custom).length === 0) return https;
  switch (text(custom, 'OriginProtocolPolicy')) {
    case 'http-only':
      return http;
    case 'https-only':
      return https;
    default:
      return traffic.union(http, https);
  }
}

/** CloudFront's own addresses, where the managed prefix list was collected: "com.amazonaws.global.cloudfront.origin-facing" (CloudFront guide, restrict access to load balancers). */
export function cloudFrontAddresses(snapshot: Snapshot): AddressSet | undefined {
  const own = snapshot
    .records('AWS::EC2::PrefixList')
    .find((record) => text(record.config, 'PrefixListName') === 'com.amazonaws.global.cloudfront.origin-facing');
  return own === undefined ? undefined : prefixLists(snapshot).get(text(own.config, 'PrefixListId') ?? '')?.set;
}

/** From a distribution to its origins, where their listeners and groups let CloudFront in. */
export function originClasses(estate: Estate, decider: Decider, snapshot: Snapshot): readonly ReachClass[] {
  const edge = cloudFrontAddresses(snapshot) ?? internetAddresses;
  return originsOf(snapshot).flatMap(({ distribution, target, pointer, ports }) => {
    const proof = [evidence(distribution, pointer)];
    const networked = stationsOf(estate, target.id).length > 0;
    const { ports: listened, missing } = listenedBy(estate, target.id);
    const flows = networked || estate.listening.has(target.id) ? traffic.intersect(ports, listened) : ports;
    if (flows.length === 0) return [];
    if (networked && isEmptySet(intersectSets(reachingClients(estate, decider, target.id, flows), edge))) return [];
    return [doorRow(distribution.id, target.id, flows, proof, { missing })];
  });
}
