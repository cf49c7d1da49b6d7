import { better, both, certain, type Fact, type Facts, type SetGrant } from './facts.ts';
import type { CanPremise, EdgePremise, HasPremise, Premise, ReachesPremise, Technique, TrustsPremise, UncappedPremise } from './technique.ts';

/** What follows from a technique: one source, the targets it reaches under equal conditions. Target lists are shared objects where they are equal. */
export interface Derived {
  readonly from: string;
  readonly to: readonly string[];
  /** What was proved of the source's side. */
  readonly fact: Fact;
  /** What was proved of each target by itself. */
  readonly ofTarget: (to: string) => Fact;
}

/** Plain conjunctions: one for each choice of the alternatives. */
export function variants(technique: Technique): readonly (readonly Premise[])[] {
  let list: readonly (readonly Premise[])[] = [[]];
  for (const premise of technique.when) {
    const options = premise.kind === 'any' ? premise.of : [premise];
    list = list.flatMap((left) => options.map((option) => [...left, option]));
  }
  return list;
}

/** Everything that follows from a technique. Never a loop over all pairs: sources and targets are joined by the sets that the facts give. */
export function* plan(technique: Technique, facts: Facts): Generator<Derived> {
  for (const premises of variants(technique)) {
    const principal = Object.entries(technique.where).find(([, types]) => types.includes('principal') && types.length === 1)?.[0];
    const asks = principal !== undefined && premises.some((premise) => (premise.kind === 'can' || premise.kind === 'uncapped') && premise.who === principal);
    if (asks) yield* byPrincipal(technique, premises, principal, facts);
    else yield* byEdges(technique, premises, facts);
  }
}

