import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Address, inPrefix, type Prefix, parsePrefix } from '../algebra/address.ts';
import { evidence, objects, text } from './config.ts';
import type { Route, RouteTable, TargetKind } from './estate.ts';
import type { PrefixLists } from './filters.ts';

/** Where a route leads, by the key that names the target and the target's own prefix. */
export function targetOf(route: JsonObject): { kind: TargetKind; target: string } {
  const named = (key: string): string | undefined => text(route, key);
  const nat = named('NatGatewayId');
  if (nat !== undefined) return { kind: 'nat', target: nat };
  const pcx = named('VpcPeeringConnectionId');
  if (pcx !== undefined) return { kind: 'pcx', target: pcx };
  const tgw = named('TransitGatewayId');
  if (tgw !== undefined) return { kind: 'tgw', target: tgw };
  const eigw = named('EgressOnlyInternetGatewayId');
  if (eigw !== undefined) return { kind: 'eigw', target: eigw };
  const eni = named('NetworkInterfaceId');
  if (eni !== undefined) return { kind: 'eni', target: eni };
  const instance = named('InstanceId');
  if (instance !== undefined) return { kind: 'instance', target: instance };
  const endpoint = named('VpcEndpointId');
  if (endpoint !== undefined) return { kind: 'vpce', target: endpoint };
  const gateway = named('GatewayId');
  if (gateway === 'local') return { kind: 'local', target: 'local' };
  if (gateway?.startsWith('igw-')) return { kind: 'igw', target: gateway };
  if (gateway?.startsWith('vgw-')) return { kind: 'vgw', target: gateway };
  if (gateway?.startsWith('vpce-')) return { kind: 'vpce', target: gateway };
  if (gateway?.startsWith('nat-')) return { kind: 'nat', target: gateway };
  const other = gateway ?? named('CarrierGatewayId') ?? named('LocalGatewayId') ?? named('CoreNetworkArn');
  return other === undefined ? { kind: 'blackhole', target: '' } : { kind: 'other', target: other };
}

/**
 * Route tables, each route's destination resolved to prefixes. Priority: longest prefix, then static, prefix list, propagated (VPC guide, route table priority);
 * "if propagated routes overlap with the local route, the local route is most preferred even if the propagated routes are more specific" (Site-to-Site VPN guide).
 */
export function routeTables(snapshot: Snapshot, lists: PrefixLists): ReadonlyMap<string, RouteTable> {
  const out = new Map<string, RouteTable>();
  for (const record of snapshot.records('AWS::EC2::RouteTable')) {
    const id = text(record.config, 'RouteTableId');
    if (id === undefined) continue;
    const unresolved: string[] = [];
    const routes = objects(record.config, 'Routes').flatMap((route, index) => readRoute(record, route, index, lists, unresolved));
    const local = routes.filter((route) => route.kind === 'local');
    const kept = routes.filter((route) => route.rank < 2 || !local.some((own) => overlaps(own.prefix, route.prefix)));
    kept.sort((a, b) => b.prefix.length - a.prefix.length || a.rank - b.rank);
    out.set(id, { id, record, routes: kept, unresolved });
  }
  return out;
}

const overlaps = (a: Prefix, b: Prefix): boolean => typeof a.lo === typeof b.lo && a.lo <= b.hi && b.lo <= a.hi;

function readRoute(record: SnapshotRecord, route: JsonObject, index: number, lists: PrefixLists, unresolved: string[]): readonly Route[] {
  const { kind, target } = targetOf(route);
  const list = text(route, 'DestinationPrefixListId');
  const cidrs = [text(route, 'DestinationCidrBlock'), text(route, 'DestinationIpv6CidrBlock')].filter((cidr) => cidr !== undefined);
  const propagated = text(route, 'Origin') === 'EnableVgwRoutePropagation';
  if (list !== undefined) {
    const known = lists.get(list);
    if (known === undefined) unresolved.push(list);
    else cidrs.push(...known.cidrs);
  }
  const name = list ?? cidrs[0] ?? '';
  return cidrs.flatMap((cidr) => {
    const prefix = parsePrefix(cidr);
    if (prefix === undefined) return [];
    return [
      {
        prefix,
        kind,
        target,
        rank: propagated ? 2 : list === undefined ? 0 : 1,
        blackhole: text(route, 'State') === 'blackhole' || kind === 'blackhole',
        evidence: evidence(record, `/config/Routes/${index}`),
        text: `route ${name} -> ${target === '' ? 'nothing' : target}`,
      },
    ];
  });
}

/** The route a packet takes, or `undefined`. */
export function lookup(table: RouteTable, address: Address): Route | undefined {
  return table.routes.find((route) => inPrefix(route.prefix, address));
}
