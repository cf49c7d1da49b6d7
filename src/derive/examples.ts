import type { Evidence } from '../model/evidence.ts';
import { isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { EdgeKind } from '../model/vocabulary.ts';
import { both, certain, type Fact, type Facts, type SetGrant } from './facts.ts';
import { Planner } from './planner.ts';
import type { Premise } from './premise.ts';
import type { Technique } from './technique.ts';
import { variants } from './variants.ts';

/** Facts as an example of a technique states them. Names are free words; what is not stated does not hold. */
class StatedFacts implements Facts {
  readonly #given: readonly JsonObject[];
  readonly #names: readonly string[];

  constructor(given: readonly JsonObject[]) {
    this.#given = given;
    const names = new Set<string>();
    for (const { body } of this.#all())
      for (const key of ['who', 'on', 'role', 'from', 'to', 'as']) if (typeof body[key] === 'string') names.add(body[key] as string);
    this.#names = [...names].sort();
  }

  *#all(): Generator<{ kind: string; body: JsonObject }> {
    for (const fact of this.#given) {
      const [kind = ''] = Object.keys(fact);
      const body = fact[kind];
      if (isObject(body)) yield { kind, body };
    }
  }

  #of(kind: string): JsonObject[] {
    return [...this.#all()].filter((each) => each.kind === kind).map((each) => each.body);
  }

  domain(): readonly string[] {
    return this.#names;
  }

  #allowed(action: string, context: Readonly<Record<string, readonly string[]>>): JsonObject[] {
    // The context of a stated permission is part of it: a permission to pass to one service says nothing of another.
    return this.#of('can').filter((body) => body['do'] === action && JSON.stringify(body['context'] ?? {}) === JSON.stringify(context));
  }

  can(action: string, candidates: readonly string[], context: Readonly<Record<string, readonly string[]>>): readonly SetGrant[] {
    const byWho = new Map<string, number[]>();
    for (const body of this.#allowed(action, context)) {
      const position = candidates.findIndex((candidate) => candidate === body['on'] || candidate.startsWith(`${String(body['on'])}/`));
      if (position < 0) continue;
      const who = String(body['who']);
      append(byWho, who, position);
    }
    return [...byWho].map(
      ([principal, members]): SetGrant => ({ principal, members: Uint32Array.from(members.sort((a, b) => a - b)), ...certain, proof: () => [] }),
    );
  }

  canSomewhere(action: string, on: string | undefined, context: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, Fact> {
    return new Map(
      this.#allowed(action, context)
        .filter((body) => body['on'] === on)
        .map((body): [string, Fact] => [String(body['who']), certain]),
    );
  }

  trusts(role: string, service: string): Fact | undefined {
    return this.#of('trusts').some((body) => body['role'] === role && body['service'] === service) ? certain : undefined;
  }

  has(id: string, where: Json): Fact | undefined {
    return this.#of('has').some((body) => body['on'] === id && JSON.stringify(body['where'] ?? {}) === JSON.stringify(where)) ? certain : undefined;
  }

  edges(kind: EdgeKind): readonly { from: string; to: string; evidence: readonly Evidence[] }[] {
    return this.#of('edge')
      .filter((body) => body['kind'] === kind)
      .map((body) => ({ from: String(body['from']), to: String(body['to']), evidence: [] }));
  }

  /** A statement without ports is of every port. */
  reachedFrom(from: string, ports: readonly number[]): ReadonlyMap<string, Fact> {
    const open = (body: JsonObject): boolean => {
      const stated = body['ports'];
      return ports.length === 0 || !isArray(stated) || stated.some((port) => ports.includes(Number(port)));
    };
    return new Map(
      this.#of('reaches')
        .filter((body) => body['from'] === from && open(body))
        .map((body): [string, Fact] => [String(body['to']), certain]),
    );
  }

  uncapped(principal: string): Fact | undefined {
    return this.#of('uncapped').some((body) => body['who'] === principal) ? certain : undefined;
  }

  powerful(holder: string): Fact | undefined {
    return this.#of('powerful').some((body) => body['who'] === holder) ? certain : undefined;
  }

  outsider(principal: string): Fact | undefined {
    return this.#of('outsider').some((body) => body['who'] === principal) ? certain : undefined;
  }

  exists(principal: string, type: string): Fact | undefined {
    return this.#of('exists').some((body) => body['who'] === principal && body['type'] === type) ? certain : undefined;
  }

  realm(): undefined {
    return undefined;
  }

  outside(): boolean {
    return true;
  }

  /** Two share an account where that is stated; else each has its own. */
  accountOf(principal: string): string {
    const stated = this.#of('sameAccount').find((body) => body['as'] === principal);
    return `account of ${String(stated?.['who'] ?? principal)}`;
  }
}

const derived = (technique: Technique, given: readonly JsonObject[]): readonly string[] => {
  const found = new Set<string>();
  for (const each of new Planner(new StatedFacts(given)).plan(technique))
    for (const to of each.to) found.add(`${each.from} -> ${to}${both(each.fact, each.ofTarget(to)).missing.length > 0 ? ' (unknown)' : ''}`);
  // A step that is proved is not told once more as unknown.
  for (const step of found) found.delete(`${step} (unknown)`);
  return [...found].sort();
};

/**
 * Runs a technique's examples: each derives exactly what it says; every stated fact, taken away, makes every step vanish; and every premise and every alternative, taken out of the
 * technique, changes what some example (or an example less one fact) derives, so that no premise is dead. Returns what is wrong, in words.
 */
export function checkExamples(technique: Technique): readonly string[] {
  const problems: string[] = [];
  for (const example of technique.examples) {
    const actual = derived(technique, example.given);
    const wanted = [...example.derives].sort();
    if (actual.join('\n') !== wanted.join('\n'))
      problems.push(`\`${example.name}\` derives ${actual.join(', ') || 'nothing'}, not ${wanted.join(', ') || 'nothing'}`);
    if (wanted.length === 0) continue;
    for (const [index, fact] of example.given.entries()) {
      const less = derived(
        technique,
        example.given.filter((_, at) => at !== index),
      );
      const left = less.filter((step) => wanted.includes(step));
      if (left.length > 0) problems.push(`\`${example.name}\` still derives ${left.join(', ')} without ${JSON.stringify(fact)}: the fact is not needed`);
    }
  }
  for (const [index, premise] of technique.when.entries()) {
    const options: readonly (Premise | undefined)[] = premise.kind === 'any' ? premise.of : [undefined];
    for (const option of options) {
      const when =
        option === undefined
          ? technique.when.filter((_, at) => at !== index)
          : technique.when.map((each, at) =>
              at === index && each.kind === 'any' ? { kind: 'any' as const, of: each.of.filter((one) => one !== option) } : each,
            );
      const without: Technique = { ...technique, when };
      if (!differs(technique, without))
        problems.push(`premise ${index + 1}${option === undefined ? '' : ' (one alternative)'} is dead: without it every example derives the same`);
    }
  }
  return problems;
}

/** How many cases the examples of a technique make: those that derive a step, and the negatives, of which each fact of each makes one. */
export function countCases(technique: Technique): { readonly positive: number; readonly negative: number } {
  const positive = technique.examples.filter((example) => example.derives.length > 0);
  const facts = positive.reduce((sum, example) => sum + example.given.length, 0);
  return { positive: positive.length, negative: facts + technique.examples.length - positive.length };
}

/** Whether two techniques derive something else from some example, whole or less one fact. */
function differs(a: Technique, b: Technique): boolean {
  if (variants(b).every(({ premises }) => premises.length === 0)) return true;
  return a.examples.some((example) =>
    [example.given, ...example.given.map((_, index) => example.given.filter((_fact, at) => at !== index))].some(
      (given) => derived(a, given).join('\n') !== derived(b, given).join('\n'),
    ),
  );
}
