import type { ConditionAtom, Evidence, Factor, Residual } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { EdgeKind, NodeKind, StepKind, StructureKind } from '../model/vocabulary.ts';
import type { Proof } from './edge-table.ts';

export type NodeIndex = number;
export type EdgeIndex = number;

export interface NodeSpec {
  readonly id: string;
  readonly kind: NodeKind;
  /** The provider's resource type; for entries and hubs a type of ours (`postern/internet`). */
  readonly type: string;
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** What later stages learned: `admin`, `value`, `classification`; never raw configuration. */
  readonly props?: Readonly<Record<string, Json>>;
}

/** `proven`: holds on the snapshot alone. `conditional`: holds under the residual. `unknown`: a fact it needs was not collected (`missing` says which). */
export type StepVerdict = 'proven' | 'conditional' | 'unknown';

export interface StepSpec {
  readonly from: string;
  readonly to: string;
  readonly kind: StepKind;
  /** Id of the technique that justifies it. Steps of several techniques between the same nodes are several edges. */
  readonly technique: string;
  readonly factors: readonly Factor[];
  /** Under which it holds; empty when unconditional. */
  readonly residual: Residual;
  readonly missing?: readonly string[];
  readonly evidence: Proof;
  /** In words, what the attacker does, for labels: `passes role to a new function`. Default: the technique's title. */
  readonly label?: string;
  /** Open ports of a network step, as text: `tcp/443, udp/53`. */
  readonly ports?: string;
}

/** What a step says beside its ends and its proof, by the numbers that its builder gave. */
export interface Saying {
  readonly kind: number;
  readonly payload: number;
}

export interface StructureSpec {
  readonly from: string;
  readonly to: string;
  readonly kind: StructureKind;
  readonly evidence?: readonly Evidence[];
}

export interface EdgeView {
  readonly index: EdgeIndex;
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly kind: EdgeKind;
}

export interface StepView extends EdgeView {
  readonly kind: StepKind;
  readonly technique: string;
  readonly likelihood: number;
  readonly verdict: StepVerdict;
  readonly factors: readonly Factor[];
  readonly residual: Residual;
  readonly conditions: readonly ConditionAtom[];
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly label: string;
  readonly ports: string;
}

export interface NodeView extends Required<NodeSpec> {
  readonly index: NodeIndex;
}
