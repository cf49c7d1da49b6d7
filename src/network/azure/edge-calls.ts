import type { SnapshotRecord } from '../../model/record.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import { evidence } from '../aws/config.ts';
import type { Target } from './app-gateways.ts';
import { type Place, publicOwners, type Reached } from './doors.ts';
import type { EdgeCaller } from './outbound.ts';
import { answered, knock } from './paas.ts';
import { serviceOf } from './services.ts';
import { type Outcome, Trail } from './trail.ts';

/** What something at Azure's edge, in nobody's subnet, reaches of a target on some ports; a text says why nothing can be told. */
export function fromEdge(place: Place, caller: EdgeCaller, target: Target, ports: Traffic): readonly Reached[] | string {
  const { decider, doors } = place;
  if (target.kind === 'unknown') return `what answers to ${target.name}`;
  if (target.kind === 'station') {
    const { station } = target;
    if (station.public === undefined) return `how ${caller.record.id} reaches ${station.owner}`;
    return [{ id: station.owner, outcome: decider.fromService(caller.party, station, station.public, ports) }];
  }
  const { record } = target;
  if (serviceOf(record.type) !== undefined) return [{ id: record.id, outcome: edgeToService(place, caller, record, ports) }];
  const owned = publicOwners(doors, record.id, ports);
  if (owned.length === 0) return `how ${record.id} is reached`;
  return owned.map(({ id, station, front, arriving }) => ({ id, outcome: decider.fromService(caller.party, station, front, arriving) }));
}

/** A service that calls another by its public end: no group and no route is on the way, only the other's own firewall. */
export function edgeToService({ snapshot }: Pick<Place, 'snapshot'>, caller: EdgeCaller, record: SnapshotRecord, wanted: Traffic): Outcome {
  const trail = new Trail(wanted);
  trail.seen(caller.record.id, 'source', [evidence(caller.record, '/config')]);
  const flows = traffic.intersect(wanted, serviceOf(record.type)?.ports(record) ?? traffic.empty);
  if (flows.length === 0) {
    trail.shut({ resource: record.id, reason: 'not-listening', evidence: [] });
    return trail.end();
  }
  trail.listening(flows, record.id, []);
  const { addresses, party } = caller;
  if (addresses !== undefined) trail.seen(caller.record.id, `calls from ${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ', …' : ''}`, []);
  return answered(trail.end(), record, knock(record, snapshot, { addresses, tags: party.tags ?? [], resource: caller.record }), 'public endpoint');
}
