import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import {
  application,
  assignment,
  contributor,
  graph,
  identity,
  managed,
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
  tenant,
} from '../support/azure-estate.ts';
import { bestPath, estateOf, techniquesOf } from '../support/azure-paths.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const vault = 'Microsoft.KeyVault/vaults';
const uami = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const github = 'https://token.actions.githubusercontent.com';
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

describe('from one cloud into the other by a token', () => {
  test('a branch of a repository deploys to a subscription', async () => {
    const records = [
      application('deploy', credential('repo:fabrikam/shop:ref:refs/heads/main')),
      principal('deploy'),
      assignment('deploy', owner, subscriptionId),
    ];
    expect(await techniquesOf(records, 'oidc:token.actions.githubusercontent.com:repo:fabrikam/shop:ref:refs/heads/main', `admin:${subscription}`)).toEqual([
      'entra.federated-credential',
      'entra.app-runs-as',
    ]);
  });

  test('a service connection of Azure DevOps deploys as its application', async () => {
    const issuer = 'https://vstoken.dev.azure.com/11111111-0000-4000-8000-000000000001';
    const connection = 'sc://fabrikam/shop/production';
    const records = [application('deploy', credential(connection, issuer)), principal('deploy'), assignment('deploy', owner, subscriptionId)];
    expect(await techniquesOf(records, `oidc:${issuer.replace('https://', '')}:${connection}`, `admin:${subscription}`)).toEqual([
      'entra.federated-credential',
      'entra.app-runs-as',
    ]);
    await expect(techniquesOf(records, `oidc:${issuer.replace('https://', '')}:sc://fabrikam/shop/test`, `admin:${subscription}`)).rejects.toThrow(
      'is not in the graph',
    );
  });

  test('a wildcard in a plain credential is met by no token: a condition that is next to nothing', async () => {
    const records = [application('deploy', credential('repo:fabrikam/shop:*')), principal('deploy'), assignment('deploy', owner, subscriptionId)];
    const found = await bestPath(records, 'oidc:token.actions.githubusercontent.com:repo:fabrikam/shop:*', `admin:${subscription}`);
    expect(found?.verdict).toBe('conditional');
    expect(found?.likelihood).toBeLessThan(0.1);
  });

  test('a role of AWS becomes a managed identity, and from there reads a vault', async () => {
    const records = [
      role('build', trusts({ Service: 'codebuild.amazonaws.com' })),
      resource(uami, 'deployer', onIdentity(roleArn('build'), 'https://0123abcd.tokens.sts.global.api.aws')),
      managed('deployer'),
      roleDefinition('secrets-user', { dataActions: [`${vault}/secrets/getSecret/action`] }),
      assignment('deployer', 'secrets-user', subscriptionId),
      resource(vault, 'keys', { properties: { enableRbacAuthorization: true } }),
    ];
    expect(await techniquesOf(records, roleArn('build'), resourceId(vault, 'keys'))).toEqual([
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
    expect(await techniquesOf(records, userArn('maker'), `admin:${subscription}`)).toEqual(['entra.federated-credential', 'entra.app-runs-as']);
    expect(await techniquesOf(records, userArn('other'), `admin:${subscription}`)).toEqual(['no path']);
  });

  test('a managed identity becomes a role of AWS, and from there reads a bucket', async () => {
    const records = [
      resource(vm, 'web', { identity: identity('web-identity') }),
      managed('web-identity'),
      person('ada'),
      assignment('ada', contributor, subscriptionId),
      role('reader', oidcTrust(`sts.windows.net/${tenant}/`, oid('web-identity')), readsCards),
      bucket('cards'),
    ];
    const found = await techniquesOf(records, `phished:${oid('ada')}`, 'cards');
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
    expect(await techniquesOf(records, resourceId('Microsoft.ContainerService/managedClusters', 'k8s'), `admin:${tenant}`)).toEqual([
      'entra.federated-credential',
      'entra.app-runs-as',
      'entra.assign-role',
    ]);
  });

  test('a pod of a cluster of AKS becomes a role of AWS', async () => {
    const issuer = 'https://westeurope.oic.prod-aks.azure.com/x/y/';
    const kubernetes = 'Microsoft.ContainerService/managedClusters';
    const records = [
      resource(kubernetes, 'k8s', { properties: { oidcIssuerProfile: { issuerURL: issuer } } }),
      role('reader', oidcTrust(issuer.slice('https://'.length), 'system:serviceaccount:shop:api'), readsCards),
      bucket('cards'),
    ];
    expect(await techniquesOf(records, resourceId(kubernetes, 'k8s'), 'cards')).toEqual(['azure.aks-service-account', 'aws.read-bucket']);
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
      managed('worker'),
      managed('other'),
      role('reader', forAudience('api://aws'), readsCards),
      bucket('cards'),
    ];

    test('any identity of the tenant, where the application asks for no assignment', async () => {
      expect(await techniquesOf(records({}), oid('other'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
    });

    test('only those that are assigned, where it asks for one', async () => {
      const asking = records({ appRoleAssignmentRequired: true, appRoleAssignedTo: [{ principalId: oid('worker') }] });
      expect(await techniquesOf(asking, oid('worker'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
      expect(await techniquesOf(asking, oid('other'), 'cards')).toEqual(['no path']);
    });

    test('a subject of the tenant that stands in the snapshot is nobody from outside', async () => {
      const [, worker = principal('x'), other = principal('x'), , cards = bucket('x')] = records({});
      const subject = [worker, other, cards, role('reader', forAudience('api://aws', oid('worker')), readsCards)];
      expect((await estateOf(subject)).resolver.one(`oidc:${host}:${oid('worker')}`)).toBeUndefined();
      expect(await techniquesOf(subject, oid('worker'), 'cards')).toEqual(['aws.oidc-trust', 'aws.read-bucket']);
      expect(await techniquesOf(subject, oid('other'), 'cards')).toEqual(['no path']);
    });
  });
});
