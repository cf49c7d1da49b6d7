import { both, certain, type Fact, type Facts } from './facts.ts';
import type { CanPremise, HasPremise, PowerfulPremise, Premise, TrustsPremise, UncappedPremise } from './premise.ts';
import type { Technique } from './technique.ts';

/** The values that a variable may have by the premises that speak of it alone, and what those proved. */
export interface Range {
  /** What it was chosen from. */
  readonly domain: readonly string[];
  readonly ids: readonly string[];
  /** What is not here is certain. */
  readonly facts: ReadonlyMap<string, Fact>;
}

/** Of what a principal may do that is not the source of the step only what it may do somewhere is asked: a role that reads queues. */
type Own = TrustsPremise | HasPremise | UncappedPremise | PowerfulPremise | CanPremise;

/** Ranges of variables. Techniques ask for the same few again and again (roles that Lambda may become), and whoever compares lists sees at once that they are the same. */
export class Ranges {
  readonly #facts: Facts;
  readonly #known = new Map<string, Range>();
  readonly #suffixed: WeakMap<readonly string[], Map<string, readonly string[]>>;
  readonly #whole: WeakMap<readonly string[], ReadonlySet<string>>;
  readonly #before: Ranges | undefined;
  readonly #mayDiffer: ReadonlySet<string>;

  /** @param before the ranges before a change: those that it leaves alone are the same objects again */
  constructor(facts: Facts, before?: RangesBefore) {
    this.#facts = facts;
    this.#before = before?.ranges;
    this.#mayDiffer = before?.mayDiffer ?? new Set();
    this.#suffixed = before === undefined ? new WeakMap() : before.ranges.#suffixed;
    this.#whole = before === undefined ? new WeakMap() : before.ranges.#whole;
  }

  /** Whether a variable has the values that it had before the change, proved by the same. */
  unchanged(variable: string, technique: Technique, premises: readonly Premise[]): boolean {
    const { key } = asked(variable, technique, premises);
    return this.of(variable, technique, premises) === this.#old(key);
  }

  of(variable: string, technique: Technique, premises: readonly Premise[]): Range {
    const { key, types, own } = asked(variable, technique, premises);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const old = this.#old(key);
    const made = old === undefined ? this.#make(types, own) : this.#again(old, types, own);
    this.#known.set(key, made);
    return made;
  }

  #old(key: string): Range | undefined {
    return this.#before === undefined ? undefined : this.#before.#known.get(key);
  }

  /** A range after a change: only what may be different is asked again. The same object where nothing is. */
  #again(old: Range, types: readonly string[], own: readonly Own[]): Range {
    const domain = this.#facts.domain(types);
    if (own.length === 0) return domain === old.domain ? old : { domain, ids: domain, facts: new Map() };
    const [domainBefore, idsBefore] = [this.setOf(old.domain), this.setOf(old.ids)];
    const isOther = (id: string): boolean => this.#mayDiffer.has(id) || !domainBefore.has(id);
    const before = (id: string): Fact | undefined => (idsBefore.has(id) ? (old.facts.get(id) ?? certain) : undefined);
    if (domain === old.domain) {
      const inside = this.setOf(domain);
      const other = [...this.#mayDiffer].some((id) => inside.has(id) && !sameFact(before(id), askAll(own, id, this.#facts)));
      if (!other) return old;
    }
    return chosen(domain, (id) => (isOther(id) ? askAll(own, id, this.#facts) : before(id)));
  }

  #make(types: readonly string[], own: readonly Own[]): Range {
    const domain = this.#facts.domain(types);
    return own.length === 0 ? { domain, ids: domain, facts: new Map() } : chosen(domain, (id) => askAll(own, id, this.#facts));
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

export interface RangesBefore {
  readonly ranges: Ranges;
  /** Ids of which any fact may be another than before. */
  readonly mayDiffer: ReadonlySet<string>;
}

/** What is asked of a variable by itself, and a key that is equal for equal questions. */
function asked(variable: string, technique: Technique, premises: readonly Premise[]) {
  const types = technique.where[variable] ?? [];
  const own = premises.filter((premise): premise is Own => speaksOf(premise, variable, technique.derives.from));
  return { types, own, key: JSON.stringify([types, own.map((premise) => ({ ...premise, role: '', on: '', who: '' }))]) };
}

/** The ids of a domain of which something holds. */
function chosen(domain: readonly string[], holds: (id: string) => Fact | undefined): Range {
  const facts = new Map<string, Fact>();
  const ids = domain.filter((id) => {
    const fact = holds(id);
    if (fact !== undefined && fact !== certain) facts.set(id, fact);
    return fact !== undefined;
  });
  return { domain, ids, facts };
}

function askAll(own: readonly Own[], id: string, facts: Facts): Fact | undefined {
  let fact: Fact = certain;
  for (const premise of own) {
    const one = ask(premise, id, facts);
    if (one === undefined) return undefined;
    fact = both(fact, one);
  }
  return fact;
}

const sameFact = (a: Fact | undefined, b: Fact | undefined): boolean => a === b || (a !== undefined && b !== undefined && told(a) === told(b));
const told = ({ residual, missing, basis, evidence }: Fact): string => JSON.stringify([residual, missing, basis ?? '', evidence]);

const speaksOf = (premise: Premise, variable: string, source: string): boolean =>
  (premise.kind === 'can' && premise.who === variable && variable !== source && (premise.on === undefined || 'text' in premise.on)) ||
  (premise.kind === 'trusts' && premise.role === variable) ||
  (premise.kind === 'has' && premise.on === variable) ||
  ((premise.kind === 'uncapped' || premise.kind === 'powerful') && premise.who === variable);

function ask(premise: Own, id: string, facts: Facts): Fact | undefined {
  if (premise.kind === 'trusts') return facts.trusts(id, premise.service);
  if (premise.kind === 'can')
    return facts.canSomewhere(premise.action, premise.on !== undefined && 'text' in premise.on ? premise.on.text : undefined, premise.context).get(id);
  return premise.kind === 'has' ? facts.has(id, premise.where) : facts[premise.kind](id);
}
