import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rbin } from '../../collectors/aws/rbin.ts';
import { GetRuleCommand, paginateListRules, RbinClient } from '../../collectors/aws/rbin-client.ts';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import { CallFailure } from '../../src/collect/gate.ts';
import { runUnit } from '../../src/collect/runner.ts';
import type { Transport } from '../../src/collect/unit-run.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { importAws } from '../../src/snapshot/import/aws.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { account, user, userArn } from '../support/estate.ts';
import { estate, listed, pair, region, rule, ruleId, snapshotArn } from '../support/recycle-bin.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const deletes = ['ec2:DeleteSnapshot', 'ec2:DeregisterImage', 'ec2:DeleteVolume'];
const kept = { snapshot: 'aws.destroy-volume-snapshot', image: 'aws.destroy-image', volume: 'aws.destroy-volume' };
const all = { snapshot: 'proven', image: 'proven', volume: 'proven' };

interface Case {
  readonly name: string;
  readonly rules?: readonly SnapshotRecord[];
  readonly may?: readonly string[];
  readonly calls?: readonly CallStatus[];
  readonly left: Partial<typeof all>;
}

const cases: readonly Case[] = [
  { name: 'no rule', left: all },
  { name: 'a rule of the region keeps what it is about', rules: [rule('EBS_SNAPSHOT')], left: { image: 'proven', volume: 'proven' } },
  { name: 'of images', rules: [rule('EC2_IMAGE')], left: { snapshot: 'proven', volume: 'proven' } },
  { name: 'of volumes', rules: [rule('EBS_VOLUME')], left: { snapshot: 'proven', image: 'proven' } },
  { name: 'of another region', rules: [rule('EBS_SNAPSHOT', {}, 'us-east-1')], left: all },
  { name: 'that is not active yet', rules: [rule('EBS_SNAPSHOT', { Status: 'pending' })], left: all },
  { name: 'deleted first', rules: [rule('EBS_SNAPSHOT')], may: ['rbin:DeleteRule'], left: all },
  { name: 'changed first', rules: [rule('EBS_SNAPSHOT')], may: ['rbin:UpdateRule'], left: all },
  {
    name: 'read first, which helps nobody',
    rules: [rule('EBS_SNAPSHOT')],
    may: ['rbin:GetRule', 'rbin:UnlockRule'],
    left: { image: 'proven', volume: 'proven' },
  },
  { name: 'locked', rules: [rule('EBS_SNAPSHOT', { LockState: 'locked' })], may: ['rbin:*'], left: { image: 'proven', volume: 'proven' } },
  {
    name: 'in the delay of its unlocking',
    rules: [rule('EBS_SNAPSHOT', { LockState: 'pending_unlock' })],
    may: ['rbin:*'],
    left: { image: 'proven', volume: 'proven' },
  },
  {
    name: 'a locked one beside one that is not',
    rules: [rule('EBS_SNAPSHOT'), rule('EBS_SNAPSHOT', { LockState: 'locked' }, region, 'r2')],
    may: ['rbin:*'],
    left: { image: 'proven', volume: 'proven' },
  },
  {
    name: 'by a tag that it has',
    rules: [rule('EBS_SNAPSHOT', { ResourceTags: [pair('x', 'y'), pair('backup', 'yes')] })],
    left: { image: 'proven', volume: 'proven' },
  },
  { name: 'by a tag of another value', rules: [rule('EBS_SNAPSHOT', { ResourceTags: [pair('backup', 'no')] })], left: all },
  {
    name: 'by a tag whose value is changed first',
    rules: [rule('EBS_SNAPSHOT', { ResourceTags: [pair('backup', 'yes')] })],
    may: ['ec2:CreateTags'],
    left: all,
  },
  {
    name: 'the tag changed, and a rule of the region',
    rules: [rule('EBS_SNAPSHOT', { ResourceTags: [pair('backup', 'yes')] }), rule('EBS_SNAPSHOT', {}, region, 'r2')],
    may: ['ec2:CreateTags'],
    left: { image: 'proven', volume: 'proven' },
  },
  { name: 'leaving it out', rules: [rule('EBS_SNAPSHOT', { ExcludeResourceTags: [pair('backup', 'yes')] })], left: all },
  { name: 'leaving others out', rules: [rule('EBS_SNAPSHOT', { ExcludeResourceTags: [pair('scratch', '1')] })], left: { image: 'proven', volume: 'proven' } },
  {
    name: 'leaving others out, of which it becomes one',
    rules: [rule('EBS_SNAPSHOT', { ExcludeResourceTags: [pair('scratch', '1')] })],
    may: ['ec2:CreateTags'],
    left: all,
  },
  { name: 'rules may not be listed', calls: listed('denied'), left: { snapshot: 'unknown', image: 'unknown', volume: 'unknown' } },
  {
    name: 'what a rule is about may not be read',
    rules: [rule('', {}, region, 'r1', ['rbin:ListRules'])],
    left: { snapshot: 'unknown', image: 'unknown', volume: 'unknown' },
  },
];

const records = ({ rules = [], may = [] }: Case): readonly SnapshotRecord[] => [
  user('mo', [{ Effect: 'Allow', Action: [...deletes, ...may], Resource: '*' }]),
  ...estate,
  ...rules,
];
const found = (steps: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    steps.flatMap((step) => {
      const [from, , , technique, verdict = ''] = step.split(' ');
      const what = Object.entries(kept).find(([, id]) => technique === id || technique === `${id}-retagged`)?.[0];
      return from === userArn('mo') && what !== undefined ? [[what, verdict]] : [];
    }),
  );

