import { isArray, isObject, type Json } from '../../model/json.ts';
import { parseOperator } from '../aws/operators.ts';
import type { KeyType } from '../catalogue.ts';
import { isGlobalKey, keyOf } from './global-keys.ts';
import type { LintProblem } from './problem.ts';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly path: readonly (string | number)[];
  readonly condition: Json | undefined;
  /** Actions of the catalogue that it names, lower case; and those it names in full. */
  readonly actions: readonly string[];
  readonly exact: readonly string[];
}

/** Which operators read which type; a string operator reads every type as text. */
const reads: Readonly<Record<string, readonly KeyType[]>> = {
  Numeric: ['Numeric'],
  Date: ['Date'],
  Bool: ['Bool', 'ArrayOfBool'],
  IpAddress: ['IPAddress'],
  Arn: ['ARN', 'ArrayOfARN', 'String', 'ArrayOfString'],
};

/** Traps of a Condition block. */
export function* lintConditions(statement: Statement): Generator<LintProblem> {
  if (!isObject(statement.condition)) return;
  for (const [operatorText, lines] of Object.entries(statement.condition)) {
    const operator = parseOperator(operatorText);
    if (operator === undefined || !isObject(lines)) continue;
    for (const [key, value] of Object.entries(lines)) {
      const path = [...statement.path, 'Condition', operatorText, key];
      const values = (isArray(value) ? value : [value]).map(String);
      const lower = key.toLowerCase();
      const never = statement.effect === 'Deny' ? 'so it denies nothing' : 'so it allows nothing';
      const positive = !operator.negated && !operator.ifExists && operator.set !== 'all' && operator.base !== 'Null';
      if (isArray(value) && value.length === 0)
        yield {
          code: 'no-values',
          severity: 'error',
          path,
          message: `\`${key}\` is compared with no value${positive ? `, ${never}` : ''}`,
          help: 'name the values, or leave the condition out',
        };
      if (/^String(Not)?Equals/.test(operatorText.replace(/^For\w+:/, '')) && values.some((text) => /[*?]/.test(text.replace(/\$\{[^}]*\}/g, ''))))
        yield {
          code: 'literal-wildcard',
          severity: 'warning',
          path,
          message: `\`${operatorText}\` takes \`*\` and \`?\` as they stand`,
          help: `use ${operatorText.replace('Equals', 'Like').replace('IgnoreCase', '')} where a pattern is meant`,
        };
      if (operator.base === 'Bool' && lower === 'aws:multifactorauthpresent' && statement.effect === 'Deny' && !operator.ifExists && values.includes('false'))
        yield {
          code: 'mfa-missing',
          severity: 'error',
          path,
          message: 'requests with a long-term key do not carry `aws:MultiFactorAuthPresent`, so they are not denied',
          help: 'use BoolIfExists',
        };
      if (operator.set === 'all' && statement.effect === 'Allow' && !guarded(statement.condition, lower))
        yield {
          code: 'for-all-values',
          severity: 'warning',
          path,
          message: `a request without \`${key}\` is allowed too`,
          help: `add "Null": {"${key}": "false"}`,
        };
      yield* keyProblems(statement, key, operator.base, positive, path, never);
    }
  }
}

/** Whether a Null condition demands that the key is there. */
const guarded = (condition: Json, key: string): boolean =>
  isObject(condition) &&
  Object.entries(condition).some(
    ([operator, lines]) =>
      operator.toLowerCase() === 'null' &&
      isObject(lines) &&
      Object.entries(lines).some(([name, value]) => name.toLowerCase() === key && String(value) === 'false'),
  );

function* keyProblems(
  statement: Statement,
  key: string,
  base: string,
  positive: boolean,
  path: readonly (string | number)[],
  never: string,
): Generator<LintProblem> {
  const lower = key.toLowerCase();
  if (isGlobalKey(lower) || statement.actions.length === 0) return;
  const entries = statement.actions.map((action) => [action, keyOf(action, lower)] as const);
  const having = entries.filter(([, entry]) => entry !== undefined);
  if (having.length === 0) {
    yield {
      code: 'condition-key',
      severity: positive ? 'error' : 'warning',
      path,
      message: `no action of the statement has the condition key \`${key}\`${positive ? `, ${never}` : ''}`,
      help: 'the Service Authorization Reference lists the keys of each action',
    };
    return;
  }
  const without = positive ? entries.filter(([action, entry]) => entry === undefined && statement.exact.includes(action)).map(([action]) => action) : [];
  if (without.length > 0)
    yield {
      code: 'condition-key',
      severity: 'warning',
      path,
      message: `\`${key}\` is no condition key of ${without.join(', ')}: for ${without.length === 1 ? 'it' : 'them'} the statement ${statement.effect === 'Deny' ? 'denies' : 'allows'} nothing`,
      help: 'put these actions into a statement of their own',
    };
  const type = having[0]?.[1]?.type;
  const wanted = Object.entries(reads).find(([prefix]) => base.startsWith(prefix))?.[1];
  if (type !== undefined && wanted !== undefined && !wanted.includes(type))
    yield {
      code: 'condition-type',
      severity: 'error',
      path,
      message: `\`${key}\` holds values of type ${type}, which this operator does not read`,
      help:
        type === 'Numeric' || type === 'Date' || type === 'Bool'
          ? `use ${type === 'Bool' ? 'Bool' : `${type}Equals and the like`}`
          : 'use StringEquals, StringLike or ArnLike',
    };
}