interface Range {
  readonly ids: readonly string[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** Of `ids`, those that count for the principal at hand; all when absent. */
  readonly allowed?: ReadonlySet<string>;
}

/** A variable's range with the premises that speak of it alone. */
function rangeOf(variable: string, technique: Technique, premises: readonly Premise[], facts: Facts): Range {
  const proved = new Map<string, Fact>();
  const own = premises.filter(
    (premise): premise is TrustsPremise | HasPremise | UncappedPremise =>
      (premise.kind === 'trusts' && premise.role === variable) ||
      (premise.kind === 'has' && premise.on === variable) ||
      (premise.kind === 'uncapped' && premise.who === variable),
  );
  const ids: string[] = [];
  for (const id of facts.domain(technique.where[variable] ?? [])) {
    let fact: Fact | undefined = certain;
    for (const premise of own) {
      const one = premise.kind === 'trusts' ? facts.trusts(id, premise.service) : premise.kind === 'has' ? facts.has(id, premise.where) : facts.uncapped(id);
      fact = one === undefined || fact === undefined ? undefined : both(fact, one);
      if (fact === undefined) break;
    }
    if (fact === undefined) continue;
    ids.push(id);
    if (fact !== certain) proved.set(id, fact);
  }
  return { ids, facts: proved };
}

type Join = EdgePremise | ReachesPremise;
const isJoin = (premise: Premise): premise is Join => premise.kind === 'edge' || premise.kind === 'reaches';

/** Pairs of a premise between two variables. */
function pairs(join: Join, ranges: ReadonlyMap<string, Range>, facts: Facts): Map<string, Map<string, Fact>> {
  const found = new Map<string, Map<string, Fact>>();
  const add = (from: string, to: string, fact: Fact): void => {
    const known = found.get(from) ?? new Map<string, Fact>();
    known.set(to, fact);
    found.set(from, known);
  };
  const left = new Set(ranges.get(join.from)?.ids);
  const right = new Set(ranges.get(join.to)?.ids);
  if (join.kind === 'edge') {
    for (const edge of facts.edges(join.edge)) if (left.has(edge.from) && right.has(edge.to)) add(edge.from, edge.to, { ...certain, evidence: edge.evidence });
  } else {
    for (const from of left) {
      for (const to of right) {
        const fact = facts.reaches(from, to, join.ports);
        if (fact !== undefined) add(from, to, fact);
      }
    }
  }
  return found;
}

/** Techniques whose source is a principal that must be allowed something. */
function* byPrincipal(technique: Technique, premises: readonly Premise[], actor: string, facts: Facts): Generator<Derived> {
  const goalVariable = technique.derives.to;
  // A goal that no premise speaks of would be everything there is.
  if (technique.where[goalVariable]?.includes('account') !== true && !premises.some((premise) => mentions(premise, goalVariable))) return;
  const others = Object.keys(technique.where).filter((name) => name !== actor && !technique.where[name]?.includes('account'));
  const ranges = new Map<string, Range>();
  for (const name of others) {
    const range = rangeOf(name, technique, premises, facts);
    if (range.ids.length === 0) return;
    ranges.set(name, range);
  }
  const joins = premises.filter(isJoin).filter((join) => join.from !== actor && join.to !== actor);
  const actorJoins = premises.filter(isJoin).filter((join) => join.from === actor || join.to === actor);
  const related = joins.map((join) => ({ join, pairs: pairs(join, ranges, facts) }));
  // What has no partner in a join is out; repeated until nothing changes, as joins may form a chain.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { join, pairs: map } of related) {
      const left = new Set([...map].filter(([, to]) => [...to.keys()].some((id) => ranges.get(join.to)?.ids.includes(id))).map(([from]) => from));
      const right = new Set([...map].filter(([from]) => ranges.get(join.from)?.ids.includes(from)).flatMap(([, to]) => [...to.keys()]));
      for (const [name, keep] of [
        [join.from, left],
        [join.to, right],
      ] as const) {
        const range = ranges.get(name);
        if (range === undefined) continue;
        const ids = range.ids.filter((id) => keep.has(id));
        if (ids.length === range.ids.length) continue;
        if (ids.length === 0) return;
        ranges.set(name, { ...range, ids });
        changed = true;
      }
    }
  }
  let holders: Map<string, Fact> | undefined;
  const narrow = (map: ReadonlyMap<string, Fact>): void => {
    const next = new Map<string, Fact>();
    for (const [who, fact] of holders ?? map) {
      const other = map.get(who);
      if (other !== undefined) next.set(who, holders === undefined ? fact : both(fact, other));
    }
    holders = next;
  };
  const sets = new Map<string, Map<string, readonly SetGrant[]>>();
  for (const premise of premises) {
    if (premise.kind !== 'can' || premise.who !== actor) continue;
    if (premise.on === undefined || 'text' in premise.on) narrow(facts.canSomewhere(premise.action, premise.on?.text, premise.context));
    else {
      const { variable, suffix } = premise.on;
      if (variable === actor) {
        narrow(onItself(premise, technique.where[actor] ?? [], facts));
        continue;
      }
      const grants = grantsOn(premise, ranges.get(variable)?.ids ?? [], suffix, facts);
      const known = sets.get(variable);
      sets.set(variable, known === undefined ? grants : intersectAll(known, grants));
    }
    if (holders?.size === 0) return;
  }
  const uncapped = premises.some((premise) => premise.kind === 'uncapped' && premise.who === actor);
  const ofActor = premises.filter((premise): premise is HasPremise => premise.kind === 'has' && premise.on === actor);
  const start = holders ?? new Map([...(sets.values().next().value ?? new Map()).keys()].map((who): [string, Fact] => [who, certain]));
  const sharing = new Map<string, readonly string[]>();
  for (const [who, base] of [...start].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (facts.administers(who) && technique.where[goalVariable]?.includes('account') === true) continue;
    let fact: Fact | undefined = base;
    if (uncapped) {
      const free = facts.uncapped(who);
      fact = free === undefined ? undefined : both(fact, free);
    }
    for (const premise of ofActor) {
      const one = fact === undefined ? undefined : facts.has(who, premise.where);
      fact = fact === undefined || one === undefined ? undefined : both(fact, one);
    }
    if (fact === undefined) continue;
    const partners = partnersOf(actorJoins, who, actor, facts);
    if ([...partners.values()].some((map) => map.size === 0)) continue;
    yield* conclude(technique, who, fact, sets, narrowed(ranges, partners), related, facts, sharing);
  }
}

