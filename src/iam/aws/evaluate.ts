import type { AccessResult, DecidedBy, PolicyLayer } from '../api.ts';
import { Atoms } from './atoms.ts';
import { evaluateCondition, FALSE, residualAtom, TRUE } from './condition.ts';
import { ALLOW, decide, EXPLICIT_DENY, IMPLICIT_DENY } from './decide.ts';
import { ALWAYS, type Combine, type Conjunction, cut, type Dnf, exact, isAlways, isNever, join, maximum, minimize, NEVER, notAll } from './dnf.ts';
import { feasible } from './feasible.ts';
import { denySets, identityIsFull, mustAllow, relationOf, scpsOf, sessionIsEmpty } from './layers.ts';
import type { Candidate, PolicySet } from './policy-set.ts';
import { ACCOUNT, DIRECT, NONE, ROLE } from './principal.ts';
import type { AccessRequest } from './request.ts';
import { residualResource, resourceMatches } from './resource.ts';
import { openSession, whoMatches } from './statement.ts';

export { ALLOW, decide, EXPLICIT_DENY, IMPLICIT_DENY, OPEN } from './decide.ts';

/** A statement that applies, with the literals it still hangs on. */
export interface Applied {
  readonly by: DecidedBy;
  readonly conjunction: Conjunction;
  /** How it names the requester: DIRECT, ROLE, ACCOUNT. */
  readonly who: number;
}

/**
 * Decides a request and says why. `deny` with `explicit` names the Deny statements; `allow` and `conditional` name the Allow statements of every layer that had to agree,
 * and `conditional` the Deny statements that still could apply. An implicit deny has no statement to name. The residual is minimal and its order fixed.
 */
export function evaluate(request: AccessRequest): AccessResult {
  // Stryker disable next-line ConditionalExpression: asked a second time, the answer is the same.
  if (!request.unread.some((each) => each.onlyAdds === true)) return explained(request);
  // What only adds takes nothing away: who is allowed without it stays allowed.
  const without = explained({ ...request, unread: request.unread.filter((each) => each.onlyAdds !== true) });
  return without.decision === 'deny' && !without.explicit ? explained(request) : without;
}

function explained(request: AccessRequest): AccessResult {
  const atoms = new Atoms();
  const denies: Applied[] = [];
  for (const { layer, set } of denySets(request)) denies.push(...applied(set.select(request.action).deny, layer, request, atoms));
  const certain = denies.filter((deny) => deny.conjunction.length === 0);
  if (certain.length > 0) return denied(true, certain);
  // Stryker disable next-line ConditionalExpression,EqualityOperator: without a Deny nothing is taken away.
  if (denies.length > 0 && isNever(minimize(without(ALWAYS, denies, exact)))) return denied(true, denies);
  const { formula: allowed, used } = allowFormula(request, atoms, exact);
  // Stryker disable next-line all: most requests end here, where the long way says the same.
  const plain = denies.length === 0 && (isNever(allowed) || isAlways(allowed));
  const minimal = plain ? allowed : minimize(without(allowed, denies, exact));
  // Stryker disable next-line ConditionalExpression,LogicalOperator: the long way says the same.
  const result = plain || minimal === undefined ? minimal : minimize(feasible(minimal, (literal) => atoms.spelling(literal)));
  if (isNever(result)) return denied(false, []);
  if (request.unread.length > 0) {
    const allowedBy = isNever(allowFormula(request, atoms, exact, new Set()).formula) ? 'unread' : 'read';
    return {
      allowedBy,
      decision: 'unknown',
      explicit: false,
      residual: [],
      decidedBy: distinct([...used, ...denies]),
      missing: [...new Set(request.unread.map((layer) => layer.missing))].sort(),
    };
  }
  if (result === undefined) return tooMany(request, atoms, denies, distinct([...used, ...denies]));
  if (isAlways(result)) {
    const sure = used.filter((each) => each.conjunction.length === 0);
    return { ...plainAllow, decidedBy: distinct(sure.length === 0 ? used : sure) };
  }
  return { decision: 'conditional', explicit: false, residual: atoms.residual(result), decidedBy: distinct([...used, ...denies]), missing: [] };
}

/**
 * More alternatives than can be listed: some that suffice, and the word that there are more. Where none of them is left, nothing is known.
 */
function tooMany(request: AccessRequest, atoms: Atoms, denies: readonly Applied[], decidedBy: readonly DecidedBy[]): AccessResult {
  const missing = [`more than ${maximum} alternatives: give more of the request's context to see them all`];
  const some = without(allowFormula(request, atoms, cut).formula, denies, cut) ?? NEVER;
  const residual = atoms.residual(feasible(some, (literal) => atoms.spelling(literal)));
  return { decision: residual.length === 0 ? 'unknown' : 'conditional', explicit: false, residual, decidedBy, missing };
}

/** As `evaluate`, without the reasons where the answer is plain: for many requests of which few are read. */
export function evaluateBriefly(request: AccessRequest): AccessResult {
  const verdict = decide(request);
  return verdict === ALLOW ? plainAllow : verdict === IMPLICIT_DENY ? implicitDeny : verdict === EXPLICIT_DENY ? explicitDeny : evaluate(request);
}

