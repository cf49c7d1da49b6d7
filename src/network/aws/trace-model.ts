import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { Address } from '../algebra/address.ts';
import type { Traffic } from '../algebra/traffic.ts';
import type { StopReason } from '../api.ts';
import type { Interface, Station, Subnet } from './estate.ts';
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
