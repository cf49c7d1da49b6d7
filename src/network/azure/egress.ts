import type { Evidence } from '../../model/evidence.ts';
import type { Snapshot } from '../../model/record.ts';
import { child, evidence, flag, objects, text } from '../aws/config.ts';
import type { Balancer } from './balancers.ts';
import type { Estate, Station } from './estate.ts';

/** What lends a station a public address for what it opens itself. */
export type Egress =
  | {
      readonly kind: 'address';
      readonly addresses: readonly string[] | undefined;
      readonly resource: string;
      readonly text: string;
      readonly evidence: readonly Evidence[];
    }
  | { readonly kind: 'none'; readonly resource: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unknown'; readonly missing: string; readonly resource: string; readonly evidence: readonly Evidence[] };

/**
 * "NAT Gateway takes precedence over other outbound scenarios (including load balancer and instance-level public IP addresses)" (NAT gateway); then the own address, then a balancer's; what is
 * left has Azure's default outbound access or, in a private subnet and behind an inner standard balancer, none.
 */
export function egressOf(estate: Estate, snapshot: Snapshot, balancers: readonly Balancer[]): (station: Station) => Egress {
  const lent = new Map<Station, { addresses: string[]; evidence: Evidence; resource: string }>();
  const closed = new Map<Station, string>();
  for (const { record, lends, closes } of balancers) {
    for (const each of lends) {
      for (const station of each.members) {
        const known = lent.get(station) ?? { addresses: [], evidence: each.evidence, resource: record.id };
        known.addresses.push(...each.addresses);
        lent.set(station, known);
      }
    }
    for (const station of closes) closed.set(station, record.id);
  }
  return (station) => {
    const { subnet } = station;
    const proof = [{ resource: subnet.network.record.id, pointer: '/config/properties', call: subnet.network.record.calls[0] ?? '' }];
    const gateway = text(child(subnet.config, 'natGateway'), 'id');
    if (gateway !== undefined) return natted(estate, snapshot, gateway, proof);
    if (station.public !== undefined) {
      const { id, address, evidence: own } = station.public;
      return { kind: 'address', addresses: address === undefined ? undefined : [address], resource: id, text: 'public address', evidence: [own] };
    }
    const balanced = lent.get(station);
    if (balanced !== undefined) {
      const addresses = balanced.addresses.length === 0 ? undefined : [...new Set(balanced.addresses)];
      return { kind: 'address', addresses, resource: balanced.resource, text: 'address of the load balancer', evidence: [balanced.evidence] };
    }
    const inner = closed.get(station);
    if (inner !== undefined) return { kind: 'none', resource: inner, evidence: [station.evidence] };
    // Pools of a balancer that is not in the snapshot may lend something.
    if (station.pools.length > 0)
      return {
        kind: 'unknown',
        missing: 'what the load balancer lends its backends for outbound traffic',
        resource: station.owner,
        evidence: [station.evidence],
      };
    // "Private subnets": without an explicit outbound method a machine there has none (default outbound access).
    const free = flag(subnet.config, 'defaultOutboundAccess');
    if (free === false) return { kind: 'none', resource: subnet.id, evidence: proof };
    if (free === undefined) return { kind: 'unknown', missing: `defaultOutboundAccess of ${subnet.id}`, resource: subnet.id, evidence: proof };
    return { kind: 'address', addresses: undefined, resource: subnet.id, text: 'default outbound access', evidence: proof };
  };
}

function natted(estate: Estate, snapshot: Snapshot, id: string, proof: readonly Evidence[]): Egress {
  const record = snapshot.find(id);
  const own = child(record?.config, 'properties');
  const named = objects(own, 'publicIpAddresses').map((each) => estate.publics.get(text(each, 'id')?.toLowerCase() ?? '')?.address);
  const prefixes = objects(own, 'publicIpPrefixes');
  const known = record !== undefined && prefixes.length === 0 && named.length > 0 && named.every((each) => each !== undefined);
  return {
    kind: 'address',
    addresses: known ? named : undefined,
    resource: record?.id ?? id,
    text: 'NAT gateway',
    evidence: record === undefined ? proof : [evidence(record, '/config/properties')],
  };
}
