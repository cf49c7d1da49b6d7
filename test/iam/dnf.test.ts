import { describe, expect, test } from '@jest/globals';
import { ALWAYS, and, type Conjunction, cut, type Dnf, isAlways, isNever, join, maximum, minimize, NEVER, notAll, or } from '../../src/iam/aws/dnf.ts';
import { seeded } from '../arbitrary/iam-world.ts';

/** Fewer in mutation runs. */
const many = (runs: number): number => (process.env['IAM_RUNS'] === undefined ? runs : Math.ceil(runs / 5));

/** Four atoms: a truth table of sixteen rows in a number. */
const rows = Array.from({ length: 16 }, (_, bits) => bits);
const everywhere = 2 ** rows.length - 1;
const holds = (conjunction: Conjunction, bits: number): boolean => conjunction.every((literal) => ((bits >> (literal >> 1)) & 1) === (literal & 1 ? 0 : 1));
const table = (formula: Dnf | undefined): number =>
  rows.reduce((sum, bits) => (some(formula).some((conjunction) => holds(conjunction, bits)) ? sum | (1 << bits) : sum), 0);

/** Pairs of formulas of two to six conjunctions of one to three literals: dense, so that they overlap, clash and cover each other. */
function drawn(seed: number, count: number): (readonly [Dnf, Dnf])[] {
  const source = seeded(seed);
  const conjunction = (): Conjunction => {
    const literals = new Map(Array.from({ length: 1 + source.below(3) }, () => [source.below(4), source.below(2)] as const));
    return [...literals].map(([atom, sign]) => atom * 2 + sign).sort((a, b) => a - b);
  };
  const formula = (): Dnf => Array.from({ length: 2 + source.below(5) }, conjunction);
  return Array.from({ length: many(count) }, () => [formula(), formula()] as const);
}
const some = (formula: Dnf | undefined): Dnf => {
  if (formula === undefined) throw new Error('too large');
  return formula;
};

describe('disjunctive normal form', () => {
  test('and, or and not keep the truth table', () => {
    for (const [a, b] of drawn(11, 600)) {
      expect(table(or(a, b))).toBe(table(a) | table(b));
      expect(table(and(a, b))).toBe(table(a) & table(b));
      for (const conjunction of a) expect(table(notAll(conjunction))).toBe(~table([conjunction]) & everywhere);
    }
  });

  test('minimize keeps the truth table, leaves no literal and no conjunction that could go, and does not depend on order', () => {
    for (const [formula] of drawn(12, 2_000)) {
      const minimal = some(minimize(formula));
      const wanted = table(formula);
      expect(table(minimal)).toBe(wanted);
      const shorter = minimal.flatMap((each) => [
        minimal.filter((other) => other !== each),
        ...each.map((literal) => minimal.map((other): Conjunction => (other === each ? each.filter((one) => one !== literal) : other))),
      ]);
      expect(shorter.some((other) => table(other) === wanted)).toBe(false);
      expect(minimize([...formula].reverse())).toEqual(minimal);
      expect([isAlways(minimal), isNever(minimal)]).toEqual([wanted === everywhere, wanted === 0]);
    }
  });

  test.each([
    [
      'of several covers always the same',
      [
        [0, 3],
        [2, 5],
        [1, 4],
      ],
      [
        [0, 3],
        [0, 5],
        [1, 2],
        [1, 4],
      ],
    ],
    [
      'a covered conjunction goes',
      [
        [0, 2],
        [1, 4],
        [2, 4],
      ],
      [
        [0, 2],
        [1, 4],
      ],
    ],
    ['both ways are always', [[0], [1]], [[]]],
    [
      'two that clash twice have nothing between them',
      [
        [0, 2],
        [1, 3],
      ],
      [
        [0, 2],
        [1, 3],
      ],
    ],
    ['shorter ones first, then by their literals', [[6], [2, 4], [0, 4], [0, 2]], [[6], [0, 2], [0, 4], [2, 4]]],
    ['one literal is enough', [[0, 2], [1, 2], [4]], [[2], [4]]],
  ] as const)('%s', (_name, formula, wanted) => expect(minimize(formula)).toEqual(wanted));

  test('a cut formula is the exact one where it is short, never wider, and never undefined', () => {
    for (const [a, b] of drawn(13, 300)) {
      expect(table(cut.or(a, b))).toBe(table(a) | table(b));
      expect(table(cut.and(a, b))).toBe(table(a) & table(b));
    }
    const wide: Dnf = Array.from({ length: 200 }, (_, index) => [index * 2]);
    expect(cut.and(wide, ALWAYS)).toEqual(wide.slice(0, maximum));
    expect(cut.or(wide, NEVER)).toEqual(wide.slice(0, maximum));
    expect(cut.and(undefined, ALWAYS)).toEqual(NEVER);
    expect(cut.or(undefined, undefined)).toEqual(NEVER);
  });

  test('what outgrows the bound is undefined, save where it does not matter', () => {
    const wide: Dnf = Array.from({ length: maximum + 1 }, (_, index) => [index * 2]);
    expect(minimize(wide)).toBeUndefined();
    expect(minimize(wide.slice(1))).toHaveLength(maximum);
    expect(minimize(undefined)).toBeUndefined();
    expect(or(undefined, ALWAYS)).toEqual(ALWAYS);
    expect(or(ALWAYS, undefined)).toEqual(ALWAYS);
    expect(or(undefined, NEVER)).toBeUndefined();
    expect(and(undefined, NEVER)).toEqual(NEVER);
    expect(and(NEVER, undefined)).toEqual(NEVER);
    expect(and(undefined, ALWAYS)).toBeUndefined();
    expect(or(NEVER, undefined)).toBeUndefined();
    expect(and(undefined, [[0]])).toBeUndefined();
    expect(and([[0]], undefined)).toBeUndefined();
    const blocks = (from: number): Dnf => Array.from({ length: 130 }, (_, index) => [(from + index) * 2]);
    expect(and(blocks(0), blocks(200))).toBeUndefined();
    expect(
      or(
        Array.from({ length: 1_025 }, (_, index) => [index * 2]),
        NEVER,
      ),
    ).toBeUndefined();
  });

  test('joined literals are distinct and in order, and never contradict', () => {
    expect(join([4], [0])).toEqual([0, 4]);
    expect(join([12, 2], [2, 3_000])).toEqual([2, 12, 3_000]);
    expect(join([0], [1])).toBeUndefined();
    expect(join([1, 7], [6])).toBeUndefined();
  });

  const singles = (count: number, from = 0): Dnf => Array.from({ length: count }, (_, index) => [(from + index) * 2]);

  test('what just keeps within the bound', () => {
    expect(or(singles(1_024), NEVER)).toHaveLength(1_024);
    expect(or(singles(1_025), NEVER)).toBeUndefined();
    expect(and(singles(64), singles(64))).toHaveLength(64);
    expect(and(singles(64), singles(65))).toBeUndefined();
    expect(and(singles(20), singles(20, 100))).toHaveLength(400);
    // `a and x`, `b and not x` for every a and b have `a and b` between them.
    const clashing = (count: number): Dnf => [
      ...singles(count).map(([literal = 0]) => [literal, 2_000]),
      ...singles(count, 100).map(([literal = 0]) => [literal, 2_001]),
    ];
    expect(minimize(clashing(15))).toHaveLength(30);
    expect(minimize([...clashing(15), [1_000]])).toHaveLength(31);
    expect(minimize([...clashing(15), [1_000], [1_002]])).toBeUndefined();
    expect(minimize(clashing(17))).toBeUndefined();
  });
});
