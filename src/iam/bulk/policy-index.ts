import { type ActionMatcher, actionMatches } from '../aws/action.ts';
import type { Policy, Rule } from '../aws/policy.ts';
import type { PolicySet } from '../aws/policy-set.ts';

/** Rules that can say something, by the element that names their actions, and the sets that each document stands in: a question looks at what is about its action only. */
export class PolicyIndex {
  readonly #rules = new Map<ActionMatcher, { readonly policy: Policy; readonly rule: Rule }[]>();
  /** Places of the sets that a document stands in. */
  readonly #sets = new Map<Policy, number[]>();
  /** Place of a set, by its number; 0: it is not here. */
  readonly #places: number[] = [];
  #size = 1;
  readonly #lists = new WeakMap<readonly object[], Uint32Array>();

  constructor(sets: Iterable<PolicySet | undefined>) {
    for (const set of sets) {
      if (set === undefined || this.#placeOf(set) !== 0) continue;
      this.#places[set.number] = this.#size;
      for (const policy of new Set(set.policies.map((attached) => attached.policy))) this.#add(policy, this.#size);
      this.#size++;
    }
  }

  #placeOf(set: PolicySet): number {
    return this.#places[set.number] ?? 0;
  }

  #add(policy: Policy, place: number): void {
    const places = this.#sets.get(policy);
    if (places !== undefined) {
      places.push(place);
      return;
    }
    this.#sets.set(policy, [place]);
    for (const rule of rulesOf(policy)) {
      const list = this.#rules.get(rule.action);
      if (list === undefined) this.#rules.set(rule.action, [{ policy, rule }]);
      else list.push({ policy, rule });
    }
  }

  /** Places of some sets, 0 where one is not here. One object for each list. */
  placesOf<T extends object>(list: readonly T[], setOf: (each: T) => PolicySet | undefined): Uint32Array {
    const known = this.#lists.get(list);
    if (known !== undefined) return known;
    const made = Uint32Array.from(list, (each) => {
      const set = setOf(each);
      return set === undefined ? 0 : this.#placeOf(set);
    });
    this.#lists.set(list, made);
    return made;
  }

  /** What is said of an action. */
  about(action: string): Speaking {
    const speaking = new Map<Policy, Rule[]>();
    for (const [matcher, list] of this.#rules) {
      if (!actionMatches(matcher, action)) continue;
      for (const { policy, rule } of list) {
        const rules = speaking.get(policy);
        if (rules === undefined) speaking.set(policy, [rule]);
        else rules.push(rule);
      }
    }
    // Sets in which the same documents speak end at the same node of a tree of documents.
    const nodes = new Uint32Array(this.#size);
    const tree: { readonly rules: readonly Rule[]; readonly before: number }[] = [{ rules: [], before: 0 }];
    const steps = new Map<number, number>();
    for (const [policy, rules] of speaking) {
      steps.clear();
      for (const place of this.#sets.get(policy) ?? []) {
        const from = nodes[place] ?? 0;
        let to = steps.get(from);
        if (to === undefined) {
          to = tree.length;
          tree.push({ rules, before: from });
          steps.set(from, to);
        }
        nodes[place] = to;
      }
    }
    return {
      nodeOf: (set) => {
        const place = this.#placeOf(set);
        return place === 0 ? undefined : nodes[place];
      },
      nodes,
      rulesOf: (node) => {
        const found: Rule[] = [];
        for (let at = node; at !== 0; at = tree[at]?.before ?? 0) found.push(...(tree[at]?.rules ?? []));
        return found;
      },
    };
  }
}

/** What the sets of an index say of one action. */
export interface Speaking {
  /** Equal for sets in which the same documents speak; 0 where none does, `undefined` for a set that is not in the index. */
  nodeOf(set: PolicySet): number | undefined;
  /** The same by the place of a set; what stands at 0 means nothing. */
  readonly nodes: Uint32Array;
  rulesOf(node: number): readonly Rule[];
}

/** Rules of a document but those that cover no resource. */
export function* rulesOf(policy: Policy): Generator<Rule> {
  for (const { rule } of policy.statements) if (!(rule.resource.all && rule.resource.negated)) yield rule;
}
