import type { Change } from '../../../model/change.ts';
import { isObject, type JsonObject } from '../../../model/json.ts';
import type { SnapshotRecord } from '../../../model/record.ts';
import { at, objectAt, shortName } from '../candidate.ts';
import { block, quoted, type Remedy, string, word } from '../remedy-text.ts';
import { created, deleted, graph, rest, text } from './record-remedy.ts';

type Edit = Extract<Change, { pointer: string }>;

/** How to make a change of Azure or Entra ID: Azure CLI, and Terraform with azurerm or azuread. */
export function azureRemedy(change: Change, before: SnapshotRecord | undefined, after: SnapshotRecord | undefined): Remedy {
  if (change.op === 'create') return created(change.record);
  if (change.op === 'delete') return before === undefined ? unknown(change.resource) : deleted(before);
  if (change.op === 'cut' || before === undefined || after === undefined) return unknown('');
  return rows.find(([type, pointer]) => type.test(before.type) && pointer.test(change.pointer))?.[2](before, change, after) ?? setting(before, change);
}

const unknown = (what: string): Remedy => ({ cli: `# ${what}`, terraform: '' });

type Row = (before: SnapshotRecord, change: Edit, after: SnapshotRecord) => Remedy;
const armId = ({ config, id }: SnapshotRecord): string => word(text(config, 'id') || id);
const nameOf = ({ config, id }: SnapshotRecord): string => text(config, 'name') || shortName(id);
const groupOf = ({ config, id }: SnapshotRecord): string => /\/resourcegroups\/([^/]+)/i.exec(text(config, 'id') || id)?.[1] ?? '';
const valueAt = (record: SnapshotRecord, pointer: string): JsonObject => objectAt(record, pointer) ?? {};

