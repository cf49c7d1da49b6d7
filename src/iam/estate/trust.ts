import type { TrustGrant } from '../api.ts';
import { actionMatches } from '../aws/action.ts';
import type { Requester } from '../aws/requester.ts';
import { federatedRequester, parseRequester } from '../aws/requester.ts';
import type { EstateView } from './view.ts';

/** A service that uses a role does so for a resource of the role's own account: roles are passed within an account. */
const actions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'] as const;

/**
 * Whom a role's trust policy names, each asked of the evaluator, so that Deny statements and conditions count as they do in a request. Principals that the policy names by a
 * whole ARN, accounts, everybody, services and providers of identities are told apart.
 */
export function readTrust(estate: EstateView, role: string): readonly TrustGrant[] {
  const grants: TrustGrant[] = [];
  for (const action of actions) {
    const lower = action.toLowerCase();
    const target = estate.resources.of(role, lower);
    const account = target.account ?? '';
    const seen = new Set<string>();
    for (const attached of target.policy?.policies ?? []) {
      for (const statement of attached.policy.statements) {
        const { principal, effect, action: matcher } = statement.rule;
        if (effect !== 'Allow' || principal === undefined || !actionMatches(matcher, lower)) continue;
        const named: { principal: TrustGrant['principal']; requester: Requester | undefined; context: Record<string, readonly string[]> }[] = [];
        if (principal.negated || principal.any)
          named.push({
            principal: { kind: 'anyone' },
            requester: parseRequester('000000000000'),
            context: { 'aws:PrincipalOrgID': [], 'aws:PrincipalOrgPaths': [] },
          });
        if (!principal.negated) {
          for (const id of principal.accounts) named.push({ principal: { kind: 'account', account: id }, requester: parseRequester(id), context: {} });
          for (const arn of principal.arns) named.push({ principal: { kind: 'principal', arn }, requester: parseRequester(arn), context: {} });
          for (const service of principal.services)
            named.push({ principal: { kind: 'service', service }, requester: parseRequester(service), context: { 'aws:SourceAccount': [account] } });
          for (const provider of principal.federated)
            named.push({ principal: { kind: 'federated', provider }, requester: federatedRequester(provider), context: {} });
        }
        for (const each of named) {
          const key = JSON.stringify(each.principal);
          if (seen.has(key) || each.requester === undefined) continue;
          seen.add(key);
          // An account or ARN that is trusted still needs its own side; here the question is what the trust policy says, so the identity side is the account's root.
          const asked =
            each.principal.kind === 'principal' ? parseRequester(/^arn:[^:]+:[^:]+::(\d{12}):/.exec(each.principal.arn)?.[1] ?? '') : each.requester;
          const result =
            each.principal.kind === 'principal'
              ? estate.decide(each.requester, lower, role, each.context)
              : estate.decide(asked ?? each.requester, lower, role, each.context);
          const identityOnly = each.principal.kind === 'principal' && result.decision === 'deny' && !result.explicit;
          if (result.decision === 'deny' && !identityOnly) continue;
          const evidence = result.decidedBy.find((by) => by.layer === 'resource' && by.statement === statement.index)?.evidence ?? {
            resource: role,
            pointer: `/config/AssumeRolePolicyDocument/Statement/${statement.index}`,
            call: 'iam:GetAccountAuthorizationDetails',
          };
          grants.push({ role, action, principal: each.principal, residual: result.residual, evidence });
        }
      }
    }
  }
  return grants;
}
