import type { Snapshot } from '../../model/record.ts';
import {
  type AddressSet,
  addressSet,
  coversSet,
  hasAddress,
  internetAddresses,
  intersectSets,
  isEmptySet,
  noAddresses,
  parseAddress,
  shareOf,
  toCidrs,
  unionSets,
} from '../algebra/address.ts';
import { asked, fromPortSets, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { FlowQuestion, FlowResult, ReachClass } from '../api.ts';
import type { Passage } from '../part.ts';
import type { Decider, Outcome, Piece } from './decide.ts';
import type { Entrance } from './entrances.ts';
import type { Estate, Station } from './estate.ts';
import { answersFor } from './services.ts';

/** What a question is answered from. */
export interface Known {
  readonly estate: Estate;
  readonly decider: Decider;
  readonly snapshot: Snapshot;
  readonly entrances: readonly Entrance[];
  readonly exposures: () => readonly ReachClass[];
}

type End =
  | { readonly kind: 'internet'; readonly set: AddressSet }
  | { readonly kind: 'stations'; readonly stations: readonly Station[] }
  | { readonly kind: 'front'; readonly id: string; readonly complete: boolean }
  | { readonly kind: 'unknown'; readonly message: string };

const order = { no: 0, unknown: 1, conditional: 2, yes: 3 } as const;
/** A set this large is taken for the internet; smaller ones are allow-lists. The same bound as in the other part. */
const wide = 1 / 256;

/** One question, answered by the best way among all addresses of both ends. */
export function ask(known: Known, question: FlowQuestion): Passage {
  const wanted = asked(question.protocol, question.port);
  const [from, to] = [resolve(known, question.from), resolve(known, question.to)];
  const answers = [...candidates(known, from, to, wanted, question)];
  const [best = nothing(question, 'no', `nothing of the snapshot is at ${question.to}`)] = [...answers].sort((a, b) => order[b.verdict] - order[a.verdict]);
  const flows = answers.reduce<Traffic>((sum, each) => traffic.union(sum, fromPortSets(each.flows)), traffic.empty);
  return { ...best, flows: toPortSets(flows), via: { ...best.via, name: question.name } };
}

const nothing = (
  question: FlowQuestion,
  verdict: 'no' | 'unknown',
  message: string,
  reason: 'no-such-host' | 'unknown-neighbour' | 'no-public-address' = verdict === 'no' ? 'no-such-host' : 'unknown-neighbour',
): Passage => ({
  flows: [],
  verdict,
  via: { name: question.name, verdict, hops: [], stoppedBy: { resource: question.to, reason, evidence: [] }, message },
});

function* candidates(known: Known, from: End, to: End, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  if (from.kind === 'unknown') yield nothing(question, 'unknown', from.message);
  else if (to.kind === 'unknown') yield nothing(question, 'unknown', to.message);
  else if (from.kind === 'internet') yield* inward(known, from.set, to, wanted, question);
  else if (from.kind === 'stations' && to.kind === 'stations') {
    for (const source of from.stations) for (const target of to.stations) yield single(known.decider.between(source, target, wanted));
    // Machines that no private way joins may still call each other's public addresses, where those let anybody in.
    const doors = known.entrances.filter((each) => to.stations.includes(each.station));
    const outward = doors.some((each) =>
      known.decider
        .fromInternet(each.station, each.front, internetAddresses, traffic.intersect(each.flowing, wanted))
        .some(({ outcome }) => outcome.possible.length > 0),
    );
    if (outward) yield nothing(question, 'unknown', 'the way by the public address is not modelled');
  } else if (from.kind === 'stations' && to.kind === 'internet') {
    for (const source of from.stations) yield* pieces(known.decider.toInternet(source, to.set, wanted), to.set);
  } else yield* listed(known, question, wanted);
}

/** Gateways and services: what the classes say of the pair; what they do not say is not modelled. */
function* listed(known: Known, question: FlowQuestion, wanted: Traffic): Generator<Passage> {
  const ids = [question.from, question.to].map((each) => known.snapshot.find(each)?.id ?? each);
  for (const row of known.exposures()) {
    if (!row.sources.includes(ids[0] ?? '') || !row.destinations.includes(ids[1] ?? '')) continue;
    yield ofRow(row, wanted, internetAddresses);
  }
  yield nothing(question, 'unknown', 'the way between these two is not modelled');
}

function* inward(known: Known, set: AddressSet, to: End, wanted: Traffic, question: FlowQuestion): Generator<Passage> {
  if (to.kind === 'stations') {
    const doors = known.entrances.filter((each) => to.stations.includes(each.station));
    if (doors.length === 0) yield nothing(question, 'no', 'it has no public address', 'no-public-address');
    for (const { station, front, flowing } of doors) yield* pieces(known.decider.fromInternet(station, front, set, traffic.intersect(flowing, wanted)), set);
  } else if (to.kind === 'front') {
    const rows = known.exposures().filter((row) => row.destinations.includes(to.id) && row.sources.includes('internet'));
    for (const row of rows) yield ofRow(row, wanted, set);
    if (!to.complete && rows.length === 0) yield nothing(question, 'unknown', `what reaches ${to.id} is not modelled`);
  } else yield nothing(question, 'no', 'the internet is not a part of the snapshot');
}

function ofRow(row: ReachClass, wanted: Traffic, set: AddressSet): Passage {
  const flows = traffic.intersect(fromPortSets(row.flows), wanted);
  const allowed = row.from === undefined ? set : addressSet(row.from.cidrs);
  const common = intersectSets(allowed, set);
  const shut = flows.length === 0 || isEmptySet(common);
  const part = !coversSet(common, { ...set, v6: [] }) && shareOf(common, internetAddresses) < wide;
  const atoms = row.residual.flatMap((entry) => entry.allOf.flatMap((atom) => atom.values));
  const verdict = shut ? 'no' : row.missing.length > 0 ? 'unknown' : part || atoms.length > 0 ? 'conditional' : 'yes';
  const message = row.missing.length > 0 ? `not known: ${row.missing.join(', ')}` : part ? `only for ${toCidrs(common).join(', ')}` : atoms.join(' and ');
  const resource = row.destinations[0] ?? '';
  const hops = [
    { resource: 'internet', decision: 'source', evidence: [] },
    { resource, decision: shut ? 'denied' : 'allowed', evidence: row.evidence },
  ];
  const stoppedBy: FlowResult['stoppedBy'] = shut ? { resource, reason: flows.length === 0 ? 'not-listening' : 'firewall', evidence: row.evidence } : null;
  return { flows: shut ? [] : toPortSets(flows), verdict, via: { name: '', verdict, hops, stoppedBy, ...(shut || message === '' ? {} : { message }) } };
}

function single(outcome: Outcome): Passage {
  const verdict = outcome.possible.length === 0 ? 'no' : outcome.sure.length === 0 ? 'unknown' : 'yes';
  const stoppedBy = verdict === 'no' ? outcome.stop : null;
  const message = verdict === 'unknown' ? { message: `not known: ${outcome.missing.join(', ')}` } : {};
  return { flows: toPortSets(outcome.possible), verdict, via: { name: '', verdict, hops: outcome.hops, stoppedBy, ...message } };
}

/** One answer of a whole set of addresses: its largest open part speaks for it. */
function* pieces(parts: readonly Piece[], set: AddressSet): Generator<Passage> {
  const answers = parts.map((piece) => ({ piece, answer: single(piece.outcome) }));
  const size = (piece: Piece): number => shareOf(piece.set, internetAddresses);
  answers.sort((a, b) => order[b.answer.verdict] - order[a.answer.verdict] || size(b.piece) - size(a.piece));
  const [best] = answers;
  if (best === undefined) return;
  const flows = toPortSets(answers.reduce<Traffic>((sum, each) => traffic.union(sum, each.piece.outcome.possible), traffic.empty));
  const covered = answers.filter(({ answer }) => answer.verdict === 'yes').reduce<AddressSet>((sum, { piece }) => unionSets(sum, piece.set), noAddresses);
  const enough = shareOf(covered, internetAddresses) >= wide || parts.every((part) => coversSet(covered, part.set));
  const { answer } = best;
  if (answer.verdict !== 'yes' || enough || isEmptySet(set)) yield { ...answer, flows };
  else {
    const more = { verdict: 'conditional', message: `only for ${toCidrs(covered).join(', ')}` } as const;
    yield { flows, verdict: 'conditional', via: { ...answer.via, ...more } };
  }
}

const balancers = new Set(['Microsoft.Network/loadBalancers', 'Microsoft.Network/applicationGateways']);

function resolve(known: Known, name: string): End {
  const { estate, snapshot } = known;
  if (name.toLowerCase() === 'internet') return { kind: 'internet', set: internetAddresses };
  const set = addressSet([name]);
  if (!isEmptySet(set)) return ofAddress(known, name, set);
  const record = snapshot.find(name);
  if (record === undefined) return { kind: 'unknown', message: `no resource \`${name}\` in the snapshot` };
  const stations = estate.stations.filter(
    (each) => each.owner === record.id || each.nic === record.id || each.owner.startsWith(`${record.id}/virtualmachines/`),
  );
  if (stations.length > 0) return { kind: 'stations', stations };
  const lost = estate.lost.get(record.id);
  if (lost !== undefined) return { kind: 'unknown', message: `not collected: ${lost}` };
  if (answersFor(record.type)) return { kind: 'front', id: record.id, complete: true };
  if (balancers.has(record.type)) return { kind: 'front', id: record.id, complete: false };
  return { kind: 'unknown', message: `how ${record.type} is reached is not modelled` };
}

function ofAddress(known: Known, name: string, set: AddressSet): End {
  const address = parseAddress(name);
  const stations = known.estate.stations.filter((each) => coversSet(set, each.where));
  if (stations.length > 0) return { kind: 'stations', stations };
  const owned = known.entrances.filter((each) => address !== undefined && each.front.address === name);
  if (owned.length > 0) return { kind: 'stations', stations: owned.map((each) => each.station) };
  if (!isEmptySet(intersectSets(set, internetAddresses))) return { kind: 'internet', set: intersectSets(set, internetAddresses) };
  const held = address !== undefined && [...known.estate.networks.values()].some((each) => hasAddress(each.set, address));
  return { kind: 'unknown', message: held ? `no interface with the address ${name} in the snapshot` : `no network of the snapshot has the address ${name}` };
}
