import { certain, type Fact, type Facts } from '../../../src/derive/facts.ts';
import type { Premise } from '../../../src/derive/premise.ts';
import type { Technique } from '../../../src/derive/technique.ts';

/** The conditions and gaps of one proof, as a sorted text; empty when it holds without strings. */
export const strings = (facts: readonly Fact[]): readonly string[] =>
  [...new Set(facts.flatMap((fact) => [...fact.residual.flatMap((entry) => entry.allOf.map((atom) => atom.key)), ...fact.missing]))].sort();

/** By `source -> target`, the strings of every way to prove the step. */
export type Proofs = ReadonlyMap<string, readonly (readonly string[])[]>;

/**
 * The slow twin of src/derive/planner.ts: every variable takes every value, every premise is asked of every such binding by itself. Alternatives are tried one after the other. An
 * administrator gains nothing in his own account, nobody gains by becoming himself, and a goal that no premise speaks of is no goal.
 */
export function nestedLoops(technique: Technique, facts: Facts): Proofs {
  const found = new Map<string, (readonly string[])[]>();
  const { from, to } = technique.derives;
  const isAccount = (name: string): boolean => technique.where[name]?.includes('account') === true;
  const names = Object.keys(technique.where).filter((name) => !isAccount(name));
  for (const premises of choices(technique)) {
    if (!isAccount(to) && !premises.some((premise) => JSON.stringify(premise).includes(`"${to}"`))) continue;
    // A variable that no premise of the alternative speaks of binds nothing.
    const spoken = names.filter((name) => name === from || name === to || premises.some((premise) => JSON.stringify(premise).includes(`"${name}"`)));
    for (const binding of bindings(spoken, technique, facts)) {
      const proofs = premises.map((premise) => ask(premise, binding, facts, from));
      if (proofs.includes(undefined)) continue;
      const source = binding.get(from) ?? '';
      const target = isAccount(to) ? facts.accountOf(source) : binding.get(to);
      if (target === undefined || target === source) continue;
      const isPrincipal = technique.where[from]?.includes('principal') === true;
      if (isPrincipal && facts.realm(source) !== undefined && !facts.outside(source, target ?? '')) continue;
      const key = `${source} -> ${target}`;
      found.set(key, [...(found.get(key) ?? []), strings(proofs.filter((proof) => proof !== undefined))]);
    }
  }
  return found;
}

function* choices(technique: Technique, at = 0): Generator<readonly Premise[]> {
  const premise = technique.when[at];
  if (premise === undefined) {
    yield [];
    return;
  }
  for (const rest of choices(technique, at + 1)) for (const one of premise.kind === 'any' ? premise.of : [premise]) yield [one, ...rest];
}

function* bindings(names: readonly string[], technique: Technique, facts: Facts): Generator<Map<string, string>> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield new Map();
    return;
  }
  for (const id of facts.domain(technique.where[name] ?? [])) for (const others of bindings(rest, technique, facts)) yield new Map([...others, [name, id]]);
}

function ask(premise: Premise, binding: ReadonlyMap<string, string>, facts: Facts, actor: string): Fact | undefined {
  const of = (name: string): string => binding.get(name) ?? '';
  switch (premise.kind) {
    case 'can': {
      if (premise.on === undefined || 'text' in premise.on) return facts.canSomewhere(premise.action, premise.on?.text, premise.context).get(of(premise.who));
      const resource = `${of(premise.on.variable)}${premise.on.suffix}`;
      return facts.can(premise.action, [resource], premise.context).find((grant) => grant.principal === of(premise.who) && grant.members.length > 0);
    }
    case 'trusts':
      return facts.trusts(of(premise.role), premise.service);
    case 'has':
      return facts.has(of(premise.on), premise.where);
    case 'uncapped':
    case 'outsider':
    case 'powerful':
      return facts[premise.kind](binding.has(premise.who) ? of(premise.who) : (facts.accountOf(of(actor)) ?? ''));
    case 'sameAccount': {
      const account = facts.accountOf(of(premise.from));
      return account !== undefined && account === facts.accountOf(of(premise.to)) ? certain : undefined;
    }
    case 'edge': {
      const edge = facts.edges(premise.edge).find((each) => each.from === of(premise.from) && each.to === of(premise.to));
      return edge === undefined ? undefined : { residual: [], missing: [], evidence: edge.evidence };
    }
    case 'exists':
      return facts.exists(of(premise.who), premise.type);
    case 'unseen':
      return { residual: [], missing: [premise.what], evidence: [] };
    case 'reaches':
      return facts.reachedFrom(of(premise.from), premise.ports).get(of(premise.to));
  }
}
