import type { ConditionAtom, Evidence, Residual } from '../../model/evidence.ts';
import { isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { Activation } from '../azure/activation.ts';
import { list } from '../azure/scopes.ts';
import { applicationRole } from './application-role.ts';
import { type DirectoryGrant, directoryGrant, evidenceOf, type RoleDefinitions } from './grants.ts';
import { DirectoryActions } from './patterns.ts';
import { membersOfTenant, usersOfTenant } from './requests.ts';

/**
 * Access packages by the policies under which they are asked for: who may (`allowedTargetScope`, `specificAllowedTargets`), and who must agree
 * (https://learn.microsoft.com/graph/api/resources/accesspackageassignmentpolicy).
 */
export function accessPackages(snapshot: Snapshot, definitions: RoleDefinitions): readonly DirectoryGrant[] {
  const gives = new Giving(snapshot, definitions);
  return snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy').flatMap((policy) => {
    const given = givenOf(policy.config['accessPackage'] ?? null, '/config/accessPackage');
    if (given.length === 0) return [];
    const approvers = approversOf(policy.config['requestApprovalSettings']);
    const askers = askersOf(policy);
    const name = textAt(policy.config, 'accessPackage.displayName') ?? textAt(policy.config, 'displayName') ?? policy.id;
    const rights = [
      ...askers.map(({ holder, residual }) => ({ holder, residual: approvers === undefined ? residual : both(residual, approval(approvers)) })),
      ...(approvers ?? []).map((holder) => ({ holder, residual: [{ allOf: [asked(askers.map((each) => each.holder))] }] })),
    ];
    return rights.flatMap(({ holder, residual }) =>
      given.map(({ pointer, ...what }) =>
        gives.grant(
          what,
          { holder, source: `access package ${name}`, residual, evidence: [evidenceOf(policy, '/config/allowedTargetScope'), evidenceOf(policy, pointer)] },
          policy.account,
        ),
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

/** What a package gives: a membership or ownership of a group, a role of an application, a role of the directory. */
interface Given {
  readonly system: string;
  /** The group, the service principal of the application, or the template of the role. */
  readonly id: string;
  /** The application's role; of a directory role `Active` or `Eligible`. */
  readonly role: string;
}

function givenOf(accessPackage: Json, pointer: string): readonly (Given & { readonly pointer: string })[] {
  return [...walkPath(accessPackage, 'resourceRoleScopes[]')].flatMap(({ value, at }) => {
    const system = textAt(value, 'scope.originSystem') ?? textAt(value, 'role.originSystem') ?? 'AadGroup';
    const id = textAt(value, 'scope.originId')?.toLowerCase();
    return id === undefined ? [] : [{ system, id, role: textAt(value, 'role.originId') ?? '', pointer: `${pointer}/${at.join('/')}` }];
  });
}

/** What is given, as a grant to whoever may ask for it. */
class Giving {
  readonly #definitions: RoleDefinitions;
  readonly #activation: Activation;

  constructor(snapshot: Snapshot, definitions: RoleDefinitions) {
    this.#definitions = definitions;
    this.#activation = new Activation(snapshot, 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment');
  }

  grant({ system, id, role }: Given, parts: Pick<DirectoryGrant, 'holder' | 'source' | 'residual' | 'evidence'>, tenant: string): DirectoryGrant {
    if (system === 'AadApplication') return directoryGrant({ ...parts, scope: applicationRole(id, role), actions: asking('AppRole'), kind: 'request' });
    if (system !== 'DirectoryRole')
      return directoryGrant({ ...parts, scope: system === 'AadGroup' ? id : `${system}:${id}`, actions: asking('Access'), kind: 'request' });
    // Of roles that are tagged as privileged "you'll only be able to select Eligible" (https://learn.microsoft.com/entra/id-governance/entitlement-management-roles).
    const { name, template, actions, missing, evidence } = this.#definitions.of(id);
    const request: Residual = [{ allOf: [{ operator: 'Ask', key: 'entra:AccessRequest', values: [parts.source], negated: false }] }];
    const price = role.toLowerCase() === 'active' ? request : both(request, this.#activation.price('/', id, name));
    return directoryGrant({
      ...parts,
      source: `${name}, by ${parts.source}`,
      scope: `tenant:${tenant}`,
      actions,
      kind: 'role',
      role: template,
      missing,
      residual: both(parts.residual, price),
      evidence: [...parts.evidence, ...evidence],
    });
  }
}

const asking = (what: 'Access' | 'AppRole') => new DirectoryActions([`microsoft.graph/request${what}`]);

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

interface InCatalog extends Given {
  readonly evidence: Evidence;
}

/** Whoever runs a catalog gives himself what is in it: an owner by a package and a policy of his own, a manager of assignments by an assignment. */
export function catalogGrants(snapshot: Snapshot, definitions: RoleDefinitions): readonly DirectoryGrant[] {
  const gives = new Giving(snapshot, definitions);
  const inCatalog = new Map<string, InCatalog[]>();
  for (const catalog of snapshot.records('Microsoft.Graph/accessPackageCatalog'))
    for (const { value, at } of walkPath(catalog.config, 'resources[]')) {
      const [system, id] = [textAt(value, 'originSystem') ?? '', textAt(value, 'originId')?.toLowerCase()];
      if (id === undefined) continue;
      const evidence = evidenceOf(catalog, `/config/${at.join('/')}`);
      // Which of an application's roles is for the owner to choose.
      const roles = system === 'AadApplication' ? rolesOf(snapshot, id) : [system === 'DirectoryRole' ? 'Eligible' : ''];
      for (const role of roles) append(inCatalog, catalog.id, { system, id, role, evidence });
    }
  const inPackages = new Map<string, InCatalog[]>();
  for (const policy of snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy')) {
    const catalog = textAt(policy.config, 'catalog.id') ?? textAt(policy.config, 'accessPackage.catalog.id') ?? '';
    for (const { pointer, ...given } of givenOf(policy.config['accessPackage'] ?? null, '/config/accessPackage'))
      append(inPackages, catalog, { ...given, evidence: evidenceOf(policy, pointer) });
  }
  return snapshot.records('Microsoft.Graph/entitlementRoleAssignment').flatMap((assignment) => {
    const role = catalogRoles[(textAt(assignment.config, 'roleDefinitionId') ?? '').toLowerCase()];
    const holder = textAt(assignment.config, 'principalId');
    if (role === undefined || holder === undefined) return [];
    const catalog = /^\/accesspackagecatalog\/(.+)$/i.exec(textAt(assignment.config, 'appScopeId') ?? '')?.[1];
    const given = role.gives === 'packages' ? inPackages : inCatalog;
    const all = catalog === undefined ? [...given.values()].flat() : (given.get(catalog) ?? []);
    return all.map(({ evidence, ...what }) =>
      gives.grant(what, { holder, source: role.name, residual: [], evidence: [evidenceOf(assignment), evidence] }, assignment.account),
    );
  });
}

const rolesOf = (snapshot: Snapshot, principal: string): readonly string[] =>
  [...walkPath(snapshot.find(principal)?.config ?? null, 'appRoles[].id')].flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
