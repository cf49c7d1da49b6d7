import type { ChokePlace } from '../model/assessment.ts';

/** What lets packets through: groups, lists, tables and the firewalls of services. By the id of the record or the place in it. */
const rules: readonly RegExp[] = [
  /\/config\/IpPermissions(Egress)?\//,
  /\/config\/(Entries|Routes)\/\d+/,
  /\/config\/properties\/((default)?securityRules|routes|firewallRules)\//i,
  /\/config\/properties\/(networkAcls|networkRuleSet|publicNetworkAccess|ipSecurityRestrictions)\b/i,
];

/** What gives permissions to somebody: statements, assignments, memberships, attachments, ownership. */
const grants: readonly RegExp[] = [
  /\/Statement(\/\d+)?$/,
  /\/config\/(AttachedManagedPolicies|GroupList|ListGrants)\/\d+/,
  /\/GetBucketAcl\/Grants\/\d+$/,
  /\/config\/(members|owners|appRoleAssignments|appRoleAssignedTo|oauth2PermissionGrants|federatedIdentityCredentials|rolePermissions)\b/,
  /\/config\/properties\/permissions\/\d+$/,
];
const grantRecords = /\/microsoft\.authorization\/(roleassignments|roleeligibilityschedules|roleeligibilityscheduleinstances)\//;

/** Whether a place of evidence is a grant to somebody, a rule of the network, or another setting. */
export function placeNature(resource: string, pointer: string): ChokePlace['nature'] {
  if (rules.some((pattern) => pattern.test(pointer))) return 'rule';
  return grantRecords.test(resource) || grants.some((pattern) => pattern.test(pointer)) ? 'grant' : 'setting';
}
