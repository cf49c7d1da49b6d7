import type { Evidence } from '../../model/evidence.ts';
import { type Address, hasAddress } from '../algebra/address.ts';
import { everything, type Traffic, traffic } from '../algebra/traffic.ts';
import type { Acl, Estate, Interface, Subnet } from './estate.ts';

/** What a filter lets through: surely, and possibly once what is missing is known. */
export interface Allowed {
  readonly sure: Traffic;
  readonly possible: Traffic;
  readonly missing?: string;
}

/** A network ACL's answer for one address: "rules are evaluated starting with the lowest numbered rule; as soon as a rule matches traffic, it's applied". */
export function aclAllows(acl: Acl, egress: boolean, address: Address): Traffic {
  let left: Traffic = everything;
  let allowed: Traffic = traffic.empty;
  for (const entry of egress ? acl.egress : acl.ingress) {
    if (!hasAddress(entry.set, address)) continue;
    if (entry.allow) allowed = traffic.union(allowed, traffic.intersect(entry.traffic, left));
    left = traffic.subtract(left, entry.traffic);
    if (left.length === 0) break;
  }
  return allowed;
}

export function subnetAllows(estate: Estate, subnet: Subnet, egress: boolean, address: Address): Allowed {
  if (subnet.acl === undefined) return { sure: traffic.empty, possible: everything, missing: estate.missing('ec2:DescribeNetworkAcls', subnet.record) };
  const allowed = aclAllows(subnet.acl, egress, address);
  return { sure: allowed, possible: allowed };
}

/** The union of all rules of all groups of an interface. `peer`: the interface at the other end, where references to its groups can match. */
export function groupsAllow(estate: Estate, own: Interface, egress: boolean, address: Address, peer: Interface | undefined): Allowed {
  if (own.unfiltered) return { sure: everything, possible: everything };
  let sure: Traffic = traffic.empty;
  let possible: Traffic = traffic.empty;
  let missing: string | undefined;
  for (const id of own.groups) {
    const group = estate.groups.get(id);
    if (group === undefined) {
      missing = estate.missing('ec2:DescribeSecurityGroups', own.record);
      possible = everything;
      continue;
    }
    for (const rule of egress ? group.egress : group.ingress) {
      if (rule.unresolved !== undefined) {
        missing = estate.missing('ec2:GetManagedPrefixListEntries', group.record);
        possible = traffic.union(possible, rule.traffic);
      } else if (rule.peer === undefined ? hasAddress(rule.set, address) : peer?.groups.includes(rule.peer) === true) sure = traffic.union(sure, rule.traffic);
    }
  }
  possible = traffic.union(possible, sure);
  return missing === undefined || traffic.covers(sure, possible) ? { sure, possible } : { sure, possible, missing };
}

/** The rules of an interface's groups that let some of `wanted` through. */
export function rulesFor(estate: Estate, own: Interface, egress: boolean, address: Address, peer: Interface | undefined, wanted: Traffic): readonly Evidence[] {
  return own.groups.flatMap((id) => {
    const group = estate.groups.get(id);
    return (
      (egress ? group?.egress : group?.ingress)
        ?.filter(
          (rule) =>
            (rule.peer === undefined ? hasAddress(rule.set, address) : peer?.groups.includes(rule.peer) === true) &&
            traffic.intersect(rule.traffic, wanted).length > 0,
        )
        .map((rule) => rule.evidence) ?? []
    );
  });
}
