import { accountOf } from '../aws/arn.ts';
import { Context, type Facts, factsOf } from '../aws/context.ts';
import type { AccessRequest } from '../aws/request.ts';
import { isCallersAlone, reportsResourceAccount, resourceToMatch } from '../aws/services.ts';
import type { AccountControls, Organization } from './organization.ts';
import type { EstatePrincipal } from './principals.ts';
import type { EstateResource } from './resources.ts';

/** One request of a principal, with every policy of the estate that has a say and everything that is known of both sides. */
export function requestOf(
  organization: Organization,
  principal: EstatePrincipal,
  action: string,
  arn: string,
  given: Facts,
  complete: boolean,
  target: EstateResource,
): AccessRequest {
  const resource = resourceToMatch(action, arn);
  const account = isCallersAlone(action) ? undefined : (target.account ?? (resource === '*' ? undefined : accountOf(resource)));
  const inside = principal.info.account === account;
  // "restricts access ... to only AWS service principals and authorized users within the bucket owner's account"
  const outside = target.restricted && !inside && principal.requester.kind !== 'service';
  const region = /^arn:[^:]*:[^:]*:([a-z]{2}-[a-z-]+-\d):/.exec(resource)?.[1] ?? (action.startsWith('iam:') ? 'us-east-1' : undefined);
  const facts: Facts[] = [given, principal.requester.facts, principal.facts];
  facts.push(reportsResourceAccount(action) ? target.facts : withoutAccount(target.facts));
  // "aws:SourceOwner" is what SNS calls the account of the caller (https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html); its default policy tests it.
  if (action.startsWith('sns:')) facts.push(factsOf({ 'aws:SourceOwner': principal.requester.account === undefined ? [] : [principal.requester.account] }));
  if (region !== undefined) facts.push(regionFacts(region));
  const resourceControls = account === undefined ? undefined : organization.of(account);
  if (resourceControls !== undefined) facts.push(organizationFacts(resourceControls));
  const unread: AccessRequest['unread'][number][] = [...principal.unread, ...target.unread];
  // It could only take away, as an RCP does: no allow is assumed from it.
  if (!inside) for (const missing of target.unreadForOutsiders) unread.push({ layer: 'rcp', missing });
  return {
    requester: principal.requester,
    action,
    resource,
    resourceAccount: account,
    context: new Context(facts, complete),
    identity: principal.identity,
    boundary: principal.boundary,
    session: undefined,
    resourcePolicy: outside ? undefined : target.policy,
    grants: outside ? undefined : target.grants,
    scps: principal.controls?.scps,
    rcps: resourceControls?.rcps,
    endpoint: undefined,
    requesterInManagementAccount: principal.controls?.management ?? false,
    resourceInManagementAccount: resourceControls?.management ?? false,
    unread,
  };
}

const byRegion = new Map<string, Facts>();

/** One object for each region: it is part of every request there. */
function regionFacts(region: string): Facts {
  const known = byRegion.get(region);
  if (known !== undefined) return known;
  const made = factsOf({ 'aws:RequestedRegion': [region] });
  byRegion.set(region, made);
  return made;
}

const byControls = new WeakMap<AccountControls, Facts>();

function organizationFacts(controls: AccountControls): Facts {
  const known = byControls.get(controls);
  if (known !== undefined) return known;
  const made = factsOf({ 'aws:ResourceOrgID': [controls.organization], 'aws:ResourceOrgPaths': [controls.path] });
  byControls.set(controls, made);
  return made;
}

function withoutAccount({ values, closed }: Facts): Facts {
  const others = new Map([...values].filter(([key]) => key !== 'aws:resourceaccount'));
  return closed === undefined ? { values: others } : { values: others, closed };
}