describe('what the recycle bin keeps is not destroyed', () => {
  test.each(cases)('$name', async (given) => {
    expect(found(await stepsOf(types, records(given), /destroy-/, given.calls ?? listed('ok')))).toEqual(given.left);
  });

  test('a step that a rule does not stop says so, and one that is stopped comes when the rule is gone', async () => {
    const snapshot = memorySnapshot(records({ name: '', rules: [rule('EBS_SNAPSHOT', { ResourceTags: [pair('backup', 'yes')] })], left: {} }), {
      types,
      calls: listed('ok'),
    });
    const before = await analyseSnapshot(snapshot, types, noSettings, { again: true });
    const steps = (graph: typeof before.graph): readonly string[] => {
      const [from, to] = [graph.indexOf(userArn('mo')), graph.indexOf(snapshotArn)];
      return [...graph.out(from)].flatMap((edge) => (graph.targets[edge] === to ? [graph.step(edge).technique] : []));
    };
    expect(steps(before.graph)).toEqual([]);
    for (const change of [
      { op: 'delete', resource: ruleId('r1') },
      { op: 'set', resource: ruleId('r1'), pointer: '/config/ResourceTags/0/ResourceTagValue', value: 'no' },
      { op: 'set', resource: snapshotArn, pointer: '/config/Tags/0/Value', value: 'no' },
    ] as const)
      expect([change, steps((await withChanges(before, [change])).analysis.graph)]).toEqual([change, ['aws.destroy-volume-snapshot']]);
  });

  test('the answers of the CLI are recognised, each rule by both', () => {
    const summary = { Identifier: 'r1', RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' }, LockState: 'locked' };
    const text = JSON.stringify([{ Rules: [summary] }, { ...rule('EBS_SNAPSHOT').config, RuleArn: ruleId('r1') }]);
    const { records: read, unrecognised } = importAws([{ file: 'rules.json', text }], { types, redactor: new Redactor(Buffer.alloc(32, 1)), account, region });
    expect(unrecognised).toEqual([]);
    expect(read.map(({ type, id, config, calls }) => [type, id, config['ResourceType'], calls])).toEqual([
      ['AWS::Rbin::Rule', ruleId('r1'), 'EBS_SNAPSHOT', ['rbin:GetRule', 'rbin:ListRules']],
    ]);
  });
});

test('rules are listed for each type of resource, and told one by one', async () => {
  const asked: string[] = [];
  const transport: Transport = {
    call: async (_collector, operation, input) => {
      asked.push(`${operation} ${JSON.stringify(input)}`);
      if (operation === 'GetRule') return { answer: { ...rule('EBS_SNAPSHOT').config, LockState: 'locked' }, requests: 1 };
      // A region whose recycle bin does not keep volumes yet.
      if (input['ResourceType'] === 'EBS_VOLUME') throw new CallFailure('broken', 'ValidationException', 'no such type');
      return { answer: { Rules: input['ResourceType'] === 'EBS_SNAPSHOT' ? [{ Identifier: 'r1', LockState: 'locked' }] : [] }, requests: 1 };
    },
  };
  const found: SnapshotRecord[] = [];
  const sink = {
    records: async (_account: string, _region: string, _type: string, list: readonly SnapshotRecord[]) => {
      found.push(...list);
    },
  };
  const { calls } = await runUnit({ collector: rbin, place: { partition: 'aws', account, region } }, transport, sink, (config) => config);
  expect(asked).toEqual([
    'ListRules {"ResourceType":"EBS_SNAPSHOT"}',
    'ListRules {"ResourceType":"EC2_IMAGE"}',
    'ListRules {"ResourceType":"EBS_VOLUME"}',
    'GetRule {"Identifier":"r1"}',
  ]);
  expect(found).toEqual([{ ...rule('EBS_SNAPSHOT', { LockState: 'locked' }), calls: ['rbin:GetRule', 'rbin:ListRules'] }]);
  expect(calls.map(({ call, state, requests }) => [call, state, requests])).toEqual([
    ['rbin:ListRules', 'ok', 3],
    ['rbin:GetRule', 'ok', 1],
  ]);
});

describe('the client', () => {
  const seen: { method: string; url: string; body: string; authorization: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    seen.push({ method: request.method ?? '', url: request.url ?? '', body, authorization: request.headers.authorization ?? '' });
    if (request.method === 'GET') response.end(JSON.stringify({ Identifier: 'a b', Status: 'available' }));
    else response.end(JSON.stringify(body.includes('NextToken') ? { Rules: [{ Identifier: 'b' }] } : { Rules: [{ Identifier: 'a b' }], NextToken: 'two' }));
  });
  let client = new RbinClient({ region });
  beforeAll(async () => {
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new RbinClient({ region, endpoint, credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' } });
  });
  afterAll(() => {
    server.close();
  });

  test('signs, sends what is asked, and follows the pages', async () => {
    const pages: unknown[] = [];
    for await (const page of paginateListRules({ client }, { ResourceType: 'EBS_SNAPSHOT' })) pages.push(page);
    expect(pages).toEqual([{ Rules: [{ Identifier: 'a b' }], NextToken: 'two' }, { Rules: [{ Identifier: 'b' }] }]);
    expect(await client.send(new GetRuleCommand({ Identifier: 'a b' }))).toEqual({ Identifier: 'a b', Status: 'available' });
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/list-rules', '{"ResourceType":"EBS_SNAPSHOT"}'],
      ['POST', '/list-rules', '{"ResourceType":"EBS_SNAPSHOT","NextToken":"two"}'],
      ['GET', '/rules/a%20b', ''],
    ]);
    for (const { authorization } of seen) expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/rbin\/aws4_request/);
  });
});
