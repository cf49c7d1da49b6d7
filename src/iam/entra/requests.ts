import type { ConditionAtom, Evidence, Residual } from '../../model/evidence.ts';
import { isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { Activation, Approvals } from '../azure/activation.ts';
import { list } from '../azure/scopes.ts';
import { type DirectoryGrant, directoryGrant, evidenceOf } from './grants.ts';
import { DirectoryActions } from './patterns.ts';

/** A membership that one is given for the asking: no action of the directory, so it has a name of ours. */
const joining = (name: 'activateMembership' | 'requestAccess') => new DirectoryActions([`microsoft.graph/${name}`]);

/**
 * Memberships and ownerships of groups that wait to be activated, at the price that their rules ask: the policy of a group "for PIM for Groups membership and ownership" is
 * that of "either member or owner" (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyassignment). Whoever approves holds them with somebody eligible.
 */
export function eligibleMemberships(snapshot: Snapshot): readonly DirectoryGrant[] {
  const activation = new Activation(snapshot, 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment');
  const approvals = new Approvals<SnapshotRecord>();
  const actions = joining('activateMembership');
  const eligible = snapshot.records('Microsoft.Graph/privilegedAccessGroupEligibilityScheduleInstance').flatMap((record) => {
    const [holder, group] = [textAt(record.config, 'principalId'), textAt(record.config, 'groupId')];
    const kind = textAt(record.config, 'accessId') ?? 'member';
    if (holder === undefined || group === undefined) return [];
    approvals.add(group, kind, holder, record);
    const residual = activation.price(group, kind, kind === 'owner' ? 'ownership' : 'membership');
    const evidence = [evidenceOf(record), ...activation.evidence(group, kind)];
    return [directoryGrant({ holder, source: `eligible ${kind}`, scope: group, actions, kind: 'request', residual, evidence })];
  });
  const approving = [...approvals.of(activation)].map(({ approver, scope, roleId, eligible: others, first }) =>
    directoryGrant({
      holder: approver,
      source: `approver of eligible ${roleId}s`,
      scope,
      actions,
      kind: 'request',
      residual: activation.priceOfApproving(scope, roleId, roleId === 'owner' ? 'ownership' : 'membership', others),
      evidence: [...activation.evidence(scope, roleId), evidenceOf(first)],
    }),
  );
  return [...eligible, ...approving];
}

/** Sets of users that policies name without listing them. `Directory` knows who is in them. */
export const membersOfTenant = (tenant: string): string => `members:${tenant}`;
export const usersOfTenant = (tenant: string): string => `users:${tenant}`;

/**
 * Access packages by the policies under which they are asked for: who may (`allowedTargetScope`, `specificAllowedTargets`), and who must agree
 * (https://learn.microsoft.com/graph/api/resources/accesspackageassignmentpolicy).
 */
export function accessPackages(snapshot: Snapshot): readonly DirectoryGrant[] {
  const actions = joining('requestAccess');
  return snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy').flatMap((policy) => {
    const given = groupsOf(policy.config['accessPackage'] ?? null, '/config/accessPackage');
    if (given.length === 0) return [];
    const approvers = approversOf(policy.config['requestApprovalSettings']);
    const askers = askersOf(policy);
    const name = textAt(policy.config, 'accessPackage.displayName') ?? textAt(policy.config, 'displayName') ?? policy.id;
    const rights = [
      ...askers.map(({ holder, residual }) => ({ holder, residual: approvers === undefined ? residual : both(residual, approval(approvers)) })),
      ...(approvers ?? []).map((holder) => ({ holder, residual: [{ allOf: [asked(askers.map((each) => each.holder))] }] })),
    ];
    return rights.flatMap(({ holder, residual }) =>
      given.map(({ group, pointer }) =>
        directoryGrant({
          holder,
          source: `access package ${name}`,
          scope: group,
          actions,
          kind: 'request',
          residual,
          evidence: [evidenceOf(policy, '/config/allowedTargetScope'), evidenceOf(policy, pointer)],
        }),
      ),
    );
  });
}

const approval = (values: readonly string[]): Residual => [{ allOf: [{ operator: 'ApprovedBy', key: 'entra:AccessApproval', values, negated: false }] }];
const asked = (values: readonly string[]): ConditionAtom => ({
  operator: 'Controls',
  key: 'pim:EligibleRequest',
  values: [...new Set(values)].sort(),
  negated: false,
});
const both = (a: Residual, b: Residual): Residual => (a.length === 0 ? b : a.flatMap((left) => b.map((right) => ({ allOf: [...left.allOf, ...right.allOf] }))));

/** Groups that a package gives a membership or ownership of. */
function groupsOf(accessPackage: Json, pointer: string): readonly { readonly group: string; readonly pointer: string }[] {
  return [...walkPath(accessPackage, 'resourceRoleScopes[]')].flatMap(({ value, at }) => {
    const system = textAt(value, 'scope.originSystem') ?? textAt(value, 'role.originSystem') ?? 'AadGroup';
    const group = textAt(value, 'scope.originId');
    return group === undefined || system !== 'AadGroup' ? [] : [{ group: group.toLowerCase(), pointer: `${pointer}/${at.join('/')}` }];
  });
}

