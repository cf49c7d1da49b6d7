import type { Evidence } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, internetAddresses } from '../algebra/address.ts';
import { type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { type AppGateways, byName, readAppGateways, type Target } from './app-gateways.ts';
import { type Balancer, type Entrance, entrancesOf, Members, readBalancers } from './balancers.ts';
import { doubted } from './classes.ts';
import type { Decider } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { type FrontDoor, type Origin, readFrontDoors } from './front-doors.ts';
import { type Hosts, hostsOf } from './hosts.ts';
import { toService } from './paas.ts';
import { serviceOf } from './services.ts';
import type { Outcome } from './trail.ts';

/** Everything that takes traffic in one place and hands it on in another. */
export interface Doors {
  readonly members: Members;
  readonly hosts: Hosts;
  readonly balancers: readonly Balancer[];
  readonly entrances: readonly Entrance[];
  readonly gateways: AppGateways;
  readonly fronts: readonly FrontDoor[];
}

/** What answers about doors are worked out from. */
export interface Place {
  readonly estate: Estate;
  readonly decider: Decider;
  readonly snapshot: Snapshot;
  readonly doors: Doors;
}

/** What of a thing is reached, and how. */
export interface Reached {
  readonly id: string;
  readonly outcome: Outcome;
}

export function readDoors(estate: Estate, snapshot: Snapshot): Doors {
  const members = new Members(estate);
  const hosts = hostsOf(snapshot);
  const balancers = readBalancers(estate, snapshot);
  return {
    members,
    hosts,
    balancers,
    entrances: entrancesOf(estate, balancers),
    gateways: readAppGateways(estate, snapshot, members, hosts),
    fronts: readFrontDoors(snapshot),
  };
}

/** A row of which only the possibility is known. */
export const vague = (source: string, destination: string, flows: Traffic, missing: string, proof: readonly Evidence[]): ReachClass => ({
  sources: [source],
  destinations: [destination],
  flows: toPortSets(flows),
  residual: [{ allOf: [] }],
  missing: [missing],
  evidence: proof,
});

/** The best of several ways: open where any is. */
export function bestOf(outcomes: readonly Outcome[]): Outcome | undefined {
  const [first] = outcomes;
  if (first === undefined) return undefined;
  const sure = outcomes.reduce<Traffic>((sum, each) => traffic.union(sum, each.sure), traffic.empty);
  const possible = outcomes.reduce<Traffic>((sum, each) => traffic.union(sum, each.possible), traffic.empty);
  const told = outcomes.find((each) => each.sure.length > 0) ?? outcomes.find((each) => each.possible.length > 0) ?? first;
  return { ...told, sure, possible, missing: traffic.covers(sure, possible) ? [] : [...new Set(outcomes.flatMap((each) => each.missing))].sort() };
}

/** Something that calls from within a network, and what it calls; a text says why nothing can be told. */
export function toTarget(place: Place, caller: Station, target: Target, flowing: Traffic): readonly Reached[] | string {
  const { estate, decider, snapshot, doors } = place;
  if (target.kind === 'unknown') return `what answers to ${target.name}`;
  if (target.kind === 'station') return [{ id: target.station.owner, outcome: decider.between(caller, target.station, flowing) }];
  const { record } = target;
  if (serviceOf(record.type) !== undefined) {
    const outcome = bestOf(toService(estate, decider, snapshot, caller, record, flowing));
    return outcome === undefined ? [] : [{ id: record.id, outcome }];
  }
  const inner = toBalancer(decider, doors, caller, record.id, flowing);
  if (inner.length > 0) return inner;
  const owned = publicOwners(doors, record.id, flowing).map(({ id, station, front, arriving }) => ({
    id,
    outcome: doubted(decider.fromService({ where: internetAddresses, memberships: [] }, station, front, arriving), undefined),
  }));
  return owned.length > 0 ? owned : `how ${record.id} is reached`;
}

/** A balancer by its private addresses. */
export function toBalancer(decider: Decider, doors: Doors, caller: Station, id: string, wanted: Traffic): readonly Reached[] {
  const balancer = doors.balancers.find((each) => each.record.id === id);
  return (balancer?.forwards ?? []).flatMap(({ front, members, called, flowing }) => {
    if (front.private === undefined) return [];
    const set = addressSet([front.private.address]);
    const asked = traffic.intersect(called, wanted);
    const same = called.join() === flowing.join();
    if (asked.length === 0) return [];
    return members.map((each) => ({ id, outcome: decider.viaBalancer(caller, set, each, asked, same ? asked : flowing) }));
  });
}

/** Who takes in what is called at a public address, and as what it arrives: an interface, members behind a load balancer, an application gateway. */
export function publicOwners(
  doors: Doors,
  id: string,
  wanted: Traffic,
): readonly { id: string; station: Station; front: Entrance['front']; arriving: Traffic }[] {
  const named = id.toLowerCase();
  const behind = doors.entrances.filter((each) => each.front.id.toLowerCase() === named || each.through?.toLowerCase() === named);
  const heard = doors.gateways.listeners.filter((each) => each.front.id.toLowerCase() === named || each.gateway.owner.toLowerCase() === named);
  return [
    ...behind.map(({ station, front, called, flowing, through }) => {
      const asked = traffic.intersect(called, wanted);
      return { id: station.owner, station, front, arriving: through === undefined || asked.length === 0 ? asked : flowing };
    }),
    ...heard.map(({ gateway, front, called }) => ({ id: gateway.owner, station: gateway, front, arriving: traffic.intersect(called, wanted) })),
  ];
}

export function targetsOfOrigin(estate: Estate, snapshot: Snapshot, doors: Doors, origin: Pick<Origin, 'host' | 'resource'>): readonly Target[] {
  const record: SnapshotRecord | undefined = snapshot.find(origin.resource ?? '');
  if (record !== undefined && record.type !== 'Microsoft.Network/publicIPAddresses') return [{ kind: 'record', record }];
  return byName(estate, snapshot, doors.members, doors.hosts, origin.host);
}
