import { textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { Grant } from '../grants/grant.ts';
import { Patterns } from '../grants/patterns.ts';
import { evidenceOf, propertiesOf } from './assignments.ts';
import { list, scopeText } from './scopes.ts';

const hsm = 'Microsoft.KeyVault/managedHsm/';
const management = [`${hsm}roleAssignments/*`, `${hsm}securityDomain/*`, `${hsm}backup/*`];

/** Local roles by id, with what of the data plane they allow (https://learn.microsoft.com/azure/key-vault/managed-hsm/built-in-roles). */
const localRoles: Readonly<Record<string, { readonly name: string; readonly actions: readonly string[]; readonly except?: readonly string[] }>> = {
  'a290e904-7015-4bba-90c8-60543313cdb4': { name: 'Managed HSM Administrator', actions: management },
  '515eb02d-2335-4d2d-92f2-b1cbdf9c3778': { name: 'Managed HSM Crypto Officer', actions: [`${hsm}roleAssignments/*`, `${hsm}keys/export/action`] },
  '21dbd100-6940-42c2-9190-5d6cb909625b': { name: 'Managed HSM Crypto User', actions: [`${hsm}keys/*`], except: [`${hsm}keys/export/action`] },
  '4bd23610-cdcf-4971-bdee-bdc562cc28e4': { name: 'Managed HSM Policy Administrator', actions: [`${hsm}roleAssignments/*`] },
  '33413926-3206-4cdd-b39a-83574fe37a17': {
    name: 'Managed HSM Crypto Service Encryption User',
    actions: [`${hsm}keys/wrap/action`, `${hsm}keys/unwrap/action`, `${hsm}keys/read/action`],
  },
  '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3': { name: 'Managed HSM Crypto Auditor', actions: [`${hsm}keys/read/action`] },
  '7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8': { name: 'Managed HSM Backup', actions: [`${hsm}backup/*`, `${hsm}keys/backup/action`] },
};
const administrator = 'a290e904-7015-4bba-90c8-60543313cdb4';

/** Whether the local roles of a managed HSM were read: they stand in its own data plane, which Azure Resource Manager does not show. */
export const localRolesRead = (record: SnapshotRecord): boolean => Array.isArray(record.config['localRoleAssignments']);

/**
 * Who may use a managed HSM: "All these roles and operations allow you to manage permissions only for data plane operations", and no role of Azure gives any of them. Where the assignments were
 * not read, those whom its creation named its administrators are known all the same.
 */
export function managedHsmGrants(snapshot: Snapshot): readonly Grant[] {
  return snapshot.records('Microsoft.KeyVault/managedHSMs').flatMap((record): readonly Grant[] => {
    const first = localRolesRead(record) ? [] : list(propertiesOf(record)['initialAdminObjectIds']).map(String);
    const assigned = list(record.config['localRoleAssignments']).flatMap((each, index): readonly Grant[] => {
      const [holder, role, scope] = ['principalId', 'roleDefinitionId', 'scope'].map((key) => textAt(each, `properties.${key}`));
      if (holder === undefined || role === undefined) return [];
      // `/` and `/keys` are the whole of it, `/keys/name` is one key: something in it.
      const below = /^\/keys\/.+/.test(scope ?? '/') ? scope : '';
      return grantOf(record, holder, role.split('/').at(-1) ?? '', `${record.id}${below ?? ''}`, `/config/localRoleAssignments/${index}`);
    });
    return [
      ...first.flatMap((holder, index) => grantOf(record, holder, administrator, record.id, `/config/properties/initialAdminObjectIds/${index}`)),
      ...assigned,
    ];
  });
}

function grantOf(record: SnapshotRecord, holder: string, roleId: string, scope: string, pointer: string): readonly Grant[] {
  const role = localRoles[roleId.toLowerCase()];
  const [allow, except] = [new Patterns(role?.actions ?? [`${hsm}*`]), new Patterns(role?.except ?? [])];
  return [
    {
      holder: holder.toLowerCase(),
      source: role?.name ?? `local role ${roleId}`,
      layer: 'resource',
      scope: scopeText(scope),
      residual: [],
      // A role of one's own making, whose definition is not read.
      missing: role === undefined ? ['local role definitions of the managed HSM'] : [],
      allows: (question) => question.plane === 'data' && allow.has(question.action) && !except.has(question.action),
      evidence: [evidenceOf(record, pointer)],
    },
  ];
}
