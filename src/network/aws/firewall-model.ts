import type { Evidence } from '../../model/evidence.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import type { AddressSet } from '../algebra/address.ts';
import type { Intervals } from '../algebra/intervals.ts';

/** What packets a rule of Network Firewall matches by their headers. */
export interface FirewallMatch {
  /** `undefined`: every protocol. */
  readonly protocols: readonly number[] | undefined;
  readonly source: AddressSet;
  readonly sourcePorts: Intervals<number>;
  readonly destination: AddressSet;
  readonly destinationPorts: Intervals<number>;
}

export interface FirewallRule {
  readonly action: 'pass' | 'drop' | 'forward';
  /** `content`: beyond the headers it looks at what is said (a domain, a protocol, a flag), so that it may match or not; `unknown`: the rule was not collected. */
  readonly looks: 'headers' | 'content' | 'unknown';
  /** More than one where a rule looks both ways. */
  readonly matches: readonly FirewallMatch[];
  /** Only packets of whoever opened the connection: `flow:to_server`. */
  readonly opener: 'only' | 'any';
  readonly evidence: Evidence;
}

export interface FirewallPolicy {
  /** In order of priority; none matches: `statelessDefault`. */
  readonly stateless: readonly FirewallRule[];
  readonly statelessDefault: FirewallRule['action'];
  /** In the order in which the engine takes them. */
  readonly stateful: readonly FirewallRule[];
  readonly statefulDefault: 'pass' | 'drop';
  /** Calls that would have told more. */
  readonly missing: readonly string[];
}

/** The endpoint of a firewall in one zone: routes lead to it, and on by the table of its subnet. */
export interface FirewallEndpoint {
  readonly id: string;
  readonly firewall: SnapshotRecord;
  readonly name: string;
  readonly subnet: string;
  readonly policy: FirewallPolicy;
}
