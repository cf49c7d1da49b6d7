import { type Condition, evaluateCondition, FALSE, TRUE, type Truth, UNKNOWN } from './condition.ts';
import type { Statement } from './policy.ts';
import { ACCOUNT, DIRECT, NONE, namedBy, type PrincipalElement, type PrincipalMatch, ROLE, sessionTest } from './principal.ts';
import type { AccessRequest } from './request.ts';
import { resourceMatches } from './resource.ts';

/** Whether the resource and the conditions of a statement hold; its action is taken to match, its principal is asked about with `whoMatches`. */
export function holds(statement: Statement, request: AccessRequest): Truth {
  const { resource, conditions } = statement.rule;
  let result = resource.all ? (resource.negated ? FALSE : TRUE) : resourceMatches(resource, request.resource, request.context);
  if (result === FALSE) return FALSE;
  for (const condition of conditions) {
    const truth = evaluateCondition(condition, request.context);
    if (truth === FALSE) return FALSE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/**
 * How the statement's Principal or NotPrincipal meets the requester for certain; `openSession` adds what is not.
 *
 * NotPrincipal. "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy attached, regardless of the values
 * specified in the NotPrincipal element."
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html) Otherwise a Deny spares the user, role or session that is listed itself;
 * naming its account alone does not: in the page's example "all principals except the user named Bob" are denied though Bob's account is listed beside him. That the
 * account "must" be listed too is advice ("this is not required in all cases"), so its absence denies nobody here.
 * With Allow whoever is listed, also by account, is left out.
 */
export function whoMatches(statement: Statement, request: AccessRequest): PrincipalMatch {
  const element = statement.rule.principal;
  if (element === undefined) return DIRECT;
  const named = namedBy(element, request.requester);
  if (!element.negated) return named;
  if (settled(statement, element, request)) return deniesBounded(statement, request) ? DIRECT : NONE;
  return sessionTest(element, request.requester) === undefined ? DIRECT : NONE;
}

const deniesBounded = (statement: Statement, request: AccessRequest): boolean => statement.rule.effect === 'Deny' && request.boundary !== undefined;

/** Whether a NotPrincipal element is decided without the name of the session: it denies whoever has a boundary, or spares who is listed. */
function settled(statement: Statement, element: PrincipalElement, request: AccessRequest): boolean {
  const bySelf = statement.rule.effect === 'Deny' && request.requester.kind !== 'root';
  return deniesBounded(statement, request) || (namedBy(element, request.requester) & (bySelf ? DIRECT | ROLE : DIRECT | ROLE | ACCOUNT)) !== NONE;
}

/**
 * A test on the session's name that makes the statement meet the requester (or spare it, with `negated`) beyond what `whoMatches` says.
 */
export function openSession(statement: Statement, request: AccessRequest): { condition: Condition; negated: boolean } | undefined {
  const element = statement.rule.principal;
  if (element === undefined || (element.negated && settled(statement, element, request))) return undefined;
  const condition = sessionTest(element, request.requester);
  return condition === undefined ? undefined : { condition, negated: element.negated };
}

/** Truth of the open session test. */
export function openSessionTruth(open: { condition: Condition; negated: boolean }, request: AccessRequest): Truth {
  const truth = evaluateCondition(open.condition, request.context);
  if (truth === UNKNOWN || !open.negated) return truth;
  return truth === TRUE ? FALSE : TRUE;
}
