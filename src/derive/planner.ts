import type { Evidence } from '../model/evidence.ts';
import { bind } from './binding.ts';
import { byEdges } from './by-edges.ts';
import { type Choice, Conclusions, type Partners, type Question } from './conclude.ts';
import type { Derived } from './derived.ts';
import { better, both, certain, distinct, type Fact, type Facts, unseenOf } from './facts.ts';
import { grantsOn, type Held, intersectHeld } from './held.ts';
import { bestOf, includes, inOrder, meet } from './holders.ts';
import { isJoin, type Join, type Relation, reduce, relate } from './joins.ts';
import { Lists } from './lists.ts';
import { type CanPremise, type ExistsPremise, type HasPremise, mentions, type Premise } from './premise.ts';
import { type Range, Ranges } from './ranges.ts';
import type { Technique } from './technique.ts';

/** Plain conjunctions: one for each choice of the alternatives. */
export function variants(technique: Technique): readonly (readonly Premise[])[] {
  let list: readonly (readonly Premise[])[] = [[]];
  for (const premise of technique.when) {
    const options = premise.kind === 'any' ? premise.of : [premise];
    list = list.flatMap((left) => options.map((option) => [...left, option]));
  }
  return list;
}

interface StandingAsked {
  readonly kind: 'uncapped' | 'powerful' | 'outsider';
  readonly of: 'actor' | 'account';
}

/** What a conjunction asks, brought into order: ranges reduced by each other, who may do what on them. */
interface Frame extends Question {
  readonly technique: Technique;
  readonly actor: string;
  readonly actorJoins: readonly Join[];
  readonly ofActor: readonly (HasPremise | ExistsPremise)[];
  /** Premises on the actor that ask nothing but what it is, or what a newcomer in its account would be. */
  readonly standing: readonly StandingAsked[];
  /** By variable, who may act on which of its values. */
  readonly held: ReadonlyMap<string, Held>;
  /** What no snapshot shows and is taken to hold. */
  readonly unseen: Fact;
  readonly conclusions: Conclusions;
}

