import type { Json } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { child, objects, strings, text } from './config.ts';

/** The resources that a DNS name leads to. */
export type Names = (name: string) => readonly SnapshotRecord[];

const maxAliases = 8;
const folded = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/**
 * Names that the provider gave: of load balancers, APIs, function URLs, distributions, instances and buckets; and names that people gave in the public zones of
 * Route 53 or as custom domain names of API Gateway. A name whose zone was not collected leads nowhere.
 */
export function createNames(snapshot: Snapshot): Names {
  const own = providerNames(snapshot);
  const given = zoneNames(snapshot);
  const follow = (name: string, left: number): readonly SnapshotRecord[] => {
    const known = own.get(name) ?? own.get(name.replace(/^dualstack\./, '')) ?? bucket(snapshot, name);
    if (known.length > 0 || left === 0) return known;
    return (given.get(name) ?? []).flatMap((next) => follow(next, left - 1));
  };
  return (name) => [...new Set(follow(folded(name), maxAliases))];
}

function providerNames(snapshot: Snapshot): ReadonlyMap<string, readonly SnapshotRecord[]> {
  const names = new Map<string, SnapshotRecord[]>();
  const add = (name: string | undefined, record: SnapshotRecord): void => {
    if (name === undefined || name === '') return;
    const key = folded(name);
    const known = names.get(key);
    if (known === undefined) names.set(key, [record]);
    else if (!known.includes(record)) known.push(record);
  };
  for (const type of ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'])
    for (const record of snapshot.records(type)) add(text(record.config, 'DNSName'), record);
  for (const record of snapshot.records('AWS::ApiGateway::RestApi'))
    add(`${text(record.config, 'id') ?? ''}.execute-api.${record.region}.amazonaws.com`, record);
  for (const record of snapshot.records('AWS::ApiGatewayV2::Api')) add((text(record.config, 'ApiEndpoint') ?? '').replace(/^\w+:\/\//, ''), record);
  for (const { names: all, apis } of customDomains(snapshot)) for (const name of all) for (const api of apis) add(name, api);
  for (const record of snapshot.records('AWS::Lambda::Function'))
    for (const url of objects(record.config, 'ListFunctionUrlConfigs', 'FunctionUrlConfigs'))
      add(/^https:\/\/([^/]+)/.exec(text(url, 'FunctionUrl') ?? '')?.[1], record);
  for (const record of snapshot.records('AWS::CloudFront::Distribution')) add(text(record.config, 'DomainName'), record);
  for (const record of snapshot.records('AWS::EC2::Instance')) {
    add(text(record.config, 'PublicDnsName'), record);
    add(text(record.config, 'PublicIpAddress'), record);
  }
  for (const record of snapshot.records('AWS::EC2::EIP')) {
    const instance = snapshot.find(text(record.config, 'InstanceId') ?? '');
    if (instance !== undefined) add(text(record.config, 'PublicIp'), instance);
  }
  return names;
}

/** `name.s3.region.amazonaws.com`, `name.s3-website-region.amazonaws.com` */
function bucket(snapshot: Snapshot, name: string): readonly SnapshotRecord[] {
  const named = /^(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com$/.exec(name)?.[1];
  const record = named === undefined ? undefined : snapshot.find(`arn:aws:s3:::${named}`);
  return record === undefined ? [] : [record];
}

/** An alias leads to a resource of AWS, a CNAME to any name, an A record to an address (Route 53 guide, choosing between alias and non-alias records). */
function zoneNames(snapshot: Snapshot): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const zone of snapshot.records('AWS::Route53::HostedZone')) {
    if (child(zone.config, 'Config')['PrivateZone'] === true) continue;
    for (const set of objects(zone.config, 'ListResourceRecordSets')) {
      const name = folded(text(set, 'Name') ?? '');
      const alias = text(child(set, 'AliasTarget'), 'DNSName');
      const values = /^(?:A|AAAA|CNAME)$/.test(text(set, 'Type') ?? '') ? objects(set, 'ResourceRecords').map((value) => text(value, 'Value') ?? '') : [];
      const all = [...(alias === undefined ? [] : [alias]), ...values].map(folded);
      names.set(name, [...new Set([...(names.get(name) ?? []), ...all])]);
    }
  }
  return names;
}

/** A name of its own that leads to APIs (API Gateway guide, custom domain names). */
export interface CustomDomain {
  readonly record: SnapshotRecord;
  readonly names: readonly string[];
  readonly apis: readonly SnapshotRecord[];
  readonly pointer: string;
  /** Private custom domain names answer inside networks only. */
  readonly open: boolean;
  /** The bucket object with the authorities whose client certificates are asked for. */
  readonly truststore: string | undefined;
}

const apiTypes = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];

/** Custom domain names, as both interfaces of API Gateway tell of them. */
export function customDomains(snapshot: Snapshot): readonly CustomDomain[] {
  const apis = new Map(apiTypes.flatMap((type) => snapshot.records(type)).map((record) => [`${record.region} ${apiId(record.config)}`, record]));
  const mapped = (record: SnapshotRecord, key: string, id: string): readonly SnapshotRecord[] => [
    ...new Set(objects(record.config, key).flatMap((item) => apis.get(`${record.region} ${text(item, id) ?? ''}`) ?? [])),
  ];
  return [
    ...snapshot.records('AWS::ApiGateway::DomainName').map((record): CustomDomain => {
      const { config } = record;
      return {
        record,
        names: present([text(config, 'domainName'), text(config, 'regionalDomainName'), text(config, 'distributionDomainName')]),
        apis: mapped(record, 'GetBasePathMappings', 'restApiId'),
        pointer: '/config/GetBasePathMappings',
        open: !strings(child(config, 'endpointConfiguration'), 'types').includes('PRIVATE'),
        truststore: text(child(config, 'mutualTlsAuthentication'), 'truststoreUri'),
      };
    }),
    ...snapshot.records('AWS::ApiGatewayV2::DomainName').map((record): CustomDomain => {
      const { config } = record;
      return {
        record,
        names: present([text(config, 'DomainName'), ...objects(config, 'DomainNameConfigurations').map((each) => text(each, 'ApiGatewayDomainName'))]),
        apis: mapped(record, 'GetApiMappings', 'ApiId'),
        pointer: '/config/GetApiMappings',
        open: true,
        truststore: text(child(config, 'MutualTlsAuthentication'), 'TruststoreUri'),
      };
    }),
  ];
}

const apiId = (config: Json): string => text(config, 'id', 'ApiId') ?? '';
const present = (names: readonly (string | undefined)[]): readonly string[] => names.filter((name) => name !== undefined);
