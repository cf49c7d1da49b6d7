import type { SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, coversSet, hasAddress, internetAddresses, intersectSets, isEmptySet, parseAddress } from '../algebra/address.ts';
import { asked, fromPortSets, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { FlowQuestion, ReachClass } from '../api.ts';
import type { Passage } from '../part.ts';
import { nothing, ofRow, order, pieces, single } from './answers.ts';
import { type Place, targetsOfOrigin, toBalancer } from './doors.ts';
import { edgeToService, fromEdge } from './edge-calls.ts';
import type { Estate, Site, Station } from './estate.ts';
import { trafficManagerTargets } from './front-doors.ts';
import { edgeCaller } from './outbound.ts';
import { toService } from './paas.ts';
import { isPlatform, platformOutcome } from './platform.ts';
import { answersFor } from './services.ts';
import { inTurn, type Outcome } from './trail.ts';

/** What a question is answered from. */
export interface Known extends Place {
  /** Networks beyond gateways, by id. */
  readonly sites: ReadonlyMap<string, Site>;
  readonly exposures: () => readonly ReachClass[];
  /** What gateways and front doors send on. */
  readonly forwarded: () => readonly ReachClass[];
}

/** One end of a question: addresses of the internet or of a site, or something of the estate with what stands for it. */
type End =
  | { readonly kind: 'internet'; readonly set: AddressSet }
  | { readonly kind: 'site'; readonly site: Site; readonly set: AddressSet }
  | { readonly kind: 'platform'; readonly set: AddressSet }
  /** Private addresses that nothing of the snapshot has. */
  | { readonly kind: 'nowhere'; readonly set: AddressSet; readonly message: string }
  | {
      readonly kind: 'named';
      readonly id: string;
      readonly record: SnapshotRecord | undefined;
      readonly stations: readonly Station[];
      readonly complete: boolean;
    }
  | { readonly kind: 'unknown'; readonly message: string };

type Named = Extract<End, { kind: 'named' }>;

/** One question, answered by the best way among all addresses of both ends. */
export function ask(known: Known, question: FlowQuestion): Passage {
  const wanted = asked(question.protocol, question.port);
  const [from, to] = [caller(known, question.from), resolve(known, question.to)];
  const answers = [...candidates(known, from, to, wanted, question)];
  const [best = nothing(question, 'no', `nothing of the snapshot is at ${question.to}`)] = [...answers].sort(
    (a, b) => order[b.verdict] - order[a.verdict] || b.via.hops.length - a.via.hops.length,
  );
  const flows = answers.reduce<Traffic>((sum, each) => traffic.union(sum, fromPortSets(each.flows)), traffic.empty);
  const around = best.verdict === 'no' && from.kind === 'internet' && to.kind === 'named' ? aside(known, to.id) : undefined;
  return { ...best, flows: toPortSets(flows), via: { ...best.via, name: question.name, ...(around === undefined ? {} : { message: around }) } };
}

/** What is not reached directly may be reached through a front door; a reader wants to know. */
function aside(known: Known, id: string): string | undefined {
  const open = new Set(known.exposures().flatMap((row) => (row.sources.includes('internet') ? row.destinations : [])));
  const doors = known.forwarded().filter((row) => row.missing.length === 0 && row.destinations.includes(id) && row.sources.some((source) => open.has(source)));
  const words = [...new Set(doors.flatMap((row) => row.sources.map((source) => source.split('/').at(-1) ?? source)))];
  return words.length === 0 ? undefined : `not directly, but through ${words.join(', ')}`;
}

function* candidates(known: Known, from: End, to: End, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  const { decider } = known;
  if (from.kind === 'unknown') yield nothing(question, 'unknown', from.message);
  else if (from.kind === 'nowhere') yield nothing(question, 'unknown', from.message);
  else if (to.kind === 'unknown') yield nothing(question, 'unknown', to.message);
  else if (from.kind === 'internet') yield* inward(known, from.set, to, wanted, question);
  else if (from.kind === 'site') {
    if (to.kind !== 'named') yield nothing(question, 'unknown', 'what passes through the estate from one outside to another is not modelled');
    else if (to.stations.length === 0) yield* listed(known, question, wanted);
    else for (const station of to.stations) yield* pieces(decider.fromSite(from.site, station, from.set, wanted), from.set);
  } else if (from.kind === 'named' && from.stations.some((each) => each.calls)) {
    for (const source of from.stations.filter((each) => each.calls)) yield* outward(known, source, to, wanted, question);
    yield* fromOutside(known, from.record, to, wanted);
    if (to.kind === 'named') yield* rows(known, question, wanted);
  } else {
    const outer = from.kind === 'named' ? [...fromOutside(known, from.record, to, wanted)] : [];
    yield* outer;
    yield* outer.length > 0 ? rows(known, question, wanted) : listed(known, question, wanted);
  }
}

/** A source may be of a type that nothing reaches, and still call. */
function caller(known: Known, name: string): End {
  const end = resolve(known, name);
  const record = end.kind === 'unknown' ? known.snapshot.find(name) : undefined;
  if (record === undefined || edgeCaller(record, known.snapshot) === undefined) return end;
  return { kind: 'named', id: record.id, record, stations: [], complete: false };
}

/** What a service calls from Azure's own networks rather than from a subnet of the estate. */
function* fromOutside(known: Known, record: SnapshotRecord | undefined, to: End, wanted: Traffic): Generator<Passage> {
  const source = record === undefined ? undefined : edgeCaller(record, known.snapshot);
  if (source === undefined || to.kind !== 'named' || to.record === undefined) return;
  if (answersFor(to.record.type)) yield single(edgeToService(known, source, to.record, wanted));
  for (const station of to.stations) {
    if (station.public === undefined || station.endpoint !== undefined) continue;
    const found = fromEdge(known, source, { kind: 'station', station }, wanted);
    if (typeof found !== 'string') for (const { outcome } of found) yield single(outcome);
  }
}

function* outward(known: Known, source: Station, to: End, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  const { decider, estate, snapshot, doors } = known;
  if (to.kind === 'internet') yield* pieces(decider.toInternet(source, to.set, wanted), to.set);
  // Who has it is not known, but a filter or route here may stop everything on its way there.
  else if (to.kind === 'nowhere') yield single(decider.toNowhere(source, to.set, wanted, to.message));
  else if (to.kind === 'platform') yield single(platformOutcome(decider, source, to.set, wanted));
  else if (to.kind === 'site') yield* pieces(decider.toSite(source, to.site, to.set, wanted), to.set);
  else if (to.kind === 'named') {
    const service = to.record !== undefined && answersFor(to.record.type);
    if (to.record !== undefined && service) for (const outcome of toService(estate, decider, snapshot, source, to.record, wanted)) yield single(outcome);
    for (const { outcome } of toBalancer(decider, doors, source, to.id, wanted)) yield single(outcome);
    for (const target of to.stations) if (target.endpoint === undefined || !service) yield single(decider.between(source, target, wanted));
    yield* publicly(known, source, to, wanted, question);
    if (to.stations.length === 0 && !to.complete) yield nothing(question, 'unknown', 'the way between these two is not modelled');
  }
}

/** Machines that no private way joins may still call each other's public addresses, where those let the caller's own in. */
function* publicly(known: Known, source: Station, to: Named, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  const { decider, doors } = known;
  for (const { station, front, flowing, called, through } of doors.entrances) {
    const own = through === undefined ? to.stations.includes(station) : through === to.id;
    if (!own) continue;
    const there = front.address === undefined ? internetAddresses : addressSet([front.address]);
    const out = decider.leaving(source, { where: there, memberships: [] }, traffic.intersect(called, wanted));
    if (out.possible.length === 0) continue;
    const shown = decider.shows(source, there);
    const set = shown === undefined ? internetAddresses : addressSet(shown);
    const asked0 = through === undefined ? traffic.intersect(flowing, wanted) : flowing;
    const open = decider.fromInternet(station, front, set, asked0).filter(({ outcome }) => outcome.possible.length > 0);
    const [best] = open.sort((a, b) => order[single(b.outcome).verdict] - order[single(a.outcome).verdict]);
    if (best === undefined) continue;
    if (shown === undefined && open.length > 0) {
      const everybody = open.length === 1 && best.outcome.sure.length > 0 && coversSet(best.set, { v4: internetAddresses.v4, v6: [] });
      if (!everybody) {
        yield nothing(question, 'unknown', `the public address that ${source.owner} shows is not known`);
        continue;
      }
    }
    const both =
      through === undefined
        ? joined(out, best.outcome)
        : joined(out, { ...best.outcome, sure: best.outcome.sure.length > 0 ? out.possible : traffic.empty, possible: out.possible });
    yield single(both);
  }
}

const joined = (out: Outcome, inward: Outcome): Outcome => inTurn(out, { ...inward, hops: inward.hops.slice(1) });

/** What the bulk answer says of the pair. */
function* rows(known: Known, question: FlowQuestion, wanted: Traffic): Generator<Passage> {
  const ids = [question.from, question.to].map((each) => known.snapshot.find(each)?.id ?? each);
  for (const row of [...known.exposures(), ...known.forwarded()])
    if (row.sources.includes(ids[0] ?? '') && row.destinations.includes(ids[1] ?? '')) yield ofRow(row, wanted, internetAddresses);
}

/** Gateways and services as sources: what the bulk answer says of the pair; what it does not say is not modelled. */
function* listed(known: Known, question: FlowQuestion, wanted: Traffic): Generator<Passage> {
  yield* rows(known, question, wanted);
  const source = known.snapshot.find(question.from)?.id ?? question.from;
  const blind = known.forwarded().find((row) => row.sources.includes(source) && row.destinations.includes('internet') && row.missing.length > 0);
  const lost = known.doors.gateways.lost.get(source);
  if (blind !== undefined || lost !== undefined)
    yield nothing(question, 'unknown', `not known: ${[...(blind?.missing ?? []), ...(lost === undefined ? [] : [lost])].join(', ')}`);
  else if (complete.has(known.snapshot.find(source)?.type ?? '')) yield nothing(question, 'no', 'it sends nothing there', 'no-route');
  else yield nothing(question, 'unknown', 'the way between these two is not modelled');
}

function* inward(known: Known, set: AddressSet, to: End, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  if (to.kind !== 'named') {
    yield to.kind === 'nowhere' ? nothing(question, 'unknown', to.message) : nothing(question, 'no', 'the internet is not a part of the snapshot');
    return;
  }
  const { decider, doors, snapshot } = known;
  const own = doors.entrances.filter((each) => to.stations.includes(each.station) || to.stations.some((station) => station.id === each.station.id));
  for (const { station, front, flowing } of own) yield* pieces(decider.fromInternet(station, front, set, traffic.intersect(flowing, wanted)), set);
  const found = known.exposures().filter((row) => row.destinations.includes(to.id) && row.sources.includes('internet'));
  const told =
    to.stations.length > 0
      ? found.filter((row) => own.length === 0 || row.residual.some((entry) => entry.allOf.length > 0) || row.missing.length === 0)
      : found;
  for (const row of told) yield ofRow(row, wanted, set);
  const lost = doors.gateways.lost.get(to.id);
  if (lost !== undefined) yield nothing(question, 'unknown', `not collected: ${lost}`);
  if (to.record?.type === 'Microsoft.Network/trafficManagerProfiles') {
    for (const target of trafficManagerTargets(to.record).flatMap((each) => targetsOfOrigin(known.estate, snapshot, doors, each))) {
      const id = target.kind === 'station' ? target.station.owner : target.kind === 'record' ? target.record.id : undefined;
      if (id === undefined) yield nothing(question, 'unknown', `what answers to ${target.kind === 'unknown' ? target.name : ''}`);
      else yield* inward(known, set, resolve(known, id), wanted, question);
    }
  } else if (own.length === 0 && told.length === 0) {
    if (to.stations.length > 0 || to.complete) yield nothing(question, 'no', 'it has no public address', 'no-public-address');
    else yield nothing(question, 'unknown', `what reaches ${to.id} is not modelled`);
  }
}

/** Types of which everything that reaches them, and everything that they send on, is told. */
const complete = new Set([
  'Microsoft.Network/loadBalancers',
  'Microsoft.Network/applicationGateways',
  'Microsoft.Network/azureFirewalls',
  'Microsoft.Network/privateLinkServices',
  'Microsoft.Network/frontDoors',
  'Microsoft.Network/trafficManagerProfiles',
  'Microsoft.Cdn/profiles',
  'Microsoft.Cdn/profiles/endpoints',
]);

/** Whether a resource has an answer of its own. */
export const stands = (known: Known, id: string): boolean => resolve(known, id).kind === 'named';

function resolve(known: Known, name: string): End {
  const { estate, snapshot, sites } = known;
  if (name.toLowerCase() === 'internet') return { kind: 'internet', set: internetAddresses };
  if (name.startsWith('onprem:')) {
    const site = sites.get(name.slice('onprem:'.length));
    return site === undefined ? { kind: 'unknown', message: `no network ${name} beyond a gateway of the snapshot` } : { kind: 'site', site, set: site.set };
  }
  const set = addressSet([name]);
  if (!isEmptySet(set)) return ofAddress(known, name, set);
  const record = snapshot.find(name);
  if (record === undefined) return { kind: 'unknown', message: `no resource \`${name}\` in the snapshot` };
  const stations = estate.stations.filter(
    (each) => each.owner === record.id || each.nic === record.id || each.owner.startsWith(`${record.id}/virtualmachines/`),
  );
  const lost = estate.lost.get(record.id);
  if (lost !== undefined && stations.length === 0 && !answersFor(record.type)) return { kind: 'unknown', message: `not collected: ${lost}` };
  const whole = answersFor(record.type) || complete.has(record.type);
  if (stations.length > 0 || whole) return { kind: 'named', id: record.id, record, stations, complete: whole };
  return { kind: 'unknown', message: `how ${record.type} is reached is not modelled` };
}

function ofAddress(known: Known, name: string, set: AddressSet): End {
  const { estate, snapshot, doors, sites } = known;
  if (isPlatform(set)) return { kind: 'platform', set };
  const address = parseAddress(name);
  const stations = estate.stations.filter((each) => coversSet(set, each.where));
  const [first] = stations;
  if (first !== undefined) return { kind: 'named', id: first.owner, record: snapshot.find(first.owner), stations, complete: false };
  const owned = doors.entrances.filter((each) => address !== undefined && each.front.address === name);
  const [door] = owned;
  if (door !== undefined)
    return { kind: 'named', id: door.station.owner, record: snapshot.find(door.station.owner), stations: owned.map((each) => each.station), complete: false };
  const front = snapshot.find(estate.fronts.get(name) ?? estate.firewalls.find((each) => each.address === name)?.record.id ?? '');
  if (front !== undefined) return { kind: 'named', id: front.id, record: front, stations: [], complete: true };
  const site = [...sites.values()].find((each) => coversSet(each.set, set));
  if (site !== undefined) return { kind: 'site', site, set };
  if (!isEmptySet(intersectSets(set, internetAddresses))) return { kind: 'internet', set: intersectSets(set, internetAddresses) };
  const held = address !== undefined && [...estate.networks.values()].some((each) => hasAddress(each.set, address));
  return {
    kind: 'nowhere',
    set,
    message: held ? `no interface with the address ${name} in the snapshot` : `no network of the snapshot has the address ${name}`,
  };
}

/** From a resource to an address beyond a gateway, and which network that is in. */
export function leaving(known: Known, question: FlowQuestion): Passage & { readonly outside?: string } {
  const from = resolve(known, question.from);
  const set = addressSet([question.to]);
  const wanted = asked(question.protocol, question.port);
  if (from.kind !== 'named') return nothing(question, 'unknown', from.kind === 'unknown' ? from.message : 'only resources of the estate leave it');
  const answers: (Passage & { readonly outside?: string })[] = [];
  for (const site of known.sites.values()) {
    if (isEmptySet(intersectSets(site.set, set))) continue;
    for (const station of from.stations.filter((each) => each.calls))
      for (const each of pieces(known.decider.toSite(station, site, set, wanted), set))
        answers.push({ ...each, ...(each.verdict === 'no' ? {} : { outside: site.id }) });
  }
  const [best] = answers.sort((a, b) => order[b.verdict] - order[a.verdict]);
  return best === undefined ? ask(known, question) : { ...best, via: { ...best.via, name: question.name } };
}

/** From an address beyond a gateway to a resource. */
export function entering(known: Known, outside: string, question: FlowQuestion): Passage {
  const site = known.sites.get(outside);
  const to = resolve(known, question.to);
  const set = addressSet([question.from]);
  if (site === undefined || to.kind !== 'named' || to.stations.length === 0)
    return nothing(question, 'unknown', 'how it is reached from there is not modelled');
  const wanted = asked(question.protocol, question.port);
  const answers = to.stations.flatMap((station) => [...pieces(known.decider.fromSite(site, station, set, wanted), set)]);
  const [best] = answers.sort((a, b) => order[b.verdict] - order[a.verdict]);
  if (best !== undefined) return { ...best, via: { ...best.via, name: question.name } };
  const learns = learnsMore(known.estate, site);
  return learns === undefined
    ? nothing(question, 'no', `${question.from} is not of the network beyond ${outside}`, 'no-route')
    : nothing(question, 'unknown', `not collected: ${learns}`);
}

/** Why there may be more behind the gateway of a site than is known of it. */
const learnsMore = (estate: Estate, site: Site): string | undefined =>
  [...[...estate.networks.values()].flatMap((network) => network.gateways), ...estate.hubs].find(
    (each) => each.learns !== undefined && each.sites.includes(site),
  )?.learns;
