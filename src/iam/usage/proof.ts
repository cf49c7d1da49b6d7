import type { AccessResult } from '../api.ts';
import { Context, factsOf } from '../aws/context.ts';
import { evaluate } from '../aws/evaluate.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { AccessRequest } from '../aws/request.ts';
import type { Requester } from '../aws/requester.ts';
import type { Suggestion } from './rightsize.ts';

/** What a comparison of the policies before and after found. Both counts are 0 unless there is a defect. */
export interface Proof {
  readonly requests: number;
  /** Requests for a kept action that were allowed (or allowed under a condition) and are not so any more. */
  readonly lost: number;
  /** Requests that were not allowed and are so now. */
  readonly gained: number;
}

const most = 4_000;

/**
 * Asks the evaluator before and after about every kept and every removed action, on one resource for each resource pattern of the policies, with nothing known of the request, so that
 * conditions are compared as residuals.
 */
export function prove(requester: Requester, before: readonly AttachedPolicy[], suggestion: Suggestion): Proof {
  const old = new PolicySet(before);
  const after = new PolicySet(suggestion.policies.map((each, index) => ({ name: `suggested-${index + 1}`, policy: compilePolicy(each.document, 'identity') })));
  const context = new Context([requester.facts, factsOf({})], false);
  const ask = (identity: PolicySet, action: string, resource: string): AccessResult => evaluate(requestOf(requester, context, identity, action, resource));
  const resources = [
    ...new Set(before.flatMap(({ policy }) => policy.statements.flatMap(({ rule }) => rule.resource.patterns.map(({ text }) => concrete(text))))),
  ].sort();
  const kept = new Set(suggestion.kept);
  let [requests, lost, gained] = [0, 0, 0];
  for (const name of [...suggestion.kept, ...suggestion.removed]) {
    for (const resource of resources) {
      if (requests >= most) break;
      requests++;
      const [was, is] = [ask(old, name.toLowerCase(), resource), ask(after, name.toLowerCase(), resource)];
      if (kept.has(name) && !(covers(was, is) && covers(is, was))) lost++;
      if (!covers(was, is)) gained++;
    }
  }
  return { requests, lost, gained };
}

/** Whether `wide` allows wherever `narrow` does: every alternative of the one holds all that some alternative of the other asks for. */
function covers(wide: AccessResult, narrow: AccessResult): boolean {
  if (narrow.decision === 'deny' || wide.decision === 'allow') return true;
  if (wide.decision === 'deny' || narrow.decision === 'allow') return false;
  const atoms = (entry: AccessResult['residual'][number]): string[] => entry.allOf.map((atom) => JSON.stringify(atom));
  return narrow.residual.every((entry) => wide.residual.some((other) => atoms(other).every((atom) => atoms(entry).includes(atom))));
}

const concrete = (pattern: string): string =>
  /^\*+$/.test(pattern)
    ? '*'
    : pattern
        .replace(/\$\{[^}]*\}/g, 'x')
        .replace(/\*/g, 'x')
        .replace(/\?/g, 'x');

function requestOf(requester: Requester, context: Context, identity: PolicySet, action: string, resource: string): AccessRequest {
  return {
    requester,
    action,
    resource,
    resourceAccount: requester.account,
    context,
    identity,
    boundary: undefined,
    session: undefined,
    resourcePolicy: undefined,
    grants: undefined,
    scps: undefined,
    rcps: undefined,
    endpoint: undefined,
    requesterInManagementAccount: false,
    resourceInManagementAccount: false,
    unread: [],
  };
}
