import { networks } from './larkpay-network.ts';
import { people } from './larkpay-people.ts';
import { type AwsSide, Estate, guid, tenant } from './parts.ts';
import type { AzureWorld } from './replay.ts';

const github = 'https://token.actions.githubusercontent.com';

/** The Azure half of the demo: a tenant with management groups, three subscriptions, hybrid users; its paths and its traps. */
export function larkpay(aws: AwsSide): AzureWorld {
  const estate = new Estate();
  estate.answers['v1.0/organization'] = [
    { id: tenant, displayName: 'Larkpay', onPremisesSyncEnabled: true, verifiedDomains: [{ name: 'larkpay.example', isDefault: true, type: 'Managed' }] },
  ];
  estate.add('v1.0/domains', { id: 'larkpay.example', authenticationType: 'Managed', isVerified: true, isDefault: true });
  estate.managementGroup(tenant, 'Tenant Root Group', undefined);
  estate.managementGroup('larkpay', 'Larkpay', tenant);
  estate.managementGroup('platform', 'Platform', 'larkpay');
  estate.managementGroup('landing-zones', 'Landing zones', 'larkpay');
  const connectivity = estate.subscription('larkpay-connectivity', ['platform', 'larkpay', tenant]);
  const payments = estate.subscription('larkpay-payments', ['landing-zones', 'larkpay', tenant]);
  const analytics = estate.subscription('larkpay-analytics', ['landing-zones', 'larkpay', tenant]);
  const [hub, pay, lake] = [estate.group(connectivity, 'hub'), estate.group(payments, 'payments-core'), estate.group(analytics, 'lake')];
  const zones = '/providers/Microsoft.Management/managementGroups/landing-zones';

  // Roles, as Azure defines them ("Azure built-in roles").
  const contributor = estate.role('Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c', {
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Compute/galleries/share/action',
    ],
  });
  const owner = estate.role('Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', { actions: ['*'] });
  const reader = estate.role('Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', { actions: ['*/read'] });
  const secretsUser = estate.role('Key Vault Secrets User', '4633458b-17de-408a-b874-0445c86b69e6', {
    dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
  });
  const blobReader = estate.role('Storage Blob Data Reader', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', {
    actions: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/read',
      'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action',
    ],
    dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
  });
  const accountContributor = estate.role('Storage Account Contributor', '17d1049b-9a84-46fb-8f53-869881c3d3ab', {
    actions: ['Microsoft.Authorization/*/read', 'Microsoft.Resources/deployments/*', 'Microsoft.Storage/storageAccounts/*'],
  });
  const operator = estate.role(
    'Payments Operator',
    guid('role operator'),
    {
      actions: ['Microsoft.Compute/virtualMachines/*'],
      notActions: [
        'Microsoft.Compute/virtualMachines/runCommand/action',
        'Microsoft.Compute/virtualMachines/runCommands/*',
        'Microsoft.Compute/virtualMachines/extensions/*',
        'Microsoft.Compute/virtualMachines/write',
      ],
    },
    `/subscriptions/${payments}`,
  );

  const networkId = networks(estate, hub, pay);
  const machine = (name: string, inSubnet: string, identity: { principalId: string }, address: string): string => {
    const ip = estate.resource(
      pay,
      'Microsoft.Network/publicIPAddresses',
      `pip-${name}`,
      { ipAddress: address, publicIPAllocationMethod: 'Static' },
      { sku: { name: 'Standard' } },
    );
    const id = `${pay}/providers/Microsoft.Compute/virtualMachines/${name}`;
    const nic = estate.resource(pay, 'Microsoft.Network/networkInterfaces', `nic-${name}`, {
      virtualMachine: { id },
      ipConfigurations: [
        {
          name: 'main',
          properties: {
            privateIPAddress: inSubnet === 'web' ? '10.40.1.4' : '10.40.2.4',
            subnet: { id: `${networkId}/subnets/${inSubnet}` },
            publicIPAddress: { id: ip },
          },
        },
      ],
    });
    return estate.resource(
      pay,
      'Microsoft.Compute/virtualMachines',
      name,
      { storageProfile: { osDisk: { osType: 'Linux' } }, networkProfile: { networkInterfaces: [{ id: nic }] } },
      { identity: { type: 'SystemAssigned', tenantId: tenant, principalId: identity.principalId } },
    );
  };
  const worker = estate.identity('payments-worker');
  const exporting = estate.identity('exporter');
  machine('payments-worker', 'web', worker, '20.50.60.71');
  machine('legacy-batch', 'back', estate.identity('legacy-batch'), '20.50.60.72');
  machine('lake-exporter', 'back', exporting, '20.50.60.73');

  // Data and secrets.
  const vault = estate.resource(
    pay,
    'Microsoft.KeyVault/vaults',
    'kv-payments',
    { enableRbacAuthorization: true, vaultUri: 'https://kv-payments.vault.azure.net/', publicNetworkAccess: 'Enabled' },
    { tags: { classification: 'secret' } },
  );
  const ledger = estate.resource(
    pay,
    'Microsoft.Storage/storageAccounts',
    'larkpayledger',
    { allowBlobPublicAccess: false, allowSharedKeyAccess: true, publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Allow' } },
    { tags: { classification: 'restricted' } },
  );
  const raw = estate.resource(
    lake,
    'Microsoft.Storage/storageAccounts',
    'larkpaylake',
    { allowBlobPublicAccess: false, allowSharedKeyAccess: false, publicNetworkAccess: 'Enabled', networkAcls: { defaultAction: 'Allow' } },
    { tags: { classification: 'confidential' } },
  );
  estate.assign(worker.principalId, 'ServicePrincipal', secretsUser, vault);
  const site = estate.resource(
    pay,
    'Microsoft.Web/sites',
    'ledger-sync',
    { defaultHostName: 'ledger-sync.azurewebsites.net', httpsOnly: true },
    { kind: 'functionapp,linux' },
  );
  estate.answers[`${site.slice(1).toLowerCase()}/config/appsettings/list`] = {
    id: `${site}/config/appsettings`,
    properties: { AWS_ACCESS_KEY_ID: aws.accessKey, AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY0', MODE: 'live' },
  };

  // A repository deploys: branch main may become the application, whose principal contributes to every landing zone.
  const federated = (name: string, issuer: string, subject: string) => ({
    id: guid(`fic ${name} ${subject}`),
    name,
    issuer,
    subject,
    audiences: ['api://AzureADTokenExchange'],
  });
  const terraform = estate.application('github-terraform', { federated: [federated('main', github, 'repo:larkpay/terraform-live:ref:refs/heads/main')] });
  estate.assign(terraform.principal, 'ServicePrincipal', contributor, zones);
  // A pull request may not: it only reads.
  const plan = estate.application('github-plan', { federated: [federated('pull', github, 'repo:larkpay/terraform-live:pull_request')] });
  estate.assign(plan.principal, 'ServicePrincipal', reader, zones);
  // Any branch of any repository of the organization may become this identity.
  const artifacts = estate.identity('id-artifacts');
  const uami = estate.resource(pay, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-artifacts', { ...artifacts, tenantId: tenant });
  estate.add(`${uami.slice(1)}/federatedIdentityCredentials`, {
    id: `${uami}/federatedIdentityCredentials/any`,
    name: 'any',
    properties: {
      issuer: github,
      claimsMatchingExpression: { value: "claims['sub'] matches 'repo:larkpay/*:ref:refs/heads/*'", languageVersion: 1 },
      audiences: ['api://AzureADTokenExchange'],
    },
  });
  estate.assign(artifacts.principalId, 'ServicePrincipal', accountContributor, ledger);
  // A pod in the cluster.
  const api = estate.identity('id-payments-api');
  const pod = estate.resource(pay, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-payments-api', { ...api, tenantId: tenant });
  const issuer = `https://westeurope.oic.prod-aks.azure.com/${tenant}/${guid('cluster')}/`;
  estate.resource(pay, 'Microsoft.ContainerService/managedClusters', 'aks-payments', {
    oidcIssuerProfile: { enabled: true, issuerURL: issuer },
    disableLocalAccounts: true,
    aadProfile: { enableAzureRBAC: true },
  });
  estate.add(`${pod.slice(1)}/federatedIdentityCredentials`, {
    id: `${pod}/federatedIdentityCredentials/api`,
    name: 'api',
    properties: { issuer, subject: 'system:serviceaccount:payments:api', audiences: ['api://AzureADTokenExchange'] },
  });
  estate.assign(api.principalId, 'ServicePrincipal', secretsUser, vault);
  // A role of AWS becomes an application here.
  const ingest = estate.application('aws-ingest', {
    federated: [federated('aws', 'https://0f3c9d2e-larkpay.tokens.sts.global.api.aws', `arn:aws:iam::${aws.production}:role/checkout-web`)],
  });
  estate.assign(ingest.principal, 'ServicePrincipal', blobReader, raw);

  people(estate, aws, { contributor, reader, operator, owner, zones, lake, pay, payments });
  return {
    tenant,
    tables: estate.tables,
    answers: estate.answers,
    empty:
      /\/(?:members|owners|registeredowners|scopedrolemembers|approleassignments|approleassignedto|federatedidentitycredentials|denyassignments|roleeligibilityscheduleinstances|roleassignmentscheduleinstances|rolemanagementpolicyassignments|locks|diagnosticsettings|containers|keys|secrets|jitnetworkaccesspolicies|deployments|deploymentstacks|securitycontacts|autoprovisioningsettings|logprofiles|partners|devices|administrativeunits|oauth2permissiongrants|appmanagementpolicies|namedlocations|groupsettings|assignmentpolicies|catalogs|entitlementmanagement\/roleassignments|listnetworkmanagereffectivesecurityadminrules|basicpublishingcredentialspolicies)$/,
  };
}
