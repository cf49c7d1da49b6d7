import type { Evidence, Residual } from '../../model/evidence.ts';
import { isArray, isObject, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { Activation, Approvals } from '../azure/activation.ts';
import { list } from '../azure/scopes.ts';
import type { Grant, Question } from '../grants/grant.ts';
import { graphRoles } from './graph-roles.ts';
import { DirectoryActions } from './patterns.ts';
import { permissionActions, powerful } from './permissions.ts';

/** A grant in the directory, with what its target must know of it. */
export interface DirectoryGrant extends Grant {
  readonly kind: 'role' | 'owner' | 'permission' | 'delegated' | 'request';
  /** Template id, for roles. */
  readonly role: string;
  /** May it, by its actions alone? */
  may(action: string): boolean;
}

const directory = 'microsoft.directory/';
/** Where a record proves a grant. */
export const evidenceOf = (record: SnapshotRecord, pointer = '/config'): Evidence => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });

interface Parts {
  readonly holder: string;
  readonly source: string;
  readonly scope: string;
  readonly actions: DirectoryActions;
  readonly evidence: readonly Evidence[];
  readonly kind: DirectoryGrant['kind'];
  readonly role?: string;
  readonly residual?: Residual;
  readonly missing?: readonly string[];
}

/** Other names under which a role may hold an action on some of the entities: single-tenant applications, kinds of groups. */
function spellings(action: string): readonly string[] {
  const [, entity = '', rest = ''] = /^microsoft\.directory\/([a-z]+)\/(.*)$/.exec(action) ?? [];
  if (entity === 'groups') return ['groups', 'groups.security', 'groups.unified', 'groupsassignabletoroles'].map((each) => `${directory}${each}/${rest}`);
  if (entity === 'applications') return ['applications', 'applications.myorganization'].map((each) => `${directory}${each}/${rest}`);
  return [action];
}

const known = new Map<string, readonly string[]>();
function spelled(action: string): readonly string[] {
  let made = known.get(action);
  if (made === undefined) {
    made = spellings(action);
    known.set(action, made);
  }
  return made;
}

/** A grant of directory actions. */
export function directoryGrant(parts: Parts): DirectoryGrant {
  const { actions, missing = [], residual = [], role = '', ...rest } = parts;
  return {
    ...rest,
    role,
    residual,
    missing,
    layer: parts.kind === 'role' ? 'identity' : 'resource',
    ...(missing.length === 0 ? { rights: actions } : {}),
    may: (action) => missing.length > 0 || actions.has(action),
    allows: (question: Question) => missing.length > 0 || spelled(question.action).some((action) => actions.has(action)),
  };
}

interface RoleDefinition {
  readonly name: string;
  readonly template: string;
  readonly actions: DirectoryActions;
  readonly evidence: readonly Evidence[];
  readonly missing: readonly string[];
}

/** Directory roles by id and by template. */
export class RoleDefinitions {
  readonly #byId = new Map<string, RoleDefinition>();

  constructor(snapshot: Snapshot) {
    for (const record of snapshot.records('Microsoft.Graph/unifiedRoleDefinition')) {
      const actions = [...walkPath(record.config, 'rolePermissions[]')].flatMap(({ value }) => {
        // `$SubjectIsOwner` and `$ResourceIsSelf` speak of owners and of oneself, who are read from the objects.
        const condition = textAt(value, 'condition') ?? '';
        return isObject(value) && condition === '' ? list(value['allowedResourceActions']).map(String) : [];
      });
      const template = (textAt(record.config, 'templateId') ?? record.id).toLowerCase();
      const unread = !isArray(record.config['rolePermissions']);
      const made: RoleDefinition = {
        name: textAt(record.config, 'displayName') ?? record.id,
        template,
        actions: new DirectoryActions(actions),
        evidence: [evidenceOf(record, '/config/rolePermissions')],
        missing: unread ? ['RoleManagement.Read.Directory'] : [],
      };
      this.#byId.set(record.id.toLowerCase(), made);
      this.#byId.set(template, made);
    }
  }

  of(id: string): RoleDefinition {
    const lower = id.toLowerCase();
    return (
      this.#byId.get(lower) ?? {
        name: `directory role ${id}`,
        template: lower,
        actions: new DirectoryActions([]),
        evidence: [],
        missing: ['RoleManagement.Read.Directory'],
      }
    );
  }
}

