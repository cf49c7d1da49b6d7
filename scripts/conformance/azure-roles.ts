import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packagePath } from '../../src/cli/package-path.ts';
import { loadTechniques } from '../../src/derive/load.ts';
import { classifySubject } from '../../src/derive/subjects.ts';
import type { Technique } from '../../src/derive/technique.ts';
import { leftOf } from '../../src/iam/azure/condition-left.ts';
import { planeOf } from '../../src/iam/azure/planes.ts';
import { Permission } from '../../src/iam/azure/roles.ts';
import { DirectoryActions } from '../../src/iam/entra/patterns.ts';
import { permissionActions } from '../../src/iam/entra/permissions.ts';
import type { Json } from '../../src/model/json.ts';
import { primitives, tenantPermissions } from '../azure-primitives.ts';

const read = <T>(...parts: readonly string[]): T => JSON.parse(readFileSync(path.join(...parts), 'utf8')) as T;
const named = (techniques: readonly Technique[]): readonly string[] => [
  ...new Set(
    techniques.flatMap((technique) =>
      technique.when
        .flatMap((premise) => (premise.kind === 'any' ? premise.of : [premise]))
        .flatMap((premise) => (premise.kind === 'can' ? [premise.action] : [])),
    ),
  ),
];

/** Roles, permissions and federated credentials of published lists: how many of those that give an attacker something some technique recognises. */
export async function run(root: string): Promise<number> {
  const data = path.join(root, 'azure');
  if (!existsSync(path.join(data, 'iam-dataset'))) return 0;
  const azure = named(await loadTechniques(packagePath('rules', 'techniques', 'azure')));
  const entra = named(await loadTechniques(packagePath('rules', 'techniques', 'entra')));
  return builtInRoles(data, azure) + directoryRoles(data, entra) + permissions(data, entra) + subjects(data);
}

