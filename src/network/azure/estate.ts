import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { AddressSet } from '../algebra/address.ts';
import type { Filter } from './filters.ts';

/** A peering as one side has it; traffic needs the other side too, which Azure shows as the state `Connected`. */
export interface Peering {
  readonly remote: string;
  readonly connected: boolean;
  /** Whether the other side's addresses count as `VirtualNetwork` here. */
  readonly tagged: boolean;
  readonly evidence: Evidence;
}

export interface VirtualNetwork {
  readonly id: string;
  readonly record: SnapshotRecord;
  readonly set: AddressSet;
  /** The same, range by range: of routes the longest prefix wins. */
  readonly prefixes: readonly { readonly set: AddressSet; readonly length: number }[];
  readonly peerings: readonly Peering[];
  /** Rules of a network manager come before all groups and are not modelled: they may close what is open, and with `AlwaysAllow` open what is closed. */
  readonly admin: 'none' | 'closes' | 'opens';
  /** A VPN or ExpressRoute gateway stands in it, so that routes may be learned that the snapshot does not hold. */
  readonly gateway: boolean;
}

export interface UserRoute {
  readonly set: AddressSet;
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
  readonly config: JsonObject;
}

export interface PublicAddress {
  readonly id: string;
  readonly address: string | undefined;
  /** What it lets in where no group filters: by its SKU, and `open` in front of what Azure itself runs. */
  readonly unfiltered: 'open' | 'closed' | 'unknown';
  readonly evidence: Evidence;
}

/** One address configuration of an interface: what filters and routes decide about. */
export interface Station {
  /** `…/ipConfigurations/…`, in lower case; what balancers name. */
  readonly id: string;
  readonly nic: string;
  /** The machine, scale set or, of an interface on nothing, the interface. */
  readonly owner: string;
  readonly subnet: Subnet;
  /** One address, or the subnet's where the instance is not in the snapshot. */
  readonly where: AddressSet;
  readonly filter: Filter | undefined;
  readonly memberships: readonly string[];
  readonly public: PublicAddress | undefined;
  /** Backend pools that it says it is in, in lower case. */
  readonly pools: readonly string[];
  readonly evidence: Evidence;
}

export interface Estate {
  readonly networks: ReadonlyMap<string, VirtualNetwork>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly stations: readonly Station[];
  readonly publics: ReadonlyMap<string, PublicAddress>;
  /** Interfaces whose subnet the snapshot lacks: nothing can be said about their owners. Owner to what is missing. */
  readonly lost: ReadonlyMap<string, string>;
}
