import type { Residual } from '../../model/evidence.ts';
import type { AccessResult, DecidedBy } from '../api.ts';
import { conjoin, type Grant, type Question, type World } from './grant.ts';

const indexes = new WeakMap<World, ReadonlyMap<string, readonly Grant[]>>();

function byHolder(world: World): ReadonlyMap<string, readonly Grant[]> {
  const known = indexes.get(world);
  if (known !== undefined) return known;
  const made = new Map<string, Grant[]>();
  for (const grant of world.grants) {
    const list = made.get(grant.holder);
    if (list === undefined) made.set(grant.holder, [grant]);
    else list.push(grant);
  }
  indexes.set(world, made);
  return made;
}

/** The point form: may this principal do this on that one thing, and which records decide. */
export function decide(world: World, principal: string, question: Question, id: string): AccessResult {
  const holders = new Set([principal, ...world.memberships.groupsOf(principal)]);
  const allowing: { grant: Grant; residual: Residual }[] = [];
  for (const grant of [...holders].flatMap((holder) => byHolder(world).get(holder) ?? [])) {
    if (!grant.allows(question) || !world.covers(grant.scope, id)) continue;
    const residual = grantedUnder(world, grant, question, id);
    if (residual !== undefined) allowing.push({ grant, residual });
  }
  const denials = world.denials.filter((denial) => denial.allows(question) && world.covers(denial.scope, id, denial.only) && denial.means(holders));
  const denying = denials.map((denial): DecidedBy[] =>
    denial.evidence.map((evidence) => ({ layer: 'identity', policy: denial.source, statement: 0, effect: 'Deny', evidence })),
  );
  if (denials.some((denial) => denial.condition === '')) return { decision: 'deny', explicit: true, residual: [], decidedBy: denying.flat(), missing: [] };
  const decidedBy = [...allowing.flatMap(({ grant }) => [...byGrant(grant), ...membership(world, principal, grant)]), ...denying.flat()];
  const denied: Residual = denials.length === 0 ? [] : [{ allOf: denials.map((denial) => deniedUnless(denial.condition)) }];
  const known = allowing.filter(({ grant }) => grant.missing.length === 0);
  if (known.length === 0) {
    const missing = [...new Set(allowing.flatMap(({ grant }) => grant.missing))].sort();
    return { decision: missing.length > 0 ? 'unknown' : 'deny', explicit: false, residual: [], decidedBy, missing };
  }
  const free = known.some(({ residual }) => residual.length === 0);
  const residual = free
    ? denied
    : conjoin(
        known.flatMap((each) => each.residual),
        denied,
      );
  return { decision: residual.length === 0 ? 'allow' : 'conditional', explicit: false, residual, decidedBy, missing: [] };
}

/** Conditions under which a grant that covers a target holds there; `undefined`: it does not. */
export function grantedUnder(world: World, grant: Grant, question: Question, id: string): Residual | undefined {
  const own = grant.condition === undefined ? [] : grant.condition(question);
  if (own === undefined) return undefined;
  const demanded = world.demanding(question) ? world.demands(grant, question, id) : [];
  return demanded === undefined ? undefined : conjoin(conjoin(grant.residual, own), demanded);
}

export const deniedUnless = (condition: string) => ({ operator: 'Condition', key: 'azure:denyCondition', values: [condition], negated: true });

const byGrant = (grant: Grant): DecidedBy[] =>
  grant.evidence.map((evidence) => ({ layer: grant.layer, policy: grant.source, statement: 0, effect: 'Allow', evidence }));

function membership(world: World, principal: string, grant: Grant): DecidedBy[] {
  if (grant.holder === principal) return [];
  return world.memberships
    .proof(principal, grant.holder)
    .map((evidence) => ({ layer: 'identity', policy: `member of ${evidence.resource}`, statement: 0, effect: 'Allow', evidence }));
}
