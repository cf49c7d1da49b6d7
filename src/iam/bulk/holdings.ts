import { trimmed } from '../../model/trimmed.ts';
import { type ActionMatcher, actionMatches } from '../aws/action.ts';
import type { Condition } from '../aws/condition.ts';
import type { Policy, Rule } from '../aws/policy.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import { idOf } from './ids.ts';
import { type PolicyIndex, rulesOf, type Speaking } from './policy-index.ts';
import { traitsOf } from './rule-traits.ts';

/** What the policies of one layer say of an action. Equal uses are one object. */
export interface Use {
  readonly id: number;
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
  readonly rules: readonly Rule[];
  readonly personal: readonly Condition[];
  readonly own: boolean;
  readonly variables: boolean;
  readonly tags: boolean;
  readonly region: boolean;
}

const none: readonly Rule[] = [];

/** The set that decides whether somebody may hold something; where a policy of it was not read its place says nothing. */
const placedBy = ({ identity, unread }: EstatePrincipal): PolicySet | undefined => (unread.some((each) => each.layer === 'identity') ? undefined : identity);

/** What policies say of one action. Each document is looked at once, each list of documents that say something once. */
export class Holdings {
  readonly #action: string;
  readonly #index: PolicyIndex | undefined;
  readonly #speaking: Speaking | undefined;
  readonly #nodes: (Use | undefined)[];
  readonly #matches = new Map<ActionMatcher, boolean>();
  readonly #policies = new Map<Policy, readonly Rule[]>();
  readonly #sets = new Map<PolicySet, Use>();
  readonly #byRules = new Map<string, Use>();
  readonly #among = new WeakMap<readonly EstatePrincipal[], readonly EstatePrincipal[]>();

  /** @param index of everybody's policies, where everybody is asked */
  constructor(action: string, index: PolicyIndex | undefined) {
    this.#action = action;
    this.#index = index;
    this.#speaking = index?.about(action);
    this.#nodes = [this.#use(none)];
  }

  of(set: PolicySet): Use {
    const node = this.#speaking?.nodeOf(set);
    if (node === undefined) return this.#unindexed(set);
    const known = this.#nodes[node];
    if (known !== undefined) return known;
    const use = this.#use(this.#speaking?.rulesOf(node) ?? none);
    this.#nodes[node] = use;
    return use;
  }

  /** Those of a list who may hold something: by their identity policies, or because one of these was not read. Worked out once for a list. */
  among(principals: readonly EstatePrincipal[]): readonly EstatePrincipal[] {
    const known = this.#among.get(principals);
    if (known !== undefined) return known;
    const places = this.#index?.placesOf(principals, placedBy);
    const nodes = this.#speaking?.nodes;
    const made: EstatePrincipal[] = [];
    for (let index = 0; index < principals.length; index++) {
      // Most say nothing of most actions, which their places tell alone: the principals lie all over the memory.
      const place = places?.[index] ?? 0;
      if (place !== 0 && nodes?.[place] === 0) continue;
      const principal = principals[index];
      if (principal !== undefined && this.mayHold(principal)) made.push(principal);
    }
    this.#among.set(principals, made);
    return made;
  }

  /** Whether the identity side of a principal could allow the action. */
  mayHold({ identity, unread }: EstatePrincipal): boolean {
    return (identity !== undefined && this.of(identity).allow.length > 0) || unread.some((each) => each.layer === 'identity');
  }

  #unindexed(set: PolicySet): Use {
    const known = this.#sets.get(set);
    if (known !== undefined) return known;
    const use = this.#use(set.policies.flatMap(({ policy }) => this.#rulesOf(policy)));
    this.#sets.set(set, use);
    return use;
  }

  #rulesOf(policy: Policy): readonly Rule[] {
    const known = this.#policies.get(policy);
    if (known !== undefined) return known;
    const found = [...rulesOf(policy)].filter((rule) => this.#named(rule.action));
    const rules = found.length === 0 ? none : found;
    this.#policies.set(policy, rules);
    return rules;
  }

  #named(matcher: ActionMatcher): boolean {
    const known = this.#matches.get(matcher);
    if (known !== undefined) return known;
    const named = actionMatches(matcher, this.#action);
    this.#matches.set(matcher, named);
    return named;
  }

  #use(rules: readonly Rule[]): Use {
    const distinct = [...new Set(rules)];
    const allow = distinct.filter((rule) => rule.effect === 'Allow');
    // What is allowed without conditions on everything needs no other Allow.
    const plain = allow.find((rule) => rule.conditions.length === 0 && traitsOf(rule).everything);
    const kept = plain === undefined ? trimmed(allow) : [plain];
    const deny = trimmed(distinct.filter((rule) => rule.effect === 'Deny'));
    const key = plain === undefined ? `${keyOf(kept)}/${keyOf(deny)}` : `*/${keyOf(deny)}`;
    const known = this.#byRules.get(key);
    if (known !== undefined) return known;
    const all = deny.length === 0 ? kept : [...kept, ...deny];
    const traits = all.map(traitsOf);
    const use: Use = {
      id: this.#byRules.size,
      allow: kept,
      deny,
      rules: all,
      personal: trimmed(traits.flatMap((each) => each.personal)),
      own: traits.some((each) => each.own),
      variables: traits.some((each) => each.variables),
      tags: traits.some((each) => each.tags),
      region: traits.some((each) => each.region),
    };
    this.#byRules.set(key, use);
    return use;
  }
}

const keyOf = (rules: readonly Rule[]): string =>
  rules
    .map(idOf)
    .sort((a, b) => a - b)
    .join('.');
