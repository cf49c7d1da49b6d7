import type { Completeness } from '../model/assessment.ts';
import type { ConditionAtom } from '../model/evidence.ts';

const operators: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  StringNotEquals: 'is not',
  StringLike: 'matches',
  StringNotLike: 'does not match',
  StringEqualsIgnoreCase: 'is',
  Bool: 'is',
  IpAddress: 'in',
  NotIpAddress: 'not in',
  ArnLike: 'matches',
  ArnEquals: 'is',
  ArnNotLike: 'does not match',
  ArnNotEquals: 'is not',
  NumericLessThan: '<',
  NumericLessThanEquals: '<=',
  NumericGreaterThan: '>',
  NumericGreaterThanEquals: '>=',
  NumericEquals: '=',
  DateLessThan: 'before',
  DateGreaterThan: 'after',
  Null: 'is absent:',
};

/** A condition in words: `aws:SourceIp in 10.0.0.0/8`. */
export function conditionText(atom: ConditionAtom): string {
  const operator = operators[atom.operator] ?? atom.operator;
  return `${atom.negated ? 'not ' : ''}${atom.key} ${operator} ${atom.values.join(' or ')}`;
}

/** The gaps of a collection, one sentence each, equal ones counted together. */
export function gapTexts(completeness: Completeness): readonly string[] {
  const groups = new Map<string, Set<string>>();
  for (const gap of completeness.gaps) {
    const permission = gap.permission === undefined ? '' : ` (needs ${gap.permission})`;
    const text = `${gap.call} ${gap.state}${permission}`;
    groups.set(text, (groups.get(text) ?? new Set()).add(`${gap.account}/${gap.region}`));
  }
  const texts = [...groups].map(([text, places]) => {
    const list = [...places].sort();
    return `${text} in ${list.length > 3 ? `${list.length} places` : list.join(', ')}`;
  });
  return [...texts.sort(), ...completeness.notModelled.map((text) => `not modelled: ${text}`)];
}

/** The last part of an ARN or id, for a narrow column. */
export function shortId(id: string): string {
  if (!id.startsWith('arn:')) return id;
  const resource = id.split(':').slice(5).join(':');
  return resource === '' ? id : resource;
}

/** `1 hop`, `2 hops` */
export const hopCount = ({ steps }: { readonly steps: readonly unknown[] }): string => `${steps.length} ${steps.length === 1 ? 'hop' : 'hops'}`;
