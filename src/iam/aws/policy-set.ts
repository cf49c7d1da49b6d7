import { actionMatches } from './action.ts';
import type { Policy, Statement } from './policy.ts';

/** A policy where it is attached. */
export interface AttachedPolicy {
  /** Name or ARN, shown in `decidedBy`. */
  readonly name: string;
  readonly policy: Policy;
}

/** A statement with the policy it stands in. */
export interface Candidate {
  readonly policy: AttachedPolicy;
  readonly statement: Statement;
}

/** The statements of a set that name an action. */
export interface Selection {
  readonly allow: readonly Candidate[];
  readonly deny: readonly Candidate[];
}

const remembered = 8192;

/** Policies that act as one layer: any Allow in any of them allows, any Deny denies. Remembers which statements name an action. */
export class PolicySet {
  readonly policies: readonly AttachedPolicy[];
  readonly #byAction = new Map<string, Selection>();

  constructor(policies: readonly AttachedPolicy[]) {
    this.policies = policies;
  }

  /** `action` in lower case. */
  select(action: string): Selection {
    const known = this.#byAction.get(action);
    if (known !== undefined) return known;
    const candidates = this.policies.flatMap((policy) =>
      policy.policy.statements.filter((statement) => actionMatches(statement.rule.action, action)).map((statement): Candidate => ({ policy, statement })),
    );
    const selection: Selection = {
      allow: candidates.filter((candidate) => candidate.statement.rule.effect === 'Allow'),
      deny: candidates.filter((candidate) => candidate.statement.rule.effect === 'Deny'),
    };
    if (this.#byAction.size >= remembered) this.#byAction.clear();
    this.#byAction.set(action, selection);
    return selection;
  }

  /** Names of the policies that AWS would reject. */
  get rejected(): readonly AttachedPolicy[] {
    return this.policies.filter((attached) => attached.policy.problems.length > 0);
  }
}
