import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import type { FlowHop, FlowResult, StopReason } from '../api.ts';
import type { Allowed } from './allowed.ts';

export interface Cut {
  readonly stop: NonNullable<FlowResult['stoppedBy']>;
  hops: number;
}

/** What is left of the wanted traffic on its way. */
export interface Progress {
  /** TCP, UDP and ICMP of the family. */
  readonly core: Traffic;
  sure: Traffic;
  possible: Traffic;
  firm: Traffic;
  stop: FlowResult['stoppedBy'];
  cut: Cut | undefined;
  readonly hops: FlowHop[];
  readonly missing: Set<string>;
  readonly conditions: ConditionAtom[];
  readonly proof: Evidence[];
}

/** Nothing gets further than `resource`. */
export const halt = (p: Progress, resource: string, reason: StopReason, proof: readonly Evidence[]): void => {
  p.stop ??= { resource, reason, evidence: proof };
  p.sure = traffic.empty;
  p.possible = traffic.empty;
};
/** Narrows; stops with `where` and `why` when nothing is left. */
export const narrow = (p: Progress, allowed: Allowed, where: string, reason: StopReason, proof: () => readonly Evidence[]): void => {
  if (p.stop !== null) return;
  const possible = traffic.intersect(p.possible, allowed.possible);
  if (possible.length === 0) {
    halt(p, where, reason, proof());
    return;
  }
  if (p.cut === undefined && traffic.covers(p.possible, p.core) && !traffic.covers(possible, p.core))
    p.cut = { stop: { resource: where, reason, evidence: proof() }, hops: -1 };
  p.sure = traffic.intersect(p.sure, allowed.sure);
  p.possible = possible;
  if (allowed.missing !== undefined && !traffic.covers(p.sure, possible)) p.missing.add(allowed.missing);
};
/** A cut that was just made ends the story after the hop that tells it. */
export const mark = (p: Progress, more: number): void => {
  if (p.cut !== undefined && p.cut.hops < 0) p.cut.hops = p.hops.length + more;
};
