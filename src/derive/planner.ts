import type { EdgeKind } from '../model/vocabulary.ts';
import { byEdges } from './by-edges.ts';
import { type Choice, Conclusions, type Partners, type Question } from './conclude.ts';
import type { Derived } from './derived.ts';
import { better, both, certain, type Fact, type Facts, unseenOf } from './facts.ts';
import { grantsOn, type Held, intersectHeld } from './held.ts';
import { bestOf, includes, inOrder, meet } from './holders.ts';
import { isJoin, type Join, type Relation, reduce, relate } from './joins.ts';
import { Lists } from './lists.ts';
import { type CanPremise, type ExistsPremise, type HasPremise, mentions, type Premise } from './premise.ts';
import { type Conjunction, Proven } from './proven.ts';
import { type Range, Ranges } from './ranges.ts';
import type { Technique } from './technique.ts';
import { asksPrincipal, plannable, type Variant } from './variants.ts';

interface StandingAsked {
  readonly kind: 'uncapped' | 'powerful' | 'outsider';
  readonly of: 'actor' | 'account';
}

/** What a conjunction asks, brought into order: ranges reduced by each other, who may do what on them. */
interface Frame {
  readonly technique: Technique;
  readonly actor: string;
  readonly actorJoins: readonly Join[];
  readonly ofActor: readonly (HasPremise | ExistsPremise)[];
  /** Premises on the actor that ask nothing but what it is, or what a newcomer in its account would be. */
  readonly standing: readonly StandingAsked[];
  /** What no snapshot shows and is taken to hold. */
  readonly unseen: Fact;
  readonly conclusions: Conclusions;
  /** What a proof needs of it: that stays as long as the graph, the rest as long as the technique. */
  readonly conjunction: Conjunction;
}

/** A conjunction and, by variable, who may act on which of its values: the steps that follow do not keep that. */
interface Asked {
  readonly frame: Frame;
  readonly held: ReadonlyMap<string, Held>;
}

/** Ranges reduced by their relations; `undefined`: nothing fits. */
type Reduced = Pick<Question, 'ranges' | 'relations'> | undefined;

export interface PlannerOptions {
  /** Whether a planner after this one will go on from it. */
  readonly again?: boolean;
  readonly before?: PlannerBefore | undefined;
}

/** The planner of an estate before a change. */
export interface PlannerBefore {
  readonly planner: Planner;
  /** Ids of which any fact may be another than before. */
  readonly mayDiffer: ReadonlySet<string>;
  /** Structure that is not what it was. */
  readonly kinds: ReadonlySet<EdgeKind>;
}

/** Joins techniques with the facts of an estate. Never a loop over all pairs: sources and targets are joined by the sets that the facts give. One planner for all techniques remembers what they share. */
export class Planner {
  readonly ranges: Ranges;
  readonly #facts: Facts;
  readonly #lists: Lists;
  readonly #partners = new Map<string, Relation>();
  readonly #elsewhere = new WeakMap<readonly string[], Map<string, readonly string[]>>();
  readonly #before: Planner | undefined;
  /** By technique and variant, where a planner after this one may want it. */
  readonly #reduced: Map<string, Reduced> | undefined;

