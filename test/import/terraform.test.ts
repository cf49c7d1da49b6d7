import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { awsTerraform } from '../../collectors/aws/terraform/index.ts';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { snapshotDifferences } from '../../src/snapshot/difference.ts';
import { splitAddress } from '../../src/snapshot/import/terraform/plan.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { run } from '../support/run.ts';
import { terraformBase } from '../support/terraform-base.ts';

interface Change {
  readonly type: string;
  readonly name?: string;
  readonly address?: string;
  readonly actions: readonly string[];
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly unknown?: JsonObject;
  readonly expressions?: JsonObject;
}
interface Case {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly modules?: Readonly<Record<string, { readonly expressions: JsonObject; readonly resources: readonly JsonObject[] }>>;
  readonly expect: {
    readonly paths?: Readonly<Record<string, boolean>>;
    readonly can?: Readonly<Record<string, string>>;
    readonly reach?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, JsonObject>>;
    readonly open?: readonly string[];
    readonly unrecognised?: readonly string[];
    readonly never?: string;
    readonly same?: boolean;
  };
}

const cases = parse(readFileSync(path.join('test', 'cases', 'terraform', 'cases.yaml'), 'utf8')) as readonly Case[];
const root = mkdtempSync(path.join(os.tmpdir(), 'postern-terraform-'));
const base = path.join(root, 'base');
const env = { POSTERN_REDACTION_KEY: '44'.repeat(32) };
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  mkdirSync(path.join(root, 'in'));
  writeFileSync(path.join(root, 'in', 'estate.json'), JSON.stringify(terraformBase));
  const result = await run(['import', 'aws', path.join(root, 'in'), '--out', base, '--account', '111122223333', '--region', 'eu-west-1'], { env });
  expect(`${result.code} ${result.err}`).toMatch(/^0 /);
});

function planOf(each: Case): JsonObject {
  const address = (change: Change): string => change.address ?? `${change.type}.${change.name ?? 'x'}`;
  return {
    format_version: '1.2',
    terraform_version: '1.9.0',
    resource_changes: each.changes.map((change) => ({
      address: address(change),
      mode: 'managed',
      type: change.type,
      name: change.name ?? splitAddress(address(change)).local.split('.')[1] ?? '',
      change: { actions: change.actions, before: change.before ?? null, after: change.after ?? null, after_unknown: change.unknown ?? {} },
    })),
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { region: { constant_value: 'eu-west-1' } } } },
      root_module: {
        resources: each.changes
          .filter((change) => change.address === undefined)
          .map((change) => ({ address: address(change), type: change.type, provider_config_key: 'aws', expressions: change.expressions ?? {} })),
        module_calls: Object.fromEntries(
          Object.entries(each.modules ?? {}).map(([name, { expressions, resources }]) => [name, { expressions, module: { resources } }]),
        ),
      },
    },
  };
}

let count = 0;
async function planned(plan: Json | string, words: readonly string[] = ['--base', base]) {
  const file = path.join(root, `plan${++count}.json`);
  writeFileSync(file, typeof plan === 'string' ? plan : JSON.stringify(plan));
  const out = path.join(root, `out${count}`);
  return { ...(await run(['import', 'terraform', file, '--out', out, ...words], { env })), folder: out };
}
const everything = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
    .map((data) => (data[0] === 0x1f ? gunzipSync(data).toString() : data.toString()))
    .join('\n');

