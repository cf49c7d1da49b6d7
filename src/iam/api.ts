import type { decisions } from '../model/answer-words.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';

/**
 * What other stages ask of policy evaluation. One semantics serves three forms: cases given whole (`iam simulate`), one question over a snapshot (`can`), and the bulk
 * form that derivation uses.
 */
export type AccessDecision = Exclude<keyof typeof decisions, 'error'>;

export type PolicyLayer = 'scp' | 'rcp' | 'boundary' | 'session' | 'identity' | 'resource' | 'endpoint';

export interface DecidedBy {
  readonly layer: PolicyLayer;
  readonly policy: string;
  readonly statement: number;
  readonly effect: 'Allow' | 'Deny';
  /** Where the statement stands in the snapshot; absent for policies given in a case. */
  readonly evidence?: Evidence;
}

export interface AccessResult {
  readonly decision: AccessDecision;
  /** A Deny statement decided. */
  readonly explicit: boolean;
  /** For `conditional`: allowed if any entry holds. Empty otherwise. */
  readonly residual: Residual;
  readonly decidedBy: readonly DecidedBy[];
  /** For `unknown`: the calls or permissions that were missing. For `conditional`: that there are more alternatives than the residual lists. */
  readonly missing: readonly string[];
  /** For `unknown`: `read` when statements that were read allow it and only what was not read could take it away; `unread` when only what was not read could allow it. */
  readonly allowedBy?: 'read' | 'unread';
  /** For `deny`: why the service refuses it, whatever policies say. */
  readonly refused?: string;
}

/** What one layer by itself says of a request. */
export interface LayerReport {
  readonly layer: PolicyLayer;
  /** Which of several, where a layer has levels. */
  readonly level: string;
  /** `deny-if`: it allows nothing and denies under a condition. `silent`: nothing in it is about the request. */
  readonly says: 'allow' | 'deny' | 'conditional' | 'deny-if' | 'silent';
  /** Whether the layer has to allow, is one of those of which one has to, or can only deny. */
  readonly role: 'must-allow' | 'may-allow' | 'may-deny';
  /** For `conditional` when it allows, for `deny-if` when it does not deny. */
  readonly residual: Residual;
  readonly statements: readonly DecidedBy[];
  readonly note?: string;
}

/** What else is known of a request that is asked about. */
export interface AskOptions {
  readonly context?: RequestContext;
  /** False: unknown keys stay in the residual. */
  readonly contextComplete?: boolean;
  /** Id of the VPC endpoint that the request goes through: its policy must allow too. */
  readonly via?: string;
  /** Policies that were passed when the session was made: they limit it. */
  readonly session?: readonly Json[];
}

/** Context keys that are known; values are lists of strings. Keys not given are unknown (they leave a residual) unless `contextComplete`. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/**
 * `everyone asks every candidate`: for one action, which principals may do it on which of the candidate resources.
 * Principals are users, roles and the outsiders `*` (anonymous), `aws:anyone` and `aws:account:<id>` that some policy names.
 */
export interface BulkQuestion {
  readonly action: string;
  /**
   * Candidate resources: sorted, distinct ARNs of the snapshot, or one text such as `*` or `arn:aws:lambda:*:111122223333:function:*` for "some resource of this shape,
   * also one that does not exist yet". A candidate that ends in `/*` asks for *some* object below it.
   */
  readonly candidates: readonly string[];
  readonly context?: RequestContext;
  /** A candidate with wildcards asks for *every* resource of its shape instead of some: a resource of no particular name stands for them. */
  readonly every?: boolean;
  /** Also count what is reached by way of another resource: a bucket by its access points. */
  readonly through?: boolean;
  /** Ask for these principals only. */
  readonly principals?: readonly string[];
}

/** A set of candidates, by position, shared between all grants that have the same one. */
export interface CandidateSet {
  readonly members: Uint32Array;
}

export interface BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  /** Empty: unconditional. */
  readonly residual: Residual;
  readonly missing: readonly string[];
  /** `unread`: nothing that was read allows it; only a policy that was not read could. */
  readonly allowedBy?: 'read' | 'unread';
  /** The allowing statements, shared (same array object) between principals that hold the same policies. */
  readonly evidence: readonly Evidence[];
  /** The statements that allow it on one member of the set, where the answer can tell without a further question. */
  evidenceOn?(member: number): readonly Evidence[];
}

