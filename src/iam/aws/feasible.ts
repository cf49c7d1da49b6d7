import type { ConditionAtom } from '../../model/evidence.ts';
import { type Condition, compileCondition, evaluateCondition, TRUE } from './condition.ts';
import { Context } from './context.ts';
import type { Conjunction, Dnf } from './dnf.ts';
import { parseIpRange } from './ip.ts';
import { plainText } from './template.ts';

/**
 * Keys with several values, where two equalities may both hold. "Multivalued context keys" of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html; a key that a set operator asks about is one too.
 */
const multivalued: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
]);

interface Test {
  readonly literal: number;
  readonly condition: Condition;
  readonly negated: boolean;
}

/**
 * Leaves out what no request can be: conjunctions that ask one key for two values, and atoms that the others of their conjunction already say. Looks at plain tests for
 * equality, truth, presence and address on keys with one value; whatever else is in a conjunction is left as it is.
 */
export function feasible(formula: Dnf, spelling: (literal: number) => ConditionAtom | undefined): Dnf {
  const several = new Set(multivalued);
  for (const literal of new Set(formula.flat())) {
    const atom = spelling(literal);
    if (atom?.operator.startsWith('For')) several.add(atom.key.toLowerCase());
  }
  return formula.flatMap((conjunction): Conjunction[] => {
    let kept: Conjunction = conjunction;
    for (const group of groups(conjunction, several, spelling)) {
      const states = satisfying(group);
      if (states.length === 0) return [];
      for (const test of redundant(group)) kept = kept.filter((literal) => literal !== test.literal);
    }
    return [kept];
  });
}

/** Tests of one conjunction by key, where there are at least two. */
function groups(conjunction: Conjunction, several: ReadonlySet<string>, spelling: (literal: number) => ConditionAtom | undefined): readonly Test[][] {
  const byKey = new Map<string, Test[]>();
  for (const literal of conjunction) {
    const atom = spelling(literal);
    if (atom === undefined || atom.operator === 'ResourceLike') continue;
    const condition = compileCondition(atom.operator, atom.key, atom.values, true);
    if (condition === undefined || !condition.fixed || several.has(condition.key) || !listable(condition)) continue;
    byKey.set(condition.key, [...(byKey.get(condition.key) ?? []), { literal, condition, negated: atom.negated }]);
  }
  return [...byKey.values()].filter((tests) => tests.length > 1);
}

const bases: ReadonlySet<string> = new Set(['StringEquals', 'Bool', 'Null', 'IpAddress']);
const listable = (condition: Condition): boolean => condition.operator.set === 'one' && bases.has(condition.operator.base);

/** One value for every way in which the tests can tell values apart, and absence. */
function statesOf(tests: readonly Test[]): readonly (readonly string[])[] {
  const texts = new Set<string>();
  let other = 'other';
  for (const { condition } of tests) {
    for (const { text, template } of condition.values) {
      if (condition.operator.base === 'StringEquals') texts.add(plainText(template));
      if (condition.operator.base === 'Bool') for (const value of ['true', 'false', text.trim().toLowerCase()]) texts.add(value);
      if (condition.operator.base === 'IpAddress') for (const edge of edges(text)) texts.add(edge);
    }
  }
  while (texts.has(other)) other += '.';
  return [[], [other], ...[...texts].map((text) => [text])];
}

/** First and last address of a range and their neighbours: between two edges nothing changes. */
function* edges(text: string): Generator<string> {
  const range = parseIpRange(text.trim());
  if (range === undefined) return;
  const top = (1n << (range.version === 4 ? 32n : 128n)) - 1n;
  for (const value of [range.low, range.high, range.low - 1n, range.high + 1n]) {
    if (value < 0n || value > top) continue;
    const width = range.version === 4 ? 8n : 16n;
    const parts = Array.from(
      { length: range.version === 4 ? 4 : 8 },
      (_, index, all = range.version === 4 ? 4 : 8) => (value >> (width * BigInt(all - 1 - index))) & ((1n << width) - 1n),
    );
    yield range.version === 4 ? parts.join('.') : parts.map((part) => part.toString(16)).join(':');
  }
}

const holds = (test: Test, context: Context): boolean => (evaluateCondition(test.condition, context) === TRUE) !== test.negated;

const contextOf = (test: Test, state: readonly string[]): Context => new Context([{ values: new Map([[test.condition.key, state]]) }], true);

function satisfying(tests: readonly Test[], states = statesOf(tests)): readonly (readonly string[])[] {
  return states.filter((state) => tests.every((test) => holds(test, contextOf(test, state))));
}

/** Tests that follow from the rest; a negated one goes before a plain one. */
function redundant(tests: readonly Test[]): readonly Test[] {
  const states = statesOf(tests);
  const dropped: Test[] = [];
  for (const test of [...tests].sort((a, b) => Number(b.negated) - Number(a.negated))) {
    const rest = tests.filter((other) => other !== test && !dropped.includes(other));
    if (satisfying(rest, states).every((state) => holds(test, contextOf(test, state)))) dropped.push(test);
  }
  return dropped;
}
