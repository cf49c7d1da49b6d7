import { type AddressSet, addressSet, coversSet } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { Decider } from './decide.ts';
import type { Station } from './estate.ts';
import type { Rule } from './rules.ts';
import { type Outcome, Trail } from './trail.ts';

/** The host's own addresses: what machines ask for names, leases, licences, health and identity. */
const host = addressSet(['168.63.129.16/32']);
const metadata = addressSet(['169.254.169.254/32']);

export const isPlatform = (set: AddressSet): boolean => (coversSet(host, set) || coversSet(metadata, set)) && set.v4.length > 0;

const dns = traffic.union(portRange(6, 53, 53), portRange(17, 53, 53));
const tags: readonly { readonly tag: string; readonly where: AddressSet; readonly flows: Traffic }[] = [
  { tag: 'azureplatformdns', where: host, flows: dns },
  { tag: 'azureplatformimds', where: metadata, flows: portRange(6, 80, 80) },
  { tag: 'azureplatformlkm', where: host, flows: portRange(6, 1688, 1688) },
];

/**
 * "Basic infrastructure services … are provided through the virtualized host IP addresses 168.63.129.16 and 169.254.169.254 … and aren't subject to the configured network security groups unless
 * targeted by service tags specific to each service" (network security groups, Azure platform considerations).
 */
export function platformOutcome(decider: Decider, source: Station, set: AddressSet, wanted: Traffic): Outcome {
  const trail = new Trail(wanted);
  trail.seen(source.owner, 'source', [source.evidence]);
  const rules = decider.gates.rulesOf(source.subnet, source.filter).filter((rule) => !rule.inbound);
  for (const { tag, where, flows } of tags) {
    if (!coversSet(where, set)) continue;
    const first: Rule | undefined = rules.find((rule) => rule.destination.tags.includes(tag) && traffic.intersect(rule.traffic, flows).length > 0);
    if (first?.access !== 'deny') continue;
    const possible = traffic.subtract(trail.possible, flows);
    trail.apply({
      sure: possible,
      possible,
      missing: [],
      hops: [],
      stop: { resource: first.evidence.resource, reason: 'security-group', evidence: [first.evidence] },
    });
  }
  trail.seen('azure:platform', 'the host answers, which groups do not filter', []);
  return trail.end();
}
