import type { Snapshot } from '../../model/record.ts';
import {
  type Address,
  type AddressSet,
  addressSet,
  hasAddress,
  internetAddresses,
  intersectSets,
  isEmptySet,
  parseAddress,
  parsePrefix,
  shareOf,
  toCidrs,
  unionSets,
} from '../algebra/address.ts';
import { asked, type Traffic, traffic, trafficText } from '../algebra/traffic.ts';
import type { FlowQuestion, FlowResult, StopReason } from '../api.ts';
import type { Decider, Outcome } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { fromInternet, type Piece, toInternet } from './internet.ts';

type Result = Omit<FlowResult, 'name'> & { readonly message?: string };

export interface Answer {
  readonly result: Result;
  readonly possible: Traffic;
  /** The network beyond a gateway where it ends. */
  readonly outside?: string;
}

interface Wanted {
  readonly traffic: Traffic;
  /** Asked is whether all of TCP, UDP and ICMP gets there; else whether any of `traffic` does. */
  readonly whole: boolean;
}

type End =
  | { readonly kind: 'internet'; readonly set: AddressSet }
  | { readonly kind: 'stations'; readonly stations: readonly Station[] }
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'onprem'; readonly id: string }
  | { readonly kind: 'unknown'; readonly message: string };

/** A set this large is taken for the internet: an intruder chooses an address in it. Smaller ones are allow-lists. */
const wide = 1 / 256;

/** Answers one question: the best way among all addresses of both ends. */
export function ask(estate: Estate, decider: Decider, snapshot: Snapshot, from: string, to: string, wanted: Traffic, whole = false): Answer {
  const source = resolve(estate, snapshot, from, 'from');
  const target = resolve(estate, snapshot, to, 'to');
  if (source.kind === 'unknown') return unknown(from, source.message);
  if (target.kind === 'unknown') return unknown(to, target.message);
  const answers = [...candidates(estate, decider, source, target, { traffic: wanted, whole })];
  answers.sort((a, b) => rank(b) - rank(a));
  const [best] = answers;
  if (best === undefined) return no(to, 'no-such-host');
  const possible = answers.reduce<Traffic>((sum, each) => traffic.union(sum, each.possible), traffic.empty);
  return { result: best.result, possible, ...(best.outside === undefined ? {} : { outside: best.outside }) };
}

/** From an address beyond one gateway. */
export function enterFrom(estate: Estate, decider: Decider, snapshot: Snapshot, outside: string, question: FlowQuestion): Answer {
  const target = resolve(estate, snapshot, question.to, 'to');
  const address = parseAddress(question.from);
  const stations =
    target.kind === 'stations' ? target.stations : target.kind === 'address' ? [...estate.at.values()].flatMap((at) => at.get(target.address) ?? []) : [];
  if (address === undefined || stations.length === 0) return unknown(question.to, `no network interface of \`${question.to}\` in the snapshot`);
  const wanted = { traffic: asked(question.protocol, question.port), whole: false };
  const answers = stations
    .filter((station) => typeof station.address === typeof address)
    .map((station) =>
      single(decider.decide({ kind: 'onprem', id: outside }, address, station.address, wanted.traffic, { explain: true, target: station }), wanted),
    );
  const [best] = [...answers].sort((a, b) => rank(b) - rank(a));
  return best === undefined
    ? no(question.to, 'no-such-host')
    : { ...best, possible: answers.reduce<Traffic>((sum, each) => traffic.union(sum, each.possible), traffic.empty) };
}

const order = { no: 0, unknown: 1, conditional: 2, yes: 3 } as const;
const rank = (answer: Answer): number => order[answer.result.verdict];

const no = (resource: string, reason: StopReason): Answer => ({
  result: { verdict: 'no', hops: [], stoppedBy: { resource, reason, evidence: [] } },
  possible: traffic.empty,
});
const unknown = (resource: string, message: string): Answer => ({
  result: { verdict: 'unknown', hops: [], stoppedBy: { resource, reason: 'unknown-neighbour', evidence: [] }, message },
  possible: traffic.empty,
});