function mentions(premise: Premise, variable: string): boolean {
  if (premise.kind === 'can') return premise.who === variable || (premise.on !== undefined && 'variable' in premise.on && premise.on.variable === variable);
  if (premise.kind === 'trusts') return premise.role === variable;
  if (premise.kind === 'has') return premise.on === variable;
  if (premise.kind === 'uncapped') return premise.who === variable;
  return premise.from === variable || premise.to === variable;
}

/** Who may do it on himself. */
function onItself(premise: CanPremise, types: readonly string[], facts: Facts): Map<string, Fact> {
  const ids = facts.domain(types);
  const found = new Map<string, Fact>();
  for (const grant of facts.can(premise.action, ids, premise.context)) {
    const position = ids.indexOf(grant.principal);
    if (position < 0 || !grant.members.includes(position)) continue;
    const old = found.get(grant.principal);
    if (old === undefined || better(grant, old)) found.set(grant.principal, grant);
  }
  return found;
}

/** What a principal is joined to by structure: the groups that it is in, the policies on it. */
function partnersOf(joins: readonly Join[], who: string, actor: string, facts: Facts): Map<string, Map<string, Fact>> {
  const found = new Map<string, Map<string, Fact>>();
  for (const join of joins) {
    if (join.kind !== 'edge') continue;
    const other = join.from === actor ? join.to : join.from;
    const here = new Map<string, Fact>();
    for (const edge of facts.edges(join.edge)) {
      if (join.from === actor && edge.from === who) here.set(edge.to, { ...certain, evidence: edge.evidence });
      if (join.to === actor && edge.to === who) here.set(edge.from, { ...certain, evidence: edge.evidence });
    }
    const known = found.get(other);
    found.set(other, known === undefined ? here : new Map([...known].filter(([id]) => here.has(id))));
  }
  return found;
}

function narrowed(ranges: ReadonlyMap<string, Range>, partners: ReadonlyMap<string, ReadonlyMap<string, Fact>>): ReadonlyMap<string, Range> {
  if (partners.size === 0) return ranges;
  return new Map(
    [...ranges].map(([name, range]): [string, Range] => {
      const wanted = partners.get(name);
      if (wanted === undefined) return [name, range];
      const facts = new Map(range.facts);
      for (const [id, fact] of wanted) facts.set(id, both(range.facts.get(id) ?? certain, fact));
      // Positions in the list are what grants speak of, so the list stays and `allowed` says which of it count.
      return [name, { ...range, facts, allowed: new Set(wanted.keys()) }];
    }),
  );
}

function* conclude(
  technique: Technique,
  who: string,
  fact: Fact,
  sets: ReadonlyMap<string, ReadonlyMap<string, readonly SetGrant[]>>,
  ranges: ReadonlyMap<string, Range>,
  related: readonly { readonly join: Join; readonly pairs: Map<string, Map<string, Fact>> }[],
  facts: Facts,
  sharing: Map<string, readonly string[]>,
): Generator<Derived> {
  // Every variable that the principal must be allowed something on, with its possible values; the best grant of each stands for the others.
  let choices: { readonly values: ReadonlyMap<string, readonly string[]>; readonly fact: Fact }[] = [{ values: new Map(), fact }];
  for (const [variable, byWho] of sets) {
    const grants = byWho.get(who);
    if (grants === undefined || grants.length === 0) return;
    const ids = ranges.get(variable)?.ids ?? [];
    choices = choices.flatMap((choice) =>
      grants.flatMap((grant) => {
        const all = list(grant.members, ids, `${variable} `, sharing);
        const allowed = ranges.get(variable)?.allowed;
        const values = allowed === undefined ? all : all.filter((id) => allowed.has(id));
        return values.length === 0 ? [] : [{ values: new Map([...choice.values, [variable, values]]), fact: both(choice.fact, grant) }];
      }),
    );
  }
  const goal = technique.derives.to;
  const account = technique.where[goal]?.includes('account') === true ? facts.accountOf(who) : undefined;
  for (const choice of choices) {
    if (account !== undefined) {
      const values = restrict(choice.values, ranges, related);
      if (values !== undefined) yield { from: who, to: [account], fact: withOthers(choice.fact, goal, values, ranges), ofTarget: () => certain };
      continue;
    }
    const values = restrict(choice.values, ranges, related);
    if (values === undefined) continue;
    const administrator = facts.administers(who);
    // A principal among its own targets stays in the list: lists that are equal for all are one hub, and nobody gains by becoming himself.
    const all = values.get(goal) ?? ranges.get(goal)?.ids ?? [];
    const to = administrator ? all.filter((id) => facts.outside(who, id)) : all;
    if (to.length === 0 || (to.length === 1 && to[0] === who)) continue;
    const shared = share(to, sharing);
    yield { from: who, to: shared, fact: withOthers(choice.fact, goal, values, ranges), ofTarget: (id) => targetFact(id, goal, values, ranges, related) };
  }
}

