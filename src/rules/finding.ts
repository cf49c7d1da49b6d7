import type { Finding, FindingResult } from '../model/assessment.ts';
import { textHash } from '../model/text-hash.ts';
import type { Rule } from './rule.ts';

/** What a finding is about. */
export interface Subject {
  readonly id: string;
  readonly type: string;
  readonly account: string;
  readonly region: string;
}

/** A rule that broke down, or one that speaks of nothing in particular. */
export const noSubject: Subject = { id: '', type: '', account: '', region: '' };

/** What is said where the answer of a call is missing. */
export const undecided = 'not decided: what it depends on was not collected';

/**
 * A finding. Its id is a hash of rule and resource: the same in every run. Written out in one piece: there are a million of them, and an object that grows is several times as dear.
 *
 * @param key stands for the resource in the hash, where one resource has several findings of a rule
 */
export function findingOf(
  rule: Rule,
  { id: resource, type: resourceType, account, region }: Subject,
  result: FindingResult,
  message: string,
  evidence: Finding['evidence'],
  missing?: readonly string[],
  key = resource,
): Finding {
  const id = textHash(`${rule.id}\n${key}`).slice(0, 16);
  const { id: name, title, severity } = rule;
  return missing === undefined
    ? { id, rule: name, title, severity, resource, resourceType, account, region, result, message, evidence }
    : { id, rule: name, title, severity, resource, resourceType, account, region, result, message, evidence, missing };
}
