import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { planeOf } from '../../src/iam/azure/planes.ts';
import { Permission } from '../../src/iam/azure/roles.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { isStep } from '../../src/model/vocabulary.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { primitives } from '../azure-primitives.ts';

interface BuiltIn {
  readonly roleName: string;
  readonly permissions: readonly Json[];
}

/** Roles that hold one of the listed actions and get nothing by it alone, with the reason. */
const alone: Readonly<Record<string, string>> = {
  'Locks Contributor': 'takes a lock away and may delete nothing that it kept',
  'Management Group Contributor': 'a subscription moves only if its roles may be written too',
  'Storage Account Backup Contributor': 'takes a lock away and may delete nothing that it kept',
  'Storage Blob Delegator': 'a key signs for what its holder may do, which is nothing',
};

const tenant = '0a0a0a0a-0000-4000-8000-000000000001';
const subscription = '0b0b0b0b-0000-4000-8000-000000000001';
const root = `/subscriptions/${subscription}`;
const providers = `${root}/resourcegroups/rg/providers`;
const guid = (series: number, index: number): string => `00000000-0000-4000-${series}000-${index.toString(16).padStart(12, '0')}`;

const arm = (type: string, id: string, config: JsonObject, account = subscription): SnapshotRecord => ({
  type,
  id: id.toLowerCase(),
  account,
  region: 'westeurope',
  config: { id, name: id.split('/').at(-1) ?? '', ...config },
  calls: ['conformance'],
});
const entra = (entity: string, id: string, config: JsonObject): SnapshotRecord => ({
  type: `Microsoft.Graph/${entity}`,
  id,
  account: tenant,
  region: 'global',
  config: { id, ...config },
  calls: ['conformance'],
});

/** What makes a resource one that can be used: features that are on, parts that hang together. */
const features: Readonly<Record<string, JsonObject>> = {
  'Microsoft.Automation/automationAccounts': { jobSchedules: [{ properties: { runbook: { name: 'nightly' } } }] },
  'Microsoft.Compute/virtualMachines': {
    properties: {
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
      applicationProfile: { galleryApplications: [{ packageReferenceId: `${providers}/Microsoft.Compute/galleries/x/applications/x/versions/x` }] },
      storageProfile: { imageReference: { id: `${providers}/Microsoft.Compute/galleries/x/images/x/versions/x` } },
    },
  },
  'Microsoft.Compute/virtualMachines/extensions': { properties: { type: 'AADSSHLoginForLinux' } },
  'Microsoft.ContainerRegistry/registries': { properties: { adminUserEnabled: true } },
  'Microsoft.ContainerService/managedClusters': { properties: { aadProfile: { enableAzureRBAC: true } } },
  'Microsoft.KeyVault/vaults': { properties: { enableRbacAuthorization: true } },
  'Microsoft.Network/bastionHosts': { properties: { enableShareableLink: true } },
  'Microsoft.Network/networkInterfaces': {
    properties: {
      networkSecurityGroup: { id: `${providers}/Microsoft.Network/networkSecurityGroups/x` },
      virtualMachine: { id: `${providers}/Microsoft.Compute/virtualMachines/x` },
    },
  },
  'Microsoft.Resources/deployments': { properties: { outputs: { key: 'value' } } },
  'Microsoft.Storage/storageAccounts': { properties: { isSftpEnabled: true } },
  'Microsoft.Web/sites': { kind: 'functionapp' },
};

/** One resource of every type that is collected, each with an identity of its own. */
function* oneOfEach(types: TypeTable): Generator<SnapshotRecord> {
  yield entra('organization', tenant, {});
  yield arm('Microsoft.Management/managementGroups', `/providers/microsoft.management/managementgroups/${tenant}`, { tenantId: tenant }, tenant);
  yield arm('Microsoft.Resources/subscriptions', root, {
    subscriptionId: subscription,
    tenantId: tenant,
    properties: { managementGroupAncestorsChain: [{ name: tenant }] },
  });
  yield arm('Microsoft.Resources/subscriptions/resourceGroups', `${root}/resourcegroups/rg`, {});
  let count = 0;
  for (const [name, type] of types) {
    if (type.collector.provider !== 'azure' || /^Microsoft\.(Authorization\/(?!policyAssignments)|Management\/|Resources\/subscriptions)/.test(name)) continue;
    const [provider = '', ...parts] = name.split('/');
    const principalId = guid(8, count++);
    const { properties, ...feature } = features[name] ?? {};
    yield entra('servicePrincipal', principalId, { servicePrincipalType: 'ManagedIdentity' });
    yield arm(name, `${providers}/${provider}/${parts.map((part) => `${part}/x`).join('/')}`, {
      identity: { principalId },
      properties: { principalId, ...(typeof properties === 'object' && properties !== null ? properties : {}) },
      ...feature,
    });
  }
}

function* holder({ roleName, permissions }: BuiltIn, index: number): Generator<SnapshotRecord> {
  const [role, principalId] = [guid(9, index), guid(0, index)];
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  yield entra('servicePrincipal', principalId, { servicePrincipalType: 'Application', appOwnerOrganizationId: tenant });
  yield arm('Microsoft.Authorization/roleDefinitions', roleDefinitionId, { properties: { roleName, type: 'BuiltInRole', permissions } }, tenant);
  const properties = { principalId, roleDefinitionId, scope: root, principalType: 'ServicePrincipal' };
  yield arm('Microsoft.Authorization/roleAssignments', `${root}/providers/Microsoft.Authorization/roleAssignments/${principalId}`, { properties });
}

function grants({ permissions }: BuiltIn): boolean {
  const list = permissions.map((each) => new Permission(each));
  return primitives.some((action) => list.some((permission) => permission.allows({ ...planeOf(action), context: {}, contextComplete: false })));
}

/** Every published built-in role given to a principal of its own, in a subscription that has one of everything: who of those that hold a listed action gets a step of it. */
export async function run(root: string): Promise<number> {
  const file = path.join(root, 'azure', 'iam-dataset', 'built-in-roles-raw.json');
  if (!existsSync(file)) return 0;
  const roles = JSON.parse(readFileSync(file, 'utf8')) as readonly BuiltIn[];
  const types = await allTypes();
  const records = [...oneOfEach(types), ...roles.flatMap((role, index) => [...holder(role, index)])];
  const { graph } = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  const stepping = new Set<string>();
  for (let edge = 0; edge < graph.edgeCount; edge++) if (isStep(graph.edgeKind(edge))) stepping.add(graph.node(graph.sources[edge] ?? 0).id);
  const holding = roles.flatMap((role, index) => (grants(role) ? [{ name: role.roleName, id: guid(0, index) }] : []));
  const without = holding.filter(({ id }) => !stepping.has(id));
  for (const { name } of without) console.log(`${name in alone ? 'alone' : 'MISS '} built-in role ${name}: ${alone[name] ?? 'no step'}`);
  const all = roles.filter((_role, index) => stepping.has(guid(0, index))).length;
  console.log(
    `built-in roles with a step where there is one of everything: ${holding.length - without.length} of ${holding.length} that hold a listed action, ${all} of ${roles.length} in all`,
  );
  return without.filter(({ name }) => !(name in alone)).length;
}
