/** A small estate in the words of the documentation; `records.ts` writes it as the provider answers it, `packet.ts` walks packets through it. */
export interface World {
  readonly vpcs: readonly { id: string; cidrs: string[]; igw: boolean; eigw: boolean; region: string }[];
  readonly subnets: readonly { id: string; vpc: string; cidrs: string[]; zone: string; table?: string; acl: string }[];
  readonly tables: readonly { id: string; vpc: string; main: boolean; routes: WorldRoute[] }[];
  readonly acls: readonly { id: string; vpc: string; ingress: WorldAclEntry[]; egress: WorldAclEntry[] }[];
  readonly groups: readonly { id: string; vpc: string; ingress: WorldRule[]; egress: WorldRule[] }[];
  readonly hosts: readonly WorldHost[];
  readonly nats: readonly { id: string; subnet: string; ip: string; pub?: string }[];
  readonly peerings: readonly { id: string; a: string; b: string; active: boolean }[];
  readonly transits: readonly {
    id: string;
    attachments: { id: string; vpc: string; subnets: string[]; table: string; references: boolean }[];
    tables: { id: string; routes: { cidr: string; attachment?: string; blackhole?: boolean }[]; propagated: string[] }[];
  }[];
  readonly lists: Readonly<Record<string, string[]>>;
  readonly firewalls?: readonly WorldFirewall[];
  /** Route tables of internet gateways. */
  readonly edges?: readonly { vpc: string; routes: WorldRoute[] }[];
}
export interface WorldHost {
  readonly id: string;
  readonly subnet: string;
  readonly ips: readonly string[];
  readonly pub?: string;
  readonly groups: readonly string[];
  /** Its source/destination check is off, and its system hands packets on. */
  readonly forwards?: boolean;
}
export interface WorldRoute {
  /** A CIDR or `pl-…`. */
  readonly to: string;
  readonly via: string;
  readonly blackhole?: boolean;
}
export interface WorldAclEntry {
  readonly number: number;
  readonly allow: boolean;
  readonly protocol: number;
  readonly cidr: string;
  readonly from?: number;
  readonly to?: number;
}
export interface WorldRule {
  readonly protocol: number;
  readonly from?: number;
  readonly to?: number;
  /** A CIDR, `pl-…` or `sg-…`. */
  readonly peer: string;
}
export interface Packet {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** Ports, or for ICMP the type as `destinationPort`. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}
/** An endpoint of Network Firewall with a policy of its own. */
export interface WorldFirewall {
  readonly id: string;
  readonly subnet: string;
  readonly stateless: readonly WorldFirewallRule[];
  readonly statelessDefault: 'pass' | 'drop' | 'forward';
  readonly strict: boolean;
  readonly drop: boolean;
  readonly stateful: readonly WorldFirewallRule[];
}
export interface WorldFirewallRule {
  readonly action: 'pass' | 'drop' | 'forward' | 'alert';
  /** -1: any. */
  readonly protocol: number;
  /** A CIDR, `any` or `$HOME_NET`. */
  readonly source: string;
  readonly destination: string;
  /** Ranges; any without. */
  readonly sourcePort?: readonly [number, number];
  readonly destinationPort?: readonly [number, number];
  readonly both?: boolean;
  readonly opener?: boolean;
}
