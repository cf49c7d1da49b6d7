import type { Evidence } from '../../model/evidence.ts';
import { type Traffic, traffic } from '../algebra/traffic.ts';
import type { FlowHop, FlowResult } from '../api.ts';

export interface Outcome {
  readonly sure: Traffic;
  readonly possible: Traffic;
  /** Why `sure` is less than `possible`. */
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly hops: readonly FlowHop[];
  readonly stop: FlowResult['stoppedBy'];
}

/** What a gate of filters lets through, with what it was decided by. */
export interface Passed {
  readonly sure: Traffic;
  readonly possible: Traffic;
  readonly missing: readonly string[];
  readonly hops: readonly FlowHop[];
  readonly stop: NonNullable<FlowResult['stoppedBy']> | undefined;
}

/** A packet's way so far; each step lets less through. */
export class Trail {
  #sure: Traffic;
  #possible: Traffic;
  #stop: FlowResult['stoppedBy'] = null;
  readonly #missing = new Set<string>();
  readonly #hops: FlowHop[] = [];
  readonly #evidence: Evidence[] = [];

  constructor(wanted: Traffic) {
    this.#sure = wanted;
    this.#possible = wanted;
  }

  get possible(): Traffic {
    return this.#possible;
  }

  get over(): boolean {
    return this.#possible.length === 0;
  }

  seen(resource: string, decision: string, proof: readonly Evidence[]): void {
    if (this.over) return;
    this.#hops.push({ resource, decision, evidence: proof });
    this.#evidence.push(...proof);
  }

  doubt(missing: string, resource: string, proof: readonly Evidence[]): void {
    if (this.over) return;
    this.#sure = traffic.empty;
    this.#missing.add(missing);
    this.seen(resource, `unknown: ${missing}`, proof);
  }

  shut(stop: NonNullable<FlowResult['stoppedBy']>): void {
    if (!this.over) {
      this.#stop = stop;
      this.#hops.push({ resource: stop.resource, decision: `stopped: ${stop.reason}`, evidence: stop.evidence });
    }
    this.#sure = traffic.empty;
    this.#possible = traffic.empty;
  }

  /** Narrows to what a gate lets through; nothing left is a stop. */
  apply(passed: Passed): void {
    if (this.over) return;
    const possible = traffic.intersect(this.#possible, passed.possible);
    for (const hop of passed.hops) this.seen(hop.resource, hop.decision, hop.evidence);
    if (possible.length === 0) {
      this.shut(passed.stop ?? { resource: passed.hops.at(-1)?.resource ?? '', reason: 'security-group', evidence: [] });
      return;
    }
    if (!traffic.covers(passed.sure, passed.possible)) for (const each of passed.missing) this.#missing.add(each);
    this.#sure = traffic.intersect(this.#sure, passed.sure);
    this.#possible = possible;
  }

  /** Narrows to ports that answer. */
  listening(listens: Traffic | undefined, resource: string, proof: readonly Evidence[]): void {
    if (listens === undefined || this.over) return;
    this.#sure = traffic.intersect(this.#sure, listens);
    const possible = traffic.intersect(this.#possible, listens);
    if (possible.length === 0) this.shut({ resource, reason: 'not-listening', evidence: proof });
    this.#possible = possible;
  }

  end(): Outcome {
    const missing = traffic.covers(this.#sure, this.#possible) ? [] : [...this.#missing].sort();
    return { sure: this.#sure, possible: this.#possible, missing, evidence: this.#evidence, hops: this.#hops, stop: this.#stop };
  }
}

/** One way after another: open is what both let through. */
export const inTurn = (first: Outcome, second: Outcome): Outcome => ({
  sure: traffic.intersect(first.sure, second.sure),
  possible: traffic.intersect(first.possible, second.possible),
  missing: [...new Set([...first.missing, ...second.missing])].sort(),
  evidence: [...first.evidence, ...second.evidence],
  hops: [...first.hops, ...second.hops],
  stop: second.stop ?? first.stop,
});

/** The outcome of whichever of several source ports a caller chooses: what any of them opens; the most open one tells how. */
export function anyOf(outcomes: readonly Outcome[]): Outcome {
  const [first, ...rest] = outcomes;
  if (first === undefined) throw new RangeError('no source port to call from');
  if (rest.length === 0) return first;
  const size = (set: Traffic): number => traffic.pairs(set).reduce((sum, [lo, hi]) => sum + hi - lo + 1, 0);
  const best = outcomes.reduce((a, b) => (size(b.sure) > size(a.sure) || (size(b.sure) === size(a.sure) && size(b.possible) > size(a.possible)) ? b : a));
  const sure = outcomes.reduce<Traffic>((sum, each) => traffic.union(sum, each.sure), traffic.empty);
  const possible = outcomes.reduce<Traffic>((sum, each) => traffic.union(sum, each.possible), traffic.empty);
  return { ...best, sure, possible, missing: traffic.covers(sure, possible) ? [] : [...new Set(outcomes.flatMap((each) => each.missing))].sort() };
}
