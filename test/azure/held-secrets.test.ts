import { describe, expect, test } from '@jest/globals';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { assignment, contributor, oid, owner, person, principal, resource, resourceId, subscription, subscriptionId } from '../support/azure-estate.ts';
import { bestPath, techniquesOf, types } from '../support/azure-paths.ts';
import { account, bucket, user, userArn } from '../support/estate.ts';

const vault = 'Microsoft.KeyVault/vaults';
const readsCards = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }];

describe('what one cloud keeps of the other', () => {
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
    const found = await bestPath(records, secret.id, `admin:${subscription}`);
    expect(found?.steps.map((step) => step.techniques[0])).toEqual(['azure.named-secret']);
    expect(found?.verdict).toBe('conditional');
    expect(await techniquesOf(records, resourceId(vault, 'keys'), 'cards')).toEqual(['azure.named-secret', 'aws.read-bucket']);
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
    expect((await bestPath(records, oid('ada'), 'cards'))?.steps.map((step) => step.to)).toEqual([
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
    expect(await techniquesOf(records, pay.id, resourceId('Microsoft.Storage/storageAccounts', 'cards'))).toEqual(['azure.stored-credential']);
    expect(await techniquesOf(records, pay.id, `admin:${subscription}`)).toEqual(['azure.stored-credential']);
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
    // Nothing of them is open to the network, which would be a way to the other one too.
    const hidden = { properties: { publicNetworkAccess: 'Disabled', network: { publicNetworkAccess: 'Disabled' } } };
    const records = [resource('Microsoft.Web/sites', 'shop', config), resource(type, 'cards', hidden), resource(type, 'other', hidden)];
    expect(await techniquesOf(records, resourceId('Microsoft.Web/sites', 'shop'), resourceId(type, 'cards'))).toEqual(['azure.stored-credential']);
    expect(await techniquesOf(records, resourceId('Microsoft.Web/sites', 'shop'), resourceId(type, 'other'))).toEqual(['no path']);
  });
});
