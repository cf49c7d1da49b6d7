/**
 * Boolean formulas in disjunctive normal form. A literal is `atom * 2 + (negated ? 1 : 0)`; a conjunction is a sorted list of distinct literals; a formula is a list of conjunctions.
 * `[]` is never, `[[]]` is always. `undefined` stands for a formula that outgrew the bound: nothing is said then, rather than something wrong.
 */
export type Conjunction = readonly number[];
export type Dnf = readonly Conjunction[];

export const NEVER: Dnf = [];
export const ALWAYS: Dnf = [[]];

/** Conjunctions that a result may have. */
export const maximum = 64;
/** Conjunctions that a step on the way may have. */
const working = 1024;

/** By the first literal in which two of one length differ. */
const compareConjunctions = (a: Conjunction, b: Conjunction): number => {
  const at = a.findIndex((literal, index) => literal !== b[index]);
  return (a[at] ?? 0) - (b[at] ?? 0);
};

/** Whether every literal of `small` is in `large`: then `large` implies `small`. */
const within = (small: Conjunction, large: Conjunction): boolean => small.every((literal) => large.includes(literal));

/** Leaves out what another conjunction already covers. One set of conjunctions has one result, whatever order it came in. */
function absorb(list: readonly Conjunction[]): Dnf {
  const kept: Conjunction[] = [];
  for (const next of [...list].sort((a, b) => a.length - b.length || compareConjunctions(a, b))) {
    if (!kept.some((small) => within(small, next))) kept.push(next);
  }
  return kept;
}

/** Both at once; `undefined` when they contradict. */
export function join(a: Conjunction, b: Conjunction): Conjunction | undefined {
  const literals = [...new Set([...a, ...b])].sort((x, y) => x - y);
  return literals.some((literal) => literals.includes(literal ^ 1)) ? undefined : literals;
}

const bounded = (list: Dnf): Dnf | undefined => (list.length > working ? undefined : list);

export function or(a: Dnf | undefined, b: Dnf | undefined): Dnf | undefined {
  // An allow that needs nothing wins over whatever is too large to write down.
  if (isAlways(a) || isAlways(b)) return ALWAYS;
  if (a === undefined || b === undefined) return undefined;
  return bounded(absorb([...a, ...b]));
}

export function and(a: Dnf | undefined, b: Dnf | undefined): Dnf | undefined {
  if (isNever(a) || isNever(b)) return NEVER;
  if (a === undefined || b === undefined) return undefined;
  // Stryker disable next-line ConditionalExpression: the product says the same, only slower.
  if (isAlways(a)) return b;
  // Stryker disable next-line ConditionalExpression: the product says the same, only slower.
  if (isAlways(b)) return a;
  if (a.length * b.length > working * 4) return undefined;
  return bounded(absorb(product(a, b)));
}

/** How formulas are combined: exactly, with `undefined` over the bound, or cut. */
export interface Combine {
  readonly and: (a: Dnf | undefined, b: Dnf | undefined) => Dnf | undefined;
  readonly or: (a: Dnf | undefined, b: Dnf | undefined) => Dnf | undefined;
}

export const exact: Combine = { and, or };

const shortest = (list: readonly Conjunction[]): Dnf => absorb(list).slice(0, maximum);

/** Keeps the shortest conjunctions only: what is left still suffices, but is no longer needed. INVARIANT: never `undefined`, never wider than the exact formula. */
export const cut: Combine = {
  and: (a = NEVER, b = NEVER) => shortest(product(a, b)),
  or: (a = NEVER, b = NEVER) => shortest([...a, ...b]),
};

function product(a: Dnf, b: Dnf): Conjunction[] {
  const joined: Conjunction[] = [];
  for (const left of a) {
    for (const right of b) {
      const literals = join(left, right);
      if (literals !== undefined) joined.push(literals);
    }
  }
  return joined;
}

/** The formula that holds when `conjunction` does not. */
export const notAll = (conjunction: Conjunction): Dnf => absorb(conjunction.map((literal) => [literal ^ 1]));

export const isNever = (formula: Dnf | undefined): boolean => formula?.length === 0;
export const isAlways = (formula: Dnf | undefined): boolean => formula?.some((conjunction) => conjunction.length === 0) === true;

/**
 * The shortest form that can be had without guessing: every prime implicant by iterated consensus, then those left out that the others cover together. One formula
 * has one result, whatever order it was built in. `undefined` over the bound.
 */
export function minimize(formula: Dnf | undefined): Dnf | undefined {
  if (formula === undefined) return undefined;
  const start = absorb(formula);
  // Stryker disable next-line ConditionalExpression: the long way gives the same.
  const kept = isUnate(start) ? start : irredundant(primeImplicants(start));
  return kept === undefined || kept.length > maximum ? undefined : kept;
}

/** Whether no atom stands both plain and negated; then absorption is enough. */
function isUnate(formula: Dnf): boolean {
  const literals = new Set(formula.flat());
  // Stryker disable next-line MethodExpression,BooleanLiteral: where it is not told that absorption is enough, the long way gives the same.
  return ![...literals].some((literal) => literals.has(literal ^ 1));
}

function primeImplicants(formula: Dnf): Dnf | undefined {
  const found: Conjunction[] = [];
  for (const [index, a] of formula.entries()) {
    // Stryker disable next-line all: every pair twice gives the same twice.
    for (const b of formula.slice(index + 1)) {
      const both = consensus(a, b);
      if (both !== undefined && !formula.some((small) => within(small, both))) found.push(both);
    }
  }
  if (found.length === 0) return formula;
  const more = absorb([...formula, ...found]);
  return more.length > working / 4 ? undefined : primeImplicants(more);
}

/** `x and A`, `not x and B` give `A and B`; nothing where they clash in another atom too, which makes `A and B` impossible. */
function consensus(a: Conjunction, b: Conjunction): Conjunction | undefined {
  const clash = a.find((literal) => b.includes(literal ^ 1));
  // Stryker disable next-line ConditionalExpression: without a clash what comes out is covered by both.
  if (clash === undefined) return undefined;
  return join(
    a.filter((literal) => literal !== clash),
    b.filter((literal) => literal !== (clash ^ 1)),
  );
}

/** The longest go first. */
function irredundant(primes: Dnf | undefined): Dnf | undefined {
  let kept = primes;
  for (const candidate of [...(primes ?? NEVER)].reverse()) {
    const rest: Dnf = (kept ?? NEVER).filter((other) => other !== candidate);
    if (covers(rest, candidate)) kept = rest;
  }
  return kept;
}

/** Whether `formula` holds wherever `conjunction` does: the formula with its literals set must be always true. What they make false keeps a literal that nothing opposes, and proves nothing. */
const covers = (formula: Dnf, conjunction: Conjunction): boolean =>
  isTautology(formula.map((other) => other.filter((literal) => !conjunction.includes(literal))));

function isTautology(formula: Dnf): boolean {
  if (isAlways(formula)) return true;
  const literal = formula.flat().find((each, _index, all) => all.includes(each ^ 1));
  if (literal === undefined) return false;
  return [literal, literal ^ 1].every((set) =>
    isTautology(formula.filter((conjunction) => !conjunction.includes(set ^ 1)).map((conjunction) => conjunction.filter((each) => each !== set))),
  );
}
