import type { SnapshotRecord } from '../../model/record.ts';
import { internetAddresses, toCidrs } from '../algebra/address.ts';
import { toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { wafOf } from './app-gateways.ts';
import { unique } from './classes.ts';
import { type Place, targetsOfOrigin, toTarget, vague } from './doors.ts';
import { fromEdge } from './edge-calls.ts';
import type { Party } from './filters.ts';
import type { Origin } from './front-doors.ts';
import { rowsOf } from './internal.ts';
import { serviceOf } from './services.ts';

/** What application gateways send to the members of their pools, wherever those are. */
export function forwardingClasses(place: Place): readonly ReachClass[] {
  return unique(
    place.doors.gateways.forwardings.flatMap(({ gateway, target, flowing, evidence: proof }): readonly ReachClass[] => {
      const door = place.snapshot.find(gateway.owner);
      const waf = door === undefined ? [] : wafOf(door);
      const found = toTarget(place, gateway, target, flowing);
      if (typeof found === 'string') return [vague(gateway.owner, 'internet', flowing, found, [proof])];
      return found.flatMap(({ id, outcome }) => rowsOf([gateway.owner], [id], { ...outcome, evidence: [...outcome.evidence, ...waf] }));
    }),
  );
}

/** "Traffic from Azure Front Door to your backend": the tag that origins let in, whatever its addresses are. */
const edge: Party = { where: internetAddresses, memberships: [], tags: ['azurefrontdoor.backend', 'azurefrontdoor', 'azurecloud', 'internet'] };

/** What Front Doors take in from everybody, and what they send to their origins. */
export function frontDoorClasses(place: Place): { readonly taken: readonly ReachClass[]; readonly sent: readonly ReachClass[] } {
  const whole = { cidrs: toCidrs(internetAddresses), share: 1 };
  const taken = place.doors.fronts
    .filter((each) => each.called.length > 0)
    .map(
      ({ record, called, evidence: proof }): ReachClass => ({
        sources: ['internet'],
        destinations: [record.id],
        flows: toPortSets(called),
        from: whole,
        residual: [{ allOf: [] }],
        missing: [],
        evidence: proof,
      }),
    );
  const sent = place.doors.fronts.flatMap(({ record, origins }) => origins.flatMap((origin) => originRows(place, record, origin)));
  return { taken, sent: unique(sent) };
}

function originRows(place: Place, door: SnapshotRecord, origin: Origin): readonly ReachClass[] {
  return targetsOfOrigin(place.estate, place.snapshot, place.doors, origin).flatMap((target): readonly ReachClass[] => {
    const proof = [origin.evidence];
    const id = target.kind === 'station' ? target.station.owner : target.kind === 'record' ? target.record.id : 'internet';
    if (origin.private && target.kind === 'record') {
      // A private link was approved by the origin's owner and comes in beside its firewall.
      const flows = traffic.intersect(origin.ports, serviceOf(target.record.type)?.ports(target.record) ?? origin.ports);
      return rowsOf([door.id], [id], { sure: flows, possible: flows, missing: [], evidence: proof });
    }
    const found = fromEdge(place, { record: door, party: edge, addresses: undefined }, target, origin.ports);
    if (typeof found === 'string') return [vague(door.id, id, origin.ports, found, proof)];
    return found.flatMap((each) => rowsOf([door.id], [each.id], { ...each.outcome, evidence: [...proof, ...each.outcome.evidence] }));
  });
}
