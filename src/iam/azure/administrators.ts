import type { Snapshot } from '../../model/record.ts';
import type { Administration } from '../api.ts';
import { globalAdministrator } from '../entra/reset.ts';
import type { DirectoryWorld } from '../entra/world.ts';
import { bulkGrants } from '../grants/bulk.ts';
import { decide } from '../grants/decide.ts';
import type { Question, World } from '../grants/grant.ts';
import { groupPrefix } from './scopes.ts';
import type { ArmWorld } from './world.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
/** Choosing the strongest role for oneself; and an action that no role names, so that only `*` allows it. */
const asked: readonly Question[] = [
  {
    action: 'microsoft.authorization/roleassignments/write',
    plane: 'control',
    context: { 'Microsoft.Authorization/roleAssignments:RoleDefinitionId': [owner] },
    contextComplete: false,
  },
  { action: 'postern.probe/anything/action', plane: 'control', context: {}, contextComplete: false },
];

/** Whoever may do everything in a scope of Azure, that is `*` and to give roles. */
export function scopeAdministrators(world: ArmWorld, tenants: readonly string[]): readonly Administration[] {
  const pairs = new Map<string, { principal: string; scope: string }>();
  for (const grant of world.grants) {
    if (grant.missing.length > 0 || !asked.every((question) => grant.allows(question))) continue;
    for (const principal of [grant.holder, ...world.memberships.membersOf(grant.holder)]) {
      const scopes = grant.scope === '/' ? tenants.map((tenant) => `${groupPrefix}${tenant}`) : [grant.scope];
      for (const scope of scopes) pairs.set(`${principal} ${scope}`, { principal, scope });
    }
  }
  const plainly = plainAdministrators(
    world,
    [...pairs.values()].map(({ scope }) => scope),
  );
  return [...pairs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { principal, scope }]) => {
      if (!plainly(principal, scope)) return administration(world, principal, scope);
      const made = { principal, scope, technique: 'azure.owner', verdict: 'yes' as const, residual: [], missing: [] };
      // What proves it is put together when somebody reads it: of a large tenant thousands administer something.
      let evidence: Administration['evidence'] | undefined;
      return [
        Object.defineProperty(made as typeof made & Administration, 'evidence', {
          enumerable: true,
          get: () => (evidence ??= administration(world, principal, scope)[0]?.evidence ?? []),
        }),
      ];
    });
}

/** Whether both questions are allowed with no strings, by principal and scope: asked in bulk, of all the scopes that somebody was given everything in. */
function plainAdministrators(world: ArmWorld, all: readonly string[]): (principal: string, scope: string) => boolean {
  const scopes = [...new Set(all)].sort();
  const positions = new Map(scopes.map((scope, position) => [scope, position]));
  const answers = asked.map((question) => {
    const found = new Map<string, Uint32Array>();
    for (const { principal, residual, missing, set } of bulkGrants(world, question, scopes))
      if (residual.length + missing.length === 0) found.set(principal, set.members);
    return found;
  });
  return (principal, scope) => {
    const position = positions.get(scope) ?? -1;
    return answers.every((found) => found.get(principal)?.includes(position) === true);
  };
}

function administration(world: World, principal: string, scope: string): readonly Administration[] {
  const results = asked.map((question) => decide(world, principal, question, scope));
  if (results.some((result) => result.decision === 'deny')) return [];
  const verdict = results.some((result) => result.decision === 'unknown')
    ? 'unknown'
    : results.some((result) => result.decision === 'conditional')
      ? 'conditional'
      : 'yes';
  const first = results.find((result) => result.residual.length > 0)?.residual ?? [];
  const evidence = results.flatMap((result) => result.decidedBy.flatMap((by) => by.evidence ?? []));
  const distinct = [...new Map(evidence.map((each) => [`${each.resource}#${each.pointer}`, each])).values()];
  return [{ principal, scope, technique: 'azure.owner', verdict, residual: first, missing: results.flatMap((result) => result.missing), evidence: distinct }];
}

/** Global Administrators: everything in the directory, and by `elevateAccess` everything in Azure. */
export function tenantAdministrators(world: DirectoryWorld): readonly Administration[] {
  const found = new Map<string, Administration>();
  for (const grant of world.grants) {
    const tenant = /^tenant:(.*)$/.exec(grant.scope)?.[1];
    if (grant.role !== globalAdministrator || tenant === undefined) continue;
    for (const principal of [grant.holder, ...world.memberships.membersOf(grant.holder)]) {
      const key = `${principal} ${tenant}`;
      // What is held comes before what may be activated, and that before what may be approved.
      if (found.has(key) && (grant.residual.length > 0 || found.get(key)?.verdict === 'yes')) continue;
      const membership = principal === grant.holder ? [] : world.memberships.proof(principal, grant.holder);
      found.set(key, {
        principal,
        scope: tenant,
        technique: 'entra.global-administrator',
        verdict: grant.residual.length === 0 ? 'yes' : 'conditional',
        residual: grant.residual,
        missing: [],
        evidence: [...membership, ...grant.evidence],
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** Tenants of a snapshot: of its directories, and of its subscriptions. */
export function tenantsOf(snapshot: Snapshot): readonly string[] {
  const found = new Set(snapshot.records('Microsoft.Graph/organization').map((record) => record.id));
  for (const type of ['Microsoft.Resources/subscriptions', 'Microsoft.Management/managementGroups'])
    for (const record of snapshot.records(type)) {
      const tenant = record.config['tenantId'];
      if (typeof tenant === 'string') found.add(tenant.toLowerCase());
    }
  return [...found].sort();
}
