import type { Evidence } from '../model/evidence.ts';
import type { Fact } from './facts.ts';

/** What follows from a technique: one source, the targets it reaches under equal conditions. Target lists are shared objects where they are equal. */
export interface Derived {
  /** Which choice of the technique's alternatives it follows from. */
  readonly variant: number;
  readonly from: string;
  readonly to: readonly string[];
  /** The list that the targets were chosen from, in its order; empty where there was none. */
  readonly order: readonly string[];
  /** What was proved of the source's side. */
  readonly fact: Fact;
  /** What was proved of each target by itself. */
  ofTarget(to: string): Fact;
  /** Equal for equal lists of targets whose `ofTarget` is equal. */
  readonly about: string;
  /** Everything that proves the step to one of the targets. */
  proof(to: string): readonly Evidence[];
}