/** Who must agree; nothing where nobody is asked. */
function approversOf(settings: Json | undefined): readonly string[] | undefined {
  if (!isObject(settings) || settings['isApprovalRequiredForAdd'] !== true) return undefined;
  const named = [...walkPath(settings, 'stages[].primaryApprovers[]')].flatMap(({ value }) => textAt(value, 'userId') ?? textAt(value, 'groupId') ?? []);
  return [...new Set(named)].sort();
}

interface Asker {
  readonly holder: string;
  readonly residual: Residual;
}

function askersOf({ account, config }: SnapshotRecord): readonly Asker[] {
  const settings = config['requestorSettings'];
  // Without it only administrators assign the package, or a rule does.
  if (isObject(settings) && settings['enableTargetsToSelfAddAccess'] === false) return [];
  const one = (holder: string, residual: Residual = []): readonly Asker[] => [{ holder, residual }];
  const scope = textAt(config, 'allowedTargetScope') ?? 'notSpecified';
  switch (scope) {
    case 'allMemberUsers':
      return one(membersOfTenant(account));
    case 'allDirectoryUsers':
      return one(usersOfTenant(account));
    case 'specificDirectoryUsers':
    case 'specificDirectoryServicePrincipals':
      return list(config['specificAllowedTargets']).flatMap((each) => {
        const holder = textAt(each, 'userId') ?? textAt(each, 'groupId') ?? textAt(each, 'servicePrincipalId');
        return holder === undefined ? [] : one(holder);
      });
    case 'allExternalUsers':
      return one('azure:any-tenant');
    case 'allConfiguredConnectedOrganizationUsers':
    case 'specificConnectedOrganizationUsers':
      return one('azure:any-tenant', [
        {
          allOf: [
            {
              operator: 'MemberOf',
              key: 'entra:ConnectedOrganization',
              values: list(config['specificAllowedTargets']).flatMap((each) => textAt(each, 'connectedOrganizationId') ?? []),
              negated: false,
            },
          ],
        },
      ]);
    default:
      return [];
  }
}

/** Roles of entitlement management by id, and what of a catalog they hand out: its resources, or only what its packages give (https://learn.microsoft.com/entra/id-governance/entitlement-management-delegate). */
const catalogRoles: Readonly<Record<string, { readonly name: string; readonly gives: 'resources' | 'packages' }>> = {
  'ae79f266-94d4-4dab-b730-feca7e132178': { name: 'Catalog owner', gives: 'resources' },
  '7f480852-ebdc-47d4-87de-0d8498384a83': { name: 'Access package manager', gives: 'resources' },
  'e2182095-804a-4656-ae11-64734e9b7ae5': { name: 'Access package assignment manager', gives: 'packages' },
};

/** Whoever runs a catalog gives himself what is in it: an owner by a package and a policy of his own, a manager of assignments by an assignment. */
export function catalogGrants(snapshot: Snapshot): readonly DirectoryGrant[] {
  const inCatalog = new Map<string, { readonly group: string; readonly evidence: Evidence }[]>();
  for (const catalog of snapshot.records('Microsoft.Graph/accessPackageCatalog'))
    for (const { value, at } of walkPath(catalog.config, 'resources[]'))
      if (textAt(value, 'originSystem') === 'AadGroup') add(inCatalog, catalog.id, textAt(value, 'originId'), evidenceOf(catalog, `/config/${at.join('/')}`));
  const inPackages = new Map<string, { readonly group: string; readonly evidence: Evidence }[]>();
  for (const policy of snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy')) {
    const catalog = textAt(policy.config, 'catalog.id') ?? textAt(policy.config, 'accessPackage.catalog.id') ?? '';
    for (const { group, pointer } of groupsOf(policy.config['accessPackage'] ?? null, '/config/accessPackage'))
      add(inPackages, catalog, group, evidenceOf(policy, pointer));
  }
  return snapshot.records('Microsoft.Graph/entitlementRoleAssignment').flatMap((assignment) => {
    const role = catalogRoles[(textAt(assignment.config, 'roleDefinitionId') ?? '').toLowerCase()];
    const holder = textAt(assignment.config, 'principalId');
    if (role === undefined || holder === undefined) return [];
    const catalog = /^\/accesspackagecatalog\/(.+)$/i.exec(textAt(assignment.config, 'appScopeId') ?? '')?.[1];
    const given = role.gives === 'packages' ? inPackages : inCatalog;
    const groups = catalog === undefined ? [...given.values()].flat() : (given.get(catalog) ?? []);
    return groups.map(({ group, evidence }) =>
      directoryGrant({
        holder,
        source: role.name,
        scope: group,
        actions: joining('requestAccess'),
        kind: 'request',
        evidence: [evidenceOf(assignment), evidence],
      }),
    );
  });
}

function add(map: Map<string, { readonly group: string; readonly evidence: Evidence }[]>, key: string, group: string | undefined, evidence: Evidence): void {
  if (group === undefined) return;
  const found = { group: group.toLowerCase(), evidence };
  const known = map.get(key);
  if (known === undefined) map.set(key, [found]);
  else known.push(found);
}
