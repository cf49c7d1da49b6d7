import type { ConditionAtom } from '../../model/evidence.ts';
import type { Context } from './context.ts';
import { internTable } from './intern.ts';
import { couldMatch, type Operator, parseOperator, type ValueTest } from './operators.ts';
import { escapeWild, fill, hasVariables, parseTemplate, plainText, policyText, type Template } from './template.ts';

/** False, true, or not known. */
export type Truth = 0 | 1 | 2;
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

interface ConditionValue {
  readonly template: Template;
  readonly text: string;
  /** Present when no variable stands in it. */
  readonly test: ValueTest | undefined;
}

/** One line of a Condition block: operator, key, values. Equal lines are one object. */
export interface Condition {
  readonly operator: Operator;
  /** Lower case. */
  readonly key: string;
  readonly keyText: string;
  readonly values: readonly ConditionValue[];
  /** Tests of the values in which no variable stands. */
  readonly tests: readonly ValueTest[];
  /** No variable stands in any value. */
  readonly fixed: boolean;
}

const interned = internTable<Condition>();

/**
 * Compiles one condition line; `undefined` when AWS has no such operator. Values are OR-ed, lines are AND-ed
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html).
 */
export function compileCondition(operatorText: string, keyText: string, texts: readonly string[], withVariables: boolean): Condition | undefined {
  const operator = parseOperator(operatorText);
  if (operator === undefined) return undefined;
  const distinct = [...new Set(texts)];
  const identity = JSON.stringify([operator.text, keyText, distinct, withVariables && operator.variables]);
  const known = interned.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  const values = distinct.map((text): ConditionValue => {
    const template = parseTemplate(text, withVariables && operator.variables);
    return { template, text, test: hasVariables(template) ? undefined : operator.compile(template) };
  });
  const tests = values.flatMap(({ test }) => (test === undefined ? [] : [test]));
  const condition: Condition = { operator, key: keyText.toLowerCase(), keyText, values, tests, fixed: tests.length === values.length };
  interned.set(identity, condition);
  return condition;
}

/** A value of the policy against the request: what is known of it. */
type Resolved = { readonly sure: ValueTest } | { readonly open: ValueTest; readonly pieces: Template };

function resolve(condition: Condition, context: Context): readonly Resolved[] {
  const { operator } = condition;
  return condition.values.flatMap((value): Resolved[] => {
    // Stryker disable next-line ConditionalExpression: compiled once means the same as compiled again.
    if (value.test !== undefined) return [{ sure: value.test }];
    const filled = fill(value.template, (key) => context.variable(key));
    if (filled.kind === 'never') return [];
    if (filled.kind === 'value') return [{ sure: operator.compile(filled.pieces) }];
    const wildcards = operator.base === 'StringLike' || operator.base.startsWith('Arn');
    return [{ open: couldMatch(filled.pieces, wildcards, operator.base === 'StringEqualsIgnoreCase'), pieces: filled.pieces }];
  });
}

/** Whether any value of the policy matches one of the request. */
function matchOne(values: readonly Resolved[], text: string): Truth {
  let result: Truth = FALSE;
  for (const value of values) {
    if ('sure' in value) {
      if (value.sure(text)) return TRUE;
    } else if (value.open(text)) result = UNKNOWN;
  }
  return result;
}

const not = (truth: Truth): Truth => (truth === TRUE ? FALSE : truth === FALSE ? TRUE : UNKNOWN);

