import type { Evidence, Residual } from '../../model/evidence.ts';
import type { RequestContext } from '../api.ts';

/** What is asked, in the spelling that is compared: lower case. */
export interface Question {
  readonly action: string;
  /** Data actions and control actions are different permissions: `*` in one says nothing of the other. */
  readonly plane: 'control' | 'data';
  readonly context: RequestContext;
  readonly contextComplete: boolean;
}

/** One assignment of permissions to a holder in a scope, whatever gives it: a role, an access policy, ownership, an application permission. */
export interface Grant {
  /** Object id of a user, group or service principal, or an outsider. */
  readonly holder: string;
  /** Name of what gives it, for people. */
  readonly source: string;
  readonly layer: 'identity' | 'resource';
  /** Lower case; what it means is the world's. */
  readonly scope: string;
  allows(question: Question): boolean;
  /** Grants of equal rights allow the same questions: a role is given a thousand times and asked once. Absent: a case of its own. */
  readonly rights?: object;
  /** Under which it holds at all: an eligible role must be activated. */
  readonly residual: Residual;
  /** Calls or permissions that were missing to know what it allows. */
  readonly missing: readonly string[];
  /** What a condition on the assignment or in the role leaves of the question: `undefined` forbids it. */
  condition?(question: Question): Residual | undefined;
  readonly evidence: readonly Evidence[];
}

/** A deny assignment: beats every grant. */
export interface Denial {
  readonly source: string;
  readonly scope: string;
  /** Whether it means a principal, given the principal itself and every group it is in. */
  means(holders: ReadonlySet<string>): boolean;
  allows(question: Question): boolean;
  /** The scope itself only, not what lies below. */
  readonly only: boolean;
  /** Text of a condition that is not decided here. */
  readonly condition: string;
  readonly evidence: readonly Evidence[];
}

/** Who is in which group, through groups. */
export interface Memberships {
  /** Every group that an object is in. */
  groupsOf(id: string): readonly string[];
  /** Everybody in a group, groups in it included. */
  membersOf(group: string): readonly string[];
  /** The records that prove a membership. */
  proof(id: string, group: string): readonly Evidence[];
}

/** A space of scopes with its grants: Azure resources under their subscriptions, or the directory. */
export interface World {
  readonly grants: readonly Grant[];
  readonly denials: readonly Denial[];
  readonly memberships: Memberships;
  /** Whether a grant or denial in a scope touches a candidate. `*` is some resource, `x/*` something in x. */
  covers(scope: string, id: string, only?: boolean): boolean;
  /** Positions of the sorted candidates that a scope covers. */
  members(scope: string, candidates: readonly string[]): Uint32Array;
  /** What the target itself demands beside the permission: `undefined` forbids the grant on it. Empty: nothing. */
  demands(grant: Grant, question: Question, id: string): Residual | undefined;
  /** Equal numbers for targets of which `demands` says the same whatever the grant and question; absent where each is a case of its own. */
  alike?(id: string): number;
  /** Whether `demands` can say anything but nothing for this question: else candidates need not be asked one by one. */
  demanding(question: Question): boolean;
}

/** Both residuals; `[]` is "unconditional". Bounded: each entry alone is enough, so leaving some out is on the safe side. */
export function conjoin(a: Residual, b: Residual): Residual {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const made = new Map<string, Residual[number]>();
  for (const left of a) {
    for (const right of b) {
      const allOf = [...new Map([...left.allOf, ...right.allOf].map((atom) => [JSON.stringify(atom), atom])).values()];
      made.set(JSON.stringify(allOf), { allOf });
      if (made.size >= 16) return [...made.values()];
    }
  }
  return [...made.values()];
}
