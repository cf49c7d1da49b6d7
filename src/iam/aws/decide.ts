import { FALSE, TRUE, type Truth, UNKNOWN } from './condition.ts';
import { identityIsFull, mustAllow, rcpsOf, relationOf, resourceDenies, scpsOf, sessionIsEmpty } from './layers.ts';
import type { Statement } from './policy.ts';
import type { Candidate, PolicySet } from './policy-set.ts';
import { ACCOUNT, DIRECT, NONE, ROLE } from './principal.ts';
import type { AccessRequest } from './request.ts';
import { holds, openSession, openSessionTruth, whoMatches } from './statement.ts';

export const IMPLICIT_DENY = 0;
export const EXPLICIT_DENY = 1;
export const ALLOW = 2;
/** The answer hangs on what is not known; `explain` says on what. */
export const OPEN = 3;
export type Verdict = 0 | 1 | 2 | 3;

const both = (a: Truth, b: Truth): Truth => (a === FALSE || b === FALSE ? FALSE : a === TRUE && b === TRUE ? TRUE : UNKNOWN);
const either = (a: Truth, b: Truth): Truth => (a === TRUE || b === TRUE ? TRUE : a === FALSE && b === FALSE ? FALSE : UNKNOWN);

/** Whether the statement is about the requester. */
function isAbout(statement: Statement, request: AccessRequest): Truth {
  if (whoMatches(statement, request) !== NONE) return TRUE;
  const open = openSession(statement, request);
  return open === undefined ? FALSE : openSessionTruth(open, request);
}

/** Whether any of the statements applies to the request. */
function anyApplies(candidates: readonly Candidate[], request: AccessRequest): Truth {
  let result: Truth = FALSE;
  for (const { statement } of candidates) {
    // The resource settles most statements, and costs least.
    const truth = holds(statement, request);
    // Stryker disable next-line ConditionalExpression: whom it is about does not matter then.
    if (truth === FALSE) continue;
    const applies = both(truth, isAbout(statement, request));
    if (applies === TRUE) return TRUE;
    if (applies === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

const denies = (set: PolicySet | undefined, request: AccessRequest): Truth =>
  set === undefined ? FALSE : anyApplies(set.select(request.action).deny, request);
const allows = (set: PolicySet | undefined, request: AccessRequest): Truth =>
  set === undefined ? FALSE : anyApplies(set.select(request.action).allow, request);

function deniesAny(sets: readonly PolicySet[], request: AccessRequest): Truth {
  let result: Truth = FALSE;
  for (const set of sets) result = either(result, denies(set, request));
  return result;
}

/** What the resource grants, by how it names the requester: two bits a class, direct, role, account. */
function grants(set: PolicySet | undefined, request: AccessRequest): number {
  if (set === undefined) return 0;
  let direct: Truth = FALSE;
  let role: Truth = FALSE;
  let account: Truth = FALSE;
  for (const { statement } of set.select(request.action).allow) {
    const who = whoMatches(statement, request);
    const open = openSession(statement, request);
    // Stryker disable next-line all: what is about somebody else counts nowhere below.
    if (who === NONE && open === undefined) continue;
    const truth = holds(statement, request);
    if (who & DIRECT) direct = either(direct, truth);
    else if (open !== undefined) direct = either(direct, both(truth, openSessionTruth(open, request)));
    if (who & ROLE) role = either(role, truth);
    if (who & ACCOUNT) account = either(account, truth);
  }
  return direct | (role << 2) | (account << 4);
}

const TRUTHS: readonly Truth[] = [FALSE, TRUE, UNKNOWN];
const truthAt = (packed: number, shift: number): Truth => TRUTHS[(packed >> shift) & 3] ?? UNKNOWN;

/** The decision without its reasons: nothing is allocated. `OPEN` wherever something unknown matters (it may still turn out to be settled). */
export function decide(request: AccessRequest): Verdict {
  if (request.unread.length > 0) return OPEN;
  const denied = either(
    either(deniesAny(scpsOf(request), request), deniesAny(rcpsOf(request), request)),
    either(
      either(denies(request.endpoint, request), denies(resourceDenies(request), request)),
      either(denies(request.identity, request), either(denies(request.boundary, request), denies(request.session, request))),
    ),
  );
  if (denied === TRUE) return EXPLICIT_DENY;
  const allowed = allowedBy(request);
  if (allowed === FALSE) return denied === FALSE ? IMPLICIT_DENY : OPEN;
  return allowed === TRUE && denied === FALSE ? ALLOW : OPEN;
}

function allowedBy(request: AccessRequest): Truth {
  let gate: Truth = request.endpoint === undefined ? TRUE : allows(request.endpoint, request);
  for (const level of scpsOf(request)) gate = both(gate, allows(level, request));
  // Stryker disable next-line ConditionalExpression: nothing passes a gate that is shut.
  if (gate === FALSE) return FALSE;
  const policy = grants(request.resourcePolicy, request);
  const extra = grants(request.grants, request);
  const direct = either(truthAt(policy, 0), truthAt(extra, 0));
  const relation = relationOf(request);
  if (relation === 'resource-only') return both(gate, direct);
  const role = either(truthAt(policy, 2), truthAt(extra, 2));
  const account = either(truthAt(policy, 4), truthAt(extra, 4));
  const identity = identityIsFull(request) ? TRUE : allows(request.identity, request);
  const boundary = request.boundary === undefined ? TRUE : allows(request.boundary, request);
  const session = request.session === undefined ? (sessionIsEmpty(request) ? FALSE : TRUE) : allows(request.session, request);
  const limits = both(boundary, session);
  if (relation === 'cross') return both(both(gate, limits), both(identity, either(direct, either(role, account))));
  const delegated = mustAllow(request) ? both(account, identity) : identity;
  return both(gate, either(direct, both(limits, either(role, delegated))));
}
