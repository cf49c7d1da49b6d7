import { both, certain, type Fact, type Facts } from './facts.ts';
import type { HasPremise, PowerfulPremise, Premise, TrustsPremise, UncappedPremise } from './premise.ts';
import type { Technique } from './technique.ts';

/** The values that a variable may have by the premises that speak of it alone, and what those proved. */
export interface Range {
  readonly ids: readonly string[];
  /** What is not here is certain. */
  readonly facts: ReadonlyMap<string, Fact>;
}

type Own = TrustsPremise | HasPremise | UncappedPremise | PowerfulPremise;

/** Ranges of variables. Techniques ask for the same few again and again (roles that Lambda may become), and whoever compares lists sees at once that they are the same. */
export class Ranges {
  readonly #facts: Facts;
  readonly #known = new Map<string, Range>();
  readonly #suffixed = new WeakMap<readonly string[], Map<string, readonly string[]>>();
  readonly #whole = new WeakMap<readonly string[], ReadonlySet<string>>();

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  of(variable: string, technique: Technique, premises: readonly Premise[]): Range {
    const types = technique.where[variable] ?? [];
    const own = premises.filter((premise): premise is Own => speaksOf(premise, variable));
    const key = JSON.stringify([types, own.map((premise) => ({ ...premise, role: '', on: '', who: '' }))]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#make(types, own);
    this.#known.set(key, made);
    return made;
  }

  #make(types: readonly string[], own: readonly Own[]): Range {
    const domain = this.#facts.domain(types);
    if (own.length === 0) return { ids: domain, facts: new Map() };
    const proved = new Map<string, Fact>();
    const ids: string[] = [];
    for (const id of domain) {
      let fact: Fact | undefined = certain;
      for (const premise of own) {
        const one = ask(premise, id, this.#facts);
        fact = one === undefined ? undefined : both(fact, one);
        if (fact === undefined) break;
      }
      if (fact === undefined) continue;
      ids.push(id);
      if (fact !== certain) proved.set(id, fact);
    }
    return { ids, facts: proved };
  }

  /** A list with something put behind each id; the same object for the same list. */
  suffixed(ids: readonly string[], suffix: string): readonly string[] {
    if (suffix === '') return ids;
    const known = this.#suffixed.get(ids)?.get(suffix);
    if (known !== undefined) return known;
    const made = ids.map((id) => `${id}${suffix}`);
    const inner = this.#suffixed.get(ids) ?? new Map<string, readonly string[]>();
    inner.set(suffix, made);
    this.#suffixed.set(ids, inner);
    return made;
  }

  setOf(ids: readonly string[]): ReadonlySet<string> {
    const known = this.#whole.get(ids);
    if (known !== undefined) return known;
    const made = new Set(ids);
    this.#whole.set(ids, made);
    return made;
  }
}

const speaksOf = (premise: Premise, variable: string): boolean =>
  (premise.kind === 'trusts' && premise.role === variable) ||
  (premise.kind === 'has' && premise.on === variable) ||
  ((premise.kind === 'uncapped' || premise.kind === 'powerful') && premise.who === variable);

function ask(premise: Own, id: string, facts: Facts): Fact | undefined {
  if (premise.kind === 'trusts') return facts.trusts(id, premise.service);
  return premise.kind === 'has' ? facts.has(id, premise.where) : facts[premise.kind](id);
}