/** Proofs of the variables that are not the goal: where one value will do, the best. */
function withOthers(fact: Fact, goal: string, values: ReadonlyMap<string, readonly string[]>, ranges: ReadonlyMap<string, Range>): Fact {
  let result = fact;
  for (const [name, range] of ranges) {
    if (name === goal) continue;
    let best: Fact | undefined;
    for (const id of values.get(name) ?? range.ids) {
      const one = range.facts.get(id) ?? certain;
      if (best === undefined || better(one, best)) best = one;
      if (best === certain || (best.residual.length === 0 && best.missing.length === 0)) break;
    }
    if (best !== undefined) result = both(result, best);
  }
  return result;
}

function targetFact(
  id: string,
  goal: string,
  values: ReadonlyMap<string, readonly string[]>,
  ranges: ReadonlyMap<string, Range>,
  related: readonly { readonly join: Join; readonly pairs: Map<string, Map<string, Fact>> }[],
): Fact {
  let result = ranges.get(goal)?.facts.get(id) ?? certain;
  for (const { join, pairs: map } of related) {
    if (join.to === goal) {
      const allowed = new Set(values.get(join.from) ?? []);
      for (const [from, to] of map) {
        const fact = to.get(id);
        if (fact === undefined || (values.has(join.from) && !allowed.has(from))) continue;
        result = both(result, both(fact, ranges.get(join.from)?.facts.get(from) ?? certain));
        break;
      }
    } else if (join.from === goal) {
      const [first] = map.get(id)?.values() ?? [];
      if (first !== undefined) result = both(result, first);
    }
  }
  return result;
}

/** Keeps of every variable the values that have a partner in each join, given what the principal may act on. `undefined`: none is left. */
function restrict(
  chosen: ReadonlyMap<string, readonly string[]>,
  ranges: ReadonlyMap<string, Range>,
  related: readonly { readonly join: Join; readonly pairs: Map<string, Map<string, Fact>> }[],
): ReadonlyMap<string, readonly string[]> | undefined {
  if (related.length === 0) return chosen;
  const values = new Map(
    [...ranges].map(([name, range]): [string, readonly string[]] => [name, chosen.get(name) ?? range.ids.filter((id) => range.allowed?.has(id) !== false)]),
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const { join, pairs: map } of related) {
      const right = new Set(values.get(join.to));
      const left = (values.get(join.from) ?? []).filter((id) => [...(map.get(id)?.keys() ?? [])].some((to) => right.has(to)));
      const reached = new Set(left.flatMap((id) => [...(map.get(id)?.keys() ?? [])]));
      const kept = [...right].filter((id) => reached.has(id));
      if (left.length !== values.get(join.from)?.length || kept.length !== right.size) changed = true;
      if (left.length === 0 || kept.length === 0) return undefined;
      values.set(join.from, left);
      values.set(join.to, kept.sort());
    }
  }
  return values;
}

function grantsOn(premise: CanPremise, ids: readonly string[], suffix: string, facts: Facts): Map<string, readonly SetGrant[]> {
  const byWho = new Map<string, SetGrant[]>();
  for (const grant of facts.can(premise.action, suffix === '' ? ids : ids.map((id) => `${id}${suffix}`), premise.context)) {
    const list = byWho.get(grant.principal);
    if (list === undefined) byWho.set(grant.principal, [grant]);
    else list.push(grant);
  }
  return byWho;
}