const plainAllow: AccessResult = { decision: 'allow', explicit: false, residual: [], decidedBy: [], missing: [] };
const implicitDeny: AccessResult = { ...plainAllow, decision: 'deny' };
const explicitDeny: AccessResult = { ...implicitDeny, explicit: true };

/** Where `formula` holds and none of the denies applies. */
const without = (formula: Dnf | undefined, denies: readonly Applied[], combine: Combine): Dnf | undefined =>
  denies.reduce<Dnf | undefined>((left, deny) => combine.and(left, notAll(deny.conjunction)), formula);

/** Each statement once: one may apply in two ways, or at two levels. */
const distinct = (list: readonly Applied[]): DecidedBy[] => [
  ...new Map(list.map(({ by }) => [`${by.layer} ${by.statement} ${by.effect} ${by.policy}`, by])).values(),
];

const denied = (explicit: boolean, by: readonly Applied[]): AccessResult => ({
  decision: 'deny',
  explicit,
  residual: [],
  decidedBy: distinct(by),
  missing: [],
});

/** The statements of a layer that are about a request, those that may be included. */
export function applied(candidates: readonly Candidate[], layer: PolicyLayer, request: AccessRequest, atoms: Atoms): readonly Applied[] {
  return candidates.flatMap((candidate): Applied[] => {
    const { statement, policy } = candidate;
    const conjunction = openLiterals(candidate, request, atoms);
    if (conjunction === undefined) return [];
    const by: DecidedBy = { layer, policy: policy.name, statement: statement.index, effect: statement.rule.effect };
    const who = whoMatches(statement, request);
    const result: Applied[] = who === NONE ? [] : [{ by, who, conjunction }];
    const open = openSession(statement, request);
    if (open !== undefined) {
      const truth = evaluateCondition(open.condition, request.context);
      if (truth === FALSE || truth === TRUE) {
        if ((truth === TRUE) !== open.negated) result.push({ by, who: DIRECT, conjunction });
      } else {
        const literal = atoms.literal(residualAtom(open.condition, request.context), open.negated);
        const joined = join(conjunction, [literal]);
        if (joined !== undefined) result.push({ by, who: DIRECT, conjunction: joined });
      }
    }
    return result;
  });
}

/** Literals that the statement's resource and conditions leave open; `undefined` when one of them does not hold. */
function openLiterals({ statement }: Candidate, request: AccessRequest, atoms: Atoms): Conjunction | undefined {
  const { resource, conditions } = statement.rule;
  const literals: number[] = [];
  const matches = resourceMatches(resource, request.resource, request.context);
  if (matches === FALSE) return undefined;
  if (matches !== TRUE) literals.push(atoms.literal(residualResource(resource, request.resource, request.context), false));
  for (const condition of conditions) {
    const truth = evaluateCondition(condition, request.context);
    if (truth === FALSE) return undefined;
    if (truth !== TRUE) literals.push(atoms.literal(residualAtom(condition, request.context), false));
  }
  return join(literals, []);
}

/** The same combination as in `decide`, over formulas. `assumed`: layers that are taken to allow, as they were not read. */
function allowFormula(
  request: AccessRequest,
  atoms: Atoms,
  { and, or }: Combine,
  assumed: ReadonlySet<PolicyLayer> = new Set(request.unread.map(({ layer }) => layer)),
): { formula: Dnf | undefined; used: readonly Applied[] } {
  const used: Applied[] = [];
  const layer = (set: PolicySet | undefined, name: PolicyLayer, wanted?: number): Dnf | undefined => {
    if (assumed.has(name)) return ALWAYS;
    const list = set === undefined ? [] : applied(set.select(request.action).allow, name, request, atoms);
    const counted = wanted === undefined ? list : list.filter((each) => (each.who & wanted) !== 0);
    used.push(...counted);
    return counted.reduce<Dnf | undefined>((any, each) => or(any, [each.conjunction]), NEVER);
  };
  let gate: Dnf | undefined = ALWAYS;
  for (const level of scpsOf(request)) gate = and(gate, layer(level, 'scp'));
  if (request.endpoint !== undefined) gate = and(gate, layer(request.endpoint, 'endpoint'));
  const resource = (wanted: number): Dnf | undefined => or(layer(request.resourcePolicy, 'resource', wanted), layer(request.grants, 'resource', wanted));
  const relation = relationOf(request);
  if (relation === 'resource-only') return { formula: and(gate, resource(DIRECT)), used };
  const noSession = request.session === undefined && !assumed.has('session');
  const limits = (): Dnf | undefined =>
    and(
      request.boundary === undefined ? ALWAYS : layer(request.boundary, 'boundary'),
      noSession ? (sessionIsEmpty(request) ? NEVER : ALWAYS) : layer(request.session, 'session'),
    );
  const identity = (): Dnf | undefined => (identityIsFull(request) ? ALWAYS : layer(request.identity, 'identity'));
  if (relation === 'cross') return { formula: and(and(gate, resource(DIRECT | ROLE | ACCOUNT)), and(identity(), limits())), used };
  const direct = resource(DIRECT);
  const role = resource(ROLE);
  const delegated = mustAllow(request) ? and(resource(ACCOUNT), identity()) : identity();
  return { formula: and(gate, or(direct, and(or(role, delegated), limits()))), used };
}
