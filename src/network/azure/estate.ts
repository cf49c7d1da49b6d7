import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { AddressSet } from '../algebra/address.ts';
import type { Traffic } from '../algebra/traffic.ts';
import type { AdminRules } from './admin.ts';
import type { Effective } from './effective.ts';
import type { AzureFirewall } from './firewall-rules.ts';
import type { Filter } from './rules.ts';
import type { Tags } from './tags.ts';

/** A peering as one side has it; traffic needs the other side too, which Azure shows as the state `Connected`. */
export interface Peering {
  readonly remote: string;
  readonly connected: boolean;
  /** Whether the other side's addresses count as `VirtualNetwork` here. */
  readonly tagged: boolean;
  /** Whether it takes in what something in the other network only passes on. */
  readonly forwarded: boolean;
  /** Whether it uses the other side's gateway, and lends its own. */
  readonly borrows: boolean;
  readonly lends: boolean;
  readonly evidence: Evidence;
}

/** A network at the other end of a VPN or private line: the entry `onprem:<id>`. */
export interface Site {
  readonly id: string;
  readonly name: string;
  readonly set: AddressSet;
  /** It gets what no other route takes, "forced tunneling": the default route leads there. */
  readonly default?: true;
  /** Public addresses of our end and of the device at the other. */
  readonly own: readonly string[];
  readonly peers: readonly string[];
  readonly evidence: Evidence;
}

export interface Gateway {
  readonly record: SnapshotRecord;
  readonly sites: readonly Site[];
  /** Networks of the snapshot at the other ends of its connections. */
  readonly linked: readonly { readonly network: string; readonly evidence: Evidence }[];
  /** Why there may be prefixes beyond it that the snapshot does not tell. */
  readonly learns: string | undefined;
}

export interface VirtualNetwork {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly set: AddressSet;
  /** The same, range by range: of routes the longest prefix wins. */
  readonly prefixes: readonly { readonly set: AddressSet; readonly length: number }[];
  readonly peerings: readonly Peering[];
  readonly admin: AdminRules;
  /** VPN and ExpressRoute gateways that stand in it. */
  readonly gateways: readonly Gateway[];
}

export interface UserRoute {
  readonly set: AddressSet;
  /** -1 where the prefix is a service tag whose addresses the snapshot does not hold. */
  readonly length: number;
  /** In lower case, as Azure names it: `none`, `virtualappliance`, `internet`, `vnetlocal`, `virtualnetworkgateway`. */
  readonly hop: string;
  readonly appliance: string;
  readonly prefix: string;
  readonly table: string;
  readonly evidence: Evidence;
}

export interface Subnet {
  readonly id: string;
  readonly network: VirtualNetwork;
  readonly set: AddressSet;
  readonly filter: Filter | undefined;
  /** `undefined`: it names a route table that the snapshot lacks. */
  readonly routes: readonly UserRoute[] | undefined;
  /** Whether routes of gateways and hubs count: "propagate gateway routes" of its route table. */
  readonly propagates: boolean;
  /** Services that it comes to with its private addresses, in lower case. */
  readonly endpoints: readonly string[];
  readonly config: JsonObject;
}

export interface PublicAddress {
  readonly id: string;
  readonly address: string | undefined;
  /** What it lets in where no group filters: by its SKU, and `open` in front of what Azure itself runs. */
  readonly unfiltered: 'open' | 'closed' | 'unknown';
  readonly evidence: Evidence;
}

/** One address configuration of an interface, or a service that stands in a subnet: what filters and routes decide about. */
export interface Station {
  /** `…/ipConfigurations/…`, in lower case; what balancers name. */
  readonly id: string;
  readonly nic: string;
  /** The machine, scale set, service or, of an interface on nothing, the interface. */
  readonly owner: string;
  readonly subnet: Subnet;
  /** One address, or the subnet's where the instance is not in the snapshot. */
  readonly where: AddressSet;
  readonly filter: Filter | undefined;
  readonly memberships: readonly string[];
  readonly public: PublicAddress | undefined;
  /** Backend pools that it says it is in, in lower case. */
  readonly pools: readonly string[];
  /** Whether its interface passes on what is not for itself. */
  readonly forwards: boolean;
  /** Ports that answer; all, where it is a machine. */
  readonly listens: Traffic | undefined;
  /** Whether it opens connections by itself. */
  readonly calls: boolean;
  /** The ports that it opens connections to; all, where it is a machine. */
  readonly opens?: Traffic;
  /** Only what is for private addresses goes by here. */
  readonly inwards?: true;
  /** A private endpoint: groups and routes count for it only where its subnet's network policies say so. */
  readonly endpoint?: { readonly filtered: boolean; readonly routed: boolean };
  readonly evidence: Evidence;
}

/** What a virtual hub tells a place to send where; its own firewall comes between where routing intent says so. */
export interface HubRoute {
  readonly set: AddressSet;
  readonly length: number;
  readonly to:
    | { readonly kind: 'network'; readonly network: string }
    | { readonly kind: 'site'; readonly site: Site }
    | { readonly kind: 'firewall'; readonly firewall: AzureFirewall }
    | { readonly kind: 'internet' }
    | { readonly kind: 'unknown'; readonly missing: string };
  readonly text: string;
  readonly evidence: Evidence;
}

export interface Hub {
  readonly id: string;
  /** Networks connected to it, in lower case, and what each of them is told. */
  readonly routes: ReadonlyMap<string, readonly HubRoute[]>;
  /** Where its own firewall sends what it lets through. */
  readonly inside: readonly HubRoute[];
  /** Where what stands in the hub itself is, as a network of its own; `undefined` where its addresses are not known. */
  readonly place: Subnet | undefined;
  /** Networks of branches that end at the hub's gateways. */
  readonly sites: readonly Site[];
  readonly learns: string | undefined;
}

export interface Estate {
  readonly networks: ReadonlyMap<string, VirtualNetwork>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly stations: readonly Station[];
  readonly publics: ReadonlyMap<string, PublicAddress>;
  /** Interfaces whose subnet the snapshot lacks: nothing can be said about their owners. Owner to what is missing. */
  readonly lost: ReadonlyMap<string, string>;
  readonly tags: Tags;
  /** What Azure worked out that `VirtualNetwork` stands for, by subnet. */
  readonly virtuals: ReadonlyMap<string, AddressSet>;
  readonly effective: readonly Effective[];
  readonly firewalls: readonly AzureFirewall[];
  readonly hubs: readonly Hub[];
  /** Private addresses that balancers answer at, and the balancer. */
  readonly fronts: ReadonlyMap<string, string>;
}
