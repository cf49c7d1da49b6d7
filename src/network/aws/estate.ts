import type { Evidence } from '../../model/evidence.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { Address, AddressSet, Prefix } from '../algebra/address.ts';
import type { Traffic } from '../algebra/traffic.ts';
import type { FirewallEndpoint } from './firewall-model.ts';
import type { Watched } from './watched.ts';

/** One side of one rule of a security group, prefix lists resolved. Either `set` or `peer` says who. */
export interface GroupRule {
  readonly traffic: Traffic;
  readonly set: AddressSet;
  /** A referenced group's id. */
  readonly peer?: string;
  /** A prefix list whose entries were not collected. */
  readonly unresolved?: string;
  readonly evidence: Evidence;
}

export interface Group {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly vpc: string;
  readonly ingress: readonly GroupRule[];
  readonly egress: readonly GroupRule[];
}

export interface AclEntry {
  readonly number: number;
  readonly allow: boolean;
  readonly set: AddressSet;
  readonly traffic: Traffic;
  readonly evidence: Evidence;
}

export interface Acl {
  readonly id: string;
  readonly record: SnapshotRecord;
  /** In order of rule number. */
  readonly ingress: readonly AclEntry[];
  readonly egress: readonly AclEntry[];
  /** Lets everything of a family through, both ways. */
  readonly open: { readonly v4: boolean; readonly v6: boolean };
}

export type TargetKind = 'local' | 'igw' | 'eigw' | 'nat' | 'vgw' | 'pcx' | 'tgw' | 'vpce' | 'eni' | 'instance' | 'blackhole' | 'other';

export interface Route {
  readonly prefix: Prefix;
  readonly kind: TargetKind;
  readonly target: string;
  /** Lower wins among equal prefixes: static, prefix list, propagated. */
  readonly rank: number;
  readonly blackhole: boolean;
  readonly evidence: Evidence;
  readonly text: string;
}

export interface RouteTable {
  readonly id: string;
  readonly record: SnapshotRecord;
  /** Longest prefix first, then by rank. */
  readonly routes: readonly Route[];
  /** Prefix lists of routes whose entries were not collected. */
  readonly unresolved: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly vpc: Vpc;
  readonly zone: string;
  readonly cidrs: AddressSet;
  readonly table: RouteTable | undefined;
  readonly acl: Acl | undefined;
}

export interface Vpc {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly cidrs: AddressSet;
  readonly subnets: Subnet[];
  igw: string | undefined;
  readonly vgws: string[];
  /** Route tables of gateways (edge association), by gateway id. */
  readonly edges: Map<string, RouteTable>;
}

/** What an interface is for: what its traffic can be. */
export type InterfaceKind = 'host' | 'nat' | 'balancer' | 'endpoint' | 'gateway';

export interface Interface {
  readonly id: string;
  readonly record: SnapshotRecord;
  /** Records that answer at it: the instance, load balancer, database … (else the interface itself). */
  readonly owner: SnapshotRecord;
  readonly kind: InterfaceKind;
  readonly subnet: Subnet;
  readonly groups: readonly string[];
  /** No group is attached because the kind has none: nothing is filtered. */
  readonly unfiltered: boolean;
  readonly forwards: boolean;
  readonly stations: Station[];
}

/** One address of one interface. */
export interface Station {
  readonly interface: Interface;
  readonly address: Address;
  /** Its public IPv4 address; an IPv6 address is its own. */
  readonly public: Address | undefined;
  /** Answers at a public address, known or not. */
  readonly outward: boolean;
  /** The address is not known; this one stands for all of its part of the subnet. */
  readonly assumed: boolean;
}

export interface Estate {
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly groups: Watched<Group>;
  readonly interfaces: readonly Interface[];
  readonly tables: ReadonlyMap<string, RouteTable>;
  readonly acls: ReadonlyMap<string, Acl>;
  /** vpc id -> address -> station */
  readonly at: ReadonlyMap<string, ReadonlyMap<Address, Station>>;
  readonly publics: ReadonlyMap<Address, Station>;
  /** By short id: gateways and the like. */
  readonly named: ReadonlyMap<string, SnapshotRecord>;
  readonly transit: TransitGateways;
  /** Endpoints of Network Firewall by the id that routes name. */
  readonly firewalls: ReadonlyMap<string, FirewallEndpoint>;
  /** Ports by owner id, where the configuration tells them. */
  readonly listening: ReadonlyMap<string, Listening>;
  readonly byGroup: ReadonlyMap<string, readonly Station[]>;
  readonly byOwner: ReadonlyMap<string, readonly Interface[]>;
  /** What no record can tell because it was not collected: `ec2:DescribeNetworkAcls 111122223333/eu-west-1`. */
  missing(call: string, record: SnapshotRecord): string;
  /** The same, only if neither the call was answered where the record is nor any record of the type came from there. */
  unseen(call: string, type: string, record: SnapshotRecord): string | undefined;
}

export interface TransitAttachment {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly gateway: string;
  readonly kind: string;
  readonly resource: string;
  readonly table: string | undefined;
  readonly subnets: readonly string[];
  readonly references: boolean;
}

export interface TransitRoute {
  readonly prefix: Prefix;
  readonly attachments: readonly string[];
  readonly propagated: boolean;
  readonly blackhole: boolean;
  readonly evidence: Evidence;
}

export interface TransitGateways {
  readonly attachments: ReadonlyMap<string, TransitAttachment>;
  /** `<tgw> <vpc>` -> attachment */
  readonly ofVpc: ReadonlyMap<string, TransitAttachment>;
  /** Both ends of every peering attachment by its id: the two gateways list it each. */
  readonly peerings: ReadonlyMap<string, readonly TransitAttachment[]>;
  readonly tables: ReadonlyMap<string, { readonly record: SnapshotRecord; readonly routes: readonly TransitRoute[]; readonly known: boolean }>;
}

export interface Listening {
  readonly sure: Traffic;
  readonly possible: Traffic;
  readonly missing?: string;
  readonly evidence: readonly Evidence[];
}
