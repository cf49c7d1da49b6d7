import type { BulkGrant, BulkQuestion } from '../api.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { trustActions } from '../estate/resource-policies.ts';
import type { EstateView } from '../estate/view.ts';
import { Asker, strangersOf } from './asker.ts';
import { chosenKeys, lifted } from './chosen.ts';

/** The accounts outside that a question is put to as well: those that a policy of any of its candidates names. */
export function bulkStrangers(estate: EstateView, { action, candidates }: BulkQuestion): readonly string[] {
  const lower = action.toLowerCase();
  return strangersOf(estate, estate.tables.of(candidates, lower, trustActions.has(lower)).about(lower));
}

/**
 * All grants of one action. Principals of whom the same rules are about it are asked once; candidates that every rule covers alike are asked once; what is about equal rules, whoever holds
 * them, is decided once. The answers are those of `can` on each pair, save one: who holds nothing for the action is not listed for a resource whose policy was not read, as that would be
 * everybody.
 */
export function bulkGrants(estate: EstateView, question: BulkQuestion): readonly BulkGrant[] {
  const action = question.action.toLowerCase();
  const chosen = chosenKeys(question.context ?? {});
  const given: Facts = factsOf(Object.fromEntries(Object.entries(question.context ?? {}).filter(([key]) => !key.endsWith('/*'))));
  const list = estate.tables.of(question.candidates, action, trustActions.has(action));
  const asker = new Asker(
    chosen === undefined ? estate : lifted(estate, chosen),
    action,
    given,
    list,
    question.every === true,
    chosen,
    question.principals === undefined,
  );
  const grants: BulkGrant[] = [];
  if (question.principals === undefined) {
    for (const [account, principals] of estate.tables.byAccount) asker.within(account, principals, grants);
    for (const outsider of asker.outsiders()) asker.outside(outsider, grants);
    return grants;
  }
  const wanted = [...new Set(question.principals)].sort();
  for (const arn of wanted) {
    const principal = estate.estatePrincipal(arn);
    if (principal?.info.arn === arn && (principal.info.kind === 'user' || principal.info.kind === 'role')) asker.inside(principal, grants);
  }
  for (const arn of wanted) if (arn.startsWith('aws:') || estate.estatePrincipal(arn)?.info.kind === 'outsider') asker.outside(arn, grants);
  return grants;
}
