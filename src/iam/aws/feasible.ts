import type { ConditionAtom } from '../../model/evidence.ts';
import { type Condition, compileCondition, evaluateCondition, TRUE } from './condition.ts';
import { Context } from './context.ts';
import type { Conjunction, Dnf } from './dnf.ts';
import { addressText, parseIpRange } from './ip.ts';
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
    const gone = new Set<number>();
    for (const group of groups(conjunction, several, spelling)) {
      const states = statesOf(group);
      if (!states.some((state) => holdAll(group, state))) return [];
      for (const test of redundant(group, states)) gone.add(test.literal);
    }
    return [conjunction.filter((literal) => !gone.has(literal))];
  });
}

/** Tests of one conjunction by key, where there are at least two. */
function groups(conjunction: Conjunction, several: ReadonlySet<string>, spelling: (literal: number) => ConditionAtom | undefined): readonly Test[][] {
  const byKey = new Map<string, Test[]>();
  for (const literal of conjunction) {
    const atom = spelling(literal);
    const condition = atom === undefined ? undefined : compileCondition(atom.operator, atom.key, atom.values, true);
    if (atom === undefined || condition === undefined || !condition.fixed || several.has(condition.key) || !listable(condition)) continue;
    byKey.set(condition.key, [...(byKey.get(condition.key) ?? []), { literal, condition, negated: atom.negated }]);
  }
  return [...byKey.values()].filter((tests) => tests.length > 1);
}

const bases: ReadonlySet<string> = new Set(['StringEquals', 'Bool', 'Null', 'IpAddress']);
const listable = (condition: Condition): boolean => condition.operator.set === 'one' && bases.has(condition.operator.base);

/** One value for every way in which the tests can tell values apart, and absence. */
function statesOf(tests: readonly Test[]): readonly (readonly string[])[] {
  const texts = new Set<string>();
  for (const { condition } of tests)
    for (const { text, template } of condition.values)
      for (const state of condition.operator.base === 'IpAddress' ? edges(text) : [plainText(template)]) texts.add(state);
  // Longer than all of them, and so none of them.
  const other = `other${[...texts].join('')}`;
  return [[], [other], ...[...texts].map((text) => [text])];
}

/** First address of a range and the first behind it: what the tests say of an address they say of the nearest edge before it. */
function edges(text: string): readonly string[] {
  const range = parseIpRange(text.trim());
  return range === undefined ? [] : [addressText(range.low, range.version), addressText(range.high + 1n, range.version)];
}

function holdAll(tests: readonly Test[], state: readonly string[]): boolean {
  return tests.every(({ condition, negated }) => {
    // Stryker disable next-line BooleanLiteral: no other key is asked about.
    const context = new Context([{ values: new Map([[condition.key, state]]) }], true);
    return (evaluateCondition(condition, context) === TRUE) !== negated;
  });
}

/** Tests that follow from those that stay. */
function redundant(tests: readonly Test[], states: readonly (readonly string[])[]): readonly Test[] {
  let kept = tests;
  for (const test of tests) {
    const rest = kept.filter((other) => other !== test);
    if (states.every((state) => !holdAll(rest, state) || holdAll([test], state))) kept = rest;
  }
  return tests.filter((test) => !kept.includes(test));
}
