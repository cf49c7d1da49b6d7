/** Policy decisions against public data: a peer's answers, real service control policies, every managed policy of AWS, a real account's authorization details. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { actions } from '../../src/iam/catalogue.ts';
import { createAwsIamEngine, type Estate } from '../../src/iam/engine.ts';
import type { Json } from '../../src/model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { seeded } from '../../test/arbitrary/iam-world.ts';
import type { SpecCase } from '../../test/spec/iam/authorize.ts';
import { compareWithSpec } from '../../test/spec/iam/compare.ts';
import type { Load } from '../conformance.ts';

const read = <T>(...parts: string[]): T => JSON.parse(readFileSync(path.join(...parts), 'utf8')) as T;

export async function run(root: string, load: Load): Promise<number> {
  const aws = path.join(root, 'aws');
  return (
    (await peerAnswers(path.join(aws, 'iamspy'), load)) + readable(aws) + managed(aws) + (await authorizationDetails(path.join(aws, 'cloudsplaining'), load))
  );
}

interface Assertion {
  readonly test: string;
  readonly files: { readonly gaads: readonly string[]; readonly resources?: readonly string[]; readonly scps?: readonly string[] };
  readonly args: readonly (string | boolean | null | readonly string[])[];
  readonly expected: unknown;
}
type Tree = { Id: string; Arn?: string; Type?: string; Policies?: readonly { Id: string; Content: Json }[]; Children?: readonly Tree[] };

async function peerAnswers(folder: string, load: Load): Promise<number> {
  let wrong = 0;
  const assertions = read<Assertion[]>(folder, 'expected.json');
  for (const { test, files, args, expected } of assertions) {
    const records = new Map<string, SnapshotRecord>();
    for (const file of files.gaads) for (const record of (await load(path.join(folder, file))).snapshot.all()) records.set(record.id, record);
    for (const file of files.resources ?? [])
      for (const each of read<{ Resource: string; Policy: Json; Account: string }[]>(folder, file)) records.set(each.Resource, resourceRecord(each));
    for (const file of files.scps ?? []) {
      const record = organizationRecord(read<Tree>(folder, file));
      records.set(record.id, record);
    }
    const engine = createAwsIamEngine(memorySnapshot(records.values()));
    const [first, second, third, conditions, , strict] = test === 'test_can_i' ? args : [null, ...args];
    const context = Object.fromEntries(
      (Array.isArray(conditions) ? conditions : []).map((text) => text.split('=') as [string, string]).map(([key, value]) => [key, [value]]),
    );
    const can = (who: string, what: string, on: string): boolean => {
      const { decision } = engine.can(who, what, on, { context, contextComplete: strict === true });
      return decision === 'allow' || decision === 'conditional';
    };
    const who = (on: string): string[] => engine.principals.map(({ arn }) => arn).filter((arn) => can(arn, String(second), on));
    const answer =
      test === 'test_can_i'
        ? can(String(first), String(second), String(third))
        : test === 'test_who_can'
          ? who(String(third)).sort()
          : (third as readonly string[]).flatMap((on) => who(on).map((arn) => [arn, on]));
    const wanted = Array.isArray(expected) ? JSON.stringify([...expected].sort()) : JSON.stringify(expected);
    if ((Array.isArray(answer) ? JSON.stringify([...answer].sort()) : JSON.stringify(answer)) === wanted) continue;
    wrong++;
    console.log(`DIFFERS ${test} ${JSON.stringify(files)} ${JSON.stringify(args)}: wanted ${wanted}, got ${JSON.stringify(answer)}`);
  }
  console.log(`policy answers of a peer: ${assertions.length - wrong} of ${assertions.length} equal`);
  return wrong;
}

function resourceRecord({ Resource, Policy, Account }: { Resource: string; Policy: Json; Account: string }): SnapshotRecord {
  const lambda = Resource.includes(':lambda:');
  const call = lambda ? 'GetPolicy' : 'GetBucketPolicy';
  const type = lambda ? 'AWS::Lambda::Function' : 'AWS::S3::Bucket';
  return { type, id: Resource, account: Account, region: 'global', calls: [`${lambda ? 'lambda' : 's3'}:${call}`], config: { [call]: { Policy } } };
}

/** The peer's tree of an organization as our record of one. */
function organizationRecord(root: Tree): SnapshotRecord {
  const policies = new Map<string, Json>();
  const targets: Record<string, Json> = {};
  const units: Json[] = [];
  const accounts: Json[] = [];
  const walk = (at: Tree, parent: string | undefined): void => {
    for (const policy of at.Policies ?? []) policies.set(policy.Id, { PolicySummary: { Id: policy.Id }, Content: policy.Content });
    targets[at.Id] = { SERVICE_CONTROL_POLICY: (at.Policies ?? []).map((policy) => policy.Id) };
    if (parent !== undefined) (/^\d{12}$/.test(at.Id) ? accounts : units).push({ Id: at.Id, ParentId: parent });
    for (const child of at.Children ?? []) walk(child, at.Id);
  };
  walk(root, undefined);
  return {
    type: 'AWS::Organizations::Organization',
    id: 'arn:aws:organizations::000000000000:organization/o-peer',
    account: '000000000000',
    region: 'global',
    calls: ['organizations:DescribeOrganization'],
    config: {
      Organization: { Id: 'o-peer', MasterAccountId: root.Arn?.split(':')[4] ?? '' },
      Root: { Id: root.Id },
      OrganizationalUnits: units,
      Accounts: accounts,
      Policies: [...policies.values()],
      PoliciesForTarget: targets,
    },
  };
}

