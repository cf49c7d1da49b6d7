/** Where in the snapshot a fact stands. `pointer` is an RFC 6901 pointer into the record, e.g. `/config/RolePolicyList/0/PolicyDocument/Statement/1`. */
export interface Evidence {
  readonly resource: string;
  readonly pointer: string;
  /** The provider call that answered it, e.g. `iam:GetAccountAuthorizationDetails`. */
  readonly call: string;
}

/** One test on the request that the snapshot cannot decide. `negated` turns it round. */
export interface ConditionAtom {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** Disjunctive normal form: holds if every atom of any entry holds. `[]` of entries is never; one entry with no atom is always. */
export type Residual = readonly { readonly allOf: readonly ConditionAtom[] }[];

/** A named part of a likelihood; the product of a step's factors is its likelihood. */
export interface Factor {
  readonly name: string;
  /** In (0, 1]. */
  readonly value: number;
  readonly why: string;
}
