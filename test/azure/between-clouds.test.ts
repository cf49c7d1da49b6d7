import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { createAzureIamEngine } from '../../src/iam/azure/engine.ts';
import { createIamEngine } from '../../src/iam/create.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import {
  application,
  assignment,
  contributor,
  directoryAssignment,
  directoryRole,
  entity,
  graph,
  identity,
  oid,
  owner,
  permitted,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  team,
  tenant,
  tree,
} from '../support/azure-estate.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const types = await allTypes();
const vm = 'Microsoft.Compute/virtualMachines';
const vault = 'Microsoft.KeyVault/vaults';
const uami = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const github = 'https://token.actions.githubusercontent.com';

async function path(records: readonly SnapshotRecord[], from: string, to: string) {
  const analysis = await analyseSnapshot(memorySnapshot([...tree(), ...records], { types }), types, noSettings);
  const [source, target] = [analysis.resolver.one(from), analysis.resolver.one(to)];
  if (source === undefined || target === undefined) throw new Error(`${source === undefined ? from : to} is not in the graph`);
  return analysis.ranker().best(source, target);
}
const techniques = async (...question: Parameters<typeof path>): Promise<readonly string[]> =>
  (await path(...question))?.steps.flatMap((step) => step.techniques[0] ?? []) ?? ['no path'];

