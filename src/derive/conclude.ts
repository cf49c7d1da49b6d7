import { bind, component } from './binding.ts';
import { better, both, certain, type Fact, type SetGrant } from './facts.ts';
import { type Relation, reduce } from './joins.ts';
import type { Lists } from './lists.ts';
import type { Range } from './ranges.ts';

/** One grant for each variable that the actor must be allowed something on, in the order of `Question.held`. */
export type Choice = readonly SetGrant[];
/** By variable, what a principal is joined to by structure. */
export type Partners = ReadonlyMap<string, ReadonlyMap<string, Fact>>;

/** What a conjunction asks beside the actor: ranges that are reduced by their relations. */
export interface Question {
  readonly goal: string;
  /** Variables that the actor must be allowed something on. */
  readonly held: readonly string[];
  readonly ranges: ReadonlyMap<string, Range>;
  readonly relations: readonly Relation[];
  /** Whether every value in the ranges has its partners in all relations: then only what hangs on a choice is looked at again. */
  readonly reduced?: boolean;
}

/** What follows for whoever holds the same sets: values that fit each other, and the best choice of what is not the goal. */
export interface Conclusion {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly others: Fact;
  /** Values chosen for variables that are not tied to the goal. */
  readonly chosen: ReadonlyMap<string, string>;
  readonly about: string;
}

const nobody: Partners = new Map();
const nothingChosen: Conclusion['chosen'] = new Map();

/** Conclusions of one conjunction. */
export class Conclusions {
  readonly #question: Question;
  readonly #lists: Lists;
  /** By the set that is held of the first variable and of the second. */
  readonly #ofOne = new Map<Uint32Array | undefined, Conclusion | undefined>();
  readonly #ofTwo = new Map<Uint32Array | undefined, Map<Uint32Array | undefined, Conclusion | undefined>>();

  constructor(question: Question, lists: Lists) {
    this.#question = question;
    this.#lists = lists;
  }

  /** What follows from one grant for each variable that the actor must be allowed something on. The same sets give the same conclusion, unless the principal has partners of its own. */
  of(choice: Choice, partners: Partners): Conclusion | undefined {
    if (partners.size > 0) return this.#conclude(choice, partners);
    if (choice.length > 2) return this.#conclude(choice, nobody);
    const first = choice[0]?.members;
    if (choice.length < 2) return this.#remembered(this.#ofOne, first, choice);
    let inner = this.#ofTwo.get(first);
    if (inner === undefined) {
      inner = new Map();
      this.#ofTwo.set(first, inner);
    }
    return this.#remembered(inner, choice[1]?.members, choice);
  }

  #remembered(table: Map<Uint32Array | undefined, Conclusion | undefined>, set: Uint32Array | undefined, choice: Choice): Conclusion | undefined {
    const known = table.get(set);
    if (known !== undefined || table.has(set)) return known;
    const made = this.#conclude(choice, nobody);
    table.set(set, made);
    return made;
  }

  #conclude(choice: Choice, partners: Partners): Conclusion | undefined {
    const { held, ranges, relations, goal, reduced = false } = this.#question;
    const start = new Map<string, readonly string[]>();
    const narrowed = new Set<string>();
    for (const [name, range] of ranges) {
      const grant = choice[held.indexOf(name)];
      const chosen = grant === undefined ? range.ids : this.#lists.choose(grant.members, range.ids);
      const wanted = partners.get(name);
      const ids = wanted === undefined ? chosen : chosen.filter((id) => wanted.has(id));
      if (ids.length === 0) return undefined;
      if (ids.length < range.ids.length) narrowed.add(name);
      start.set(name, ids);
    }
    const values = reduce(start, relations, reduced ? narrowed : undefined);
    if (values === undefined) return undefined;
    const tied = component(goal, relations);
    const chosen = new Map<string, string>();
    let others: Fact = certain;
    for (const name of ranges.keys()) {
      if (tied.has(name) || chosen.has(name)) continue;
      const best = this.#best(name, values);
      for (const [variable, id] of best?.ids ?? []) chosen.set(variable, id);
      if (best !== undefined) others = both(others, best.fact);
    }
    const about = [...tied].filter((name) => name !== goal && values.has(name)).map((name) => this.#lists.digest(values.get(name) ?? []));
    return {
      values: new Map([...values].map(([name, ids]) => [name, this.#lists.intern(ids)])),
      others,
      chosen: chosen.size === 0 ? nothingChosen : chosen,
      about: about.join(' '),
    };
  }

  /** Where any value will do, the one with the fewest strings attached. */
  #best(name: string, values: ReadonlyMap<string, readonly string[]>) {
    let best: ReturnType<typeof bind> | undefined;
    for (const id of values.get(name) ?? []) {
      const one = bind(name, id, values, this.#question.ranges, this.#question.relations, this.#lists.inside);
      if (one === undefined) continue;
      if (best === undefined || better(one.fact, best.fact)) best = one;
      if (one.fact.residual.length === 0 && one.fact.missing.length === 0) break;
    }
    return best;
  }
}
