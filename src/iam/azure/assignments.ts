import type { Evidence, Residual } from '../../model/evidence.ts';
import { isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { Grant, Question } from '../grants/grant.ts';
import { type Activation, Approvals } from './activation.ts';
import { type Condition, parseCondition } from './condition.ts';
import { leftOf } from './condition-left.ts';
import { guidOf, type Permission, type Role, type Roles } from './roles.ts';
import { list, scopeText } from './scopes.ts';

/** Properties of an ARM record, wherever the answer has them. */
export const propertiesOf = (record: SnapshotRecord): JsonObject => {
  const { properties } = record.config;
  return isObject(properties) ? properties : record.config;
};
export const evidenceOf = (record: SnapshotRecord, pointer = '/config/properties'): Evidence => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });

interface Assigned {
  readonly holder: string;
  readonly role: Role;
  readonly scope: string;
  readonly condition?: Condition | undefined;
  readonly residual?: Residual;
  readonly evidence: readonly Evidence[];
  readonly note?: string;
}

/** A grant for each entry of a role's permissions: a condition stands in an entry, and limits that entry only. */
export function roleGrants(assigned: Assigned): readonly Grant[] {
  const { role, holder, scope, condition, residual = [], evidence, note } = assigned;
  const source = note === undefined ? role.name : `${role.name}, ${note}`;
  const common = { holder, source, layer: 'identity' as const, scope: scopeText(scope), residual, missing: role.missing };
  if (role.missing.length > 0) return [{ ...common, evidence, allows: () => true }];
  return role.permissions.map((permission, index): Grant => {
    const proof = role.evidence.map((each) => ({ ...each, pointer: `${each.pointer}/${index}` }));
    return {
      ...common,
      evidence: [...evidence, ...proof],
      allows: (question) => permission.allows(question),
      rights: permission,
      ...conditioned(permission, condition),
    };
  });
}

function conditioned(permission: Permission, own: Condition | undefined): Pick<Grant, 'condition'> {
  const conditions = [permission.condition, own].filter((each) => each !== undefined);
  const [first] = conditions;
  if (first === undefined) return {};
  const whole: Condition = conditions.length === 1 ? first : { kind: 'all', of: conditions };
  return { condition: (question: Question) => leftOf(whole, question) };
}

/** Active role assignments, and those that may be activated. */
export function assignmentGrants(snapshot: Snapshot, roles: Roles, activation: Activation): readonly Grant[] {
  const grants: Grant[] = [];
  const active = new Set<string>();
  const approvals = new Approvals<SnapshotRecord>();
  const add = (record: SnapshotRecord, eligible: boolean): void => {
    const properties = propertiesOf(record);
    const [holder, roleId, scope] = ['principalId', 'roleDefinitionId', 'scope'].map((key) => textAt(properties, key) ?? '');
    if (holder === undefined || roleId === undefined || holder === '') return;
    const role = roles.of(roleId);
    const where = scope === undefined || scope === '' ? scopeOf(record.id) : scope;
    if (eligible) approvals.add(where, roleId, holder.toLowerCase(), record);
    grants.push(
      ...roleGrants({
        holder: holder.toLowerCase(),
        role,
        scope: where,
        condition: parseCondition(textAt(properties, 'condition')),
        residual: eligible ? activation.price(where, roleId, role.name) : [],
        evidence: [evidenceOf(record), ...(eligible ? activation.evidence(where, roleId) : [])],
        ...(eligible ? { note: 'eligible' } : {}),
      }),
    );
  };
  for (const record of snapshot.records('Microsoft.Authorization/roleAssignments')) {
    active.add(scopeText(record.id));
    add(record, false);
  }
  for (const record of snapshot.records('Microsoft.Authorization/roleAssignmentScheduleInstances')) {
    const origin = textAt(propertiesOf(record), 'originRoleAssignmentId');
    if (origin === undefined || !active.has(scopeText(origin))) add(record, false);
  }
  for (const record of snapshot.records('Microsoft.Authorization/roleEligibilityScheduleInstances')) add(record, true);
  for (const { approver, scope, roleId, eligible, first } of approvals.of(activation)) {
    const role = roles.of(roleId);
    grants.push(
      ...roleGrants({
        holder: approver.toLowerCase(),
        role,
        scope,
        condition: parseCondition(textAt(propertiesOf(first), 'condition')),
        residual: activation.priceOfApproving(scope, roleId, role.name, eligible),
        evidence: [...activation.evidence(scope, roleId), evidenceOf(first)],
        note: 'approver',
      }),
    );
  }
  return grants;
}

