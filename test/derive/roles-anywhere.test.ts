import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ListProfilesCommand, paginateListTrustAnchors, RolesAnywhereClient } from '../../collectors/aws/rolesanywhere-client.ts';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { importAws } from '../../src/snapshot/import/aws.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { account, role, roleArn, trusts, user, userArn } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const region = 'eu-west-1';
const types = await allTypes();
const service = { Service: 'rolesanywhere.amazonaws.com' };
const anchorArn = `arn:aws:rolesanywhere:${region}:${account}:trust-anchor/ta-1`;
const profileArn = (place: string): string => `arn:aws:rolesanywhere:${place}:${account}:profile/pr-1`;

const anchor = (more: JsonObject = {}): SnapshotRecord => ({
  type: 'AWS::RolesAnywhere::TrustAnchor',
  id: anchorArn,
  account,
  region,
  calls: ['rolesanywhere:ListTrustAnchors'],
  config: { trustAnchorArn: anchorArn, name: 'plant', enabled: true, source: { sourceType: 'CERTIFICATE_BUNDLE' }, ...more },
});
const profile = (more: JsonObject = {}, place = region): SnapshotRecord => ({
  type: 'AWS::RolesAnywhere::Profile',
  id: profileArn(place),
  account,
  region: place,
  calls: ['rolesanywhere:ListProfiles'],
  config: { profileArn: profileArn(place), name: 'plc', enabled: true, roleArns: [roleArn('edge')], ...more },
});
const asked: readonly CallStatus[] = ['rolesanywhere:ListProfiles', 'rolesanywhere:ListTrustAnchors'].map((call) => ({
  call,
  account,
  region,
  state: 'ok',
  requests: 1,
}));
const steps = (records: readonly SnapshotRecord[], calls = asked): Promise<readonly string[]> => stepsOf(types, records, /rolesanywhere/, calls);
const holder = `x509:${anchorArn}`;
const proven = [`${anchorArn} -> ${roleArn('edge')} aws.rolesanywhere-anchor proven`, `${holder} -> ${roleArn('edge')} aws.rolesanywhere-trust proven`];