  constructor(facts: Facts, { again = false, before }: PlannerOptions = {}) {
    this.#facts = facts;
    this.#before = before?.planner;
    this.ranges = new Ranges(facts, before && { ranges: before.planner.ranges, mayDiffer: before.mayDiffer });
    this.#lists = before === undefined ? new Lists() : before.planner.#lists;
    this.#reduced = again ? new Map() : undefined;
    for (const [key, relation] of before === undefined ? [] : before.planner.#partners)
      if (relation.join.kind === 'edge' && before?.kinds.has(relation.join.edge) === false) this.#partners.set(key, relation);
  }

  /** Everything that follows from a technique. */
  *plan(technique: Technique): Generator<Derived> {
    for (const variant of plannable(technique)) {
      if (asksPrincipal(technique, variant.premises)) yield* this.#byPrincipal(technique, variant);
      else yield* byEdges(technique, variant, this.#facts, this.ranges, this.#lists);
    }
  }

  /** What follows for some principals from a technique whose ranges and relations are as they were before the change. */
  *planFor(technique: Technique, variant: Variant, only: ReadonlySet<string>): Generator<Derived> {
    if (asksPrincipal(technique, variant.premises)) yield* this.#byPrincipal(technique, variant, only);
  }

  /** The values of a technique's variables that fit each other, as they were before the change. */
  reducedBefore(technique: Technique, variant: number): Reduced {
    const before = this.#before;
    return before === undefined ? undefined : before.#reduced?.get(`${technique.id} ${variant}`);
  }

  /** Techniques whose source is a principal that must be allowed something. */
  *#byPrincipal(technique: Technique, { variant, premises }: Variant, only?: ReadonlySet<string>): Generator<Derived> {
    const { from: actor, to: goal } = technique.derives;
    const isAccount = (name: string): boolean => isAccountOf(technique, name);
    // A goal that no premise speaks of would be everything there is.
    if (!isAccount(goal) && !premises.some((premise) => mentions(premise, goal))) return;
    const key = `${technique.id} ${variant}`;
    const ranges = only === undefined ? this.#reduce(technique, premises) : this.reducedBefore(technique, variant);
    this.#reduced?.set(key, ranges);
    if (ranges === undefined) return;
    const asked = this.#holders(technique, premises, ranges.ranges, only);
    if (asked === undefined) return;
    const joins = premises.filter(isJoin);
    const held = [...asked.held.keys()];
    const frame: Frame = {
      technique,
      actor,
      conjunction: { variant, goal, held, ...ranges, ofAccount: isAccount(goal), lists: this.#lists },
      actorJoins: joins.filter((join) => join.from === actor || join.to === actor),
      ofActor: premises.filter(
        (premise): premise is HasPremise | ExistsPremise =>
          (premise.kind === 'has' && premise.on === actor) || (premise.kind === 'exists' && premise.who === actor),
      ),
      standing: premises.flatMap((premise): StandingAsked[] => {
        if (premise.kind !== 'uncapped' && premise.kind !== 'powerful' && premise.kind !== 'outsider') return [];
        if (premise.who === actor) return [{ kind: premise.kind, of: 'actor' }];
        return isAccount(premise.who) ? [{ kind: premise.kind, of: 'account' }] : [];
      }),
      unseen: unseenOf(premises),
      conclusions: new Conclusions({ goal, held, ...ranges, reduced: true }, this.#lists),
    };
    for (const [who, base] of inOrder(asked.start)) {
      if (isAccount(goal) && this.#facts.realm(who) !== undefined && !this.#facts.outside(who, this.#facts.accountOf(who) ?? '')) continue;
      const fact = this.#ofActor(frame, who, base);
      if (fact !== undefined) yield* this.#ofPrincipal({ frame, held: asked.held }, who, fact);
    }
  }

  /** Ranges of the variables, each without the values that have no partner. */
  #reduce(technique: Technique, premises: readonly Premise[]): Reduced {
    const actor = technique.derives.from;
    const ranges = new Map<string, Range>();
    for (const name of principalNames(technique, premises)) {
      const range = this.ranges.of(name, technique, premises);
      if (range.ids.length === 0) return undefined;
      ranges.set(name, range);
    }
    const set = (name: string): ReadonlySet<string> => this.ranges.setOf(ranges.get(name)?.ids ?? []);
    const joins = premises.filter(isJoin).filter((join) => join.from !== actor && join.to !== actor);
    const relations = joins.map((join) => relate(join, set(join.from), set(join.to), this.#facts));
    const values = reduce(new Map([...ranges].map(([name, range]) => [name, range.ids])), relations);
    if (values === undefined) return undefined;
    for (const [name, ids] of values) ranges.set(name, { domain: ids, facts: new Map(), ...ranges.get(name), ids: this.#lists.intern(ids) });
    return { ranges, relations };
  }

  /** Who may do everything that is asked of the actor. The cheapest questions come first, and whoever fails one is not asked the next. */
  #holders(technique: Technique, premises: readonly Premise[], ranges: ReadonlyMap<string, Range>, only: ReadonlySet<string> | undefined) {
    const actor = technique.derives.from;
    let start: ReadonlyMap<string, Fact> | undefined = only === undefined ? undefined : new Map([...only].map((who) => [who, certain]));
    const held = new Map<string, Held>();
    const size = (premise: CanPremise): number => {
      if (premise.on === undefined || 'text' in premise.on) return 0;
      return premise.on.variable === actor ? 1 : 2 + (ranges.get(premise.on.variable)?.ids.length ?? 0);
    };
    const cans = premises.filter((premise): premise is CanPremise => premise.kind === 'can' && premise.who === actor).sort((a, b) => size(a) - size(b));
    for (const premise of cans) {
      if (premise.on === undefined || 'text' in premise.on)
        start = meet(start, this.#facts.canSomewhere(premise.action, premise.on?.text, premise.context, only && start));
      else if (premise.on.variable === actor) start = meet(start, this.#onItself(premise, technique.where[actor] ?? [], only && start));
      else {
        const { variable, suffix } = premise.on;
        const ids = this.ranges.suffixed(ranges.get(variable)?.ids ?? [], suffix);
        const grants = grantsOn(this.#facts.can(premise.action, ids, premise.context, start));
        const known = held.get(variable);
        const met = known === undefined ? grants : intersectHeld(known, grants);
        held.set(variable, met);
        start =
          start === undefined ? new Map([...met.keys()].map((who): [string, Fact] => [who, certain])) : new Map([...start].filter(([who]) => met.has(who)));
      }
      if (start?.size === 0) return undefined;
    }
    if (cans.length > 0 && start !== undefined) return { start, held };
    const all = this.#facts.domain(technique.where[actor] ?? []).filter((who) => only?.has(who) !== false);
    return { start: new Map(all.map((who): [string, Fact] => [who, certain])), held };
  }

  /** Who may do it on himself. */
  #onItself({ action, on, context }: CanPremise, types: readonly string[], only: ReadonlyMap<string, Fact> | undefined): ReadonlyMap<string, Fact> {
    const ids = this.#facts.domain(types);
    const found = new Map<string, Fact>();
    const suffix = on !== undefined && 'variable' in on ? on.suffix : '';
    for (const grant of this.#facts.can(action, this.ranges.suffixed(ids, suffix), context, only)) {
      const position = this.#lists.position(grant.principal, ids);
      if (position < 0 || !includes(grant.members, position)) continue;
      const { residual, missing, basis } = grant;
      const own: Fact = {
        residual,
        missing,
        basis,
        get evidence() {
          return grant.proof(position);
        },
      };
      const old = found.get(grant.principal);
      if (old === undefined || better(own, old)) found.set(grant.principal, own);
    }
    return found;
  }

  #ofActor(frame: Frame, who: string, base: Fact): Fact | undefined {
    const proofs = [
      ...frame.standing.map(({ kind, of }) => this.#facts[kind](of === 'actor' ? who : (this.#facts.accountOf(who) ?? ''))),
      ...frame.ofActor.map((premise) => (premise.kind === 'has' ? this.#facts.has(who, premise.where) : this.#facts.exists(who, premise.type))),
    ];
    let fact = both(base, frame.unseen);
    for (const proof of proofs) {
      if (proof === undefined) return undefined;
      fact = both(fact, proof);
    }
    return fact;
  }

  *#ofPrincipal({ frame, held: sets }: Asked, who: string, fact: Fact): Generator<Derived> {
    const { conjunction } = frame;
    const { goal, ofAccount } = conjunction;
    const partners = this.#partnersOf(frame, who);
    if (partners === undefined) return;
    let choices: Choice[] = [];
    for (const held of sets.values()) {
      const grants = held.get(who) ?? [];
      if (choices.length === 0) choices = grants.map((grant) => [grant]);
      else choices = choices.flatMap((choice) => grants.map((grant) => [...choice, grant]));
      if (choices.length === 0) return;
    }
    if (sets.size === 0) choices = [[]];
    for (const choice of choices) {
      const conclusion = frame.conclusions.of(choice, partners);
      if (conclusion === undefined) continue;
      let proved = both(fact, conclusion.others);
      for (const grant of choice) proved = both(proved, grant);
      for (const [name, facts] of partners) if (name !== goal) proved = both(proved, bestOf(conclusion.values.get(name) ?? [], facts));
      const all = ofAccount ? [this.#facts.accountOf(who) ?? ''] : (conclusion.values.get(goal) ?? []);
      // A principal among its own targets stays in the list: lists that are equal for all are one hub, and nobody gains by becoming himself.
      const realm = ofAccount ? undefined : this.#facts.realm(who);
      const to = realm === undefined ? all : this.#outsideOf(who, realm, all);
      if (to.length === 0 || to[0] === '' || (to.length === 1 && to[0] === who)) continue;
      yield new Proven(conjunction, { from: who, to, fact: proved }, { base: fact, choice, partners, conclusion });
    }
  }

  /** Of what an administrator reaches only what lies outside his realm is news. */
  #outsideOf(who: string, realm: string, all: readonly string[]): readonly string[] {
    const known = this.#elsewhere.get(all)?.get(realm);
    if (known !== undefined) return known;
    const made = this.#lists.intern(all.filter((id) => this.#facts.outside(who, id)));
    const inner = this.#elsewhere.get(all) ?? new Map<string, readonly string[]>();
    inner.set(realm, made);
    this.#elsewhere.set(all, inner);
    return made;
  }

  /** What a principal is joined to by structure: the groups that it is in, the policies on it. `undefined`: nothing where something is asked. */
  #partnersOf(frame: Frame, who: string): Partners | undefined {
    if (frame.actorJoins.length === 0) return alone;
    const found = new Map<string, ReadonlyMap<string, Fact>>();
    for (const join of frame.actorJoins) {
      const forward = join.from === frame.actor;
      const other = forward ? join.to : join.from;
      const key =
        join.kind === 'edge'
          ? join.edge
          : `${join.kind === 'reaches' ? join.ports.join(',') : join.kind} ${this.#lists.digest(frame.conjunction.ranges.get(other)?.ids ?? [])} ${frame.technique.id}`;
      let relation = this.#partners.get(key);
      if (relation === undefined) {
        const domain = join.kind === 'edge' ? undefined : this.ranges.setOf(this.#facts.domain(frame.technique.where[frame.actor] ?? []));
        const range = join.kind === 'edge' ? undefined : this.ranges.setOf(frame.conjunction.ranges.get(other)?.ids ?? []);
        relation = forward ? relate(join, domain, range, this.#facts) : relate(join, range, domain, this.#facts);
        this.#partners.set(key, relation);
      }
      const here = (forward ? relation.forward : relation.backward).get(who);
      if (here === undefined) return undefined;
      const known = found.get(other);
      const met =
        known === undefined ? here : new Map([...known].flatMap(([id, fact]) => (here.has(id) ? [[id, both(fact, here.get(id) ?? certain)] as const] : [])));
      if (met.size === 0) return undefined;
      found.set(other, met);
    }
    return found;
  }
}

/** The partners of whoever is joined to nothing by structure: the same for all. */
const alone: Partners = new Map();

const isAccountOf = (technique: Technique, name: string): boolean => technique.where[name]?.includes('account') === true;

/** Variables beside the principal that premises speak of; one of another alternative binds nothing in this one. */
export const principalNames = (technique: Technique, premises: readonly Premise[]): readonly string[] =>
  Object.keys(technique.where).filter(
    (name) => name !== technique.derives.from && !isAccountOf(technique, name) && premises.some((premise) => mentions(premise, name)),
  );