/** Scope of an assignment: `/` is the tenant, `/administrativeUnits/x` a unit, `/x` one object; an application scope (`appScopeId`) is none of the directory's. */
function scopeOf(record: SnapshotRecord): string {
  const scope = textAt(record.config, 'directoryScopeId') ?? '/';
  const unit = /^\/administrativeUnits\/(.+)$/i.exec(scope)?.[1];
  return scope === '/' ? `tenant:${record.account}` : unit === undefined ? scope.replace(/^\//, '').toLowerCase() : `unit:${unit.toLowerCase()}`;
}

/** Directory roles, active and eligible. */
export function roleGrants(snapshot: Snapshot, definitions: RoleDefinitions): readonly DirectoryGrant[] {
  const activation = new Activation(snapshot, 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment');
  const approvals = new Approvals<SnapshotRecord>();
  const assigned = (record: SnapshotRecord, eligible: boolean): DirectoryGrant[] => {
    const [holder, roleId] = [textAt(record.config, 'principalId'), textAt(record.config, 'roleDefinitionId')];
    if (holder === undefined || roleId === undefined) return [];
    const { name, template, actions, missing, evidence: proof } = definitions.of(roleId);
    const scope = textAt(record.config, 'directoryScopeId') ?? '/';
    if (eligible) approvals.add(scope, roleId, holder, record);
    return [
      directoryGrant({
        holder,
        source: eligible ? `${name}, eligible` : name,
        scope: scopeOf(record),
        actions,
        kind: 'role',
        role: template,
        missing,
        residual: eligible ? activation.price(scope, roleId, name) : [],
        evidence: [evidenceOf(record), ...proof, ...(eligible ? activation.evidence(scope, roleId) : [])],
      }),
    ];
  };
  const active = new Set(
    snapshot
      .records('Microsoft.Graph/unifiedRoleAssignment')
      .map(({ config }) => ['principalId', 'roleDefinitionId', 'directoryScopeId'].map((key) => textAt(config, key)).join()),
  );
  const activated = snapshot
    .records('Microsoft.Graph/unifiedRoleAssignmentScheduleInstance')
    .filter(({ config }) => !active.has(['principalId', 'roleDefinitionId', 'directoryScopeId'].map((key) => textAt(config, key)).join()));
  return [
    ...snapshot.records('Microsoft.Graph/unifiedRoleAssignment').flatMap((record) => assigned(record, false)),
    ...activated.flatMap((record) => assigned(record, false)),
    ...snapshot.records('Microsoft.Graph/unifiedRoleEligibilityScheduleInstance').flatMap((record) => assigned(record, true)),
    ...[...approvals.of(activation)].map(({ approver, scope, roleId, eligible, first }) => {
      const { name, template, actions, missing, evidence: proof } = definitions.of(roleId);
      return directoryGrant({
        holder: approver,
        source: `${name}, approver`,
        scope: scopeOf(first),
        actions,
        kind: 'role',
        role: template,
        missing,
        residual: activation.priceOfApproving(scope, roleId, name, eligible),
        evidence: [...activation.evidence(scope, roleId), evidenceOf(first), ...proof],
      });
    }),
  ];
}

const ownerActions: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Graph/application': ['applications/allProperties/allTasks'],
  'Microsoft.Graph/servicePrincipal': ['servicePrincipals/credentials/update', 'servicePrincipals/owners/update', 'servicePrincipals/basic/update'],
  'Microsoft.Graph/group': [
    'groups/members/update',
    'groups/owners/update',
    'groups/basic/update',
    'groupsAssignableToRoles/members/update',
    'groupsAssignableToRoles/owners/update',
  ],
};

/** "Owners" may do on an object what its administrators may (https://learn.microsoft.com/entra/fundamentals/users-default-permissions#object-ownership). */
export function ownerGrants(snapshot: Snapshot): readonly DirectoryGrant[] {
  return Object.entries(ownerActions).flatMap(([type, names]) => {
    const actions = new DirectoryActions(names.map((name) => `${directory}${name}`));
    return snapshot.records(type).flatMap((record) =>
      [...walkPath(record.config, 'owners[]')].flatMap(({ value, at }): DirectoryGrant[] => {
        const holder = textAt(value, 'id');
        if (holder === undefined) return [];
        return [
          directoryGrant({ holder, source: 'owner', scope: record.id, actions, kind: 'owner', evidence: [evidenceOf(record, `/config/${at.join('/')}`)] }),
        ];
      }),
    );
  });
}

/** Application permissions of service principals on Microsoft Graph and its predecessor. */
export function permissionGrants(snapshot: Snapshot): readonly DirectoryGrant[] {
  const values = new Map<string, string>(Object.entries(graphRoles));
  for (const record of snapshot.records('Microsoft.Graph/servicePrincipal')) {
    for (const { value } of walkPath(record.config, 'appRoles[]')) values.set(`${record.id} ${textAt(value, 'id') ?? ''}`, textAt(value, 'value') ?? '');
  }
  const actionsOf = new Map<string, DirectoryActions>();
  return snapshot.records('Microsoft.Graph/servicePrincipal').flatMap((record) =>
    [...walkPath(record.config, 'appRoleAssignments[]')].flatMap(({ value, at }): DirectoryGrant[] => {
      const role = (textAt(value, 'appRoleId') ?? '').toLowerCase();
      const name = values.get(`${textAt(value, 'resourceId') ?? ''} ${role}`) ?? values.get(role);
      if (name === undefined || name === '') return [];
      let actions = actionsOf.get(name);
      if (actions === undefined) {
        actions = new DirectoryActions(permissionActions(name));
        actionsOf.set(name, actions);
      }
      return [
        directoryGrant({
          holder: record.id,
          source: name,
          scope: `tenant:${record.account}`,
          actions,
          kind: 'permission',
          evidence: [evidenceOf(record, `/config/${at.join('/')}`)],
        }),
      ];
    }),
  );
}

/** What applications may do in the name of those who use them: as the user, within the scopes. `AllPrincipals` is everybody's consent given by an administrator. */
export function delegatedGrants(snapshot: Snapshot): readonly DirectoryGrant[] {
  const actions = new DirectoryActions(['microsoft.graph/delegatedAccess']);
  return snapshot.records('Microsoft.Graph/oauth2PermissionGrant').flatMap((record): DirectoryGrant[] => {
    const [holder, user] = [textAt(record.config, 'clientId'), textAt(record.config, 'principalId')];
    const scopes = (textAt(record.config, 'scope') ?? '').split(/\s+/).filter(powerful).sort();
    const all = textAt(record.config, 'consentType') === 'AllPrincipals';
    if (holder === undefined || scopes.length === 0 || (!all && user === undefined)) return [];
    return [
      directoryGrant({
        holder,
        source: `delegated ${scopes.join(' ')}`,
        scope: all ? `tenant:${record.account}` : (user ?? ''),
        actions,
        kind: 'delegated',
        residual: [{ allOf: [{ operator: 'SignsIn', key: 'entra:UserSignsIn', values: scopes, negated: false }] }],
        evidence: [evidenceOf(record, '/config/scope')],
      }),
    ];
  });
}