export interface PrincipalInfo {
  /** ARN, or object id in Entra. */
  readonly arn: string;
  /** `service`: a service principal or managed identity; `group`: what its members may do together, for whoever comes to be one. */
  readonly kind: 'user' | 'role' | 'service' | 'group' | 'root' | 'outsider';
  /** AWS account of 12 digits, or Entra tenant. */
  readonly account: string;
  readonly name: string;
  /** Service-linked roles and such are evaluated as AWS does, and never become an attacker's goal by PassRole. */
  readonly serviceLinked: boolean;
}

/** Who may assume a role, read from its trust policy alone (the identity side of `sts:AssumeRole` is a `can`). */
export interface TrustGrant {
  readonly role: string;
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithSAML' | 'sts:AssumeRoleWithWebIdentity' | 'sts:TagSession' | 'sts:SetSourceIdentity';
  readonly principal:
    | { readonly kind: 'service'; readonly service: string }
    /** Named itself: enough in the same account, without `sts:AssumeRole` on the identity side. */
    | { readonly kind: 'principal'; readonly arn: string }
    /** `:root` or a bare account id: delegates to the account's identity policies. */
    | { readonly kind: 'account'; readonly account: string }
    | { readonly kind: 'anyone' }
    | { readonly kind: 'federated'; readonly provider: string };
  readonly residual: Residual;
  readonly evidence: Evidence;
}

/** A scope (account, tenant, subscription, group of resources) in which a principal may do everything already, whatever gives it. */
export interface Administration {
  readonly principal: string;
  /** Node of the scope. */
  readonly scope: string;
  readonly technique: string;
  readonly verdict: 'yes' | 'conditional' | 'unknown';
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Whether somebody administers the account it belongs to, or would. */
export interface Standing {
  readonly verdict: 'yes' | 'no' | 'conditional' | 'unknown';
  readonly residual: Residual;
  readonly evidence: readonly Evidence[];
  /** For `unknown`: what was not read. */
  readonly missing?: readonly string[];
}

export interface IamEngine {
  readonly principals: readonly PrincipalInfo[];
  /** Those whom an action concerns: the principals of its cloud. */
  principalsFor(action: string): readonly PrincipalInfo[];
  principal(arn: string): PrincipalInfo | undefined;
  /** Who outside the estate the resource's own policy could mean, each as `can` takes it. */
  outsiders?(action: string, resource: string): readonly string[];
  /** The same decision layer by layer, for reading; an engine whose policies have no layers has none. */
  layers?(principal: string, action: string, resource: string, options?: AskOptions): readonly LayerReport[];
  /** One decision with its statements. */
  can(principal: string, action: string, resource: string, options?: AskOptions): AccessResult;
  /** All grants, grouped by distinct candidate sets; only principals with at least one. Order: principal, then set. */
  bulk(question: BulkQuestion): readonly BulkGrant[];
  /**
   * Accounts outside that `bulk` asks about every candidate, because the policy of one names them: who that is hangs on all candidates together, all else of an answer on each by itself.
   */
  strangers?(question: BulkQuestion): readonly string[];
  /** Trust of one role, Allow minus Deny; NotPrincipal and conditions as residual. */
  trust(role: string): readonly TrustGrant[];
  /** May do `*` on `*` in its account, whatever gives it: identity, boundary and SCP together. `conditional` carries the residual. */
  admin(principal: string): Standing;
  /** Whether the principal would be an administrator if it gave itself `*` on `*`: what its boundary, its SCPs and denies on it leave. Without evidence. */
  uncapped(principal: string): Standing;
  /** Whether what is attached to a user, role or group administers its account, a boundary on it left out: what it comes to once the boundary is gone, or what joining the group gives. */
  powerful(holder: string): Standing;
  /** Every scope that somebody administers, in the order of principals; `only`: those of these are enough. */
  administrations(only?: ReadonlySet<string>): readonly Administration[];
  /** Equal for principals that administer the same scopes for certain; `undefined`: none. */
  realm(principal: string): string | undefined;
  /** Whether something lies inside what the principal administers for certain, so that a step to it is no news. */
  inside(principal: string, id: string): boolean;
  /** Node of the account or tenant that the principal belongs to. */
  home(principal: string): string | undefined;
  /** What the principal's policies name: for `what may it do`. */
  questions(principal: string): Iterable<{ readonly action: string; readonly resource: string }>;
  /** Lets go of what only makes further bulk questions quicker. */
  forget?(): void;
  /** Documents that could not be read, and what AWS does with them. */
  readonly problems: readonly { readonly resource: string; readonly pointer: string; readonly message: string }[];
}