/** Places that are changed in a way of their own, by type and pointer; all others are properties of a resource. */
const rows: readonly (readonly [RegExp, RegExp, Row])[] = [
  [
    /^Microsoft\.Authorization\/roleDefinitions$/,
    /^\/config\/properties\/permissions\//,
    (before, _, after) => {
      const own = valueAt(after, '/config/properties');
      const permissions = valueAt(after, '/config/properties/permissions/0');
      const document: JsonObject = {
        Name: own['roleName'] ?? '',
        Id: shortName(before.id),
        AssignableScopes: own['assignableScopes'] ?? [],
        Actions: permissions['actions'] ?? [],
        NotActions: permissions['notActions'] ?? [],
        DataActions: permissions['dataActions'] ?? [],
        NotDataActions: permissions['notDataActions'] ?? [],
      };
      const list = (key: string): string => JSON.stringify(permissions[key] ?? []);
      return {
        cli: `az role definition update --role-definition ${quoted(document)}`,
        terraform: `# in resource "azurerm_role_definition" of ${nameOf(before)}\npermissions {\n  actions          = ${list('actions')}\n  not_actions      = ${list('notActions')}\n  data_actions     = ${list('dataActions')}\n  not_data_actions = ${list('notDataActions')}\n}`,
        policy: { resource: before.id, pointer: '/config/properties/permissions', document: own['permissions'] ?? [] },
      };
    },
  ],
  [
    /^Microsoft\.Graph\/servicePrincipal$/,
    /^\/config\/appRoleAssign(ments|edTo)\/\d+$/,
    (before, { pointer }) => {
      const own = valueAt(before, pointer);
      return {
        cli: rest('DELETE', `${graph}/servicePrincipals/${text(own, 'resourceId') || before.id}/appRoleAssignedTo/${text(own, 'id')}`),
        terraform: `# remove the resource azuread_app_role_assignment of principal ${text(own, 'principalId') || before.id}, role ${text(own, 'appRoleId')}`,
      };
    },
  ],
  [
    /^Microsoft\.Graph\//,
    /^\/config\/(owners|members)\/\d+$/,
    (before, { pointer }) => {
      const id = text(valueAt(before, pointer), 'id');
      const [list, kind] = [pointer.split('/')[2] ?? '', before.type.split('/').at(-1) ?? ''];
      const url = `${graph}/${kind}s/${before.id}/${list}/${id}/$ref`;
      const cli: Readonly<Record<string, string>> = {
        'application owners': `az ad app owner remove --id ${before.id} --owner-object-id ${id}`,
        'group owners': `az ad group owner remove --group ${before.id} --owner-object-id ${id}`,
        'group members': `az ad group member remove --group ${before.id} --member-id ${id}`,
      };
      const resource =
        kind === 'group'
          ? list === 'members'
            ? 'azuread_group_member'
            : 'azuread_group'
          : kind === 'application'
            ? 'azuread_application_owner'
            : 'azuread_service_principal';
      return {
        cli: cli[`${kind} ${list}`] ?? rest('DELETE', url),
        terraform: `# take ${id} off the ${list} in ${resource} of ${string(text(before.config, 'displayName') || before.id)}`,
      };
    },
  ],
  [
    /./,
    /^\/config\/federatedIdentityCredentials\/\d+$/,
    (before, { pointer }) => {
      const own = valueAt(before, pointer);
      if (before.type === 'Microsoft.Graph/application')
        return {
          cli: `az ad app federated-credential delete --id ${before.id} --federated-credential-id ${word(text(own, 'id') || text(own, 'name'))}`,
          terraform: `# remove the resource azuread_application_federated_identity_credential ${string(text(own, 'name'))}`,
        };
      return {
        cli: `az identity federated-credential delete --yes --name ${word(text(own, 'name'))} --identity-name ${word(nameOf(before))} --resource-group ${word(groupOf(before))} --subscription ${before.account}`,
        terraform: `# remove the resource azurerm_federated_identity_credential ${string(text(own, 'name'))} of ${string(nameOf(before))}`,
      };
    },
  ],
  [
    /^Microsoft\.Graph\/(user|servicePrincipal)$/,
    /^\/config\/accountEnabled$/,
    (before) =>
      before.type.endsWith('/user')
        ? { cli: `az ad user update --id ${before.id} --account-enabled false`, terraform: block('azuread_user', nameOf(before), { account_enabled: 'false' }) }
        : {
            cli: `az ad sp update --id ${before.id} --set accountEnabled=false`,
            terraform: block('azuread_service_principal', nameOf(before), { account_enabled: 'false' }),
          },
  ],
  [
    /^Microsoft\.KeyVault\/vaults$/,
    /^\/config\/properties\/accessPolicies\/\d+$/,
    (before, { pointer }) => {
      const id = text(valueAt(before, pointer), 'objectId');
      return {
        cli: `az keyvault delete-policy --name ${word(nameOf(before))} --object-id ${id}`,
        terraform: `# remove the resource azurerm_key_vault_access_policy of ${id} on ${string(nameOf(before))}`,
      };
    },
  ],
  [
    /^Microsoft\.Network\/networkSecurityGroups$/,
    /^\/config\/properties\/securityRules\/\d+$/,
    (before, { pointer }) => {
      const rule = text(valueAt(before, pointer), 'name');
      return {
        cli: `az network nsg rule delete --subscription ${before.account} --resource-group ${word(groupOf(before))} --nsg-name ${word(nameOf(before))} --name ${word(rule)}`,
        terraform: `# remove the resource azurerm_network_security_rule ${string(rule)} of ${string(nameOf(before))}`,
      };
    },
  ],
  [
    /./,
    /^\/config\/firewallRules\/\d+$/,
    (before, { pointer }) => {
      const rule = valueAt(before, pointer);
      const id = text(rule, 'id') || `${text(before.config, 'id') || before.id}/firewallRules/${text(rule, 'name')}`;
      return {
        cli: `az resource delete --ids ${word(id)}`,
        terraform: `# remove the resource ${firewallRules[before.type] ?? 'for the firewall rule'} ${string(text(rule, 'name'))} of ${string(nameOf(before))}`,
      };
    },
  ],
  [
    /^Microsoft\.Network\/networkSecurityGroups$/,
    /^\/config\/properties\/securityRules$/,
    (before, change) => {
      const rule = change.op === 'append' && isObject(change.value) ? change.value : {};
      const own = (key: string): string => text(rule, `properties.${key}`);
      return {
        cli: `az network nsg rule create --subscription ${before.account} --resource-group ${word(groupOf(before))} --nsg-name ${word(nameOf(before))} --name ${word(text(rule, 'name'))} --priority ${own('priority')} --direction ${own('direction')} --access ${own('access')} --protocol ${word(own('protocol'))} --source-address-prefixes ${word(own('sourceAddressPrefix'))} --destination-port-ranges ${word(own('destinationPortRange'))}`,
        terraform: block('azurerm_network_security_rule', text(rule, 'name'), {
          name: string(text(rule, 'name')),
          resource_group_name: string(groupOf(before)),
          network_security_group_name: string(nameOf(before)),
          priority: own('priority'),
          direction: string(own('direction')),
          access: string(own('access')),
          protocol: string(own('protocol')),
          source_address_prefix: string(own('sourceAddressPrefix')),
          source_port_range: string(own('sourcePortRange')),
          destination_address_prefix: string(own('destinationAddressPrefix')),
          destination_port_range: string(own('destinationPortRange')),
        }),
      };
    },
  ],
  [
    /^Microsoft\.Network\/networkInterfaces$/,
    /^\/config\/properties\/ipConfigurations\/\d+\/properties\/publicIPAddress$/,
    (before, { pointer }) => {
      const configuration = text(valueAt(before, pointer.split('/').slice(0, 5).join('/')), 'name');
      return {
        cli: `az network nic ip-config update --subscription ${before.account} --resource-group ${word(groupOf(before))} --nic-name ${word(nameOf(before))} --name ${word(configuration)} --remove publicIpAddress`,
        terraform: `# remove public_ip_address_id from ip_configuration ${string(configuration)} of azurerm_network_interface ${string(nameOf(before))}`,
      };
    },
  ],
  [
    /^Microsoft\.Web\/sites/,
    /^\/config\/appSettings\/[^/]+$/,
    (before, { pointer }) => ({
      cli: `az webapp config appsettings delete --ids ${armId(before)} --setting-names ${word(pointer.split('/').at(-1) ?? '')}`,
      terraform: `# remove ${string(pointer.split('/').at(-1) ?? '')} from app_settings of ${string(nameOf(before))}`,
    }),
  ],
  [/./, /^\/config\/identity(\/.*)?$/, identityRemedy],
];