/** Documents that AWS published are documents that AWS accepts: none may be malformed to us. */
function readable(aws: string): number {
  let [count, bad] = [0, 0];
  const check = (name: string, document: Json): void => {
    count++;
    const { problems } = compilePolicy(document, 'identity');
    if (problems.length === 0) return;
    bad++;
    console.log(`MALFORMED ${name}: ${problems.map((problem) => `${problem.at}: ${problem.message}`).join('; ')}`);
  };
  for (const file of readdirSync(path.join(aws, 'scp-examples')).filter((name) => name.endsWith('.json'))) check(file, read<Json>(aws, 'scp-examples', file));
  for (const [arn, policy] of managedPolicies(aws)) check(arn, policy);
  console.log(`published policies: ${count - bad} of ${count} read`);
  return bad;
}

const managedPolicies = (aws: string): [string, Json][] =>
  Object.entries(read<Record<string, { document: Json }>>(aws, 'iam-dataset', 'aws-managed-policies.json')).map(([arn, { document }]) => [arn, document]);

/** Every managed policy on requests that its own statements are about, whole context known: the engine and its specification must agree. */
function managed(aws: string): number {
  const source = seeded(20261125);
  const pick = <T>(list: readonly T[]): T | undefined => list[source.below(list.length)];
  const known = [...actions().values()].map((entry) => entry.name);
  let [asked, allowed, wrong] = [0, 0, 0];
  for (const [arn, policy] of managedPolicies(aws)) {
    const statements = compilePolicy(policy, 'identity').statements;
    for (let round = 0; round < 30; round++) {
      const rule = pick(statements)?.rule;
      const pattern = (pick(rule?.action.patterns ?? []) ?? '*').replaceAll('*', '');
      const near = known.filter((name) => name.toLowerCase().startsWith(pattern));
      const action = source.below(4) === 0 ? pick(known) : (pick(near) ?? pick(known));
      const resource = (pick(rule?.resource.patterns ?? [])?.text ?? '*')
        .replace(/\$\{[^}]*\}/g, 'alice')
        .replace(/\*/g, () => (source.below(2) === 0 ? 'x' : '1'));
      const context = Object.fromEntries((rule?.conditions ?? []).map(({ keyText, values }) => [keyText, [pick(values)?.text.replaceAll('*', 'x') ?? 'x']]));
      const input: SpecCase = {
        principal: pick(['arn:aws:iam::111122223333:user/alice', 'arn:aws:iam::111122223333:role/app']) ?? '',
        action: action ?? 's3:GetObject',
        resource: resource === 'x' || resource === '1' ? '*' : resource,
        identityPolicies: [{ name: arn, policy: policy as never }],
        context: source.below(4) === 0 ? {} : context,
        contextComplete: true,
      } as unknown as SpecCase;
      const { result, difference } = compareWithSpec(input);
      asked++;
      if (result.decision === 'allow') allowed++;
      if (difference === undefined) continue;
      wrong++;
      if (wrong <= 5) console.log(`DIFFERS ${arn}: ${difference}\n${JSON.stringify({ ...input, identityPolicies: undefined })}`);
    }
  }
  console.log(`managed policies of AWS: ${asked} requests of seed 20261125 against the specification, ${allowed} allowed, ${wrong} differ`);
  return wrong;
}

async function authorizationDetails(folder: string, load: Load): Promise<number> {
  let problems = 0;
  for (const file of ['example-authz-details.json', 'example_authz_v2.json']) {
    if (!existsSync(path.join(folder, file))) continue;
    const { snapshot } = await load(path.join(folder, file));
    const engine: Estate = createAwsIamEngine(snapshot);
    for (const problem of engine.problems) console.log(`MALFORMED ${file}: ${problem.resource} ${problem.message}`);
    problems += engine.problems.length;
    const [administrators, pairs, wrong] = [
      engine.principals.filter(({ arn }) => engine.admin(arn).verdict === 'yes').length,
      ...compareBulk(engine, snapshot),
    ];
    problems += wrong;
    console.log(
      `${file}: ${engine.principals.length} principals, ${administrators} administrators, ${engine.problems.length} documents not read, ${pairs} pairs in bulk, ${wrong} unlike the point form`,
    );
  }
  return problems;
}

/** The bulk form against the point form on every pair of a principal and a role. */
function compareBulk(engine: Estate, snapshot: Snapshot): [number, number] {
  const candidates = snapshot
    .records('AWS::IAM::Role')
    .map((record) => record.id)
    .sort();
  let [pairs, wrong] = [0, 0];
  for (const action of ['iam:PassRole', 'sts:AssumeRole', 'iam:AttachRolePolicy']) {
    const granted = new Set(
      engine.bulk({ action, candidates }).flatMap((grant) => [...grant.set.members].map((member) => `${grant.principal} ${candidates[member]}`)),
    );
    const context = { 'aws:SecureTransport': ['true'], 'aws:ViaAWSService': ['false'], 'aws:CalledVia': [], 'aws:CalledViaFirst': [], 'aws:CalledViaLast': [] };
    for (const { arn } of engine.principals) {
      for (const candidate of candidates) {
        pairs++;
        if ((engine.can(arn, action, candidate, { context }).decision !== 'deny') === granted.has(`${arn} ${candidate}`)) continue;
        wrong++;
        if (wrong <= 5) console.log(`DIFFERS ${arn} ${action} ${candidate}`);
      }
    }
  }
  return [pairs, wrong];
}