/** `/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/x` is an assignment at the subscription. */
export const scopeOf = (id: string): string => {
  const at = id.toLowerCase().lastIndexOf('/providers/microsoft.');
  return at <= 0 ? '/' : id.slice(0, at);
};

/**
 * "Co-Administrators ... have the same access as a user who is assigned the Owner role at the subscription scope", the service administrator too
 * (https://learn.microsoft.com/azure/role-based-access-control/classic-administrators).
 */
export function classicGrants(snapshot: Snapshot, roles: Roles, byMail: ReadonlyMap<string, string>): readonly Grant[] {
  return snapshot.records('Microsoft.Authorization/classicAdministrators').flatMap((record): readonly Grant[] => {
    const properties = propertiesOf(record);
    const holder = byMail.get((textAt(properties, 'emailAddress') ?? '').toLowerCase());
    if (holder === undefined || !/administrator/i.test(textAt(properties, 'role') ?? '')) return [];
    return roleGrants({
      holder,
      role: roles.of('8e3af657-a8ff-443c-a75c-2fe8c4bcb635'),
      scope: scopeOf(record.id),
      evidence: [evidenceOf(record)],
      note: 'classic administrator',
    });
  });
}

const writesAssignments = 'Microsoft.Authorization/roleAssignments';

/**
 * Lighthouse: principals of a managing tenant hold roles here. "Owner" cannot be given; "User Access Administrator" only to give the roles of `delegatedRoleDefinitionIds` to
 * managed identities (https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles).
 */
export function lighthouseGrants(snapshot: Snapshot, roles: Roles): readonly Grant[] {
  const definitions = new Map(snapshot.records('Microsoft.ManagedServices/registrationDefinitions').map((record) => [scopeText(record.id), record]));
  return snapshot.records('Microsoft.ManagedServices/registrationAssignments').flatMap((record): readonly Grant[] => {
    const properties = propertiesOf(record);
    const inline = properties['registrationDefinition'];
    const named = definitions.get(scopeText(textAt(properties, 'registrationDefinitionId') ?? ''));
    const offer = isObject(inline) && isObject(inline['properties']) ? inline['properties'] : named === undefined ? undefined : propertiesOf(named);
    const tenant = textAt(offer, 'managedByTenantId') ?? textAt(offer, 'managedByTenantID');
    if (offer === undefined || tenant === undefined) return [];
    const evidence = [evidenceOf(record), ...(named === undefined ? [] : [evidenceOf(named)])];
    const grantsOf = (authorization: Json, eligible: boolean): readonly Grant[] => {
      const role = roles.of(textAt(authorization, 'roleDefinitionId') ?? '');
      const delegated = isObject(authorization) ? list(authorization['delegatedRoleDefinitionIds']).map(String) : [];
      return roleGrants({
        holder: `azure:tenant:${tenant.toLowerCase()}`,
        role,
        scope: scopeOf(record.id),
        residual: eligible ? [{ allOf: [{ operator: 'Activate', key: 'pim:Activation', values: [role.name], negated: false }] }] : [],
        evidence,
        condition: delegated.length === 0 ? undefined : onlyDelegated(delegated.map(guidOf)),
        note: 'delegated by Lighthouse',
      });
    };
    return [
      ...list(offer['authorizations']).flatMap((each) => grantsOf(each, false)),
      ...list(offer['eligibleAuthorizations']).flatMap((each) => grantsOf(each, true)),
    ];
  });
}

function onlyDelegated(values: readonly string[]): Condition {
  return {
    kind: 'any',
    of: [
      { kind: 'not', of: { kind: 'action', pattern: `${writesAssignments}/write`.toLowerCase() } },
      { kind: 'test', source: 'Request', attribute: `${writesAssignments}:RoleDefinitionId`, quantifier: 'ForAnyOfAnyValues', operator: 'GuidEquals', values },
    ],
  };
}
