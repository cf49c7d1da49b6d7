import { type ActionMatcher, actionMatches } from '../aws/action.ts';
import type { Policy, Rule } from '../aws/policy.ts';
import type { PolicySet } from '../aws/policy-set.ts';

/** Rules that can say something, by the element that names their actions, and the sets that each document stands in: a question looks at what is about its action only. */
export class PolicyIndex {
  readonly #rules = new Map<ActionMatcher, { readonly policy: Policy; readonly rule: Rule }[]>();
  readonly #sets = new Map<Policy, PolicySet[]>();
  readonly #known = new Set<PolicySet>();

  constructor(sets: Iterable<PolicySet | undefined>) {
    for (const set of sets) {
      if (set === undefined || this.#known.has(set)) continue;
      this.#known.add(set);
      for (const policy of new Set(set.policies.map((attached) => attached.policy))) this.#add(policy, set);
    }
  }

  #add(policy: Policy, set: PolicySet): void {
    const sets = this.#sets.get(policy);
    if (sets !== undefined) {
      sets.push(set);
      return;
    }
    this.#sets.set(policy, [set]);
    for (const rule of rulesOf(policy)) {
      const list = this.#rules.get(rule.action);
      if (list === undefined) this.#rules.set(rule.action, [{ policy, rule }]);
      else list.push({ policy, rule });
    }
  }

  has(set: PolicySet): boolean {
    return this.#known.has(set);
  }

  /** For each set that says something of an action the rules of its documents, one list a document. */
  about(action: string): ReadonlyMap<PolicySet, readonly (readonly Rule[])[]> {
    const speaking = new Map<Policy, Rule[]>();
    for (const [matcher, list] of this.#rules) {
      if (!actionMatches(matcher, action)) continue;
      for (const { policy, rule } of list) {
        const rules = speaking.get(policy);
        if (rules === undefined) speaking.set(policy, [rule]);
        else rules.push(rule);
      }
    }
    const found = new Map<PolicySet, (readonly Rule[])[]>();
    for (const [policy, rules] of speaking) {
      for (const set of this.#sets.get(policy) ?? []) {
        const lists = found.get(set);
        if (lists === undefined) found.set(set, [rules]);
        else lists.push(rules);
      }
    }
    return found;
  }
}

/** Rules of a document but those that cover no resource. */
export function* rulesOf(policy: Policy): Generator<Rule> {
  for (const { rule } of policy.statements) if (!(rule.resource.all && rule.resource.negated)) yield rule;
}
