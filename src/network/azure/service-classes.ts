import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { everything } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child } from '../aws/config.ts';
import { merged } from './classes.ts';
import type { Decider } from './decide.ts';
import { bestOf, type Doors, toBalancer } from './doors.ts';
import { edgeToService } from './edge-calls.ts';
import type { Estate, Station } from './estate.ts';
import { isOpen } from './gates.ts';
import { rowsOf } from './internal.ts';
import { type EdgeCaller, edgeCallers } from './outbound.ts';
import { toService } from './paas.ts';
import { serviceOf } from './services.ts';

/** Sources that leave by the same rules: what one of them reaches of services all do. */
export function callersOf(estate: Estate): readonly (readonly Station[])[] {
  const out = new Map<string, Station[]>();
  for (const station of estate.stations) {
    if (!station.calls) continue;
    const narrow = [station.subnet.filter, station.filter].some(
      (each) => each?.rules?.some((rule) => !rule.inbound && !rule.source.any && rule.source.tags.length === 0) === true,
    );
    const key = [
      station.subnet.id,
      station.filter?.id,
      [...station.memberships].sort().join(),
      station.public?.id,
      station.pools.join(),
      narrow ? station.id : '',
    ].join('|');
    const known = out.get(key);
    if (known === undefined) out.set(key, [station]);
    else known.push(station);
  }
  return [...out.values()];
}

/** What machines of the networks reach of services whose own firewalls are not open to everybody, and of balancers by their private addresses. */
export function serviceClasses(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors, walks: (owner: string) => boolean): readonly ReachClass[] {
  const services = snapshot.types().flatMap((type) => {
    const service = serviceOf(type);
    if (service === undefined || service.guarded === true || type.startsWith('Microsoft.Network/')) return [];
    return snapshot.records(type).filter((record) => {
      const gates = service.gates(record, child(record.config, 'properties'), snapshot);
      // What anybody reaches tells nothing of where the caller stands; what has no public end is reached by its private endpoints, which are stations.
      return (
        walks(record.id) &&
        (gates.length > 0 || service.subnets !== undefined) &&
        !gates.some((each) => isOpen(each) && (each.missing ?? []).length === 0 && each.conditions === undefined)
      );
    });
  });
  const inner = doors.balancers.filter((each) => each.forwards.some(({ front }) => front.private !== undefined));
  if (services.length + inner.length === 0) return [];
  const rows = callersOf(estate).flatMap((stations) => {
    const [example] = stations;
    if (example === undefined) return [];
    const owners = [...new Set(stations.map((each) => each.owner))].sort();
    const reached = services.flatMap((record) => {
      const outcome = bestOf(toService(estate, decider, snapshot, example, record, everything).slice(-1));
      return outcome === undefined ? [] : rowsOf(owners, [record.id], outcome);
    });
    const balanced = inner.flatMap(({ record }) => {
      const outcome = bestOf(toBalancer(decider, doors, example, record.id, everything).map((each) => each.outcome));
      return outcome === undefined ? [] : rowsOf(owners, [record.id], outcome);
    });
    return [...reached, ...balanced];
  });
  return merged([...rows, ...fromEdges(snapshot, services)]);
}

/** The same from services that call from Azure's own networks. Those that show the same addresses are answered alike: exceptions for what they are belong to services whose requests all ask for a key. */
function fromEdges(snapshot: Snapshot, services: readonly SnapshotRecord[]): readonly ReachClass[] {
  const groups = new Map<string, EdgeCaller[]>();
  for (const caller of edgeCallers(snapshot)) {
    const key = caller.addresses === undefined ? (caller.party.tags ?? []).join() : [...caller.addresses].sort().join();
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [caller]);
    else known.push(caller);
  }
  return [...groups.values()].flatMap(([example, ...rest]) =>
    example === undefined
      ? []
      : services.flatMap((record) => {
          const outcome = edgeToService({ snapshot }, example, record, everything);
          const owners = [example, ...rest].map((each) => each.record.id).filter((id) => id !== record.id);
          return owners.length === 0 ? [] : rowsOf(owners.sort(), [record.id], outcome);
        }),
  );
}
