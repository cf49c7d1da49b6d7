import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Change } from '../../src/model/change.ts';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { jsonSchema } from '../../src/schema/registry.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';
import { type RunResult, run } from '../support/run.ts';
import { parseXml } from '../support/xml.ts';

const allow = (action: Json, resource: Json = '*'): Json => ({ Effect: 'Allow', Action: action, Resource: resource });
const customers = 'arn:aws:s3:::customers';
const vendor = '999988887777';

/** A vendor's role that reads customers' data by two statements, and a user who may assume an administrator. */
const records: readonly SnapshotRecord[] = [
  role('vendor', trusts({ AWS: `arn:aws:iam::${vendor}:root` }), [allow('s3:GetObject', `${customers}/*`), allow(['s3:Get*', 's3:List*'])]),
  role('admin', trusts({ AWS: userArn('jo') }), [allow('*')]),
  user('jo', [allow('sts:AssumeRole', roleArn('admin'))], { GetLoginProfile: { UserName: 'jo' } }),
  bucket('customers', undefined, { GetBucketTagging: { TagSet: [] } }),
  bucket('logs'),
];
const opened: readonly Change[] = [
  {
    op: 'set',
    resource: roleArn('vendor'),
    pointer: '/config/AssumeRolePolicyDocument/Statement/0/Condition',
    value: { StringEquals: { 'sts:ExternalId': 'secret-word' } },
  },
  {
    op: 'set',
    resource: 'arn:aws:s3:::logs',
    pointer: '/config/GetBucketPolicy',
    value: { Policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' }] } },
  },
  { op: 'set', resource: userArn('jo'), pointer: '/config/Tags', value: [{ Key: 'team', Value: 'web' }] },
];

let folder = '';
const at = (name: string): string => path.join(folder, name);
const head = {
  tool: 'test',
  state: 'complete' as const,
  scope: { providers: ['aws'], accounts: ['111122223333'], regions: ['eu-west-1'] },
  start: '2026-11-20T00:00:00.000Z',
  end: '2026-11-20T00:01:00.000Z',
  calls: [],
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-paths-'));
  await writeSnapshot(at('before'), records, head);
  await writeSnapshot(at('after'), changedSnapshot(memorySnapshot(records), opened).snapshot.all(), head);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command, checks its JSON against the published schema, and gives it. */
async function json<T>(schema: string, words: readonly string[], stdin?: string): Promise<RunResult & { readonly value: T }> {
  const result = await run([...words, '--format', 'json'], stdin === undefined ? {} : { stdin });
  if (result.out === '') throw new Error(result.err);
  const value = JSON.parse(result.out) as T;
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema(schema) ?? {});
  validate(value);
  expect(validate.errors).toBeNull();
  return { ...result, value };
}

interface PathDocument {
  readonly id: string;
  readonly risk: number;
  readonly entry: { readonly id: string };
  readonly target: { readonly id: string };
  readonly suppression?: object;
  readonly state?: string;
}
interface PlanDocument {
  readonly state: string;
  readonly fewest: string;
  readonly bound: number;
  readonly risk: { readonly before: number; readonly after: number };
  readonly steps: readonly {
    readonly title: string;
    readonly changes: readonly Change[];
    readonly cli: string;
    readonly terraform: string;
    readonly takesAway: { readonly summary: string };
  }[];
}

describe('plan', () => {
  test('a step that two statements prove is broken in both, and the derivation agrees', async () => {
    const { value, code } = await json<PlanDocument>('plan', ['plan', at('before'), '--target', 'customers', '--fail-on', 'none']);
    expect(code).toBe(0);
    expect([value.state, value.fewest]).toEqual(['proved', 'proved']);
    expect(value.risk.after).toBe(0);
    expect(value.risk.before).toBeGreaterThan(0);
    expect(value.steps).toHaveLength(value.bound);
    // One change of the trust is less than one for each of the two statements.
    expect(value.steps.map((step) => step.title).join('\n')).toContain('vendor');
    for (const step of value.steps) {
      expect(step.cli).toMatch(/^aws /);
      expect(step.terraform).not.toBe('');
    }
  });

  test('where the trust cannot be the way, both statements go', async () => {
    const local: readonly SnapshotRecord[] = [
      user('eve', [allow('s3:GetObject', `${customers}/*`), allow('s3:Get*'), allow('sqs:*')], {
        ListAccessKeys: [{ AccessKeyId: 'AKIAEXAMPLEEXAMPLE22', Status: 'Active' }],
      }),
      bucket('customers'),
    ];
    await writeSnapshot(at('two'), local, head);
    const paths = await json<{ paths: PathDocument[] }>('paths', ['paths', at('two'), '--from', 'eve', '--to', 'customers']);
    expect(paths.value.paths).toHaveLength(1);
    const changes = [0, 1].map((index) => ({ op: 'remove', resource: userArn('eve'), pointer: `/config/UserPolicyList/0/PolicyDocument/Statement/${index}` }));
    for (const [list, left] of [
      [changes.slice(0, 1), 1],
      [changes.slice(1), 1],
      [changes, 0],
    ] as const) {
      await writeFile(at('change.yaml'), JSON.stringify({ schema: 'change/v1', changes: list }));
      const { analyse } = await import('../../src/cli/analysis.ts');
      const { withChanges } = await import('../../src/cli/whatif.ts');
      const { parseChanges } = await import('../../src/paths/change-file.ts');
      const base = await analyse(at('two'));
      const { analysis } = await withChanges(base, parseChanges(await readFile(at('change.yaml'), 'utf8'), 'change.yaml'));
      const ends = ['eve', 'customers'].map((name) => analysis.resolver.one(name) ?? -1);
      expect(analysis.ranker().best(ends[0] ?? -1, ends[1] ?? -1) === undefined ? 0 : 1).toBe(left);
    }
  });

  test('what it prints is a change file: what-if shows the risk that it promised', async () => {
    const plan = await json<PlanDocument>('plan', ['plan', at('before'), '--share', '90', '--fail-on', 'none']);
    const { value } = await json<{ risk: { before: number; after: number }; gone: PathDocument[]; new: PathDocument[] }>(
      'what-if',
      ['whatif', at('before'), '--apply', '-', '--fail-on', 'none'],
      plan.out,
    );
    expect(value.risk.after).toBeCloseTo(plan.value.risk.after, 1);
    expect(value.risk.after).toBeLessThanOrEqual(value.risk.before * 0.1 + 0.01);
    expect(value.new).toEqual([]);
  });

  test('says that it is impossible where no known change helps', async () => {
    const { value, code } = await json<PlanDocument>('plan', ['plan', at('before'), '--target', 'internet']);
    expect([value.state, value.steps.length, code]).toEqual(['impossible', 0, 1]);
  });
});

interface Diff {
  readonly changes: readonly { readonly resource: string }[];
  readonly paths: Record<
    'added' | 'removed' | 'riskier' | 'safer',
    readonly { readonly path: PathDocument; readonly causes: readonly { resource: string; proof: string; pointers: string[] }[] }[]
  >;
  readonly findings: Record<'added' | 'removed', readonly { readonly finding: { readonly rule: string; readonly resource: string } }[]>;
}

describe('diff', () => {
  test('a snapshot with itself: nothing, also where several accounts hold a policy of one id', async () => {
    const { value, code } = await json<Diff>('diff', ['diff', path.join('snapshots', 'demo'), path.join('snapshots', 'demo')]);
    expect([value.changes, value.paths.added, value.paths.removed, code]).toEqual([[], [], [], 0]);
  });

  test('new and safer paths, each with the change that did it, proved alone', async () => {
    const { value, code } = await json<Diff>('diff', ['diff', at('before'), at('after')]);
    expect(code).toBe(1);
    expect(value.changes.map((each) => each.resource).sort()).toEqual(['arn:aws:s3:::logs', roleArn('vendor'), userArn('jo')].sort());
    expect(value.paths.added.map(({ path: each, causes }) => [each.entry.id, each.target.id, causes.map((cause) => [cause.resource, cause.proof])])).toEqual([
      ['internet', 'arn:aws:s3:::logs', [['arn:aws:s3:::logs', 'verified']]],
      [`phished:${userArn('jo')}`, 'arn:aws:s3:::logs', [['arn:aws:s3:::logs', 'verified']]],
    ]);
    expect(value.paths.removed).toEqual([]);
    expect(value.paths.safer.length).toBeGreaterThan(0);
    for (const { causes } of value.paths.safer) {
      expect(causes.map((cause) => [cause.resource, cause.proof])).toEqual([[roleArn('vendor'), 'verified']]);
      expect(causes[0]?.pointers).toEqual(['/config/AssumeRolePolicyDocument/Statement/0/Condition']);
    }
    expect(value.findings.added.map(({ finding }) => finding.resource)).toContain('arn:aws:s3:::logs');
  });

  test('the other way round what was new is gone; with itself nothing is', async () => {
    const back = await json<Diff>('diff', ['diff', at('after'), at('before')]);
    expect(back.value.paths.added).toEqual([]);
    expect(back.value.paths.removed.map(({ path: each, causes }) => [each.target.id, causes.map((cause) => cause.proof)])).toEqual([
      ['arn:aws:s3:::logs', ['verified']],
      ['arn:aws:s3:::logs', ['verified']],
    ]);
    const same = await run(['diff', at('before'), at('before')]);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('nothing is new')]);
  });
});