function intersectAll(a: ReadonlyMap<string, readonly SetGrant[]>, b: ReadonlyMap<string, readonly SetGrant[]>): Map<string, readonly SetGrant[]> {
  const result = new Map<string, readonly SetGrant[]>();
  for (const [who, left] of a) {
    const right = b.get(who);
    if (right === undefined) continue;
    const list = left.flatMap((one) =>
      right.flatMap((other): SetGrant[] => {
        const members = intersect(one.members, other.members);
        return members.length === 0 ? [] : [{ principal: who, members, ...both(one, other) }];
      }),
    );
    if (list.length > 0) result.set(who, list);
  }
  return result;
}

const memo = new WeakMap<Uint32Array, WeakMap<Uint32Array, Uint32Array>>();

/** Ascending numbers in both; the same object again for the same pair of sets. */
function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a === b) return a;
  const known = memo.get(a)?.get(b);
  if (known !== undefined) return known;
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x = 0, y = 0] = [a[i], b[j]];
    if (x === y) result.push(x);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  const members = result.length === a.length ? a : result.length === b.length ? b : Uint32Array.from(result);
  const inner = memo.get(a) ?? new WeakMap<Uint32Array, Uint32Array>();
  inner.set(b, members);
  memo.set(a, inner);
  return members;
}

const lists = new WeakMap<Uint32Array, Map<string, readonly string[]>>();

function list(members: Uint32Array, ids: readonly string[], key: string, sharing: Map<string, readonly string[]>): readonly string[] {
  const full = `${key}${ids.length} ${ids[0] ?? ''}`;
  const known = lists.get(members)?.get(full);
  if (known !== undefined) return known;
  const result = share(
    Array.from(members, (member) => ids[member] ?? ''),
    sharing,
  );
  const inner = lists.get(members) ?? new Map<string, readonly string[]>();
  inner.set(full, result);
  lists.set(members, inner);
  return result;
}

/** One object for equal lists, so that whoever makes hubs of them sees that they are equal. */
function share(values: readonly string[], sharing: Map<string, readonly string[]>): readonly string[] {
  const key = `${values.length} ${values.join('\n')}`;
  const known = sharing.get(key);
  if (known !== undefined) return known;
  sharing.set(key, values);
  return values;
}

/** Techniques between resources: nobody must be allowed anything, the configuration is enough. */
function* byEdges(technique: Technique, premises: readonly Premise[], facts: Facts): Generator<Derived> {
  const ranges = new Map<string, Range>();
  for (const name of Object.keys(technique.where)) ranges.set(name, rangeOf(name, technique, premises, facts));
  const joins = premises.filter(isJoin).map((join) => ({ join, pairs: pairs(join, ranges, facts) }));
  const { from, to } = technique.derives;
  const found = new Map<string, Map<string, Fact>>();
  // Walks the joins from the source until the goal is bound; what is bound twice must agree.
  const walk = (bound: ReadonlyMap<string, string>, fact: Fact, left: readonly (typeof joins)[number][]): void => {
    const next = left.find(({ join }) => bound.has(join.from) || bound.has(join.to));
    if (next === undefined) {
      const [source, goal] = [bound.get(from), bound.get(to)];
      if (left.length > 0 || source === undefined || goal === undefined || source === goal) return;
      const known = found.get(source) ?? new Map<string, Fact>();
      const old = known.get(goal);
      if (old === undefined || better(fact, old)) known.set(goal, fact);
      found.set(source, known);
      return;
    }
    const rest = left.filter((each) => each !== next);
    const [a, b] = [bound.get(next.join.from), bound.get(next.join.to)];
    for (const [source, targets] of a === undefined ? next.pairs : [[a, next.pairs.get(a) ?? new Map<string, Fact>()] as const]) {
      for (const [target, one] of targets) {
        if (b !== undefined && b !== target) continue;
        let proof = both(fact, one);
        if (a === undefined) proof = both(proof, ranges.get(next.join.from)?.facts.get(source) ?? certain);
        if (b === undefined) proof = both(proof, ranges.get(next.join.to)?.facts.get(target) ?? certain);
        walk(new Map([...bound, [next.join.from, source], [next.join.to, target]]), proof, rest);
      }
    }
  };
  for (const id of ranges.get(from)?.ids ?? []) walk(new Map([[from, id]]), ranges.get(from)?.facts.get(id) ?? certain, joins);
  for (const [source, targets] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [target, fact] of targets) yield { from: source, to: [target], fact, ofTarget: () => certain };
  }
}
