import type { Evidence } from '../model/evidence.ts';
import { bind } from './binding.ts';
import type { Choice, Conclusion, Partners, Question } from './conclude.ts';
import type { Derived } from './derived.ts';
import { both, certain, distinct, type Fact } from './facts.ts';
import type { Lists } from './lists.ts';

/** What all conclusions of one conjunction share. */
export interface Conjunction extends Question {
  readonly variant: number;
  /** The goal is the account of the actor, whatever the ranges. */
  readonly ofAccount: boolean;
  readonly lists: Lists;
}

/** What one principal comes to by one choice of grants. The graph keeps hundreds of thousands of them until somebody asks for a proof: so it is one object, without a closure of its own. */
export class Proven implements Derived {
  readonly from: string;
  readonly to: readonly string[];
  readonly fact: Fact;
  readonly #conjunction: Conjunction;
  /** What was proved of the actor alone. */
  readonly #base: Fact;
  readonly #choice: Choice;
  readonly #partners: Partners;
  readonly #conclusion: Conclusion;

  constructor(
    conjunction: Conjunction,
    derived: Pick<Derived, 'from' | 'to' | 'fact'>,
    { base, choice, partners, conclusion }: { readonly base: Fact; readonly choice: Choice; readonly partners: Partners; readonly conclusion: Conclusion },
  ) {
    this.#conjunction = conjunction;
    this.from = derived.from;
    this.to = derived.to;
    this.fact = derived.fact;
    this.#base = base;
    this.#choice = choice;
    this.#partners = partners;
    this.#conclusion = conclusion;
  }

  get variant(): number {
    return this.#conjunction.variant;
  }

  get order(): readonly string[] {
    const { goal, ranges, ofAccount } = this.#conjunction;
    return ofAccount ? [] : (ranges.get(goal)?.ids ?? []);
  }

  get about(): string {
    return this.#partners.size > 0 ? `${this.#conclusion.about} ${this.from}` : this.#conclusion.about;
  }

  ofTarget(id: string): Fact {
    const { goal, ofAccount, ranges, relations } = this.#conjunction;
    if (ofAccount) return certain;
    // Without relations there is nothing to bind.
    const own = (relations.length === 0 ? ranges.get(goal)?.facts.get(id) : this.#bound(id)?.fact) ?? certain;
    const partner = this.#partners.get(goal)?.get(id);
    return partner === undefined ? own : both(own, partner);
  }

  proof(id: string): readonly Evidence[] {
    const { held, ranges, ofAccount, lists } = this.#conjunction;
    const chosen = ofAccount ? this.#conclusion.chosen : new Map([...this.#conclusion.chosen, ...(this.#bound(id)?.ids ?? [])]);
    const ofSets = this.#choice.flatMap((grant, index) => {
      const variable = held[index] ?? '';
      return grant.proof(lists.position(chosen.get(variable) ?? '', ranges.get(variable)?.ids ?? []));
    });
    const ofPartners = [...this.#partners].flatMap(([name, facts]) => facts.get(chosen.get(name) ?? '')?.evidence ?? []);
    return distinct([...this.#base.evidence, ...ofSets, ...ofPartners, ...this.#conclusion.others.evidence, ...this.ofTarget(id).evidence]);
  }

  #bound(id: string) {
    const { goal, ranges, relations, lists } = this.#conjunction;
    return bind(goal, id, this.#conclusion.values, ranges, relations, lists.inside);
  }
}