describe('Roles Anywhere', () => {
  test('an anchor, a profile of its region and the trust of the role let a certificate in', async () => {
    expect(await steps([role('edge', trusts(service)), anchor(), profile()])).toEqual(proven);
  });

  test.each<[string, Json, readonly SnapshotRecord[]]>([
    ['no anchor', trusts(service), [profile()]],
    ['no profile', trusts(service), [anchor()]],
    ['the anchor is switched off', trusts(service), [anchor({ enabled: false }), profile()]],
    ['the profile is switched off', trusts(service), [anchor(), profile({ enabled: false })]],
    ['the profile is for another role', trusts(service), [anchor(), profile({ roleArns: [roleArn('other')] })]],
    ['the profile is of another region', trusts(service), [anchor(), profile({}, 'us-east-1')]],
    ['the role trusts another service', trusts({ Service: 'ec2.amazonaws.com' }), [anchor(), profile()]],
    ['the role takes another anchor only', trusts(service, { ArnEquals: { 'aws:SourceArn': `${anchorArn}x` } }), [anchor(), profile()]],
  ])('%s: no way in', async (_name, trust, others) => {
    expect(await steps([role('edge', trust), ...others])).toEqual([]);
  });

  test('the anchor that the role asks for is no further condition', async () => {
    expect(await steps([role('edge', trusts(service, { ArnLike: { 'aws:SourceArn': `${anchorArn.slice(0, -1)}*` } })), anchor(), profile()])).toEqual(proven);
  });

  test('names that the certificate must bear make another entry', async () => {
    const trust = trusts(service, { StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'line-4' } });
    expect(await steps([role('edge', trust), anchor(), profile()])).toEqual([
      proven[0],
      `${holder}:x509Subject/CN=line-4 -> ${roleArn('edge')} aws.rolesanywhere-trust proven`,
    ]);
  });

  test('what a session policy leaves is not known', async () => {
    expect(await steps([role('edge', trusts(service)), anchor(), profile({ sessionPolicy: { Version: '2012-10-17', Statement: [] } })])).toEqual(
      proven.map((step) => step.replace('proven', 'unknown')),
    );
  });

  test('anchors and profiles that nobody listed are not known', async () => {
    expect(await steps([role('edge', trusts(service))], [])).toEqual([`x509:${account} -> ${roleArn('edge')} aws.rolesanywhere-trust unknown`]);
  });

  const may = (...actions: string[]): SnapshotRecord => user('ada', [{ Effect: 'Allow', Action: actions, Resource: '*' }]);
  const ada = userArn('ada');
  test.each<[string, readonly SnapshotRecord[], readonly string[]]>([
    [
      'an authority of its own is enough where a profile is there',
      [may('rolesanywhere:CreateTrustAnchor'), profile()],
      ['aws.rolesanywhere-anchor-for-profile'],
    ],
    ['not where the profile is switched off', [may('rolesanywhere:CreateTrustAnchor'), profile({ enabled: false })], []],
    ['not where it gives another role', [may('rolesanywhere:CreateTrustAnchor'), profile({ roleArns: [roleArn('other')] })], []],
    [
      'not in another account',
      [user('ada', [{ Effect: 'Allow', Action: 'rolesanywhere:CreateTrustAnchor', Resource: '*' }], {}, '999988887777'), profile()],
      [],
    ],
    [
      'the role is put into a profile',
      [may('rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateProfile', 'iam:PassRole'), profile({ roleArns: [roleArn('other')] })],
      ['aws.rolesanywhere-update-profile'],
    ],
  ])('%s', async (_name, others, expected) => {
    const found = await steps([role('edge', trusts(service)), ...others]);
    expect(found.filter((step) => step.includes(':user/ada'))).toEqual(expected.map((technique) => `${ada} -> ${roleArn('edge')} ${technique} proven`));
  });

  const authority = `arn:aws:acm-pca:${region}:${account}:certificate-authority/ca-1`;
  test.each<[string, readonly string[], JsonObject, number]>([
    ['whoever has certificates issued gets in', ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate'], {}, 1],
    ['not without fetching them', ['acm-pca:IssueCertificate'], {}, 0],
    ['not where the anchor is switched off', ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate'], { enabled: false }, 0],
  ])('%s', async (_name, actions, more, count) => {
    const source = { sourceType: 'AWS_ACM_PCA', sourceData: { acmPcaArn: authority } };
    const found = await steps([role('edge', trusts(service)), may(...actions), anchor({ source, ...more }), profile()]);
    expect(found.filter((step) => step.includes('issue-certificate'))).toEqual(
      Array.from({ length: count }, () => `${ada} -> ${anchorArn} aws.rolesanywhere-issue-certificate proven`),
    );
  });

  test('the answers of the CLI are recognised', () => {
    const text = JSON.stringify([{ trustAnchors: [anchor().config] }, { profiles: [profile().config] }]);
    const { records, unrecognised } = importAws([{ file: 'anywhere.json', text }], { types, redactor: new Redactor(Buffer.alloc(32, 1)) });
    expect(unrecognised).toEqual([]);
    expect(records.map((record) => [record.type, record.id, record.account, record.region])).toEqual([
      ['AWS::RolesAnywhere::TrustAnchor', anchorArn, account, region],
      ['AWS::RolesAnywhere::Profile', profileArn(region), account, region],
    ]);
  });
});

describe('the client', () => {
  const seen: { url: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' });
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('nextToken');
    if (request.url?.startsWith('/profiles')) {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException:http://internal/' });
      response.end(JSON.stringify({ message: 'not you' }));
    } else response.end(JSON.stringify(token === null ? { trustAnchors: [{ name: 'a' }], nextToken: 'two' } : { trustAnchors: [{ name: 'b' }] }));
  });
  let endpoint = '';
  beforeAll(async () => {
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });
  const client = (): RolesAnywhereClient =>
    new RolesAnywhereClient({ region, endpoint, credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' } });

  test('signs, and follows the pages', async () => {
    const pages: unknown[] = [];
    for await (const page of paginateListTrustAnchors({ client: client() }, {})) pages.push(page);
    expect(pages).toEqual([{ trustAnchors: [{ name: 'a' }], nextToken: 'two' }, { trustAnchors: [{ name: 'b' }] }]);
    expect(seen.map(({ url }) => url)).toEqual(['/trustanchors', '/trustanchors?nextToken=two']);
    for (const { authorization } of seen)
      expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/rolesanywhere\/aws4_request/);
  });

  test('tells a denial by its code', async () => {
    await expect(client().send(new ListProfilesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'not you',
      $metadata: { httpStatusCode: 403 },
    });
  });
});
