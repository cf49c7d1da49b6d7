import { isObject, type Json, textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { Grant } from '../grants/grant.ts';
import { Patterns } from '../grants/patterns.ts';
import { evidenceOf, propertiesOf } from './assignments.ts';
import { list, scopeText } from './scopes.ts';

const vault = 'microsoft.keyvault/vaults/';

/** Permissions of access policies that the data actions spell otherwise. */
const spelled: Readonly<Record<string, readonly string[]>> = {
  'secrets get': ['secrets/getsecret/action', 'secrets/readmetadata/action'],
  'secrets list': ['secrets/readmetadata/action'],
  'secrets set': ['secrets/setsecret/action', 'secrets/update/action'],
  'keys get': ['keys/read'],
  'keys list': ['keys/read'],
  'keys wrapkey': ['keys/wrap/action'],
  'keys unwrapkey': ['keys/unwrap/action'],
  'certificates get': ['certificates/read'],
  'certificates list': ['certificates/read'],
};

function actionsOf(kind: string, permission: string): readonly string[] {
  const lower = permission.toLowerCase();
  if (lower === 'all') return [`${vault}${kind}/*`];
  return (spelled[`${kind} ${lower}`] ?? [`${kind}/${lower}/action`]).map((action) => `${vault}${action}`);
}

/**
 * A vault is in one of two modes: with `enableRbacAuthorization` "the vault access policies are ignored", without it role assignments say nothing of its data
 * (https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy).
 */
export const decidesByRoles = (record: SnapshotRecord): boolean => propertiesOf(record)['enableRbacAuthorization'] === true;

/** Access policies of vaults that go by them. Permissions are compared without regard to case; the API answers `get`, `Get` and `all` alike. */
export function vaultGrants(snapshot: Snapshot): readonly Grant[] {
  return snapshot.records('Microsoft.KeyVault/vaults').flatMap((record): readonly Grant[] => {
    if (decidesByRoles(record)) return [];
    return list(propertiesOf(record)['accessPolicies']).flatMap((policy, index): readonly Grant[] => {
      const grant = policyGrant(record, policy, index);
      return grant === undefined ? [] : [grant];
    });
  });
}

function policyGrant(record: SnapshotRecord, policy: Json, index: number): Grant | undefined {
  const holder = textAt(policy, 'objectId')?.toLowerCase();
  if (holder === undefined || !isObject(policy) || !isObject(policy['permissions'])) return undefined;
  const permissions = Object.entries(policy['permissions']).flatMap(([kind, names]) =>
    list(names).flatMap((name) => actionsOf(kind.toLowerCase(), String(name))),
  );
  const patterns = new Patterns(permissions);
  // "Compound identity": the user must come through that very application.
  const through = textAt(policy, 'applicationId');
  return {
    holder,
    source: `access policy ${index}`,
    layer: 'resource',
    scope: scopeText(record.id),
    residual: through === undefined ? [] : [{ allOf: [{ operator: 'StringEquals', key: 'entra:Application', values: [through], negated: false }] }],
    missing: [],
    allows: (question) => question.plane === 'data' && patterns.has(question.action),
    evidence: [evidenceOf(record, `/config/properties/accessPolicies/${index}`)],
  };
}
