/**
 * Boolean formulas in disjunctive normal form. A literal is `atom * 2 + (negated ? 1 : 0)`; a conjunction is a sorted list of literals; a formula is a list of conjunctions.
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

const compareConjunctions = (a: Conjunction, b: Conjunction): number => {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** Whether every literal of `small` is in `large`: then `large` implies `small`. */
function within(small: Conjunction, large: Conjunction): boolean {
  if (small.length > large.length) return false;
  let at = 0;
  for (const literal of small) {
    while (at < large.length && (large[at] ?? 0) < literal) at++;
    if (large[at] !== literal) return false;
    at++;
  }
  return true;
}

/** Leaves out what another conjunction already covers. */
function absorb(list: readonly Conjunction[]): Dnf {
  const kept: Conjunction[] = [];
  for (const next of [...list].sort((a, b) => a.length - b.length || compareConjunctions(a, b))) {
    if (!kept.some((small) => within(small, next))) kept.push(next);
  }
  return kept;
}

/** Both at once; `undefined` when they contradict. */
function join(a: Conjunction, b: Conjunction): Conjunction | undefined {
  const literals = [...new Set([...a, ...b])].sort((x, y) => x - y);
  for (let index = 1; index < literals.length; index++) if (((literals[index] ?? 0) ^ 1) === literals[index - 1]) return undefined;
  return literals;
}

const bounded = (list: readonly Conjunction[] | undefined): Dnf | undefined => (list === undefined || list.length > working ? undefined : list);

export function or(a: Dnf | undefined, b: Dnf | undefined): Dnf | undefined {
  // An allow that needs nothing wins over whatever is too large to write down.
  if (isAlways(a) || isAlways(b)) return ALWAYS;
  if (a === undefined || b === undefined) return undefined;
  return bounded(absorb([...a, ...b]));
}

export function and(a: Dnf | undefined, b: Dnf | undefined): Dnf | undefined {
  if (isNever(a) || isNever(b)) return NEVER;
  if (a === undefined || b === undefined) return undefined;
  if (isAlways(a)) return b;
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
export const isAlways = (formula: Dnf | undefined): boolean => formula?.length === 1 && formula[0]?.length === 0;

/**
 * The shortest form that can be had without guessing: every prime implicant by iterated consensus, then those left out that the others cover together. One formula
 * has one result, whatever order it was built in. `undefined` over the bound.
 */
export function minimize(formula: Dnf | undefined): Dnf | undefined {
  if (formula === undefined) return undefined;
  const primes = primeImplicants(absorb(formula));
  if (primes === undefined) return undefined;
  const kept = mixed(primes) ? irredundant(primes) : primes;
  return kept.length > maximum ? undefined : [...kept].sort(compareConjunctions);
}

/** Whether some atom stands both plain and negated; only then is absorption not enough. */
function mixed(formula: Dnf): boolean {
  const literals = new Set(formula.flat());
  for (const literal of literals) if (literals.has(literal ^ 1)) return true;
  return false;
}

function primeImplicants(start: Dnf): Dnf | undefined {
  let current = start;
  while (mixed(current)) {
    const found: Conjunction[] = [];
    for (const [index, a] of current.entries()) {
      for (const b of current.slice(index + 1)) {
        const both = consensus(a, b);
        if (both !== undefined && !current.some((small) => within(small, both))) found.push(both);
      }
    }
    if (found.length === 0) return current;
    current = absorb([...current, ...found]);
    if (current.length > working / 4) return undefined;
  }
  return current;
}

/** `x and A`, `not x and B` give `A and B`, when they clash in no other atom. */
function consensus(a: Conjunction, b: Conjunction): Conjunction | undefined {
  const clashes = a.filter((literal) => b.includes(literal ^ 1));
  const [clash] = clashes;
  if (clash === undefined || clashes.length > 1) return undefined;
  return join(
    a.filter((literal) => literal !== clash),
    b.filter((literal) => literal !== (clash ^ 1)),
  );
}

function irredundant(primes: Dnf): Dnf {
  let kept = [...primes].sort((a, b) => b.length - a.length || compareConjunctions(b, a));
  for (const candidate of [...kept]) {
    const rest = kept.filter((other) => other !== candidate);
    if (covers(rest, candidate)) kept = rest;
  }
  return kept;
}

/** Whether `formula` holds wherever `conjunction` does: the formula with its literals set must be always true. */
function covers(formula: Dnf, conjunction: Conjunction): boolean {
  const cofactor = formula.flatMap((other): Conjunction[] => {
    if (other.some((literal) => conjunction.includes(literal ^ 1))) return [];
    return [other.filter((literal) => !conjunction.includes(literal))];
  });
  return tautology(cofactor);
}

function tautology(formula: Dnf): boolean {
  if (formula.some((conjunction) => conjunction.length === 0)) return true;
  const literal = formula.flat().find((each, _index, all) => all.includes(each ^ 1));
  if (literal === undefined) return false;
  return [literal, literal ^ 1].every((set) =>
    tautology(formula.filter((conjunction) => !conjunction.includes(set ^ 1)).map((conjunction) => conjunction.filter((each) => each !== set))),
  );
}
