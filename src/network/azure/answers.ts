import {
  type AddressSet,
  addressSet,
  coversSet,
  internetAddresses,
  intersectSets,
  isEmptySet,
  noAddresses,
  shareOf,
  toCidrs,
  unionSets,
} from '../algebra/address.ts';
import { fromPortSets, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { FlowQuestion, FlowResult, ReachClass, StopReason } from '../api.ts';
import type { Passage } from '../part.ts';
import type { Piece } from './decide.ts';
import type { Outcome } from './trail.ts';

export const order = { no: 0, unknown: 1, conditional: 2, yes: 3 } as const;
/** A set this large is taken for the internet; smaller ones are allow-lists. The same bound as in the other part. */
const wide = 1 / 256;

export const nothing = (
  question: FlowQuestion,
  verdict: 'no' | 'unknown',
  message: string,
  reason: StopReason = verdict === 'no' ? 'no-such-host' : 'unknown-neighbour',
): Passage => ({
  flows: [],
  verdict,
  via: { name: question.name, verdict, hops: [], stoppedBy: { resource: question.to, reason, evidence: [] }, message },
});

/** What a row of the bulk answer says to a question about the same two. */
export function ofRow(row: ReachClass, wanted: Traffic, set: AddressSet): Passage {
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
    { resource: row.sources[0] ?? 'internet', decision: 'source', evidence: [] },
    { resource, decision: shut ? 'denied' : 'allowed', evidence: row.evidence },
  ];
  const stoppedBy: FlowResult['stoppedBy'] = shut ? { resource, reason: flows.length === 0 ? 'not-listening' : 'firewall', evidence: row.evidence } : null;
  return { flows: shut ? [] : toPortSets(flows), verdict, via: { name: '', verdict, hops, stoppedBy, ...(shut || message === '' ? {} : { message }) } };
}

export function single(outcome: Outcome): Passage {
  const verdict = outcome.possible.length === 0 ? 'no' : outcome.sure.length === 0 ? 'unknown' : 'yes';
  const stoppedBy = verdict === 'no' ? outcome.stop : null;
  const message = verdict === 'unknown' ? { message: `not known: ${outcome.missing.join(', ')}` } : {};
  return { flows: toPortSets(outcome.possible), verdict, via: { name: '', verdict, hops: outcome.hops, stoppedBy, ...message } };
}

/** One answer of a whole set of addresses: its largest open part speaks for it. */
export function* pieces(parts: readonly Piece[], set: AddressSet): Generator<Passage> {
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