describe('a plan over a snapshot', () => {
  test.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const { folder: out, code, err } = await planned(planOf(each));
    expect(`${code} ${err}`).toMatch(/^0 /);
    const snapshot = await readSnapshot(out, await allTypes());
    const want = each.expect;
    const pairs = Object.entries(want.paths ?? {}).map(([pair, found]) => ({ name: pair, from: pair.split(' -> ')[0], to: pair.split(' -> ')[1], found }));
    writeFileSync(path.join(root, 'pairs.json'), JSON.stringify({ pairs }));
    const answer = await run(['paths', out, '--batch', path.join(root, 'pairs.json')]);
    expect((JSON.parse(answer.out) as { results: { name: string; found: boolean }[] }).results.map(({ name, found }) => ({ name, found }))).toEqual(
      pairs.map(({ name, found }) => ({ name, found })),
    );
    for (const [question, decision] of Object.entries(want.can ?? {})) {
      const { out: text } = await run(['can', out, ...question.split(' '), '--format', 'json']);
      expect(JSON.parse(text)).toMatchObject({ results: [{ decision }] });
    }
    const flows = Object.entries(want.reach ?? {}).map(([flow, verdict]) => {
      const [from, , to, protocol, port] = flow.split(' ');
      return { question: { name: flow, from, to, protocol, port: Number(port) }, verdict };
    });
    writeFileSync(path.join(root, 'flows.json'), JSON.stringify({ flows: flows.map(({ question }) => question) }));
    const reached = await run(['reach', out, '--batch', path.join(root, 'flows.json')]);
    expect((JSON.parse(reached.out) as { results: { verdict: string }[] }).results.map(({ verdict }) => verdict)).toEqual(flows.map(({ verdict }) => verdict));
    for (const [id, config] of Object.entries(want.config ?? {})) expect(snapshot.find(id)?.config).toMatchObject(config);
    const gaps = snapshot.manifest.calls.map((call) => call.message ?? '').join(' ');
    for (const each of want.open ?? []) expect(gaps).toContain(each);
    expect((snapshot.manifest.unrecognised ?? []).map(({ reason }) => reason)).toEqual(want.unrecognised ?? []);
    if (want.never !== undefined) expect(everything(out)).not.toContain(want.never);
    if (want.same === true) expect([...snapshot.all()]).toEqual([...(await readSnapshot(base)).all()]);
  });

  test('what several accounts hold under one id stays in each', async () => {
    const demo = path.join('snapshots', 'demo');
    const after = {
      user: 'dev-ines',
      name: 'more',
      policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}}',
    };
    const change = {
      address: 'aws_iam_user_policy.more',
      mode: 'managed',
      type: 'aws_iam_user_policy',
      name: 'more',
      provider_name: 'registry.terraform.io/hashicorp/aws',
    };
    writeFileSync(
      path.join(root, 'more.json'),
      JSON.stringify({ format_version: '1.2', resource_changes: [{ ...change, change: { actions: ['create'], before: null, after } }] }),
    );
    const out = path.join(root, 'more');
    expect((await run(['import', 'terraform', path.join(root, 'more.json'), '--base', demo, '--account', '001521993093', '--out', out])).code).toBe(0);
    const differences = snapshotDifferences(await readSnapshot(demo), await readSnapshot(out));
    expect(differences.map(({ resource, change: kind }) => [resource, kind])).toEqual([['arn:aws:iam::001521993093:user/dev-ines', 'changed']]);
  });

  test('the order of the changes does not matter', async () => {
    for (const each of cases) {
      const plan = planOf(each);
      const changes = plan['resource_changes'];
      const [one, two] = [await planned(plan), await planned({ ...plan, resource_changes: Array.isArray(changes) ? [...changes].reverse() : [] })];
      const [a, b] = [await readSnapshot(one.folder), await readSnapshot(two.folder)];
      expect([...b.all()]).toEqual([...a.all()]);
    }
  });

  test('a plan without a base stands alone', async () => {
    const { folder: out, code } = await planned(
      planOf({ name: '', changes: [{ type: 'aws_s3_bucket', name: 'a', actions: ['create'], after: { bucket: 'alone' } }], expect: {} }),
      ['--account', '444455556666'],
    );
    expect(code).toBe(0);
    expect((await readSnapshot(out)).find('arn:aws:s3:::alone')).toMatchObject({ account: '444455556666' });
  });
});

describe('a wrong plan', () => {
  const empty = { name: '', changes: [], expect: {} };
  test.each([
    ['no JSON', '{"format_version": ', /plan\d+\.json:1:\d+ no JSON/],
    ['no plan', '{"a": 1}', /no Terraform plan\n {2}help: terraform plan -out/],
    ['a state', '{"format_version": "1.0", "values": {}}', /this is a Terraform state, not a plan/],
    ['a newer format', '{"format_version": "2.0"}', /plan format 2\.0 is newer/],
    [
      'an entry without a change',
      '{"format_version": "1.0", "resource_changes": [{"address": "a.b", "type": "a"}]}',
      /`resource_changes` 0 has no address, type or change/,
    ],
  ])('%s', async (_name, text, message) => {
    const { code, err, folder: out } = await planned(text);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(() => readdirSync(out)).toThrow();
  });

  test('an account that nothing tells', async () => {
    const plan = planOf({ ...empty, changes: [{ type: 'aws_s3_bucket', name: 'a', actions: ['create'], after: { bucket: 'alone' } }] });
    const { code, err } = await planned(plan, []);
    expect([code, err]).toEqual([2, expect.stringMatching(/does not tell which account `aws_s3_bucket\.a` belongs to\n {2}help: say --account/)]);
  });

  test('the base is never written over', async () => {
    const file = path.join(root, 'same.json');
    writeFileSync(file, JSON.stringify(planOf(empty)));
    expect((await run(['import', 'terraform', file, '--base', base, '--out', base], { env })).code).toBe(2);
  });
});

test('every mapping names a type that a collector declares, and calls of it', async () => {
  const types = await allTypes();
  for (const [name, mapping] of Object.entries(awsTerraform))
    for (const each of [mapping].flat()) {
      const type = 'record' in each ? each.record : 'into' in each ? each.into : '';
      expect(`${name} ${types.has(type) ? type : 'unknown'}`).toBe(`${name} ${type}`);
    }
});

test.each([
  ['aws_subnet.a', [], 'aws_subnet.a'],
  ['module.net["eu.west"].aws_subnet.private[0]', ['net'], 'aws_subnet.private'],
  ['module.a.module.b[1].aws_iam_role.x["k[0]"]', ['a', 'b'], 'aws_iam_role.x'],
])('the address %s', (address, modules, local) => expect(splitAddress(address)).toEqual({ modules, local }));
