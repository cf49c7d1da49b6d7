import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Address, inPrefix, parsePrefix, toCidrs } from '../algebra/address.ts';
import { child, evidence, keyOf, objects, strings, text } from './config.ts';
import type { TransitAttachment, TransitGateways, TransitRoute, Vpc } from './estate.ts';

const dead = /^(deleted|deleting|failed|rejected|rejecting|failing|pendingAcceptance)$/;

/**
 * Transit gateways: attachments with their associated route table, and each table's routes. Routes are what `SearchTransitGatewayRoutes` answered; where only static
 * routes and propagations are known, a propagated VPC attachment gives the VPC's CIDRs ("for a VPC attachment, the CIDR blocks of the VPC are propagated").
 */
export function transitGateways(snapshot: Snapshot, vpcs: ReadonlyMap<string, Vpc>): TransitGateways {
  const vpcAttachments = new Map<string, SnapshotRecord>();
  for (const record of snapshot.records('AWS::EC2::TransitGatewayVpcAttachment'))
    vpcAttachments.set(text(record.config, 'TransitGatewayAttachmentId') ?? '', record);
  const associated = new Map<string, string>();
  for (const record of snapshot.records('AWS::EC2::TransitGatewayRouteTable')) {
    for (const association of objects(record.config, 'GetTransitGatewayRouteTableAssociations', 'Associations')) {
      if (text(association, 'State') === 'disassociated') continue;
      associated.set(text(association, 'TransitGatewayAttachmentId') ?? '', text(record.config, 'TransitGatewayRouteTableId') ?? '');
    }
  }
  const attachments = new Map<string, TransitAttachment>();
  const ofVpc = new Map<string, TransitAttachment>();
  const peerings = new Map<string, TransitAttachment[]>();
  const add = (record: SnapshotRecord, kind: string, resource: string): void => {
    const id = text(record.config, 'TransitGatewayAttachmentId') ?? '';
    if (id === '' || (attachments.has(id) && kind !== 'peering') || dead.test(text(record.config, 'State') ?? '')) return;
    const detail = vpcAttachments.get(id);
    const gateway = text(record.config, 'TransitGatewayId') ?? '';
    const attachment: TransitAttachment = {
      id,
      record,
      gateway,
      kind,
      resource,
      table: text(child(record.config, 'Association'), 'TransitGatewayRouteTableId') ?? associated.get(id),
      subnets: strings(detail?.config, 'SubnetIds'),
      references: text(child(detail?.config, 'Options'), 'SecurityGroupReferencingSupport') === 'enable',
    };
    if (kind === 'peering') append(peerings, id, attachment);
    if (!attachments.has(id)) attachments.set(id, attachment);
    if (kind === 'vpc') ofVpc.set(`${gateway} ${resource}`, attachment);
  };
  for (const record of snapshot.records('AWS::EC2::TransitGatewayAttachment'))
    add(record, text(record.config, 'ResourceType') ?? '', text(record.config, 'ResourceId') ?? '');
  for (const record of vpcAttachments.values()) add(record, 'vpc', text(record.config, 'VpcId') ?? '');
  const tables = new Map<string, { record: SnapshotRecord; routes: readonly TransitRoute[]; known: boolean }>();
  for (const record of snapshot.records('AWS::EC2::TransitGatewayRouteTable')) {
    const id = text(record.config, 'TransitGatewayRouteTableId') ?? '';
    tables.set(id, readTable(record, attachments, vpcs, separate(snapshot, id)));
  }
  return { attachments, ofVpc, peerings, tables };
}

/** Static routes and propagations that an import kept as records of their own. */
function separate(snapshot: Snapshot, table: string): readonly SnapshotRecord[] {
  return [
    'AWS::EC2::TransitGatewayRoute',
    'AWS::EC2::TransitGatewayStaticRoute',
    'AWS::EC2::TransitGatewayRouteTablePropagation',
    'AWS::EC2::TransitGatewayPropagation',
  ]
    .flatMap((type) => snapshot.records(type))
    .filter((record) => text(record.config, 'TransitGatewayRouteTableId') === table);
}

function readTable(
  record: SnapshotRecord,
  attachments: ReadonlyMap<string, TransitAttachment>,
  vpcs: ReadonlyMap<string, Vpc>,
  extra: readonly SnapshotRecord[],
): { record: SnapshotRecord; routes: readonly TransitRoute[]; known: boolean } {
  const routes: TransitRoute[] = [];
  const routeKeys = ['SearchTransitGatewayRoutes', 'Routes', 'TransitGatewayStaticRoutes'] as const;
  const propagationKeys = ['GetTransitGatewayRouteTablePropagations', 'TransitGatewayRouteTablePropagations', 'Propagations'] as const;
  let known = false;
  for (const source of [record, ...extra]) {
    const key = keyOf(source.config, ...routeKeys);
    known ||= source.config[key] !== undefined || propagationKeys.some((name) => source.config[name] !== undefined);
    for (const [index, route] of objects(source.config, ...routeKeys).entries()) {
      const prefix = parsePrefix(text(route, 'DestinationCidrBlock') ?? '');
      if (prefix === undefined) continue;
      routes.push({
        prefix,
        attachments: objects(route, 'TransitGatewayAttachments').map((attachment) => text(attachment, 'TransitGatewayAttachmentId') ?? ''),
        propagated: text(route, 'Type') === 'propagated',
        blackhole: text(route, 'State') === 'blackhole',
        evidence: evidence(source, `/config/${key}/${index}`),
      });
    }
  }
  for (const source of [record, ...extra]) {
    const key = keyOf(source.config, ...propagationKeys);
    for (const [index, propagation] of objects(source.config, ...propagationKeys).entries()) {
      const state = text(propagation, 'State');
      if (state !== undefined && state !== 'enabled') continue;
      const attachment = attachments.get(text(propagation, 'TransitGatewayAttachmentId') ?? '');
      const vpc = attachment === undefined ? undefined : vpcs.get(attachment.resource);
      if (attachment === undefined || vpc === undefined) continue;
      for (const cidr of toCidrs(vpc.cidrs)) {
        const prefix = parsePrefix(cidr);
        if (prefix === undefined || routes.some((route) => route.prefix.lo === prefix.lo && route.prefix.length === prefix.length)) continue;
        routes.push({ prefix, attachments: [attachment.id], propagated: true, blackhole: false, evidence: evidence(source, `/config/${key}/${index}`) });
      }
    }
  }
  // "If the same destination is static and propagated, the static route takes priority" (transit gateway guide, route evaluation order).
  routes.sort((a, b) => b.prefix.length - a.prefix.length || Number(a.propagated) - Number(b.propagated));
  return { record, routes, known };
}

export function transitLookup(routes: readonly TransitRoute[], address: Address): TransitRoute | undefined {
  return routes.find((route) => inPrefix(route.prefix, address));
}
