import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, internetAddresses, intersectSets, isEmptySet } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, number, objects, shortId, text } from './config.ts';
import type { Decider } from './decide.ts';
import { doorRow, listenedBy, overNetwork, reachingClients, stationsOf } from './door-rows.ts';
import type { Estate } from './estate.ts';
import { prefixLists } from './filters.ts';
import { createNames } from './names.ts';

/** An origin of a distribution that is a resource of the snapshot. */
export interface Origin {
  readonly distribution: SnapshotRecord;
  readonly target: SnapshotRecord;
  readonly pointer: string;
  readonly ports: Traffic;
  /** CloudFront comes to it from inside its network. */
  readonly inside: SnapshotRecord | undefined;
}

/** Every origin that is a resource of the snapshot: by the provider's name of it, by a name in a public zone of Route 53, or as a VPC origin. */
export function originsOf(snapshot: Snapshot): readonly Origin[] {
  const names = createNames(snapshot);
  const links = new Map(snapshot.records('AWS::CloudFront::VpcOrigin').map((record) => [text(record.config, 'Id') ?? '', record]));
  return snapshot.records('AWS::CloudFront::Distribution').flatMap((distribution) =>
    objects(child(distribution.config, 'Origins'), 'Items').flatMap((origin, index): Origin[] => {
      const pointer = `/config/Origins/Items/${index}`;
      const link = child(origin, 'VpcOriginConfig');
      const inside = links.get(text(link, 'VpcOriginId') ?? '');
      const linked = snapshot.find(text(inside?.config, 'OriginEndpointArn') ?? '');
      const targets = linked === undefined ? names(text(origin, 'DomainName') ?? '') : [linked];
      const common = { distribution, pointer, ports: Object.keys(link).length > 0 ? linkPorts(inside) : originPorts(origin) };
      // The VPC origin itself may not be collected: its name is then that of the load balancer.
      return targets.map((target) => ({ ...common, target, inside: inside ?? (Object.keys(link).length > 0 ? distribution : undefined) }));
    }),
  );
}

function originPorts(origin: JsonObject): Traffic {
  const custom = child(origin, 'CustomOriginConfig');
  return Object.keys(custom).length === 0 ? httpsAt({}) : spoken(custom);
}

/** What a VPC origin is spoken to by; one that was not described may be spoken to by either. */
const linkPorts = (inside: SnapshotRecord | undefined): Traffic => spoken(child(child(inside?.config, 'GetVpcOrigin'), 'VpcOriginEndpointConfig'));

const httpAt = (config: JsonObject): Traffic => portRange(6, number(config, 'HTTPPort') ?? 80, number(config, 'HTTPPort') ?? 80);
const httpsAt = (config: JsonObject): Traffic => portRange(6, number(config, 'HTTPSPort') ?? 443, number(config, 'HTTPSPort') ?? 443);

function spoken(config: JsonObject): Traffic {
  switch (text(config, 'OriginProtocolPolicy')) {
    case 'http-only':
      return httpAt(config);
    case 'https-only':
      return httpsAt(config);
    default:
      return traffic.union(httpAt(config), httpsAt(config));
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
  return originsOf(snapshot).flatMap(({ distribution, target, pointer, ports, inside }) => {
    const proof = [
      evidence(distribution, pointer),
      ...(inside === undefined || inside === distribution ? [] : [evidence(inside, '/config/OriginEndpointArn')]),
    ];
    const stations = stationsOf(estate, target.id);
    const { ports: listened, missing } = listenedBy(estate, target.id);
    const flows = stations.length > 0 || estate.listening.has(target.id) ? traffic.intersect(ports, listened) : ports;
    if (flows.length === 0) return [];
    if (inside !== undefined) return fromInside(estate, decider, distribution, target, flows, { proof, missing });
    if (stations.length > 0 && isEmptySet(intersectSets(reachingClients(estate, decider, target.id, flows), edge))) return [];
    return [doorRow(distribution.id, target.id, flows, proof, { missing })];
  });
}

/**
 * CloudFront comes to a VPC origin from network interfaces that it makes in the origin's network, which its service-linked role may only make with the tag
 * `aws.cloudfront.vpcorigin` (AWSCloudFrontVPCOriginServiceRolePolicy). The origin's own groups decide about them as about any neighbour.
 */
function fromInside(
  estate: Estate,
  decider: Decider,
  distribution: SnapshotRecord,
  target: SnapshotRecord,
  flows: Traffic,
  told: { readonly proof: readonly Evidence[]; readonly missing: readonly string[] },
): readonly ReachClass[] {
  const stations = stationsOf(estate, target.id);
  const [first] = stations;
  const managed = estate.interfaces.filter(
    (each) => each.subnet.vpc === first?.interface.subnet.vpc && objects(each.record.config, 'TagSet', 'Tags').some((tag) => text(tag, 'Key') === managedTag),
  );
  if (managed.length === 0)
    return [
      doorRow(distribution.id, target.id, flows, told.proof, {
        missing: [...told.missing, `the network interfaces of CloudFront beside ${shortId(target.id)}`],
      }),
    ];
  const way = overNetwork(
    decider,
    managed.flatMap((each) => each.stations),
    stations,
    flows,
  );
  const open = traffic.intersect(way.flows, flows);
  return open.length === 0 ? [] : [doorRow(distribution.id, target.id, open, [...told.proof, ...way.proof], { missing: [...told.missing, ...way.missing] })];
}

const managedTag = 'aws.cloudfront.vpcorigin';
