import type { PolicyLayer } from '../api.ts';
import type { PolicySet } from './policy-set.ts';
import type { AccessRequest } from './request.ts';
import { rcpReaches, resourceMustAllow, rootKeepsBucketPolicy } from './services.ts';

/**
 * Which layers have a say on a request, and how they combine.
 *
 * - `resource-only`: anonymous callers, services and web identities hold no policies; what the resource grants is all.
 * - `same`: "If either the identity-based policy or the resource-based policy within the same account allows the request and the other doesn't, the request is still
 *   allowed" (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html).
 * - `cross`: "the request must be allowed in both accounts" (.../reference_policies_evaluation-logic-cross-account.html).
 */
export type Relation = 'same' | 'cross' | 'resource-only';

export function relationOf(request: AccessRequest): Relation {
  const { account } = request.requester;
  if (account === undefined) return 'resource-only';
  return request.resourceAccount === undefined || request.resourceAccount === account ? 'same' : 'cross';
}

const serviceLinked = ({ requester }: AccessRequest): boolean => 'serviceLinked' in requester && requester.serviceLinked;

/**
 * SCP levels that bind the requester. "SCPs affect only IAM users and roles that are managed by accounts that are part of the organization ... including root"; "SCPs don't
 * affect users or roles in the management account"; "SCPs do not affect any service-linked role"
 * (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
 */
export function scpsOf(request: AccessRequest): readonly PolicySet[] {
  if (request.scps === undefined || request.requester.account === undefined || request.requesterInManagementAccount || serviceLinked(request)) return none;
  return request.scps;
}

/**
 * RCP levels that bind the resource: "RCPs don't affect resources in the management account"; "RCPs do not restrict ... calls made by service-linked roles"
 * (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html). They only ever deny: "RCPFullAWSAccess ... You cannot detach this policy"
 * (.../orgs_manage_policies_rcps_evaluation.html), and a customer's RCP has Deny statements only (.../orgs_manage_policies_rcps_syntax.html).
 */
export function rcpsOf(request: AccessRequest): readonly PolicySet[] {
  if (request.rcps === undefined || request.resourceInManagementAccount || serviceLinked(request) || !rcpReaches(request.action)) return none;
  return request.rcps;
}

const none: readonly PolicySet[] = [];

/** The resource's own policy, where its denies count. */
export const resourceDenies = (request: AccessRequest): PolicySet | undefined => (rootKeepsBucketPolicy(request) ? undefined : request.resourcePolicy);

/** The root user has every permission on the identity side: "implicitly denied with the exception of the AWS account root user, which has full access". */
export const identityIsFull = (request: AccessRequest): boolean => request.requester.kind === 'root';

/**
 * "Though the session policy parameters are optional, if you do not pass a policy, then the resulting federated user session has no permissions", save by a resource policy
 * that names the session (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html).
 * Asked where there is none.
 */
export const sessionIsEmpty = (request: AccessRequest): boolean => request.requester.kind === 'federated-user';

export const mustAllow = (request: AccessRequest): boolean => resourceMustAllow(request.action, request.resource);

/** Every set whose denies count, with its layer, in the order in which AWS describes them. */
export function* denySets(request: AccessRequest): Generator<{ layer: PolicyLayer; set: PolicySet }> {
  for (const set of scpsOf(request)) yield { layer: 'scp', set };
  for (const set of rcpsOf(request)) yield { layer: 'rcp', set };
  const rest: readonly (readonly [PolicyLayer, PolicySet | undefined])[] = [
    ['endpoint', request.endpoint],
    ['resource', resourceDenies(request)],
    ['identity', request.identity],
    ['boundary', request.boundary],
    ['session', request.session],
  ];
  for (const [layer, set] of rest) if (set !== undefined) yield { layer, set };
}