/** Commands that take identities off, by type; other resources are patched. */
const identityCommands: Readonly<Record<string, string>> = {
  'Microsoft.Compute/virtualMachines': 'az vm identity remove',
  'Microsoft.Compute/virtualMachineScaleSets': 'az vmss identity remove',
  'Microsoft.Web/sites': 'az webapp identity remove',
};

/** A managed identity of a resource: its own, or one that is assigned. */
function identityRemedy(before: SnapshotRecord, { pointer }: Edit): Remedy {
  const assigned = /^\/config\/identity\/userAssignedIdentities\/([^/]+)$/.exec(pointer)?.[1]?.replaceAll('~1', '/');
  const list = at(before, '/config/identity/userAssignedIdentities');
  const others = isObject(list) ? Object.keys(list).filter((each) => each !== assigned).length : 0;
  const command = identityCommands[before.type];
  const system = /systemassigned/i.test(text(before.config, 'identity.type'));
  const type =
    assigned === undefined ? (others > 0 ? 'UserAssigned' : 'None') : others > 0 ? text(before.config, 'identity.type') : system ? 'SystemAssigned' : 'None';
  const identity = { type, ...(assigned === undefined || others === 0 ? {} : { userAssignedIdentities: { [assigned]: null } }) };
  return {
    cli:
      command === undefined
        ? `az resource patch --ids ${armId(before)} --is-full-object --properties ${quoted({ identity })}`
        : `${command} --ids ${armId(before)} --identities ${word(assigned ?? '[system]')}`,
    terraform: `# ${assigned === undefined ? 'remove the system-assigned identity' : `remove ${string(assigned)} from identity_ids`} in the identity block of ${string(nameOf(before))}`,
  };
}

/** Resource of azurerm for a rule of a database's firewall. */
const firewallRules: Readonly<Record<string, string>> = {
  'Microsoft.Sql/servers': 'azurerm_mssql_firewall_rule',
  'Microsoft.DBforPostgreSQL/flexibleServers': 'azurerm_postgresql_flexible_server_firewall_rule',
  'Microsoft.DBforMySQL/flexibleServers': 'azurerm_mysql_flexible_server_firewall_rule',
};

/** Arguments of azurerm that are not the property's own name. */
const argument: Readonly<Record<string, string>> = {
  allowSharedKeyAccess: 'shared_access_key_enabled',
  allowBlobPublicAccess: 'allow_nested_items_to_be_public',
  publicNetworkAccess: 'public_network_access_enabled',
};
/** Resource of azurerm by type. */
const resource: Readonly<Record<string, string>> = {
  'Microsoft.Storage/storageAccounts': 'azurerm_storage_account',
  'Microsoft.KeyVault/vaults': 'azurerm_key_vault',
  'Microsoft.Sql/servers': 'azurerm_mssql_server',
  'Microsoft.ContainerService/managedClusters': 'azurerm_kubernetes_cluster',
  'Microsoft.Web/sites': 'azurerm_linux_web_app',
  'Microsoft.ContainerRegistry/registries': 'azurerm_container_registry',
  'Microsoft.DocumentDB/databaseAccounts': 'azurerm_cosmosdb_account',
  'Microsoft.ServiceBus/namespaces': 'azurerm_servicebus_namespace',
  'Microsoft.EventHub/namespaces': 'azurerm_eventhub_namespace',
  'Microsoft.CognitiveServices/accounts': 'azurerm_cognitive_account',
  'Microsoft.AppConfiguration/configurationStores': 'azurerm_app_configuration',
  'Microsoft.Search/searchServices': 'azurerm_search_service',
  'Microsoft.Cache/redis': 'azurerm_redis_cache',
};

/** A property of a resource, by the general update command. */
function setting(before: SnapshotRecord, change: Edit): Remedy {
  const path = change.pointer.split('/').slice(2);
  const key = path.at(-1) ?? '';
  const value = change.op === 'remove' ? undefined : change.value;
  const named = `# in ${resource[before.type] === undefined ? 'the resource' : `resource ${string(resource[before.type] ?? '')}`} of ${nameOf(before)}`;
  const shown = key === 'publicNetworkAccess' ? 'false' : JSON.stringify(value ?? null);
  return {
    cli:
      value === undefined
        ? `az resource update --ids ${armId(before)} --remove ${path.join('.')}`
        : `az resource update --ids ${armId(before)} --set ${word(`${path.join('.')}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`,
    terraform:
      key === 'defaultAction'
        ? `${named}\nnetwork_rules {\n  default_action = ${shown}\n}`
        : `${named}\n${argument[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} = ${shown}`,
  };
}
