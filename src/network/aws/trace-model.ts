import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { Address } from '../algebra/address.ts';
import type { Traffic } from '../algebra/traffic.ts';
import type { StopReason } from '../api.ts';
import type { Estate, Interface, RouteTable, Station, Subnet, Vpc } from './estate.ts';
import type { FirewallEndpoint } from './firewall-model.ts';

/** What happens to one packet on its way, in order. Filters are applied later, so that one trace serves every protocol and port. */
export type TraceEvent =
  | { readonly kind: 'hop'; readonly resource: string; readonly decision: string; readonly evidence: readonly Evidence[] }
  /** The route that was taken, where it is none of the network's own. */
  | { readonly kind: 'route'; readonly evidence: Evidence }
  /** Crossing a subnet's network ACL; `address` is the one that the rules look at: the destination going out, the source coming in. */
  | { readonly kind: 'acl'; readonly subnet: Subnet; readonly egress: boolean; readonly address: Address }
  | { readonly kind: 'limit'; readonly traffic: Traffic; readonly resource: string; readonly reason: StopReason; readonly evidence: readonly Evidence[] }
  /** Through a forwarding appliance, whose groups see source and destination. */
  | { readonly kind: 'through'; readonly interface: Interface; readonly source: Address; readonly destination: Address }
  /** Through an endpoint of Network Firewall. */
  | { readonly kind: 'firewall'; readonly endpoint: FirewallEndpoint; readonly source: Address; readonly destination: Address }
  | { readonly kind: 'condition'; readonly atom: ConditionAtom }
  | { readonly kind: 'missing'; readonly what: string }
  /** From here on the source is another address or region, so that references to groups do not match. */
  | { readonly kind: 'no-references' };

export type TraceEnd =
  | { readonly kind: 'station'; readonly station: Station }
  | { readonly kind: 'internet'; readonly via: string }
  | { readonly kind: 'onprem'; readonly id: string }
  | { readonly kind: 'service'; readonly resource: string; readonly subnet: Subnet | undefined }
  | {
      readonly kind: 'stop';
      readonly resource: string;
      readonly reason: StopReason;
      readonly evidence: readonly Evidence[];
      /** The records that would tell were not collected: the packet may go on. */
      readonly missing?: string;
    };

export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly end: TraceEnd;
  /** Source and destination as the last hop sees them. */
  readonly source: Address;
  readonly destination: Address;
  /** NAT gateways on the way, first to last, with the source each of them replaced. */
  readonly translations: readonly { readonly nat: Station; readonly original: Address }[];
}

/** Where a packet starts. */
export type Origin = { readonly kind: 'station'; readonly station: Station } | { readonly kind: 'internet' } | { readonly kind: 'onprem'; readonly id: string };

/** A packet on its way. */
export interface Packet {
  readonly events: TraceEvent[];
  source: Address;
  destination: Address;
  /** Whose public address an internet gateway would use. */
  holder: Station | undefined;
  readonly target: Station | undefined;
  readonly translations: { nat: Station; original: Address }[];
  readonly explain: boolean;
  /** The packet is an answer. */
  readonly session: boolean;
  steps: number;
}

/** The walk that gateways and endpoints hand a packet back to. */
export interface Walk {
  readonly estate: Estate;
  /** In a subnet, on the way to the destination. */
  leave(packet: Packet, subnet: Subnet): TraceEnd;
  /** Where a route table of the network leads. */
  route(packet: Packet, table: RouteTable | undefined, vpc: Vpc, subnet: Subnet | undefined): TraceEnd;
  /** In the network that holds the destination's address. */
  land(packet: Packet, vpc: Vpc, from: Subnet | undefined): TraceEnd;
}

const maxSteps = 16;

/** Counts another turn of the way; `true` where it goes round in circles. */
export const endless = (packet: Packet): boolean => ++packet.steps > maxSteps;

export const hop = (packet: Packet, resource: string, decision: string, proof: readonly Evidence[]): void => {
  if (packet.explain) packet.events.push({ kind: 'hop', resource, decision, evidence: proof });
};

export const stop = (resource: string, reason: StopReason, proof: readonly Evidence[], missing?: string): TraceEnd =>
  missing === undefined ? { kind: 'stop', resource, reason, evidence: proof } : { kind: 'stop', resource, reason, evidence: proof, missing };

/** The subnet's network ACL will be asked: "allows or denies specific inbound or outbound traffic at the subnet level" (VPC guide). */
export const crossing = (packet: Packet, subnet: Subnet, egress: boolean): void => {
  packet.events.push({ kind: 'acl', subnet, egress, address: egress ? packet.destination : packet.source });
};
