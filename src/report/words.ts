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
  const unasked = new Map<string, Set<string>>();
  for (const gap of completeness.gaps) {
    if (gap.state === 'unasked' && gap.message === undefined) {
      const service = gap.call.split(':')[0] ?? gap.call;
      unasked.set(service, (unasked.get(service) ?? new Set()).add(gap.call));
      continue;
    }
    const permission = gap.permission === undefined ? '' : ` (needs ${gap.permission})`;
    const text = gap.state === 'unasked' ? `not asked: ${gap.call}${permission}, so ${gap.message}` : `${gap.call} ${gap.state}${permission}`;
    groups.set(text, (groups.get(text) ?? new Set()).add(`${gap.account}/${gap.region}`));
  }
  const texts = [...groups].map(([text, places]) => {
    const list = [...places].sort();
    return `${text} in ${list.length > 3 ? `${list.length} places` : list.join(', ')}`;
  });
  return [...texts.sort(), ...notAsked(unasked), ...completeness.notModelled.map((text) => `not modelled: ${text}`)];
}

/** Of an import there may be hundreds, which the manifest lists one by one. */
function notAsked(services: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const names = [...services].map(([service, calls]) => (calls.size === 1 ? ([...calls][0] ?? service) : `${service} (${calls.size} calls)`)).sort();
  if (names.length <= 6) return names.map((name) => `not asked: ${name}`);
  return [`not asked: ${names.slice(0, 6).join(', ')} and ${names.length - 6} more services`];
}

/** The last part of an ARN or id, for a narrow column. */
export function shortId(id: string): string {
  if (!id.startsWith('arn:')) return id;
  const resource = id.split(':').slice(5).join(':');
  return resource === '' ? id : resource;
}

/** `1 hop`, `2 hops` */
export const hopCount = ({ steps }: { readonly steps: readonly unknown[] }): string => `${steps.length} ${steps.length === 1 ? 'hop' : 'hops'}`;
