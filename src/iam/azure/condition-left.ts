import type { ConditionAtom, Residual } from '../../model/evidence.ts';
import { ALWAYS, and, type Dnf, isAlways, minimize, NEVER, or } from '../aws/dnf.ts';
import type { Question } from '../grants/grant.ts';
import { Patterns } from '../grants/patterns.ts';
import type { Condition } from './condition.ts';

/** Literals of one condition. */
class Literals {
  readonly #numbers = new Map<string, number>();
  readonly #atoms: ConditionAtom[] = [];

  of(atom: ConditionAtom, negated: boolean): Dnf {
    const key = JSON.stringify(atom);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#atoms.push(atom) - 1;
      this.#numbers.set(key, number);
    }
    return [[number * 2 + (negated ? 1 : 0)]];
  }

  residual(formula: Dnf): Residual {
    return formula.map((conjunction) => ({
      allOf: conjunction.flatMap((literal): ConditionAtom[] => {
        const atom = this.#atoms[literal >> 1];
        return atom === undefined ? [] : [literal % 2 === 1 ? { ...atom, negated: !atom.negated } : atom];
      }),
    }));
  }
}

const chosen = /roleAssignments:RoleDefinitionId$/i;

/** What a condition leaves of a question: `[]` nothing, it holds; `undefined`: it cannot hold. */
export function leftOf(condition: Condition, question: Question): Residual | undefined {
  const literals = new Literals();
  const formula = minimize(evaluate(condition, question, literals, false));
  if (formula === undefined) return [{ allOf: [{ operator: 'Condition', key: 'azure:condition', values: ['too many alternatives'], negated: false }] }];
  if (formula.length === 0) return undefined;
  return isAlways(formula) ? [] : literals.residual(formula);
}

function evaluate(condition: Condition, question: Question, literals: Literals, negated: boolean): Dnf | undefined {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const conjunction = (condition.kind === 'all') !== negated;
      let result: Dnf | undefined = conjunction ? ALWAYS : NEVER;
      for (const each of condition.of) {
        const one = evaluate(each, question, literals, negated);
        result = conjunction ? and(result, one) : or(result, one);
      }
      return result;
    }
    case 'not':
      return evaluate(condition.of, question, literals, !negated);
    case 'action':
      return new Patterns([condition.pattern]).has(question.action) === negated ? NEVER : ALWAYS;
    case 'opaque':
      return literals.of({ operator: 'Condition', key: 'azure:condition', values: [condition.text], negated: false }, negated);
    case 'test': {
      const known = tested(condition, question);
      const { source, attribute, quantifier, operator, values } = condition;
      // Which roles may be given stays to be seen, also where the one that is asked for is among them.
      const told = known === true && !negated && chosen.test(attribute);
      if (known !== undefined && !told) return known === negated ? NEVER : ALWAYS;
      const atom = { operator: quantifier === '' ? operator : `${quantifier}:${operator}`, key: `${source}[${attribute}]`, values, negated: false };
      return literals.of(atom, negated);
    }
  }
}

/** A test whose attribute is known; `undefined`: it is not, or the comparison is not one that is decided here. */
function tested(test: Condition & { kind: 'test' }, question: Question): boolean | undefined {
  const given = test.source.toLowerCase() === 'request' ? question.context[test.attribute] : question.context[`${test.source}[${test.attribute}]`];
  if (given === undefined) return question.contextComplete ? test.operator === 'NotExists' : undefined;
  if (test.operator === 'Exists') return true;
  if (test.operator === 'NotExists') return false;
  const compare = comparisons[test.operator.toLowerCase()];
  if (compare === undefined) return undefined;
  // "ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues": the first word is for the values of the attribute, the second for those listed.
  const all = /^forallof/i.test(test.quantifier);
  const every = /allvalues$/i.test(test.quantifier);
  const fits = (value: string): boolean => (every ? test.values.every((each) => compare(value, each)) : test.values.some((each) => compare(value, each)));
  return all ? given.every(fits) : given.some(fits);
}

const guid = (text: string): string => (text.split('/').at(-1) ?? '').replaceAll('-', '').toLowerCase();
const lower = (text: string): string => text.toLowerCase();
const like = (value: string, pattern: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  ).test(value);

const comparisons: Readonly<Record<string, (value: string, other: string) => boolean>> = {
  guidequals: (a, b) => guid(a) === guid(b),
  guidnotequals: (a, b) => guid(a) !== guid(b),
  stringequals: (a, b) => a === b,
  stringequalsignorecase: (a, b) => lower(a) === lower(b),
  stringnotequals: (a, b) => a !== b,
  stringnotequalsignorecase: (a, b) => lower(a) !== lower(b),
  stringstartswith: (a, b) => a.startsWith(b),
  stringstartswithignorecase: (a, b) => lower(a).startsWith(lower(b)),
  stringlike: like,
  stringlikeignorecase: (a, b) => like(lower(a), lower(b)),
  boolequals: (a, b) => lower(a) === lower(b),
};