test('diff names what changed in a group with a path, though no step rests on it', async () => {
  const staff = `arn:aws:iam::${account}:group/team/staff`;
  const group = (denies: readonly Json[]): SnapshotRecord => ({
    ...user('staff'),
    type: 'AWS::IAM::Group',
    id: staff,
    config: {
      Arn: staff,
      GroupName: 'staff',
      GroupPolicyList: denies.map((each) => ({ PolicyName: 'edge', PolicyDocument: { Version: '2012-10-17', Statement: [each] } })),
    },
  });
  const member = user('people/mo', [allow('s3:GetObject', `${customers}/*`)], { UserName: 'mo', GroupList: ['staff'], GetLoginProfile: { UserName: 'mo' } });
  const estate = (...denies: readonly Json[]): readonly SnapshotRecord[] => [group(denies), member, bucket('customers')];
  await writeSnapshot(at('denied'), estate({ Effect: 'Deny', Action: 's3:*', Resource: '*' }), head);
  await writeSnapshot(at('open'), estate(), head);
  const { value } = await json<Diff>('diff', ['diff', at('denied'), at('open')]);
  expect(value.paths.added.map(({ path: each, causes }) => [each.target.id, causes.map((cause) => [cause.resource, cause.proof])])).toEqual([
    [customers, [[staff, 'verified']]],
  ]);
});

