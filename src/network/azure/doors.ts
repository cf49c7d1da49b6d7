import type { Evidence } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, internetAddresses, intersectSets, isEmptySet, shareOf, toCidrs } from '../algebra/address.ts';
import { everything, portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { evidence } from '../aws/config.ts';
import { type AppGateways, byAddress, byName, callerOf, readAppGateways, type Target, wafOf } from './app-gateways.ts';
import { type Balancer, type Entrance, entrancesOf, Members, readBalancers } from './balancers.ts';
import { doubted, unique } from './classes.ts';
import type { Decider } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { meaning, type Party } from './filters.ts';
import type { AzureFirewall, Translation } from './firewall-rules.ts';
import { type FrontDoor, type Origin, readFrontDoors } from './front-doors.ts';
import { type Hosts, hostsOf } from './hosts.ts';
import { rowsOf } from './internal.ts';
import { knock, toService } from './paas.ts';
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
const vague = (source: string, destination: string, flows: Traffic, missing: string, proof: readonly Evidence[]): ReachClass => ({
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

/** What application gateways send to the members of their pools, wherever those are. */
export function forwardingClasses(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors): readonly ReachClass[] {
  return unique(
    doors.gateways.forwardings.flatMap(({ gateway, target, flowing, evidence: proof }): readonly ReachClass[] => {
      const waf = wafOf(snapshot.find(gateway.owner) ?? nobody);
      const found = toTarget(estate, decider, snapshot, doors, gateway, target, flowing);
      if (typeof found === 'string') return [vague(gateway.owner, 'internet', flowing, found, [proof])];
      return found.flatMap(({ id, outcome }) => rowsOf([gateway.owner], [id], { ...outcome, evidence: [...outcome.evidence, ...waf] }));
    }),
  );
}

const nobody: SnapshotRecord = { type: '', id: '', account: '', region: '', config: {}, calls: [] };

/** Something that calls from within a network, and what it calls; a text says why nothing can be told. */
function toTarget(
  estate: Estate,
  decider: Decider,
  snapshot: Snapshot,
  doors: Doors,
  caller: Station,
  target: Target,
  flowing: Traffic,
): readonly { id: string; outcome: Outcome }[] | string {
  if (target.kind === 'unknown') return `what answers to ${target.name}`;
  if (target.kind === 'station') return [{ id: target.station.owner, outcome: decider.between(caller, target.station, flowing) }];
  const { record } = target;
  if (serviceOf(record.type) !== undefined) {
    const outcome = bestOf(toService(estate, decider, snapshot, caller, record, flowing));
    return outcome === undefined ? [] : [{ id: record.id, outcome }];
  }
  const inner = toBalancer(decider, doors, caller, record.id, flowing);
  if (inner.length > 0) return inner;
  const owned = publicOwners(doors, record.id).map(({ id, station, front, called }) => ({
    id,
    outcome: doubted(decider.fromService({ where: internetAddresses, memberships: [] }, station, front, called), undefined),
  }));
  return owned.length > 0 ? owned : `how ${record.id} is reached`;
}

/** A balancer by its private addresses. */
export function toBalancer(decider: Decider, doors: Doors, caller: Station, id: string, wanted: Traffic): readonly { id: string; outcome: Outcome }[] {
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

/** Who takes in what comes to a public address, where that is no single interface: members behind a balancer, an application gateway. */
function publicOwners(doors: Doors, id: string): readonly { id: string; station: Station; front: Entrance['front']; called: Traffic }[] {
  const named = id.toLowerCase();
  const behind = doors.entrances.filter((each) => each.front.id.toLowerCase() === named || each.through?.toLowerCase() === named);
  const heard = doors.gateways.listeners.filter((each) => each.front.id.toLowerCase() === named || each.gateway.owner.toLowerCase() === named);
  return [
    ...behind.map(({ station, front, flowing }) => ({ id: station.owner, station, front, called: flowing })),
    ...heard.map(({ gateway, front, called }) => ({ id: gateway.owner, station: gateway, front, called })),
  ];
}

/** "Traffic from Azure Front Door to your backend": the tag that origins let in, whatever its addresses are. */
const edge: Party = { where: internetAddresses, memberships: [], tags: ['azurefrontdoor.backend', 'azurefrontdoor', 'azurecloud', 'internet'] };

/** What Front Doors take in from everybody, and what they send to their origins. */
export function frontDoorClasses(
  estate: Estate,
  decider: Decider,
  snapshot: Snapshot,
  doors: Doors,
): { readonly taken: readonly ReachClass[]; readonly sent: readonly ReachClass[] } {
  const whole = { cidrs: toCidrs(internetAddresses), share: 1 };
  const taken = doors.fronts
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
  const sent = doors.fronts.flatMap(({ record, origins }) => origins.flatMap((origin) => originRows(estate, decider, snapshot, doors, record, origin)));
  return { taken, sent: unique(sent) };
}

export function targetsOfOrigin(estate: Estate, snapshot: Snapshot, doors: Doors, origin: Pick<Origin, 'host' | 'resource'>): readonly Target[] {
  const record = snapshot.find(origin.resource ?? '');
  if (record !== undefined && record.type !== 'Microsoft.Network/publicIPAddresses') return [{ kind: 'record', record }];
  return byName(estate, snapshot, doors.members, doors.hosts, origin.host);
}

function originRows(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors, door: SnapshotRecord, origin: Origin): readonly ReachClass[] {
  return targetsOfOrigin(estate, snapshot, doors, origin).flatMap((target): readonly ReachClass[] => {
    const proof = [origin.evidence];
    if (target.kind === 'unknown') return [vague(door.id, 'internet', origin.ports, `what answers to ${target.name}`, proof)];
    if (target.kind === 'station') {
      const { station } = target;
      if (station.public === undefined) return [vague(door.id, station.owner, origin.ports, `how Front Door reaches ${origin.host}`, proof)];
      const outcome = decider.fromService(edge, station, station.public, origin.ports);
      return rowsOf([door.id], [station.owner], { ...outcome, evidence: [...proof, ...outcome.evidence] });
    }
    const { record } = target;
    const service = serviceOf(record.type);
    if (service !== undefined) {
      const flows = traffic.intersect(origin.ports, service.ports(record));
      // A private link was approved by the origin's owner and comes in beside its firewall.
      const answer = origin.private ? ({ verdict: 'yes', evidence: [] } as const) : knock(record, snapshot, { addresses: undefined, tags: edge.tags ?? [] });
      if (answer.verdict === 'no' || flows.length === 0) return [];
      const sure = answer.verdict === 'yes' ? flows : traffic.empty;
      return rowsOf([door.id], [record.id], {
        sure,
        possible: flows,
        missing: 'missing' in answer && answer.missing !== undefined ? [answer.missing] : [],
        evidence: [...proof, ...answer.evidence],
      });
    }
    const owned = publicOwners(doors, record.id);
    if (owned.length === 0) return [vague(door.id, record.id, origin.ports, `how ${record.id} is reached`, proof)];
    return owned.flatMap(({ id, station, front, called }) => {
      const outcome = decider.fromService(edge, station, front, called);
      return rowsOf([door.id], [id], { ...outcome, evidence: [...proof, ...outcome.evidence] });
    });
  });
}

/** What firewalls publish: "both the source and destination IP addresses will be translated", so that what is behind sees an address of the firewall's own subnet (Azure Firewall NAT behaviors). */
export function publishedClasses(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors): readonly ReachClass[] {
  return unique(
    estate.firewalls.flatMap((firewall): readonly ReachClass[] => {
      if (firewall.publics.length === 0) return [];
      if (firewall.rules === undefined)
        return [
          {
            ...vague('internet', firewall.record.id, everything, firewall.missing, [evidence(firewall.record, '/config')]),
            from: { cidrs: toCidrs(internetAddresses), share: 1 },
          },
        ];
      return firewall.translations.flatMap((each) => published(estate, decider, snapshot, doors, firewall, each));
    }),
  );
}

function published(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors, firewall: AzureFirewall, rule: Translation): readonly ReachClass[] {
  // Rules for its private address publish nothing to the internet.
  if (rule.destinations.length > 0 && rule.destinations.every((each) => each === firewall.address)) return [];
  const named = meaning(rule.source, decider.gates.plain);
  const set = intersectSets(named.possible, internetAddresses);
  if (isEmptySet(set)) return [];
  const more = { from: { cidrs: toCidrs(set), share: shareOf(set, internetAddresses) } };
  const blur = (outcome: Outcome): Outcome => doubted(outcome, named.missing[0]);
  const flowing = rule.port === undefined ? rule.traffic : retargeted(rule.traffic, rule.port);
  const proof = rule.rule.evidence;
  const taken = rowsOf(
    ['internet'],
    [firewall.record.id],
    { sure: named.missing.length === 0 ? rule.traffic : traffic.empty, possible: rule.traffic, missing: named.missing, evidence: [proof] },
    more,
  );
  const home = estate.subnets.get(firewall.subnet ?? '');
  const targets = /^[\d.]+$/.test(rule.to)
    ? byAddress(estate, snapshot, doors.members, rule.to)
    : byName(estate, snapshot, doors.members, doors.hosts, rule.to);
  const handed = targets.flatMap((target): readonly ReachClass[] => {
    if (target.kind === 'unknown') return [vague(firewall.record.id, 'internet', flowing, `what answers to ${target.name}`, [proof])];
    if (home === undefined) {
      const id = target.kind === 'station' ? target.station.owner : target.record.id;
      return [{ ...vague('internet', id, flowing, `the way from the hub of ${firewall.record.id}`, [proof]), ...more }];
    }
    const found = toTarget(estate, decider, snapshot, doors, callerOf(firewall.record, home), target, flowing);
    if (typeof found === 'string') return [vague(firewall.record.id, 'internet', flowing, found, [proof])];
    return found.flatMap(({ id, outcome }) => rowsOf(['internet'], [id], blur({ ...outcome, evidence: [proof, ...outcome.evidence] }), more));
  });
  return [...taken, ...handed];
}

const retargeted = (flows: Traffic, port: number): Traffic =>
  [6, 17].reduce<Traffic>(
    (sum, each) => (traffic.intersect(flows, portRange(each, 0, 65_535)).length === 0 ? sum : traffic.union(sum, portRange(each, port, port))),
    traffic.empty,
  );
