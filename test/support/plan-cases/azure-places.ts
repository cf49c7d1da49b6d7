import type { SnapshotRecord } from '../../../src/model/record.ts';
import * as azure from '../azure-estate.ts';

const { oid, person, principal, resource, subscriptionId, team } = azure;

/** A place of Azure that proves a step, and the changes that a plan may propose there. */
export interface PlaceCase {
  readonly record: SnapshotRecord;
  readonly pointer: string;
  readonly technique?: string;
  readonly changes: readonly { readonly title: RegExp; readonly cli: RegExp; readonly terraform: RegExp }[];
}

const storage = (properties: object, more: object = {}): SnapshotRecord =>
  resource('Microsoft.Storage/storageAccounts', 'ledger', { properties, ...more } as never);
const assigned = `${subscriptionId}/resourceGroups/main/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-a`;
const closed = {
  title: /^disable public network access of ledger$/,
  cli: /--set properties\.publicNetworkAccess=Disabled$/,
  terraform: /public_network_access_enabled = false$/,
};
const role = (actions: readonly string[]): SnapshotRecord => azure.roleDefinition('vault hands', { actions: [], dataActions: [...actions] });

/** One case, at least, for each kind of place that plans do not come to by themselves. */
export const azurePlaceCases: readonly PlaceCase[] = [
  {
    record: azure.assignment('ada', 'x', subscriptionId, {}, 'roleEligibilityScheduleInstances'),
    pointer: '/config/properties',
    changes: [
      {
        title: /^end the eligibility of \S+ for \S+ on /,
        cli: /--method PUT .*"requestType":"AdminRemove"/,
        terraform: /azurerm_pim_eligible_role_assignment/,
      },
    ],
  },
  {
    record: role(['Microsoft.KeyVault/vaults/*']),
    pointer: '/config/properties/permissions/0',
    technique: 'azure.vault-secrets',
    changes: [
      {
        title: /^exclude Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action from the role vault hands$/,
        cli: /"NotDataActions":\["Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action"\]/,
        terraform: /not_data_actions = \["/,
      },
    ],
  },
  {
    record: role(['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/keys/read']),
    pointer: '/config/properties/permissions/0',
    technique: 'azure.vault-secrets',
    changes: [
      {
        title: /^remove Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action from the role/,
        cli: /"DataActions":\["Microsoft\.KeyVault\/vaults\/keys\/read"\]/,
        terraform: /data_actions {5}= \["Microsoft.KeyVault\/vaults\/keys\/read"\]/,
      },
    ],
  },
  {
    record: azure.directoryAssignment('ada', 'template', '/', 'unifiedRoleEligibilityScheduleInstance'),
    pointer: '/config',
    changes: [
      {
        title: /^end the eligibility for directory role template of /,
        cli: /--method POST .*"action":"adminRemove"/,
        terraform: /azuread_directory_role_eligibility/,
      },
    ],
  },
  {
    record: azure.entity('oauth2PermissionGrant', 'consent', { clientId: oid('app'), scope: ' Mail.ReadWrite ', consentType: 'AllPrincipals' }),
    pointer: '/config/scope',
    changes: [
      {
        title: /^withdraw the delegated permissions Mail\.ReadWrite of /,
        cli: /DELETE .*oauth2PermissionGrants\/consent$/,
        terraform: /delegated_permission_grant/,
      },
    ],
  },
  {
    record: principal('sso', { appRoleAssignedTo: [{ id: 'a1', principalId: oid('team'), principalDisplayName: 'team', resourceId: oid('sso') }] as never }),
    pointer: '/config/appRoleAssignedTo/0',
    changes: [{ title: /^remove the assignment of team from sso$/, cli: /DELETE .*\/appRoleAssignedTo\/a1$/, terraform: /azuread_app_role_assignment/ }],
  },
  {
    record: team('staff', ['ada']),
    pointer: '/config/members/0/id',
    changes: [{ title: /^take \S+ out of group staff$/, cli: /^az ad group member remove --group/, terraform: /azuread_group_member/ }],
  },
  {
    record: team('staff', [], { owners: [{ id: oid('ada') }] as never }),
    pointer: '/config/owners/0',
    changes: [{ title: /^remove the owner \S+ from staff$/, cli: /^az ad group owner remove/, terraform: /off the owners in azuread_group/ }],
  },
  {
    record: principal('robot', { owners: [{ id: oid('ada') }] as never }),
    pointer: '/config/owners/0',
    changes: [{ title: /^remove the owner \S+ from robot$/, cli: /DELETE .*\/servicePrincipals\/\S+\/owners\/\S+ref/, terraform: /azuread_service_principal/ }],
  },
  {
    record: resource('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-a', { federatedIdentityCredentials: [{ name: 'gh' }] as never }),
    pointer: '/config/federatedIdentityCredentials/0',
    changes: [
      {
        title: /^remove the federated credential gh from id-a$/,
        cli: /^az identity federated-credential delete --yes --name gh --identity-name id-a --resource-group main --subscription /,
        terraform: /azurerm_federated_identity_credential/,
      },
    ],
  },
  {
    record: person('ada'),
    pointer: '/config/accountEnabled',
    changes: [{ title: /^disable ada$/, cli: /^az ad user update --id \S+ --account-enabled false$/, terraform: /account_enabled = false/ }],
  },
  {
    record: principal('vendor', { accountEnabled: true }),
    pointer: '/config/appOwnerOrganizationId',
    changes: [{ title: /^disable vendor$/, cli: /^az ad sp update/, terraform: /azuread_service_principal/ }],
  },
  {
    record: storage({ allowSharedKeyAccess: true }),
    pointer: '/config/properties/allowSharedKeyAccess',
    changes: [
      { title: /^admit no shared keys to ledger$/, cli: /--set properties\.allowSharedKeyAccess=false$/, terraform: /shared_access_key_enabled = false/ },
    ],
  },
  {
    record: storage({ allowBlobPublicAccess: true }),
    pointer: '/config/properties/allowBlobPublicAccess',
    changes: [{ title: /^admit no anonymous reading of ledger$/, cli: /allowBlobPublicAccess=false/, terraform: /allow_nested_items_to_be_public = false/ }],
  },
  {
    record: storage({ networkAcls: { defaultAction: 'Allow' } }),
    pointer: '/config/properties/networkAcls',
    changes: [{ title: /^let only listed networks come to ledger$/, cli: /networkAcls\.defaultAction=Deny$/, terraform: /default_action = "Deny"/ }, closed],
  },
  {
    record: storage({ networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] } }),
    pointer: '/config/properties/networkAcls/ipRules',
    changes: [closed],
  },
  {
    record: resource('Microsoft.Sql/servers', 'ledger', {
      firewallRules: [{ name: 'all', properties: { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' } }] as never,
    }),
    pointer: '/config/firewallRules/0',
    changes: [
      {
        title: /^remove the firewall rule all from ledger$/,
        cli: /^az resource delete --ids \S+\/firewallRules\/all$/,
        terraform: /remove the resource azurerm_mssql_firewall_rule "all" of "ledger"/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', {
      properties: {
        securityRules: [{ name: 'ssh', properties: { access: 'Allow', protocol: 'Tcp', destinationPortRange: '22', sourceAddressPrefix: '*' } }],
      } as never,
    }),
    pointer: '/config/properties/securityRules/0',
    changes: [
      {
        title: /^remove the rule ssh \(tcp 22 from \*\) from nsg$/,
        cli: /^az network nsg rule delete .*--nsg-name nsg --name ssh$/,
        terraform: /azurerm_network_security_rule "ssh"/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', {
      properties: { securityRules: [{ name: 'no', properties: { access: 'Deny' } }] } as never,
    }),
    pointer: '/config/properties/securityRules/0',
    changes: [],
  },
  {
    record: resource('Microsoft.Compute/virtualMachines', 'web', { identity: azure.identity('web') }),
    pointer: '/config/identity/principalId',
    changes: [
      { title: /^take the managed identity off web$/, cli: /^az vm identity remove --ids \S+ --identities '\[system\]'$/, terraform: /system-assigned/ },
    ],
  },
  {
    record: resource('Microsoft.Compute/virtualMachines', 'web', {
      identity: { type: 'UserAssigned', userAssignedIdentities: { [assigned]: { principalId: oid('id-a') } } },
    }),
    pointer: `/config/identity/userAssignedIdentities/${assigned.replaceAll('/', '~1')}/principalId`,
    changes: [
      {
        title: /^take the identity id-a off web$/,
        cli: /^az vm identity remove --ids \S+ --identities \S+\/userAssignedIdentities\/id-a$/,
        terraform: /identity_ids/,
      },
    ],
  },
  {
    record: resource('Microsoft.Web/sites', 'shop', { appSettings: { AWS_ACCESS_KEY_ID: 'kept' } as never }),
    pointer: '/config/appSettings/AWS_ACCESS_KEY_ID',
    changes: [
      {
        title: /^remove the setting AWS_ACCESS_KEY_ID from shop$/,
        cli: /^az webapp config appsettings delete --ids \S+ --setting-names AWS_ACCESS_KEY_ID$/,
        terraform: /app_settings/,
      },
    ],
  },
  {
    record: principal('robot', { appRoleAssignments: [{ id: 'a1', resourceId: oid('graph'), appRoleId: 'role' }] as never }),
    pointer: '/config/appRoleAssignments/0',
    changes: [
      {
        title: /^withdraw the permission role from robot$/,
        cli: /^az rest --method DELETE --url https:\/\/graph\.microsoft\.com\/v1\.0\/servicePrincipals\/\S+\/appRoleAssignedTo\/a1$/,
        terraform: /azuread_app_role_assignment/,
      },
    ],
  },
  {
    record: storage({ publicNetworkAccess: 'Enabled' }),
    pointer: '/config/properties/publicNetworkAccess',
    changes: [closed],
  },
  {
    record: resource('Microsoft.Automation/automationAccounts', 'runner', {
      identity: { type: 'SystemAssigned, UserAssigned', principalId: oid('runner'), userAssignedIdentities: { [assigned]: { principalId: oid('id-a') } } },
    }),
    pointer: '/config/identity/principalId',
    changes: [
      {
        title: /^take the managed identity off runner$/,
        cli: /^az resource patch --ids \S+ --is-full-object --properties '\{"identity":\{"type":"UserAssigned"\}\}'$/,
        terraform: /system-assigned/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', { properties: { securityRules: [] } as never }),
    pointer: '/config/properties',
    changes: [
      {
        title: /^deny what comes from the networks beside in nsg, but for its rules$/,
        cli: /^az network nsg rule create --subscription \S+ --resource-group main --nsg-name nsg --name deny-virtual-network --priority 4096 --direction Inbound --access Deny --protocol '\*' --source-address-prefixes VirtualNetwork --destination-port-ranges '\*'$/,
        terraform: /resource "azurerm_network_security_rule" "deny-virtual-network" \{/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkInterfaces', 'nic', {
      properties: { ipConfigurations: [{ name: 'first', properties: { publicIPAddress: { id: `${subscriptionId}/x/ip-web` } } }] } as never,
    }),
    pointer: '/config/properties/ipConfigurations/0',
    changes: [
      {
        title: /^take the public address ip-web off nic$/,
        cli: /^az network nic ip-config update --subscription \S+ --resource-group main --nic-name nic --name first --remove publicIpAddress$/,
        terraform: /public_ip_address_id/,
      },
    ],
  },
  {
    record: resource('Microsoft.Web/sites', 'shop', { properties: {} }),
    pointer: '/config',
    technique: 'network.reaches',
    changes: [
      {
        title: /^disable public network access of shop$/,
        cli: /--set properties\.publicNetworkAccess=Disabled$/,
        terraform: /public_network_access_enabled = false/,
      },
    ],
  },
];