function some(list: readonly string[], test: (text: string) => Truth): Truth {
  let result: Truth = FALSE;
  for (const text of list) {
    const truth = test(text);
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/**
 * What a missing key makes of a condition.
 * - "If the key that you specify in a policy condition is not present in the request context, the values do not match and the condition is false" ... negated operators:
 *   "the condition is true" (.../reference_policies_elements_condition_operators.html);
 * - IfExists: "If the key is not present, evaluate the condition element as true";
 * - ForAllValues "returns true if there are no context keys in the request"; ForAnyValue "returns false"
 *   (.../reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
export function onMissing(operator: Operator): boolean {
  if (operator.set === 'all' || operator.ifExists) return true;
  return operator.set === 'one' && operator.negated;
}

/** Null is about presence: "true" is met when the key is absent. */
function evaluateNull(condition: Condition, present: boolean): Truth {
  return condition.values.some((value) => value.text.trim().toLowerCase() === (present ? 'false' : 'true')) ? TRUE : FALSE;
}

/** Without variables and with one value in the request, every quantifier says the same. */
function matchesAny(tests: readonly ValueTest[], text: string): boolean {
  for (const test of tests) if (test(text)) return true;
  return false;
}

/** Evaluates one line against what is known of the request. */
export function evaluateCondition(condition: Condition, context: Context): Truth {
  const { operator } = condition;
  const given = context.get(condition.key);
  if (operator.base === 'Null') {
    if (given !== undefined) return evaluateNull(condition, given.length > 0);
    const present = evaluateNull(condition, true);
    return present === evaluateNull(condition, false) ? present : UNKNOWN;
  }
  if (given === undefined) {
    // A value list in which nothing can match decides a plain operator whatever the key holds.
    if (condition.fixed || operator.set !== 'one' || resolve(condition, context).length > 0) return UNKNOWN;
    return operator.negated ? TRUE : operator.ifExists ? UNKNOWN : FALSE;
  }
  // "... or if the key values resolve to a null data set, such as an empty string": the set operators see no value there.
  const list = operator.set === 'one' ? given : given.filter((text) => text !== '');
  if (list.length === 0) return onMissing(operator) ? TRUE : FALSE;
  // Stryker disable next-line ConditionalExpression: the long way says the same of one value.
  if (condition.fixed && list.length === 1) return matchesAny(condition.tests, list[0] ?? '') !== operator.negated ? TRUE : FALSE;
  const values = resolve(condition, context);
  const match = (text: string): Truth => matchOne(values, text);
  switch (operator.set) {
    case 'one': {
      const any = some(list, match);
      return operator.negated ? not(any) : any;
    }
    case 'any':
      return some(list, operator.negated ? (text) => not(match(text)) : match);
    case 'all':
      return not(some(list, operator.negated ? match : (text) => not(match(text))));
  }
}

/**
 * The residual of a line that is not known: variables that are known are filled in, the others stay. `canonical` is equal for two atoms exactly when they are the same
 * test, whatever operator spells it (`NotIpAddress` is the opposite of `IpAddress`, `ForAnyValue:StringNotEquals` of `ForAllValues:StringEquals`), up to `sign`.
 */
export function residualAtom(condition: Condition, context: Context): { atom: ConditionAtom; canonical: string; sign: boolean } {
  const { operator } = condition;
  const texts = new Set<string>();
  for (const value of condition.values) {
    const filled = value.test === undefined ? fill(value.template, (key) => context.variable(key)) : undefined;
    if (filled === undefined) texts.add(operator.variables ? literalText(value.template, value.text) : value.text);
    else if (filled.kind !== 'never') texts.add(keepsWildcards(operator) || filled.kind === 'open' ? policyText(filled.pieces) : plainText(filled.pieces));
  }
  const values = [...texts];
  return { atom: { operator: operator.text, key: condition.keyText, values, negated: false }, ...canonicalForm(operator, condition.key, values) };
}

/** Under Version 2008 `${` is text; an atom has no version, so the sign is escaped. */
const literalText = (template: Template, text: string): string =>
  template.every((piece) => piece.kind === 'text') ? text.replace(/\$(?=\{)/g, escapeWild) : text;

const keepsWildcards = (operator: Operator): boolean => operator.base === 'StringLike' || operator.base.startsWith('Arn');

function canonicalForm(operator: Operator, key: string, values: readonly string[]): { canonical: string; sign: boolean } {
  const folded = ['Bool', 'Null'].includes(operator.base) ? values.map((text) => text.trim().toLowerCase()) : values;
  const sorted = [...new Set(folded)].sort();
  const plain = operator.base === 'StringLike' && sorted.every((text) => !/[*?$]/.test(text));
  const base = operator.base === 'ArnEquals' ? 'ArnLike' : plain ? 'StringEquals' : operator.base;
  // Stryker disable next-line all: the opposite sign for both is as good.
  if (base === 'Null') return { canonical: JSON.stringify([key]), sign: sorted[0] === 'true' };
  const { set, negated, ifExists } = operator;
  const form = (quantifier: string, exists: boolean): string => JSON.stringify([quantifier, base, exists, key, sorted]);
  if (set === 'one') return { canonical: form('one', ifExists && !negated), sign: !negated };
  if (set === 'all') return { canonical: form(negated ? 'any' : 'all', false), sign: !negated };
  if (negated && !ifExists) return { canonical: form('all', false), sign: false };
  // Stryker disable next-line all: any text of its own is as good, and any sign, as nothing has the opposite meaning.
  return { canonical: form(negated ? 'any not' : 'any', ifExists), sign: true };
}
