import type { Evidence } from '../../model/evidence.ts';
import type { AccessResult, DecidedBy, Standing } from '../api.ts';
import { evaluate, evaluateBriefly } from '../aws/evaluate.ts';
import { compilePolicy } from '../aws/policy.ts';
import { PolicySet } from '../aws/policy-set.ts';
import type { AccessRequest } from '../aws/request.ts';
import type { EstatePrincipal } from './principals.ts';

/** Control over these is control over every permission of the account. */
const administration = ['iam:attachrolepolicy', 'iam:putrolepolicy', 'iam:passrole', 'iam:createpolicyversion', 'iam:updateassumerolepolicy'] as const;
/** An action that no policy names: only `*` (or a NotAction) allows it. */
const anyAction = 'postern-probe:anything';

const everything = compilePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'identity');

export const noAdministrator: Standing = { verdict: 'no', residual: [], evidence: [] };

/** What the principal would hold if it gave itself everything. */
export const withEverything = (identity: PolicySet | undefined): PolicySet =>
  new PolicySet([...(identity?.policies ?? []), { name: 'granted', policy: everything }]);

/** As it stands once nobody's boundary is on it. */
export const withoutBoundary = (principal: EstatePrincipal): EstatePrincipal => ({
  ...principal,
  boundary: undefined,
  unread: principal.unread.filter((each) => each.layer !== 'boundary'),
});

/**
 * An administrator may change every permission of the account (the actions of `administration`, on any user, role and policy) and is allowed an action that no policy
 * could name, so by `*` or what amounts to it. Denies that leave this whole (a region, leaving the organization, one service) do not unmake an administrator;
 * a boundary, SCP or deny that takes one of these actions does.
 *
 * @param locate where a statement stands; left out, no evidence is gathered
 */
export function administers(
  principal: EstatePrincipal,
  identity: PolicySet | undefined,
  request: (action: string, resource: string) => AccessRequest,
  locate?: (by: DecidedBy) => DecidedBy,
): Standing {
  if (identity === undefined || !mayAllow(principal, identity)) return noAdministrator;
  const { account } = principal.info;
  const evidence: Evidence[] = [];
  const residual: AccessResult['residual'][] = [];
  const missing = new Set<string>();
  let verdict: 'yes' | 'conditional' | 'unknown' = 'yes';
  for (const [action, resource] of probesIn(account)) {
    const asked = request(action, resource);
    const question = { ...asked, identity, resourcePolicy: undefined, grants: undefined, scps: action === anyAction ? undefined : asked.scps };
    // Most are refused the first question, and nobody asks why.
    const brief = evaluateBriefly(question);
    if (brief.decision === 'deny') return noAdministrator;
    const result = locate === undefined ? brief : evaluate(question);
    if (result.decision === 'unknown') {
      verdict = 'unknown';
      for (const each of result.missing) missing.add(each);
    }
    if (result.decision === 'conditional') {
      if (verdict === 'yes') verdict = 'conditional';
      residual.push(result.residual);
    }
    if (locate === undefined) continue;
    for (const by of result.decidedBy) {
      const at = locate(by).evidence;
      if (at !== undefined && by.effect === 'Allow' && !evidence.some((each) => each.resource === at.resource && each.pointer === at.pointer))
        evidence.push(at);
    }
  }
  return { verdict, residual: conjoin(residual), evidence, missing: [...missing].sort() };
}

const probes = new Map<string, readonly (readonly [action: string, resource: string])[]>();

/** The questions that make an administrator of an account; one text for each resource, as every principal of the account is asked about it. */
function probesIn(account: string): readonly (readonly [action: string, resource: string])[] {
  const known = probes.get(account);
  if (known !== undefined) return known;
  const made = [
    ...administration.map((action) => [action, `arn:aws:iam::${account}:${action.includes('policyversion') ? 'policy' : 'role'}/postern-probe`] as const),
    [anyAction, '*'] as const,
  ];
  probes.set(account, made);
  return made;
}

/** Whether anything could allow the first question: it is the identity policies' alone to allow, and most say nothing of it. */
const mayAllow = ({ requester, unread }: EstatePrincipal, identity: PolicySet): boolean =>
  requester.kind === 'root' || identity.rules(administration[0]).some((rule) => rule.effect === 'Allow') || unread.some((each) => each.layer === 'identity');

/** All of several DNFs at once. Equal ones, as they nearly always are, count once. */
function conjoin(list: readonly AccessResult['residual'][]): AccessResult['residual'] {
  const distinct = [...new Map(list.filter((each) => each.length > 0).map((each) => [JSON.stringify(each), each])).values()];
  let result: AccessResult['residual'] = [{ allOf: [] }];
  for (const each of distinct) {
    result = result
      .flatMap((left) => each.map((right) => ({ allOf: [...new Map([...left.allOf, ...right.allOf].map((atom) => [JSON.stringify(atom), atom])).values()] })))
      .slice(0, 32);
  }
  return distinct.length === 0 ? [] : result;
}