function* candidates(estate: Estate, decider: Decider, source: End, target: End, wanted: Wanted): Generator<Answer> {
  if (source.kind === 'internet') {
    if (target.kind === 'stations') {
      const outward = target.stations.filter((station) => station.outward);
      if (outward.length === 0) yield no(target.stations[0]?.interface.owner.id.split(/[/:]/).at(-1) ?? '', 'no-public-address');
      for (const station of outward) yield* fromPieces(fromInternet(estate, decider, station, source.set, wanted.traffic, true), source.set, wanted);
    } else if (target.kind === 'address') {
      if (!hasAddress(internetAddresses, target.address)) {
        const owner = [...estate.at.values()].flatMap((at) => at.get(target.address) ?? [])[0];
        yield no(owner === undefined ? 'internet' : (owner.interface.owner.id.split(/[/:]/).at(-1) ?? ''), 'no-public-address');
      } else {
        const station = estate.publics.get(target.address);
        if (station === undefined) yield no('internet', 'no-such-host');
        else yield* fromPieces(fromInternet(estate, decider, station, source.set, wanted.traffic, true), source.set, wanted);
      }
    } else yield no('internet', 'no-such-host');
    return;
  }
  if (source.kind === 'stations') {
    for (const station of source.stations) {
      if (target.kind === 'internet') yield* fromPieces(toInternet(estate, decider, station, target.set, wanted.traffic, true), target.set, wanted);
      else if (target.kind === 'address')
        yield single(decider.decide({ kind: 'station', station }, station.address, target.address, wanted.traffic, { explain: true }), wanted);
      else if (target.kind === 'stations') {
        for (const other of target.stations) {
          if (typeof other.address !== typeof station.address) continue;
          yield single(decider.decide({ kind: 'station', station }, station.address, other.address, wanted.traffic, { explain: true, target: other }), wanted);
          if (other.public !== undefined && other.public !== other.address)
            yield single(decider.decide({ kind: 'station', station }, station.address, other.public, wanted.traffic, { explain: true, target: other }), wanted);
        }
      } else yield toOutside(estate, decider, station, target.kind === 'onprem' ? target.id : '', wanted);
    }
    return;
  }
  if (source.kind === 'onprem' || source.kind === 'address') {
    const ids = source.kind === 'onprem' ? [source.id] : outsideIds(estate);
    if (ids.length === 0) yield unknown(String(source.kind === 'address' ? 'address' : source.id), 'no network of the snapshot has this address');
    for (const id of ids) {
      const address = source.kind === 'address' ? source.address : outsideAddress(estate, id);
      const stations =
        target.kind === 'stations' ? target.stations : target.kind === 'address' ? [...estate.at.values()].flatMap((at) => at.get(target.address) ?? []) : [];
      for (const station of stations) {
        if (typeof station.address !== typeof address) continue;
        yield single(decider.decide({ kind: 'onprem', id }, address, station.address, wanted.traffic, { explain: true, target: station }), wanted);
      }
    }
  }
}

function toOutside(estate: Estate, decider: Decider, station: Station, id: string, wanted: Wanted): Answer {
  const outcome = decider.decide({ kind: 'station', station }, station.address, outsideAddress(estate, id), wanted.traffic, { explain: true });
  return outcome.trace.end.kind === 'onprem' || outcome.stop !== null ? single(outcome, wanted) : no(id, 'no-route');
}

/** Gateways to networks outside the cloud. */
function outsideIds(estate: Estate): readonly string[] {
  const ids = [...estate.vpcs.values()].flatMap((vpc) => vpc.vgws);
  for (const each of estate.transit.attachments.values()) if (each.kind === 'vpn' || each.kind === 'direct-connect-gateway') ids.push(each.resource);
  return [...new Set(ids)].sort();
}

/** An address beyond a gateway: the first that a route sends there. */
function outsideAddress(estate: Estate, id: string): Address {
  const gateway = id.startsWith('vpn-') ? String(estate.named.get(id)?.config['VpnGatewayId'] ?? id) : id;
  for (const table of estate.tables.values())
    for (const route of table.routes)
      if (route.target === gateway || route.target === id) return typeof route.prefix.lo === 'number' ? route.prefix.lo + 1 : route.prefix.lo + 1n;
  for (const table of estate.transit.tables.values())
    for (const route of table.routes)
      if (route.attachments.some((each) => each === id || estate.transit.attachments.get(each)?.resource === id))
        return typeof route.prefix.lo === 'number' ? route.prefix.lo + 1 : route.prefix.lo + 1n;
  return parseAddress('192.168.255.1') ?? 0;
}