function builtInRoles(data: string, actions: readonly string[]): number {
  const roles = read<readonly { readonly roleName: string; readonly permissions: readonly Json[] }[]>(data, 'iam-dataset', 'built-in-roles-raw.json');
  let [granting, recognised, writers, free, strong] = [0, 0, 0, 0, 0];
  const owner = { 'Microsoft.Authorization/roleAssignments:RoleDefinitionId': ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635'] };
  for (const { roleName, permissions } of roles) {
    const list = permissions.map((each) => new Permission(each));
    const holds = (action: string): boolean => list.some((permission) => permission.allows({ ...planeOf(action), context: {}, contextComplete: false }));
    if (primitives.some((action) => literal(permissions, action))) {
      granting++;
      if (actions.some(holds)) recognised++;
      else console.log(`MISS  built-in role ${roleName}: no technique`);
    }
    const question = { ...planeOf('Microsoft.Authorization/roleAssignments/write'), context: owner, contextComplete: false };
    const writing = list.filter((permission) => permission.allows(question));
    if (writing.length === 0) continue;
    writers++;
    const left = writing.map((permission) => (permission.condition === undefined ? [] : leftOf(permission.condition, question)));
    if (writing.some((permission) => permission.condition === undefined)) free++;
    else if (left.some((each) => each !== undefined && each.length === 0)) strong++;
  }
  console.log(
    `built-in roles: ${roles.length}; ${granting} grant one of ${primitives.length} primitives, ${recognised} recognised; ${writers} write assignments, ${free} without a condition, ${strong} unconditional steps from the ${writers - free} with one`,
  );
  return granting - recognised + strong;
}

/** The text of the role by itself, with a matcher of its own. */
function literal(permissions: readonly Json[], action: string): boolean {
  const [allow, except] = action.startsWith('data:') ? ['dataActions', 'notDataActions'] : ['actions', 'notActions'];
  const wanted = action.replace(/^data:/, '').toLowerCase();
  const fits = (pattern: string): boolean => new RegExp(`^${pattern.toLowerCase().replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(wanted);
  return permissions.some((each) => {
    const lists = each as unknown as Readonly<Record<string, readonly string[]>>;
    return (lists[allow ?? ''] ?? []).some(fits) && !(lists[except ?? ''] ?? []).some(fits);
  });
}

function directoryRoles(data: string, actions: readonly string[]): number {
  const roles = read<
    readonly {
      readonly RoleName: string;
      readonly isPrivileged: boolean;
      readonly RolePermissions: readonly { readonly AuthorizedResourceAction: string | null; readonly EAMTierLevelName: string }[];
    }[]
  >(data, 'azure-privileged-iam', 'Classification_EntraIdDirectoryRoles.json');
  let [control, found] = [0, 0];
  for (const { RoleName, isPrivileged, RolePermissions } of roles) {
    const writes = RolePermissions.filter(
      (each) => each.EAMTierLevelName === 'ControlPlane' && !/\/read$|\/(restricted)?read$/i.test(each.AuthorizedResourceAction ?? '/read'),
    );
    if (writes.length === 0 || !isPrivileged) continue;
    control++;
    const held = new DirectoryActions(RolePermissions.flatMap((each) => each.AuthorizedResourceAction ?? []));
    const spelled = (action: string): readonly string[] => [
      action,
      action.replace('/groups/', '/groups.security/'),
      action.replace('/groups/', '/groups.unified/'),
      action.replace('/groups/', '/groupsassignabletoroles/'),
    ];
    if (actions.some((action) => spelled(action.toLowerCase()).some((each) => held.has(each)))) found++;
    else
      console.log(
        `MISS  directory role ${RoleName}: ${writes
          .slice(0, 4)
          .map((each) => each.AuthorizedResourceAction)
          .join(', ')}`,
      );
  }
  console.log(`directory roles: ${roles.length}; ${control} privileged with a change in the control plane, ${found} recognised`);
  return control - found;
}

function permissions(data: string, actions: readonly string[]): number {
  const known = new Set(
    read<readonly { readonly AppRoleDisplayName: string }[]>(data, 'azure-privileged-iam', 'Classification_MsGraphAppRoles.json').map(
      (each) => each.AppRoleDisplayName,
    ),
  );
  const wanted = tenantPermissions.filter((name) => known.has(name));
  const missed = wanted.filter((name) => {
    const held = new DirectoryActions(permissionActions(name));
    return !actions.some((action) => held.has(action.toLowerCase()));
  });
  for (const name of missed) console.log(`MISS  application permission ${name}`);
  console.log(`application permissions: ${known.size}; ${wanted.length} that lead to the tenant, ${wanted.length - missed.length} recognised`);
  return missed.length;
}

function subjects(data: string): number {
  const file = read<{
    readonly data: readonly { readonly data: { readonly fics: readonly { readonly fic: { readonly issuer: string; readonly subject: string } }[] } }[];
  }>(data, 'bloodhound-fic', 'federated_identity_credentials.json');
  const found = new Map<string, number>();
  let wrong = 0;
  for (const { fic } of file.data.flatMap((each) => each.data.fics)) {
    const { breadth } = classifySubject(fic);
    found.set(breadth, (found.get(breadth) ?? 0) + 1);
    if (breadth !== expected(fic)) {
      wrong++;
      console.log(`OTHER federated credential ${fic.issuer} ${fic.subject}: ${breadth}`);
    }
  }
  const total = [...found.values()].reduce((sum, each) => sum + each, 0);
  console.log(
    `federated credentials: ${total - wrong} of ${total} as expected (${[...found]
      .sort()
      .map(([breadth, count]) => `${count} ${breadth}`)
      .join(', ')})`,
  );
  return wrong;
}

/** What a reader of the documentation says of these few, from the look of the text alone. */
function expected({ issuer, subject }: { readonly issuer: string; readonly subject: string }): string {
  if (subject.includes('{') || issuer.includes('bad')) return 'invalid';
  if (issuer.includes('microsoftonline')) return 'tenant';
  if (subject.endsWith(':*')) return 'repository';
  return subject.includes(':environment:') ? 'environment' : 'branch';
}
