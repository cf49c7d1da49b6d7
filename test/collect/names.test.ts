import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Api } from '../../scripts/estate/api.ts';
import { objects } from '../../src/network/aws/config.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { run } from '../support/run.ts';

/** More than the 300 records of one page (Route 53 API reference, ListResourceRecordSets). */
const records = 640;

describeWith('MOTO', 'names that lead to front doors', () => {
  let moto: Moto;
  let folder: string;
  beforeAll(async () => {
    moto = await startMoto();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-names-'));
    const api = new Api(moto.url, '123456789012', 'us-east-1', { accessKeyId: 'test', secretAccessKey: 'test' });
    const { HostedZone } = (await api.call('route53', 'CreateHostedZone', { Name: 'example.com', CallerReference: 'one' })) as unknown as {
      HostedZone: { Id: string };
    };
    const Changes = Array.from({ length: records }, (_, n) => ({
      Action: 'CREATE',
      ResourceRecordSet: { Name: `host-${n}.example.com`, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: `target-${n}.example.net` }] },
    }));
    await api.call('route53', 'ChangeResourceRecordSets', { HostedZoneId: HostedZone.Id, ChangeBatch: { Changes } });
    const { id } = (await api.call('apigateway', 'CreateRestApi', { name: 'orders' })) as unknown as { id: string };
    await api.call('apigateway', 'CreateDomainName', { domainName: 'api.example.com', endpointConfiguration: { types: ['REGIONAL'] } });
    const { id: resource } = ((await api.call('apigateway', 'GetResources', { restApiId: id })) as unknown as { items: [{ id: string }] }).items[0];
    await api.call('apigateway', 'PutMethod', { restApiId: id, resourceId: resource, httpMethod: 'GET', authorizationType: 'NONE' });
    await api.call('apigateway', 'PutIntegration', { restApiId: id, resourceId: resource, httpMethod: 'GET', type: 'MOCK' });
    await api.call('apigateway', 'CreateDeployment', { restApiId: id, stageName: 'live' });
    await api.call('apigateway', 'CreateBasePathMapping', { domainName: 'api.example.com', restApiId: id, stage: 'live' });
  });
  afterAll(async () => {
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every page of a zone, and the APIs behind a custom domain name', async () => {
    const out = path.join(folder, 'snap');
    const env = { ...moto.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
    Object.assign(process.env, env);
    const words = ['collect', 'aws', '--regions', 'us-east-1', '--services', 'route53,apigateway', '--max-rps', '500', '--out', out];
    expect(await run(words, { env })).toMatchObject({ code: 0 });
    const snapshot = await readSnapshot(out);
    const [zone] = snapshot.records('AWS::Route53::HostedZone');
    expect(zone?.id).toMatch(/^arn:aws:route53:::hostedzone\/[A-Z0-9]+$/);
    // The zone's own NS and SOA stand beside them.
    expect(new Set(objects(zone?.config, 'ListResourceRecordSets').map((each) => each['Name'])).size).toBe(records + 1);
    const [domain] = snapshot.records('AWS::ApiGateway::DomainName');
    const [api] = snapshot.records('AWS::ApiGateway::RestApi');
    expect(domain?.config['GetBasePathMappings']).toMatchObject([{ restApiId: api?.config['id'] }]);
  });
});