const readsCards = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }];
const credential = (subject: string, issuer = github) => ({
  federatedIdentityCredentials: [{ id: 'f', name: 'f', issuer, subject, audiences: ['api://AzureADTokenExchange'] }],
});
const onIdentity = (subject: string, issuer: string) => ({
  federatedIdentityCredentials: [{ name: 'f', properties: { issuer, subject } }],
  properties: { principalId: oid('deployer') },
});
const oidcTrust = (host: string, subject: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:sub`]: subject } },
    },
  ],
});

test('nobody phishes the account of the synchronization, which is entered from its server', async () => {
  const role = 'd29b2b05-8046-44ba-8758-1e26182fcf32';
  const records = [
    entity('organization', tenant, { onPremisesSyncEnabled: true }),
    person('sync'),
    person('ada'),
    directoryRole('Directory Synchronization Accounts', ['microsoft.directory/applications/credentials/update'], role),
    directoryAssignment('sync', role),
  ];
  expect(await techniques(records, `onprem:entra-connect-${tenant}`, oid('sync'))).toEqual(['entra.sync-account']);
  expect(await techniques(records, `phished:${oid('ada')}`, oid('ada'))).toEqual(['entra.phished-user']);
  await expect(techniques(records, `phished:${oid('sync')}`, oid('sync'))).rejects.toThrow('is not in the graph');
});

describe('from one cloud into the other', () => {
  test('a branch of a repository deploys to a subscription', async () => {
    const records = [
      application('deploy', credential('repo:fabrikam/shop:ref:refs/heads/main')),
      principal('deploy'),
      assignment('deploy', owner, subscriptionId),
    ];
    expect(await techniques(records, 'oidc:token.actions.githubusercontent.com:repo:fabrikam/shop:ref:refs/heads/main', `admin:${subscription}`)).toEqual([
      'entra.federated-credential',
      'entra.app-runs-as',
    ]);
  });

  test('a wildcard in a plain credential is met by no token: a condition that is next to nothing', async () => {
    const records = [application('deploy', credential('repo:fabrikam/shop:*')), principal('deploy'), assignment('deploy', owner, subscriptionId)];
    const found = await path(records, 'oidc:token.actions.githubusercontent.com:repo:fabrikam/shop:*', `admin:${subscription}`);
    expect(found?.verdict).toBe('conditional');
    expect(found?.likelihood).toBeLessThan(0.1);
  });

  test('a role of AWS becomes a managed identity, and from there reads a vault', async () => {
    const records = [
      role('build', trusts({ Service: 'codebuild.amazonaws.com' })),
      resource(uami, 'deployer', onIdentity(roleArn('build'), 'https://0123abcd.tokens.sts.global.api.aws')),
      principal('deployer', { servicePrincipalType: 'ManagedIdentity' }),
      roleDefinition('secrets-user', { dataActions: [`${vault}/secrets/getSecret/action`] }),
      assignment('deployer', 'secrets-user', subscriptionId),
      resource(vault, 'keys', { properties: { enableRbacAuthorization: true } }),
    ];
    expect(await techniques(records, roleArn('build'), resourceId(vault, 'keys'))).toEqual([
      'entra.federated-credential',
      'azure.identity-is-principal',
      'azure.vault-secrets',
    ]);
  });

  test('a principal that makes tokens of an identity pool becomes the application that trusts the pool', async () => {
    const pool = 'eu-west-1:0d0d0d0d-0000-4000-8000-000000000001';
    const credentials = [
      { id: 'f', name: 'f', issuer: 'https://cognito-identity.amazonaws.com', subject: 'eu-west-1:0e0e0e0e-0000-4000-8000-000000000001', audiences: [pool] },
    ];
    const records: SnapshotRecord[] = [
      {
        type: 'AWS::Cognito::IdentityPool',
        id: `arn:aws:cognito-identity:eu-west-1:${account}:identitypool/${pool}`,
        account,
        region: 'eu-west-1',
        config: { IdentityPoolId: pool },
        calls: [],
      },
      user('maker', [{ Effect: 'Allow', Action: 'cognito-identity:GetOpenIdTokenForDeveloperIdentity', Resource: '*' }]),
      user('other', readsCards),
      application('deploy', { federatedIdentityCredentials: credentials }),
      principal('deploy'),
      assignment('deploy', owner, subscriptionId),
    ];
    expect(await techniques(records, userArn('maker'), `admin:${subscription}`)).toEqual(['entra.federated-credential', 'entra.app-runs-as']);
    expect(await techniques(records, userArn('other'), `admin:${subscription}`)).toEqual(['no path']);
  });

  test('a managed identity becomes a role of AWS, and from there reads a bucket', async () => {
    const records = [
      resource(vm, 'web', { identity: identity('web-identity') }),
      principal('web-identity', { servicePrincipalType: 'ManagedIdentity' }),
      person('ada'),
      assignment('ada', contributor, subscriptionId),
      role('reader', oidcTrust(`sts.windows.net/${tenant}/`, oid('web-identity')), readsCards),
      bucket('cards'),
    ];
    const found = await techniques(records, `phished:${oid('ada')}`, 'cards');
    expect(found.slice(0, 1)).toEqual(['entra.phished-user']);
    expect(found.slice(-3)).toEqual(['azure.identity-token', 'aws.oidc-trust', 'aws.read-bucket']);
  });

  test('a pod of a cluster of AKS becomes an application', async () => {
    const issuer = 'https://westeurope.oic.prod-aks.azure.com/x/y/';
    const records = [
      resource('Microsoft.ContainerService/managedClusters', 'k8s', { properties: { oidcIssuerProfile: { issuerURL: issuer } } }),
      application('pod', credential('system:serviceaccount:shop:api', issuer)),
      principal('pod', { appRoleAssignments: permitted('RoleManagement.ReadWrite.Directory') }),
      graph(['RoleManagement.ReadWrite.Directory']),
    ];
    expect(await techniques(records, resourceId('Microsoft.ContainerService/managedClusters', 'k8s'), `admin:${tenant}`)).toEqual([
      'entra.federated-credential',
      'entra.app-runs-as',
      'entra.assign-role',
    ]);
  });

  test('single sign-on: whoever controls the tenant, or is assigned, has the role of AWS', async () => {
    const appRole = { id: oid('sso-role'), value: `${roleArn('reader')},arn:aws:iam::${account}:saml-provider/entra` };
    const saml = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: `arn:aws:iam::${account}:saml-provider/entra` }, Action: 'sts:AssumeRoleWithSAML' }],
    };
    const records = [
      person('ada'),
      person('eve'),
      principal('aws', { appRoles: [appRole], appRoleAssignedTo: [{ principalId: oid('ada'), appRoleId: oid('sso-role') }] }),
      directoryRole('Application Administrator', ['microsoft.directory/servicePrincipals/credentials/update'], '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      directoryAssignment('eve', '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      role('reader', saml, readsCards),
      bucket('cards'),
    ];
    expect(await techniques(records, oid('ada'), 'cards')).toEqual(['entra.sso-to-aws', 'aws.read-bucket']);
    expect(await techniques(records, oid('eve'), 'cards')).toEqual(['entra.add-sp-credential', 'entra.saml-to-aws', 'aws.read-bucket']);
  });

  describe('IAM Identity Center, fed by Entra ID', () => {
    const instance = 'arn:aws:sso:::instance/ssoins-1';
    const set = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
    const reserved = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Data_0123456789abcdef`;
    const aws = (type: string, id: string, config: JsonObject): SnapshotRecord => ({ type, id, account, region: 'eu-west-1', config, calls: [] });
    const storeUser = (name: string, more: JsonObject = {}) =>
      aws('AWS::IdentityStore::User', `arn:aws:identitystore:::user/u-${name}`, {
        UserId: `u-${name}`,
        UserName: `${name}@fabrikam.example`,
        IdentityStoreId: 'd-1234567890',
        ...more,
      });
    const storeGroup = (name: string, members: readonly string[], more: JsonObject = {}) =>
      aws('AWS::IdentityStore::Group', `arn:aws:identitystore:::group/g-${name}`, {
        GroupId: `g-${name}`,
        DisplayName: name,
        IdentityStoreId: 'd-1234567890',
        ListGroupMemberships: members.map((member) => ({ MemberId: { UserId: `u-${member}` } })),
        ...more,
      });
    const assigned = (kind: 'USER' | 'GROUP', id: string) =>
      aws('AWS::SSO::Assignment', `${set}/${account}/${kind}/${id}`, { PermissionSetArn: set, AccountId: account, PrincipalType: kind, PrincipalId: id });
    const common = [
      aws('AWS::SSO::PermissionSet', set, { Arn: set, Name: 'Data', InstanceArn: instance }),
      { ...role('x', trusts({ Service: 'sso.amazonaws.com' }), readsCards), id: reserved },
      bucket('cards'),
    ];
    const enterprise = principal('IAM Identity Center', { servicePrincipalNames: ['https://eu-west-1.signin.aws.amazon.com/platform/saml/d-1234567890'] });

    test('a phished user of Entra signs on by the external id of the user that was provisioned', async () => {
      const records = [
        ...common,
        person('ada'),
        storeUser('x', { ExternalIds: [{ Issuer: 'https://scim.aws.com/x', Id: oid('ada') }] }),
        assigned('USER', 'u-x'),
      ];
      expect(await techniques(records, `phished:${oid('ada')}`, 'cards')).toEqual([
        'entra.phished-user',
        'entra.identity-center',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
    });

    test('by the name where an application of the tenant feeds the store, and else not', async () => {
      const records = [...common, person('ada'), person('eve'), storeUser('ada'), storeGroup('finance', ['ada']), assigned('GROUP', 'g-finance')];
      const chain = ['entra.identity-center', 'aws.identity-center-group', 'aws.identity-center', 'aws.read-bucket'];
      expect(await techniques([...records, enterprise], oid('ada'), 'cards')).toEqual(chain);
      expect(await techniques([...records, enterprise], oid('eve'), 'cards')).toEqual(['no path']);
      // A store of its own people: the names are equal by chance or habit, and the password is another.
      expect(await techniques(records, oid('ada'), 'cards')).toEqual(['no path']);
      expect(await techniques(records, 'phished:arn:aws:identitystore:::user/u-ada', 'cards')).toEqual(['aws.phished-identity-center', ...chain.slice(1)]);
    });

    test('whoever changes the members of a group that is provisioned, or the credentials of the application, signs on too', async () => {
      const records = [
        ...common,
        enterprise,
        person('ada'),
        person('owner'),
        person('helper'),
        team('finance', ['ada'], { owners: [{ id: oid('owner') }] }),
        storeUser('ada'),
        storeGroup('finance', ['ada'], { ExternalIds: [{ Id: oid('finance') }] }),
        assigned('GROUP', 'g-finance'),
        directoryRole('Application Administrator', ['microsoft.directory/servicePrincipals/credentials/update'], '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
        directoryAssignment('helper', '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'),
      ];
      expect(await techniques(records, oid('owner'), 'cards')).toEqual([
        'entra.add-group-member',
        'entra.identity-center',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
      expect(await techniques(records, oid('helper'), 'cards')).toEqual([
        'entra.add-sp-credential',
        'entra.saml-to-identity-center',
        'aws.identity-center-group',
        'aws.identity-center',
        'aws.read-bucket',
      ]);
    });

    test('a role of a permission set is entered by its assignments alone, where they were read', async () => {
      const provider = { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE` };
      const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: provider, Action: 'sts:AssumeRoleWithSAML' }] };
      const asked = [{ ...role('x', trust, readsCards), id: reserved }, bucket('cards')];
      const center = aws('AWS::SSO::Instance', instance, { InstanceArn: instance, IdentityStoreId: 'd-1234567890' });
      const entry = `saml:${provider.Federated}`;
      expect(await techniques(asked, entry, 'cards')).toEqual(['aws.saml-trust', 'aws.read-bucket']);
      await expect(techniques([...asked, center], entry, 'cards')).rejects.toThrow('is not in the graph');
    });

    test('an assignment in another account leads to no role here', async () => {
      const elsewhere = { ...assigned('USER', 'u-ada'), config: { ...assigned('USER', 'u-ada').config, AccountId: '999999999999' } };
      expect(await techniques([...common, enterprise, person('ada'), storeUser('ada'), elsewhere], oid('ada'), 'cards')).toEqual(['no path']);
    });
  });

  describe('a role of AWS that trusts tokens of the tenant for an audience', () => {
    const host = `sts.windows.net/${tenant}/`;
    const forAudience = (audience: string, subject?: string) => ({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${host}:aud`]: audience, ...(subject === undefined ? {} : { [`${host}:sub`]: subject }) } },
        },
      ],
    });
    const records = (more: JsonObject) => [
      principal('aws-access', { servicePrincipalNames: ['api://aws'], ...more }),
      principal('worker', { servicePrincipalType: 'ManagedIdentity' }),
      principal('other', { servicePrincipalType: 'ManagedIdentity' }),
      role('reader', forAudience('api://aws'), readsCards),
      bucket('cards'),
    ];

    test('any identity of the tenant, where the application asks for no assignment', async () => {
      expect(await techniques(records({}), oid('other'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
    });

    test('only those that are assigned, where it asks for one', async () => {
      const asking = records({ appRoleAssignmentRequired: true, appRoleAssignedTo: [{ principalId: oid('worker') }] });
      expect(await techniques(asking, oid('worker'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
      expect(await techniques(asking, oid('other'), 'cards')).toEqual(['no path']);
    });

    test('a subject of the tenant that stands in the snapshot is nobody from outside', async () => {
      const [, worker = principal('x'), other = principal('x'), , cards = bucket('x')] = records({});
      const subject = [worker, other, cards, role('reader', forAudience('api://aws', oid('worker')), readsCards)];
      const analysis = await analyseSnapshot(memorySnapshot([...tree(), ...subject], { types }), types, noSettings);
      expect(analysis.resolver.one(`oidc:${host}:${oid('worker')}`)).toBeUndefined();
      expect(await techniques(subject, oid('worker'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
      expect(await techniques(subject, oid('other'), 'cards')).toEqual(['no path']);
    });
  });

  test('a pod of a cluster of AKS becomes a role of AWS', async () => {
    const issuer = 'https://westeurope.oic.prod-aks.azure.com/x/y/';
    const kubernetes = 'Microsoft.ContainerService/managedClusters';
    const records = [
      resource(kubernetes, 'k8s', { properties: { oidcIssuerProfile: { issuerURL: issuer } } }),
      role('reader', oidcTrust(issuer.slice('https://'.length), 'system:serviceaccount:shop:api'), readsCards),
      bucket('cards'),
    ];
    expect(await techniques(records, resourceId(kubernetes, 'k8s'), 'cards')).toEqual(['azure.aks-service-account', 'aws.read-bucket']);
  });

  test('a secret of one cloud in a store of the other, by the name that it shows', async () => {
    const secret: SnapshotRecord = {
      type: 'AWS::SecretsManager::Secret',
      id: `arn:aws:secretsmanager:eu-west-1:${account}:secret:ci/deploy-1`,
      account,
      region: 'eu-west-1',
      config: { Name: 'ci/deploy', Description: `client secret of ${oid('deploy-app')}` },
      calls: ['secretsmanager:ListSecrets'],
    };
    const shown = (name: string) => ({ name, properties: { contentType: 'text/plain' } });
    const records = [
      secret,
      principal('deploy'),
      assignment('deploy', owner, subscriptionId),
      resource(vault, 'keys', { properties: { enableRbacAuthorization: true }, secrets: [shown('aws-svc-mover-secret-access-key'), shown('database')] }),
      user('svc-mover', readsCards),
      bucket('cards'),
    ];
    const found = await path(records, secret.id, `admin:${subscription}`);
    expect(found?.steps.map((step) => step.techniques[0])).toEqual(['azure.named-secret']);
    expect(found?.verdict).toBe('conditional');
    expect(await techniques(records, resourceId(vault, 'keys'), 'cards')).toEqual(['azure.named-secret', 'aws.read-bucket']);
  });

  test('who may do something is asked of outsiders of both clouds, in a snapshot of both', async () => {
    const open = { properties: { allowBlobPublicAccess: true }, containers: [{ name: 'site', properties: { publicAccess: 'Container' } }] };
    const store = 'Microsoft.Storage/storageAccounts';
    const everybody = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }] };
    const iam = await createIamEngine(
      memorySnapshot([...tree(), resource(store, 'web', open), resource(store, 'shut'), bucket('cards', everybody)], { types }),
    );
    const read = `data:${store}/blobServices/containers/blobs/read`;
    const blobs = (name: string): string => `${resourceId(store, name)}/blobservices/default/containers/site`;
    expect(iam.outsiders?.(read, blobs('web'))).toEqual(['*']);
    expect(iam.outsiders?.(read, blobs('shut'))).toEqual([]);
    expect(iam.outsiders?.('s3:GetObject', 'arn:aws:s3:::cards/x')).toContain('*');
    expect(iam.layers?.(userArn('nobody'), 's3:GetObject', 'arn:aws:s3:::cards/x').length).toBeGreaterThan(0);
  });

  test('a key of AWS in the settings of an app of Azure', async () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const records = [
      resource('Microsoft.Web/sites', 'shop', { appSettings: { AWS_ACCESS_KEY_ID: { $redacted: { accessKeyIds: [key] } } } }),
      user('bot', readsCards, { ListAccessKeys: [{ AccessKeyId: key, Status: 'Active' }] }),
      bucket('cards'),
      person('ada'),
      assignment('ada', contributor, subscriptionId),
    ];
    expect((await path(records, oid('ada'), 'cards'))?.steps.map((step) => step.to)).toEqual([
      resourceId('Microsoft.Web/sites', 'shop'),
      userArn('bot'),
      'arn:aws:s3:::cards',
    ]);
  });

  test('a connection string of Azure in a function of AWS, and the secret of an application beside its id', async () => {
    const redactor = new Redactor(Buffer.alloc(32, 1));
    const variables = {
      STORE: 'DefaultEndpointsProtocol=https;AccountName=cards;AccountKey=bm90LWEta2V5;EndpointSuffix=core.windows.net',
      AZURE_CLIENT_ID: oid('shop-app'),
      AZURE_CLIENT_SECRET: 'not-a-secret-value',
    };
    const config = redactor.config({ FunctionName: 'pay', Environment: { Variables: variables } }, types.get('AWS::Lambda::Function'));
    expect(JSON.stringify(config)).not.toMatch(/bm90LWEta2V5|not-a-secret-value/);
    const pay = {
      type: 'AWS::Lambda::Function',
      id: `arn:aws:lambda:eu-west-1:${account}:function:pay`,
      account,
      region: 'eu-west-1',
      config,
      calls: ['lambda:ListFunctions'],
    };
    const records = [pay, resource('Microsoft.Storage/storageAccounts', 'cards'), principal('shop'), assignment('shop', owner, subscriptionId)];
    expect(await techniques(records, pay.id, resourceId('Microsoft.Storage/storageAccounts', 'cards'))).toEqual(['azure.stored-credential']);
    expect(await techniques(records, pay.id, `admin:${subscription}`)).toEqual(['azure.stored-credential']);
  });

  test.each([
    ['a signature in an address', 'https://cards.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig=bm90LWEta2V5', 'Microsoft.Storage/storageAccounts'],
    [
      'a signature in an address of a sovereign cloud',
      'https://cards.file.core.usgovcloudapi.net/c?sv=2022-11-02&sig=bm90LWEta2V5',
      'Microsoft.Storage/storageAccounts',
    ],
    [
      'Service Bus in China',
      'Endpoint=sb://cards.servicebus.chinacloudapi.cn/;SharedAccessKeyName=k;SharedAccessKey=bm90LWEta2V5',
      'Microsoft.ServiceBus/namespaces',
    ],
    ['PostgreSQL', 'postgresql://app:bm90LWEta2V5@cards.postgres.database.azure.com:5432/db', 'Microsoft.DBforPostgreSQL/flexibleServers'],
    ['SQL for the government', 'Server=tcp:cards.database.usgovcloudapi.net;User ID=app;Password=bm90LWEta2V5', 'Microsoft.Sql/servers'],
  ])('a stored credential: %s', async (_name, text, type) => {
    const config = new Redactor(Buffer.alloc(32, 1)).config({ appSettings: { STORE: text } }, types.get('Microsoft.Web/sites'));
    expect(JSON.stringify(config)).not.toContain('bm90LWEta2V5');
    const records = [resource('Microsoft.Web/sites', 'shop', config), resource(type, 'cards'), resource(type, 'other')];
    expect(await techniques(records, resourceId('Microsoft.Web/sites', 'shop'), resourceId(type, 'cards'))).toEqual(['azure.stored-credential']);
    expect(await techniques(records, resourceId('Microsoft.Web/sites', 'shop'), resourceId(type, 'other'))).toEqual(['no path']);
  });

  test('the code of a function lies in a storage account; an image in a registry', async () => {
    const site = {
      appSettings: { AzureWebJobsStorage: { $redacted: { endpoints: ['code.blob.core.windows.net'] } } },
      kind: 'functionapp',
      identity: identity('fn'),
    };
    const writer = roleDefinition('writer', { dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'] });
    const pusher = roleDefinition('pusher', { actions: ['Microsoft.ContainerRegistry/registries/push/write'] });
    const app = { properties: { configuration: { registries: [{ server: 'images.azurecr.io' }] } }, identity: identity('fn') };
    const records = [
      person('ada'),
      person('bob'),
      principal('fn', { servicePrincipalType: 'ManagedIdentity' }),
      resource('Microsoft.Web/sites', 'fn', site),
      resource('Microsoft.Storage/storageAccounts', 'code'),
      writer,
      assignment('ada', 'writer', subscriptionId),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      resource('Microsoft.App/containerApps', 'api', app),
      pusher,
      assignment('bob', 'pusher', subscriptionId),
    ];
    expect(await techniques(records, oid('ada'), oid('fn'))).toEqual(['azure.storage-backs-function', 'azure.identity-token']);
    expect(await techniques(records, oid('bob'), oid('fn'))).toEqual(['azure.image-replaced', 'azure.identity-token']);
  });

  test('whoever only reads the store of a function or a registry runs nothing there', async () => {
    const site = {
      appSettings: { AzureWebJobsStorage: { $redacted: { endpoints: ['code.blob.core.windows.net'] } } },
      kind: 'functionapp',
      identity: identity('fn'),
    };
    const records = [
      person('ada'),
      principal('fn', { servicePrincipalType: 'ManagedIdentity' }),
      resource('Microsoft.Web/sites', 'fn', site),
      resource('Microsoft.Storage/storageAccounts', 'code'),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      resource('Microsoft.App/containerApps', 'api', {
        properties: { template: { containers: [{ image: 'images.azurecr.io/shop/api:3' }] } },
        identity: identity('fn'),
      }),
      roleDefinition('reader', {
        actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
        dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
      }),
      assignment('ada', 'reader', subscriptionId),
    ];
    expect(await techniques(records, oid('ada'), resourceId('Microsoft.ContainerRegistry/registries', 'images'))).toEqual(['azure.acr-pull']);
    expect(await techniques(records, oid('ada'), oid('fn'))).toEqual(['no path']);
  });

  test('an image is replaced in the registry that the nodes of a cluster pull from; its own identity is not that of its pods', async () => {
    const kubernetes = 'Microsoft.ContainerService/managedClusters';
    const cluster = {
      identity: identity('control-plane'),
      properties: {
        identityProfile: { kubeletidentity: { objectId: oid('kubelet') } },
        addonProfiles: { azureKeyvaultSecretsProvider: { identity: { objectId: oid('addon') } } },
      },
    };
    const records = [
      person('bob'),
      ...['control-plane', 'kubelet', 'addon'].map((name) => principal(name, { servicePrincipalType: 'ManagedIdentity' })),
      resource(kubernetes, 'k8s', cluster),
      resource(kubernetes, 'other', {}),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      roleDefinition('AcrPull', { actions: ['Microsoft.ContainerRegistry/registries/pull/read'] }),
      roleDefinition('AcrPush', { actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'] }),
      assignment('kubelet', 'AcrPull', resourceId('Microsoft.ContainerRegistry/registries', 'images')),
      assignment('bob', 'AcrPush', resourceId('Microsoft.ContainerRegistry/registries', 'images')),
    ];
    const found = await path(records, oid('bob'), resourceId(kubernetes, 'k8s'));
    expect(found?.steps.map((step) => step.techniques[0])).toEqual(['azure.image-replaced']);
    // The right to pull proves the second half of the hop.
    expect(found?.steps[0]?.evidence.some(({ resource: id }) => id.includes('/roleassignments/') && id.includes('registries/images'))).toBe(true);
    expect(await techniques(records, oid('bob'), resourceId(kubernetes, 'other'))).toEqual(['no path']);
    expect(await techniques(records, oid('bob'), oid('addon'))).toEqual(['azure.image-replaced', 'azure.identity-token']);
    expect(await techniques(records, oid('bob'), oid('control-plane'))).toEqual(['no path']);
  });

  test('a runbook commands the hybrid workers of its account', async () => {
    const runbooks = 'Microsoft.Automation/automationAccounts';
    const workers = {
      ...resource(`${runbooks}/hybridRunbookWorkerGroups`, 'x', { hybridRunbookWorkers: [{ properties: { vmResourceId: resourceId(vm, 'backup') } }] }),
      id: `${resourceId(runbooks, 'ops')}/hybridrunbookworkergroups/site`,
    };
    const records = [
      person('ada'),
      resource(runbooks, 'ops'),
      workers,
      resource(vm, 'backup'),
      resource(vm, 'web'),
      roleDefinition('runbooks', { actions: [`${runbooks}/runbooks/write`, `${runbooks}/jobs/write`] }),
      assignment('ada', 'runbooks', resourceId(runbooks, 'ops')),
      person('bob'),
      roleDefinition('operator', { actions: [`${runbooks}/jobs/write`] }),
      assignment('bob', 'operator', resourceId(runbooks, 'ops')),
    ];
    expect(await techniques(records, oid('ada'), resourceId(vm, 'backup'))).toEqual(['azure.runbook', 'azure.hybrid-worker']);
    expect(await techniques(records, oid('ada'), resourceId(vm, 'web'))).toEqual(['no path']);
    // Starting a runbook that somebody else wrote commands nothing.
    expect(await techniques(records, oid('bob'), resourceId(vm, 'backup'))).toEqual(['no path']);
  });

  test('a connection of an automation account is the application that it names', async () => {
    const redactor = new Redactor(Buffer.alloc(32, 1));
    const runbooks = 'Microsoft.Automation/automationAccounts';
    const config = {
      name: 'ops',
      id: resourceId(runbooks, 'ops'),
      connections: [{ properties: { fieldDefinitionValues: { ApplicationId: oid('runas-app'), CertificateThumbprint: 'AB' } } }],
    };
    const records = [
      { ...resource(runbooks, 'ops'), config: redactor.config(config, types.get(runbooks)) },
      principal('runas'),
      assignment('runas', owner, subscriptionId),
    ];
    expect(await techniques(records, resourceId(runbooks, 'ops'), `admin:${subscription}`)).toEqual(['azure.stored-credential']);
  });

  test('who approves an activation holds the role once somebody eligible asks, and nobody approves for himself alone', () => {
    const rule = {
      id: 'Approval_EndUser_Assignment',
      setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [{ userId: oid('boss') }, { userId: oid('ada') }] }] },
    };
    const policy = entity('unifiedRoleManagementPolicyAssignment', 'p', {
      roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10',
      scopeId: '/',
      policy: { rules: [rule] },
    });
    const administrator = '62e90394-69f5-4237-9190-012177145e10';
    const records = [
      person('boss'),
      person('ada'),
      person('eve'),
      directoryRole('Global Administrator', ['microsoft.directory/*'], administrator),
      directoryAssignment('ada', administrator, '/', 'unifiedRoleEligibilityScheduleInstance'),
      policy,
    ];
    const iam = createAzureIamEngine(memorySnapshot(records, { types }));
    const keys = (who: string) => iam.admin(oid(who)).residual.flatMap(({ allOf }) => allOf.map((atom) => `${atom.key} ${atom.values.join()}`));
    expect(keys('boss')).toEqual(['pim:Activation Global Administrator', `pim:EligibleRequest ${oid('ada')}`]);
    expect(keys('ada')).toEqual(['pim:Activation Global Administrator', `pim:Approval ${[oid('ada'), oid('boss')].sort().join()}`]);
    expect(iam.admin(oid('eve')).verdict).toBe('no');
  });

  test('the Entra administrator of a database server reads it; a cluster commands its nodes', async () => {
    const records = [
      person('ada'),
      resource('Microsoft.Sql/servers', 'db', { properties: { administrators: { sid: oid('dbas') } } }),
      team('dbas', ['ada']),
      resource('Microsoft.ContainerService/managedClusters', 'k8s', { properties: { nodeResourceGroup: 'MC_k8s' } }),
      resource('Microsoft.Compute/virtualMachineScaleSets', 'nodes', {}, 'mc_k8s'),
    ];
    expect(await techniques(records, oid('ada'), resourceId('Microsoft.Sql/servers', 'db'))).toEqual(['azure.sql-administrator']);
    expect(
      await techniques(
        records,
        resourceId('Microsoft.ContainerService/managedClusters', 'k8s'),
        resourceId('Microsoft.Compute/virtualMachineScaleSets', 'nodes', 'mc_k8s'),
      ),
    ).toEqual(['azure.cluster-nodes']);
  });

  test('from the premises over the synchronization to the tenant', async () => {
    const records = [
      entity('organization', tenant, { displayName: 'Fabrikam', onPremisesSyncEnabled: true }),
      person('admin', { onPremisesSyncEnabled: true }),
      directoryRole('Privileged Role Administrator', ['microsoft.directory/roleAssignments/allProperties/allTasks'], 'e8611ab8-c189-46e8-94e1-60213ab1f814'),
      team('admins', ['admin'], { isAssignableToRole: true }),
      directoryAssignment('admins', 'e8611ab8-c189-46e8-94e1-60213ab1f814'),
    ];
    expect(await techniques(records, `onprem:entra-connect-${tenant}`, `admin:${tenant}`)).toEqual(['entra.synchronized-user', 'entra.assign-role']);
  });

  test('whoever signs for a federated domain is any of its users that can be named to it', async () => {
    const administrator = '62e90394-69f5-4237-9190-012177145e10';
    const records = (domain: JsonObject) => [
      entity('domain', 'fabrikam.example', { isVerified: true, ...domain }),
      person('admin', { onPremisesImmutableId: 'x==' }),
      person('cloud'),
      directoryRole('Global Administrator', ['microsoft.directory/*'], administrator),
      directoryAssignment('admin', administrator),
      assignment('cloud', owner, subscriptionId),
    ];
    const read = records({ authenticationType: 'Federated', federationConfiguration: [{ issuerUri: 'http://sts.fabrikam.example/adfs/services/trust' }] });
    expect(await techniques(read, 'saml:http://sts.fabrikam.example/adfs/services/trust', oid('admin'))).toEqual(['entra.federated-domain']);
    expect(await techniques(records({ authenticationType: 'Federated' }), 'onprem:federation-fabrikam.example', oid('admin'))).toEqual([
      'entra.federated-domain',
    ]);
    // Without an immutable id no assertion names the user; the tenant's Global Administrator leads to everybody all the same.
    const [first] = (await path(read, 'saml:http://sts.fabrikam.example/adfs/services/trust', oid('cloud')))?.steps ?? [];
    expect(first?.to).toBe(oid('admin'));
    await expect(techniques(records({ authenticationType: 'Managed' }), 'onprem:federation-fabrikam.example', oid('admin'))).rejects.toThrow(
      'not in the graph',
    );
  });

  test('an application of another tenant, and a guest, are ways in', async () => {
    const other = '0c0c0c0c-0000-4000-8000-000000000009';
    const records = [
      principal('saas', { appOwnerOrganizationId: other }),
      assignment('saas', owner, subscriptionId),
      person('guest', { userType: 'Guest', mail: 'g@partner.example' }),
      assignment('guest', owner, subscriptionId),
    ];
    expect(await techniques(records, `azure:tenant:${other}`, `admin:${subscription}`)).toEqual(['entra.foreign-application']);
    expect(await techniques(records, 'azure:tenant:partner.example', `admin:${subscription}`)).toEqual(['entra.guest']);
  });

  test('a tenant that manages by Lighthouse', async () => {
    const other = '0c0c0c0c-0000-4000-8000-000000000009';
    const offer = { managedByTenantId: other, authorizations: [{ principalId: oid('x'), roleDefinitionId: `/x/${contributor}` }] };
    const delegation = {
      ...resource('Microsoft.ManagedServices/registrationAssignments', 'l', { properties: { registrationDefinition: { properties: offer } } }),
      id: `${subscriptionId}/providers/microsoft.managedservices/registrationassignments/l`,
    };
    expect(await techniques([delegation, resource(vm, 'web')], `azure:tenant:${other}`, resourceId(vm, 'web'))).toEqual(['azure.vm-run-command']);
  });

  test('control of the tenant is control of its subscriptions and of what is in them', async () => {
    const records = [
      person('ada'),
      directoryRole('Global Administrator', [], '62e90394-69f5-4237-9190-012177145e10'),
      directoryAssignment('ada', '62e90394-69f5-4237-9190-012177145e10'),
      resource(vault, 'keys', {}),
    ];
    const found = await path(records, oid('ada'), resourceId(vault, 'keys'));
    expect(found?.steps.flatMap((step) => step.techniques[0] ?? [])).toContain('azure.elevate-access');
    expect(found?.steps.at(-1)?.techniques).toEqual(['azure.scope-control']);
  });
});