describe('baselines and suppressions', () => {
  test('what the baseline knows is not new; what comes is', async () => {
    expect((await run(['baseline', 'write', at('before'), '--out', at('baseline.json')])).code).toBe(0);
    const text = await readFile(at('baseline.json'), 'utf8');
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema('baseline') ?? {});
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
    for (const command of ['paths', 'check', 'report']) {
      const words = (snapshot: string): string[] => [command, at(snapshot), '--baseline', at('baseline.json'), '--fail-on', 'new'];
      expect([command, (await run(words('before'))).code, (await run(words('after'))).code]).toEqual([command, 0, 1]);
    }
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('after'), '--baseline', at('baseline.json')]);
    expect(value.paths.filter((each) => each.state === 'new').map((each) => each.target.id)).toEqual(['arn:aws:s3:::logs', 'arn:aws:s3:::logs']);
    expect((await run(['baseline', 'show', at('baseline.json')])).out).toContain('paths');
  });

  test('an accepted path is shown and does not count; expired and unused entries are told, and pruned', async () => {
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('after'), '--to', 'logs', '--top', '1']);
    const [{ id } = { id: '' }] = value.paths;
    const file = at('suppressions.yaml');
    const soon = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const add = (name: string, ...more: string[]): Promise<RunResult> =>
      run(['suppress', 'add', file, '--id', name, '--reason', 'open on purpose', '--owner', 'web', '--expires', soon, ...more]);
    expect((await add('press', '--path', id)).code).toBe(0);
    expect((await add('nothing', '--rule', 'aws.s3.*', '--match', 'resource=arn:aws:s3:::gone')).code).toBe(0);
    const refused = await add('late', '--path', id, '--expires', '2099-01-01');
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('more than a year ahead')]);
    const past = await add('past', '--path', id, '--expires', '2026-01-01');
    expect([past.code, past.err]).toEqual([2, expect.stringContaining('`2026-01-01` is past')]);
    const starred = await add('starred', '--path', '*', '--match', 'target=*logs*');
    expect([starred.code, starred.err]).toEqual([2, expect.stringContaining('`target` is compared letter by letter, star included')]);
    // By hand it may be written all the same, and fits nothing: then the reason is told.
    const byHand = at('by-hand.yaml');
    await writeFile(byHand, `- { id: a, paths: ["*"], match: { target: "*logs*" }, reason: r, owner: o, expires: "${soon}" }\n`);
    expect((await run(['paths', at('after'), '--suppressions', byHand])).err).toContain(
      'fits no path; `target` is compared letter by letter, `target|like` takes a star',
    );
    const words = ['paths', at('after'), '--to', 'logs', '--top', '1', '--suppressions', file, '--fail-on', 'low'];
    const accepted = await json<{ paths: PathDocument[] }>('paths', words);
    expect(accepted.value.paths[0]?.suppression).toMatchObject({ id: 'press', owner: 'web' });
    expect(accepted.code).toBe(0);
    const listed = await json<{ suppressions: { id: string; state: string }[] }>('suppressions-list', ['suppress', 'list', file, at('after')]);
    expect(listed.value.suppressions.map((each) => [each.id, each.state])).toEqual([
      ['press', 'live'],
      ['nothing', 'unused'],
    ]);
    expect((await run(['suppress', 'prune', file, at('after')])).err).toContain('`nothing`');
    const left = await json<{ suppressions: { id: string }[] }>('suppressions-list', ['suppress', 'list', file]);
    expect(left.value.suppressions.map((each) => each.id)).toEqual(['press']);
  });
});

