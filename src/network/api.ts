import type { Evidence, Residual } from '../model/evidence.ts';

/** `any` covers every protocol number. */
export type Protocol = 'tcp' | 'udp' | 'icmp' | 'any';

export interface FlowQuestion {
  readonly name: string;
  /** `internet`, a CIDR or address, or a resource id. */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port?: number;
}

export interface FlowHop {
  readonly resource: string;
  /** `source`, `allowed`, `routed`, `denied`, … in words a person reads: `route 0.0.0.0/0 -> igw-…`. */
  readonly decision: string;
  readonly evidence: readonly Evidence[];
}

export type StopReason =
  | 'security-group'
  | 'network-acl'
  | 'no-route'
  | 'blackhole'
  | 'no-public-address'
  | 'no-session'
  | 'firewall'
  | 'no-such-host'
  | 'not-listening'
  | 'endpoint-policy'
  | 'unknown-neighbour'
  | 'not-transitive';

export interface FlowResult {
  readonly name: string;
  readonly verdict: 'yes' | 'no' | 'conditional' | 'unknown';
  readonly hops: readonly FlowHop[];
  readonly stoppedBy: { readonly resource: string; readonly reason: StopReason; readonly evidence: readonly Evidence[] } | null;
  /** Why it is unknown, or under which condition it is open. */
  readonly message?: string;
}

/** Open ports of one protocol: sorted, disjoint, inclusive ranges. Protocols without ports have the range 0-65535. */
export interface PortSet {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'other';
  readonly ranges: readonly (readonly [number, number])[];
}

/** A biclique of reachability: every source reaches every destination with these flows. */
export interface ReachClass {
  /** Resource ids (instances, functions in a VPC, tasks, databases, load balancers, interfaces) or `internet`, `onprem:<name>`, `azure:any-tenant`, a subscription or endpoint of somebody else. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly flows: readonly PortSet[];
  /** For sources outside: the exact set of allowed source addresses as CIDRs, and the share of the address space they are (1 = the whole internet). */
  readonly from?: { readonly cidrs: readonly string[]; readonly share: number };
  /** For destinations outside: the exact set of addresses there. */
  readonly to?: { readonly cidrs: readonly string[] };
  /** The addresses that the sources show, where a NAT gateway replaced their own. */
  readonly as?: readonly string[];
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Something about the rules themselves that a person would tidy up. */
export interface NetworkFinding {
  readonly kind: 'dead-rule' | 'shadowed-entry' | 'redundant-rule' | 'open-but-unreachable' | 'origin-bypass' | 'effective-differs';
  /** The group or ACL, or what the model and Azure's own answer differ about. */
  readonly resource: string;
  readonly message: string;
  /** The rule first, then what makes it so. */
  readonly evidence: readonly Evidence[];
}

export interface NetworkEngine {
  flow(question: FlowQuestion): FlowResult;
  /** Allowed protocols and ports of one pair, with the hops. */
  pair(from: string, to: string): { readonly flows: readonly PortSet[]; readonly verdict: FlowResult['verdict']; readonly via: FlowResult };
  /** Whether a resource is an end that connections are asked about, rather than what stands around them (a group, a subnet). */
  stands(id: string): boolean;
  /** Everything that reaches something, as bicliques. Linear in the estate: interfaces with the same rules are one class. */
  classes(): readonly ReachClass[];
  /** What the internet and others outside of the estate reach, one row per resource and front door. */
  exposures(): readonly ReachClass[];
  /** What a provider's part finds about its own rules. */
  findings?(): readonly NetworkFinding[];
}
