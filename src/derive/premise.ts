import type { Json } from '../model/json.ts';
import type { EdgeKind } from '../model/vocabulary.ts';

export interface CanPremise {
  readonly kind: 'can';
  readonly who: string;
  readonly action: string;
  /** Variable it acts on, with what follows its id (`/*` for something inside). */
  readonly on: { readonly variable: string; readonly suffix: string } | { readonly text: string } | undefined;
  readonly context: Readonly<Record<string, readonly string[]>>;
}
export interface TrustsPremise {
  readonly kind: 'trusts';
  readonly role: string;
  readonly service: string;
}
export interface HasPremise {
  readonly kind: 'has';
  readonly on: string;
  readonly where: Json;
}
export interface EdgePremise {
  readonly kind: 'edge';
  readonly edge: EdgeKind;
  readonly from: string;
  readonly to: string;
}
export interface ReachesPremise {
  readonly kind: 'reaches';
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
}
/** Both belong to one account: what somebody makes in his account serves the roles of that account alone. Said where no permission on the one ties it to the account of the other. */
export interface SameAccountPremise {
  readonly kind: 'sameAccount';
  readonly from: string;
  readonly to: string;
}
/** With everything allowed by its own policies it administers its account, as no boundary, SCP or deny stands against it; of an account: a new principal would. */
export interface UncappedPremise {
  readonly kind: 'uncapped';
  readonly who: string;
}
/** What is attached to it administers the account, its boundary aside; of a group: for its members. */
export interface PowerfulPremise {
  readonly kind: 'powerful';
  readonly who: string;
}
/** It belongs to no account of the estate: anybody, an account of somebody else's. */
export interface OutsiderPremise {
  readonly kind: 'outsider';
  readonly who: string;
}
/** There is a resource of the type in the account of the source: a cluster to run in, a job to change. */
export interface ExistsPremise {
  readonly kind: 'exists';
  readonly who: string;
  readonly type: string;
}
/** What no snapshot shows, such as that somebody calls a function: it is taken to hold, and the step is `unknown` and says what hangs on it. */
export interface UnseenPremise {
  readonly kind: 'unseen';
  readonly what: string;
}
export type Premise =
  | CanPremise
  | TrustsPremise
  | HasPremise
  | EdgePremise
  | ReachesPremise
  | SameAccountPremise
  | UncappedPremise
  | PowerfulPremise
  | OutsiderPremise
  | ExistsPremise
  | UnseenPremise;
/** A conjunction of premises and of alternatives; each alternative is one premise. */
export type When = readonly (Premise | { readonly kind: 'any'; readonly of: readonly Premise[] })[];

/** Whether a premise speaks of a variable. */
export function mentions(premise: Premise, variable: string): boolean {
  if (premise.kind === 'unseen') return false;
  if (premise.kind === 'can') return premise.who === variable || (premise.on !== undefined && 'variable' in premise.on && premise.on.variable === variable);
  if (premise.kind === 'trusts') return premise.role === variable;
  if (premise.kind === 'has') return premise.on === variable;
  if (premise.kind === 'uncapped' || premise.kind === 'powerful' || premise.kind === 'outsider' || premise.kind === 'exists') return premise.who === variable;
  return premise.from === variable || premise.to === variable;
}