describe('assert', () => {
  const assertions = `schema: assertions/v1
assertions:
  - name: no stranger reads customers' data
    never: { from: [internet, aws:anyone], to: customers }
    because: the contract says so
  - name: the vendor keeps out
    never: { to: customers }
  - name: jo can release
    must: { from: jo, to: "admin:111122223333" }
`;
  test('shows the path of what must not be, and fails', async () => {
    await writeFile(at('assertions.yaml'), assertions);
    const { value, code } = await json<{ results: { name: string; result: string; path: PathDocument | null }[] }>('assertions-result', [
      'assert',
      at('assertions.yaml'),
      at('before'),
    ]);
    expect(code).toBe(1);
    expect(value.results.map((each) => each.result)).toEqual(['pass', 'fail', 'pass']);
    expect(value.results[1]?.path?.target.id).toBe(customers);
    const text = (await run(['assert', at('assertions.yaml'), at('before')])).out;
    expect(text).toContain('FAIL    the vendor keeps out');
    expect(text).toContain('assumes the role');
    await writeFile(at('good.yaml'), `snapshot: ./before\n${assertions.replace(/ {2}- name: the vendor[\s\S]*?(?= {2}- name: jo)/, '')}`);
    expect((await run(['assert', at('good.yaml')])).code).toBe(0);
  });

  test.each([
    ['an unknown key', 'schema: assertions/v1\nassertions:\n  - nver: { to: customers }\n', /3:5 .*unknown key `nver`[\s\S]*did you mean never/],
    ['an end that is not there', 'schema: assertions/v1\nassertions:\n  - never: { from: jo, to: custmers }\n', /nothing in the snapshot is called `custmers`/],
    ['no schema', 'assertions: []\n', /no `schema`/],
  ])('refuses %s with its place', async (_, text, message) => {
    await writeFile(at('bad.yaml'), text);
    const { code, err } = await run(['assert', at('bad.yaml'), at('before')]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('explain and blast', () => {
  test('the arithmetic of a path multiplies to its risk, and every proof names what stands there', async () => {
    const { value } = await json<{ paths: PathDocument[] }>('paths', ['paths', at('before')]);
    for (const { id, risk } of value.paths) {
      interface Explained {
        readonly path: {
          readonly arithmetic: string;
          readonly steps: readonly {
            readonly proofs: readonly { readonly statements: readonly { readonly value: Json }[] }[];
            readonly changes: readonly string[];
          }[];
        };
      }
      const explained = (await json<Explained>('explain', ['explain', at('before'), id])).value.path;
      const [factors = '', total = ''] = explained.arithmetic.split(' = ');
      const product = factors.split(' x ').reduce((all, each) => all * Number(each), 1);
      expect(product).toBeCloseTo(Number(total.split(';')[0]), 3);
      expect(Number(explained.arithmetic.split(' = ').at(-1))).toBe(risk);
      for (const step of explained.steps) for (const proof of step.proofs) for (const statement of proof.statements) expect(statement.value).not.toBeNull();
    }
  });

  test('a path is drawn as a file of its own, and nothing else is', async () => {
    const { paths } = (
      await json<{ readonly paths: readonly { readonly id: string; readonly entry: { readonly name: string } }[] }>('paths', ['paths', at('before')])
    ).value;
    const { out } = await run(['explain', at('before'), paths[0]?.id ?? '', '--format', 'svg']);
    expect(out).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox=/);
    expect(parseXml(out).name).toBe('svg');
    expect(out).not.toMatch(/var\(--|class="[^"]*"[^>]*href/);
    const { code, err } = await run(['explain', at('before'), 'admin', '--format', 'svg']);
    expect([code, err]).toEqual([2, expect.stringContaining('`admin` is no path')]);
  });

  test('a session is its role, whose path the name of the session does not tell', async () => {
    const reader = role('ops/reader', trusts({ Service: 'ec2.amazonaws.com' }), [allow('s3:GetObject', `${customers}/*`)], { RoleName: 'reader' });
    await writeSnapshot(at('sessions'), [reader, bucket('customers')], head);
    const reached = async (who: string): Promise<readonly string[]> =>
      (await json<{ nodes: readonly { id: string }[] }>('blast', ['blast', at('sessions'), who])).value.nodes.map((node) => node.id);
    expect(await reached(`arn:aws:sts::${account}:assumed-role/reader/i-0a1b2c3d`)).toEqual(await reached(reader.id));
    expect(await reached(reader.id)).toContain(customers);
  });

  test('blast of a node and its reverse tell the same pairs with the same likelihood', async () => {
    interface Blast {
      readonly nodes: readonly { readonly id: string; readonly likelihood: number }[];
    }
    const forward = (await json<Blast>('blast', ['blast', at('before'), 'jo'])).value.nodes.find((node) => node.id === customers);
    const back = (await json<Blast>('blast', ['blast', at('before'), 'customers', '--reverse'])).value.nodes.find((node) => node.id === userArn('jo'));
    expect(forward).toBeDefined();
    expect(back?.likelihood).toBe(forward?.likelihood);
  });

  test.each(['admin', 'jo'])('explains the node %s', async (name) => {
    const { code, out } = await run(['explain', at('before'), name === 'admin' ? roleArn('admin') : name]);
    expect([code, out]).toEqual([0, expect.stringContaining('reaches')]);
  });
});

describe('whatif', () => {
  test('a cut step is gone from the paths, and a wrong change is refused by its place', async () => {
    const stdin = JSON.stringify({ schema: 'change/v1', changes: [{ op: 'cut', from: 'jo', to: roleArn('admin') }] });
    const { value } = await json<{ gone: PathDocument[] }>('what-if', ['whatif', at('before'), '--apply', '-'], stdin);
    expect(value.gone.some((each) => each.target.id === roleArn('admin') || each.entry.id.includes('jo'))).toBe(true);
    await writeFile(at('wrong.yaml'), 'schema: change/v1\nchanges:\n  - { op: remov, resource: jo }\n');
    const { code, err } = await run(['whatif', at('before'), '--apply', at('wrong.yaml')]);
    expect(code).toBe(2);
    expect(err).toMatch(/wrong\.yaml:3:\d+ .*`remov`[\s\S]*did you mean remove/);
  });

  test('suggests changes of its own', async () => {
    const { value } = await json<{ changes: Change[]; risk: { before: number; after: number } }>('what-if', [
      'whatif',
      at('before'),
      '--suggest',
      '2',
      '--fail-on',
      'none',
    ]);
    expect(value.changes.length).toBeGreaterThan(0);
    expect(value.risk.after).toBeLessThan(value.risk.before);
  });
});