/** Joins techniques with the facts of an estate. Never a loop over all pairs: sources and targets are joined by the sets that the facts give. One planner for all techniques remembers what they share. */
export class Planner {
  readonly #facts: Facts;
  readonly #ranges: Ranges;
  readonly #lists = new Lists();
  readonly #partners = new Map<string, Relation>();
  readonly #elsewhere = new WeakMap<readonly string[], Map<string, readonly string[]>>();

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#ranges = new Ranges(facts);
  }

  /** Everything that follows from a technique. */
  *plan(technique: Technique): Generator<Derived> {
    for (const premises of variants(technique)) {
      // A permission of somebody else than the source is not modelled: nothing follows, rather than too much.
      if (premises.some((premise) => premise.kind === 'can' && premise.who !== technique.derives.from)) continue;
      const actor = technique.derives.from;
      const [only, ...more] = technique.where[actor] ?? [];
      const asks =
        only === 'principal' &&
        more.length === 0 &&
        premises.some((premise) => (premise.kind === 'can' || premise.kind === 'uncapped' || premise.kind === 'powerful') && premise.who === actor);
      if (asks) yield* this.#byPrincipal(technique, premises, actor);
      else yield* byEdges(technique, premises, this.#facts, this.#ranges, this.#lists);
    }
  }

  /** Techniques whose source is a principal that must be allowed something. */
  *#byPrincipal(technique: Technique, premises: readonly Premise[], actor: string): Generator<Derived> {
    const goal = technique.derives.to;
    const isAccount = (name: string): boolean => technique.where[name]?.includes('account') === true;
    // A goal that no premise speaks of would be everything there is.
    if (!isAccount(goal) && !premises.some((premise) => mentions(premise, goal))) return;
    // A variable of another alternative binds nothing in this one.
    const names = Object.keys(technique.where).filter((name) => name !== actor && !isAccount(name) && premises.some((premise) => mentions(premise, name)));
    const ranges = this.#reduced(technique, premises, names, actor);
    if (ranges === undefined) return;
    const asked = this.#holders(technique, premises, actor, ranges.ranges);
    if (asked === undefined) return;
    const joins = premises.filter(isJoin);
    const frame: Frame = {
      technique,
      actor,
      goal,
      ...ranges,
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
      held: asked.held,
      unseen: unseenOf(premises),
      conclusions: new Conclusions({ goal, ...ranges }, this.#lists),
    };
    for (const [who, base] of inOrder(asked.start)) {
      if (isAccount(goal) && this.#facts.realm(who) !== undefined && !this.#facts.outside(who, this.#facts.accountOf(who) ?? '')) continue;
      const fact = this.#ofActor(frame, who, base);
      if (fact !== undefined) yield* this.#ofPrincipal(frame, who, fact);
    }
  }

  /** Ranges of the variables, each without the values that have no partner. */
  #reduced(technique: Technique, premises: readonly Premise[], names: readonly string[], actor: string) {
    const ranges = new Map<string, Range>();
    for (const name of names) {
      const range = this.#ranges.of(name, technique, premises);
      if (range.ids.length === 0) return undefined;
      ranges.set(name, range);
    }
    const set = (name: string): ReadonlySet<string> => this.#ranges.setOf(ranges.get(name)?.ids ?? []);
    const joins = premises.filter(isJoin).filter((join) => join.from !== actor && join.to !== actor);
    const relations = joins.map((join) => relate(join, set(join.from), set(join.to), this.#facts));
    const values = reduce(new Map([...ranges].map(([name, range]) => [name, range.ids])), relations);
    if (values === undefined) return undefined;
    for (const [name, ids] of values) ranges.set(name, { ids: this.#lists.intern(ids), facts: ranges.get(name)?.facts ?? new Map() });
    return { ranges, relations };
  }

  /** Who may do everything that is asked of the actor. The cheapest questions come first, and whoever fails one is not asked the next. */
  #holders(technique: Technique, premises: readonly Premise[], actor: string, ranges: ReadonlyMap<string, Range>) {
    let start: ReadonlyMap<string, Fact> | undefined;
    const held = new Map<string, Held>();
    const size = (premise: CanPremise): number => {
      if (premise.on === undefined || 'text' in premise.on) return 0;
      return premise.on.variable === actor ? 1 : 2 + (ranges.get(premise.on.variable)?.ids.length ?? 0);
    };
    const cans = premises.filter((premise): premise is CanPremise => premise.kind === 'can' && premise.who === actor).sort((a, b) => size(a) - size(b));
    for (const premise of cans) {
      if (premise.on === undefined || 'text' in premise.on) start = meet(start, this.#facts.canSomewhere(premise.action, premise.on?.text, premise.context));
      else if (premise.on.variable === actor) start = meet(start, this.#onItself(premise, technique.where[actor] ?? [], premise.on.suffix));
      else {
        const { variable, suffix } = premise.on;
        const ids = this.#ranges.suffixed(ranges.get(variable)?.ids ?? [], suffix);
        const grants = grantsOn(this.#facts.can(premise.action, ids, premise.context, start));
        const known = held.get(variable);
        const met = known === undefined ? grants : intersectHeld(known, grants);
        held.set(variable, met);
        start =
          start === undefined ? new Map([...met.keys()].map((who): [string, Fact] => [who, certain])) : new Map([...start].filter(([who]) => met.has(who)));
      }
      if (start?.size === 0) return undefined;
    }
    start ??= new Map(this.#facts.domain(technique.where[actor] ?? []).map((who): [string, Fact] => [who, certain]));
    return { start, held };
  }

  /** Who may do it on himself. */
  #onItself(premise: CanPremise, types: readonly string[], suffix: string): ReadonlyMap<string, Fact> {
    const ids = this.#facts.domain(types);
    const found = new Map<string, Fact>();
    for (const grant of this.#facts.can(premise.action, this.#ranges.suffixed(ids, suffix), premise.context)) {
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

  *#ofPrincipal(frame: Frame, who: string, fact: Fact): Generator<Derived> {
    const { goal, technique, ranges } = frame;
    const partners = this.#partnersOf(frame, who);
    if (partners === undefined) return;
    let choices: Choice[] = [[]];
    for (const [variable, held] of frame.held)
      choices = choices.flatMap((choice) => (held.get(who) ?? []).map((grant) => [...choice, [variable, grant] as const]));
    for (const choice of choices) {
      const conclusion = frame.conclusions.of(choice, partners);
      if (conclusion === undefined) continue;
      let proved = both(fact, conclusion.others);
      for (const [, grant] of choice) proved = both(proved, grant);
      for (const [name, facts] of partners) if (name !== goal) proved = both(proved, bestOf(conclusion.values.get(name) ?? [], facts));
      const account = technique.where[goal]?.includes('account') === true;
      const all = account ? [this.#facts.accountOf(who) ?? ''] : (conclusion.values.get(goal) ?? []);
      // A principal among its own targets stays in the list: lists that are equal for all are one hub, and nobody gains by becoming himself.
      const realm = account ? undefined : this.#facts.realm(who);
      const to = realm === undefined ? all : this.#outsideOf(who, realm, all);
      if (to.length === 0 || to[0] === '' || (to.length === 1 && to[0] === who)) continue;
      const ofGoal = (id: string) => bind(goal, id, conclusion.values, ranges, frame.relations, this.#lists.inside);
      const ofTarget = (id: string): Fact => {
        if (account) return certain;
        const own = ofGoal(id)?.fact ?? certain;
        const partner = partners.get(goal)?.get(id);
        return partner === undefined ? own : both(own, partner);
      };
      const proof = (id: string): readonly Evidence[] => {
        const chosen = account ? conclusion.chosen : new Map([...conclusion.chosen, ...(ofGoal(id)?.ids ?? [])]);
        const ofSets = choice.flatMap(([variable, grant]) => grant.proof(this.#lists.position(chosen.get(variable) ?? '', ranges.get(variable)?.ids ?? [])));
        const ofPartners = [...partners].flatMap(([name, facts]) => facts.get(chosen.get(name) ?? '')?.evidence ?? []);
        return distinct([...fact.evidence, ...ofSets, ...ofPartners, ...conclusion.others.evidence, ...ofTarget(id).evidence]);
      };
      const about = partners.size > 0 ? `${conclusion.about} ${who}` : conclusion.about;
      yield { from: who, to, order: account ? [] : (ranges.get(goal)?.ids ?? []), fact: proved, ofTarget, about, proof };
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
    const found = new Map<string, ReadonlyMap<string, Fact>>();
    for (const join of frame.actorJoins) {
      const forward = join.from === frame.actor;
      const other = forward ? join.to : join.from;
      const key = join.kind === 'edge' ? join.edge : `${join.ports.join(',')} ${frame.technique.id}`;
      let relation = this.#partners.get(key);
      if (relation === undefined) {
        const domain = join.kind === 'edge' ? undefined : this.#ranges.setOf(this.#facts.domain(frame.technique.where[frame.actor] ?? []));
        const range = join.kind === 'edge' ? undefined : this.#ranges.setOf(frame.ranges.get(other)?.ids ?? []);
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