function single(outcome: Outcome, wanted: Wanted): Answer {
  if (wanted.whole && outcome.cut !== undefined) {
    const { stop, hops } = outcome.cut;
    const open = outcome.possible.length === 0 ? {} : { message: `not all protocols; open is ${trafficText(outcome.possible)}` };
    const result: Result = { verdict: 'no', hops: outcome.hops.slice(0, hops < 0 ? undefined : hops), stoppedBy: stop, ...open };
    return { result, possible: outcome.possible };
  }
  const verdict = outcome.possible.length === 0 ? 'no' : outcome.sure.length === 0 ? 'unknown' : outcome.conditions.length > 0 ? 'conditional' : 'yes';
  const result: Result = { verdict, hops: outcome.hops, stoppedBy: verdict === 'no' || verdict === 'unknown' ? outcome.stop : null };
  return {
    result: outcome.missing.length > 0 && verdict === 'unknown' ? { ...result, message: `not collected: ${outcome.missing.join(', ')}` } : result,
    possible: outcome.possible,
    ...(outcome.trace.end.kind === 'onprem' ? { outside: outcome.trace.end.id } : {}),
  };
}

/** One answer of the whole set: open parts count by their size. */
function* fromPieces(parts: readonly Piece[], set: AddressSet, wanted: Wanted): Generator<Answer> {
  const ranked = parts.map((piece) => ({ piece, answer: single(piece.outcome, wanted) }));
  const open = ranked.filter(({ answer }) => answer.result.verdict !== 'no' && answer.result.verdict !== 'unknown');
  const covered = open.reduce<AddressSet>((sum, { piece }) => unionSets(sum, piece.set), { v4: [], v6: [] });
  const size = (each: { piece: Piece }): number => shareOf(each.piece.set, internetAddresses);
  ranked.sort((a, b) => rank(b.answer) - rank(a.answer) || size(b) - size(a));
  const [best] = ranked;
  if (best === undefined) return;
  const enough = shareOf(covered, internetAddresses) >= wide || isEmptySet(subtract(set, covered));
  const { answer } = best;
  const possible = ranked.reduce<Traffic>((sum, each) => traffic.union(sum, each.answer.possible), traffic.empty);
  if (answer.result.verdict === 'yes' && !enough)
    yield { result: { ...answer.result, verdict: 'conditional', message: `only for ${toCidrs(covered).join(', ')}` }, possible };
  else yield { result: answer.result, possible };
}

const subtract = (a: AddressSet, b: AddressSet): AddressSet => {
  const left = toCidrs(a).filter((cidr) => {
    const prefix = parsePrefix(cidr);
    return prefix === undefined || !(hasAddress(b, prefix.lo) && hasAddress(b, prefix.hi));
  });
  return addressSet(left);
};

function resolve(estate: Estate, snapshot: Snapshot, name: string, role: 'from' | 'to'): End {
  if (name.toLowerCase() === 'internet') return { kind: 'internet', set: internetAddresses };
  if (name.startsWith('onprem:')) return { kind: 'onprem', id: name.slice('onprem:'.length) };
  const address = parseAddress(name);
  if (address !== undefined) return ofAddress(estate, address, role);
  const prefix = parsePrefix(name);
  if (prefix !== undefined) return ofPrefix(estate, name);
  const record = snapshot.find(name);
  const own =
    record === undefined
      ? estate.interfaces.filter((each) => each.id === name)
      : (estate.byOwner.get(record.id) ?? estate.interfaces.filter((each) => each.id === name));
  if (record === undefined && own.length === 0) return { kind: 'unknown', message: `no resource \`${name}\` in the snapshot` };
  const stations = own.flatMap((each) => each.stations);
  return stations.length === 0 ? { kind: 'unknown', message: `no network interface of \`${name}\` in the snapshot` } : { kind: 'stations', stations };
}

/** As a source, an address is whoever has it; as a destination it stays an address, as the packet's way may end before. */
function ofAddress(estate: Estate, address: Address, role: 'from' | 'to'): End {
  if (role === 'to') return { kind: 'address', address };
  const own = [...estate.at.values()].flatMap((at) => at.get(address) ?? []);
  const open = estate.publics.get(address);
  if (own.length > 0) return { kind: 'stations', stations: own };
  if (open !== undefined) return { kind: 'stations', stations: [open] };
  if (!hasAddress(internetAddresses, address)) return { kind: 'address', address };
  return { kind: 'internet', set: typeof address === 'number' ? { v4: [address, address], v6: [] } : { v4: [], v6: [address, address] } };
}

function ofPrefix(estate: Estate, text: string): End {
  const set = addressSet([text]);
  const outside = intersectSets(set, internetAddresses);
  const stations = estate.interfaces.flatMap((each) => each.stations).filter((station) => hasAddress(set, station.address));
  if (stations.length > 0) return { kind: 'stations', stations };
  if (!isEmptySet(outside)) return { kind: 'internet', set: outside };
  const first = set.v4[0] ?? set.v6[0];
  return first === undefined ? { kind: 'unknown', message: `\`${text}\` is empty` } : { kind: 'address', address: first };
}
