import { actions } from '../src/iam/catalogue.ts';
import { createAwsIamEngine, type Estate } from '../src/iam/engine.ts';
import { iamReach } from '../src/iam/reach.ts';
import { remembering, reusing } from '../src/iam/reuse.ts';
import type { Change } from '../src/model/change.ts';
import { type Json, walkPath } from '../src/model/json.ts';
import type { Snapshot, SnapshotRecord } from '../src/model/record.ts';
import { changedSnapshot } from '../src/snapshot/change.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';
import { type Source, seeded } from '../test/arbitrary/iam-world.ts';

export interface EstateSize {
  readonly roles: number;
  readonly accounts: number;
  readonly policies: number;
  readonly resources: number;
  readonly seed: number;
}

const services = ['s3', 'secretsmanager', 'kms', 'dynamodb', 'lambda', 'sqs', 'sns', 'ec2', 'iam', 'logs', 'rds', 'ecs', 'sts', 'ssm', 'cloudwatch', 'glue'];
const gaad = 'iam:GetAccountAuthorizationDetails';

/**
 * An estate as evaluation.md describes it: roles in accounts, each with 1 to 8 managed policies of a Zipf distribution and one inline policy of its own, 30 % with a boundary, three levels
 * of SCPs; resources of six types. Managed policies are drawn from the catalogue: whole services, verbs, lists of names, read-only collections.
 */
export function estate(size: EstateSize): SnapshotRecord[] {
  const source = seeded(size.seed);
  const accounts = Array.from({ length: size.accounts }, (_, index) => String(100_000_000_000 + index * 7_919));
  const byService = new Map<string, string[]>();
  for (const { name } of actions().values()) {
    const service = name.split(':')[0] ?? '';
    byService.set(service, [...(byService.get(service) ?? []), name]);
  }
  const records: SnapshotRecord[] = [organization(accounts)];
  const managed = Array.from({ length: size.policies }, (_, index) => `arn:aws:iam::aws:policy/Managed${index}`);
  for (const id of managed)
    records.push(
      record('AWS::IAM::ManagedPolicy', id, '', {
        Arn: id,
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: managedDocument(source, byService) }],
      }),
    );
  for (let index = 0; index < size.roles; index++) {
    const account = accounts[index % accounts.length] ?? '';
    const name = `role-${index}`;
    const attached = new Set(Array.from({ length: 1 + source.below(8) }, () => managed[zipf(source, managed.length)] ?? ''));
    records.push(
      record('AWS::IAM::Role', `arn:aws:iam::${account}:role/${name}`, account, {
        RoleName: name,
        Arn: `arn:aws:iam::${account}:role/${name}`,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: index % 3 === 0 ? { AWS: `arn:aws:iam::${account}:root` } : { Service: 'ec2.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        AttachedManagedPolicies: [...attached].map((arn) => ({ PolicyArn: arn })),
        RolePolicyList: [{ PolicyName: 'own', PolicyDocument: ownDocument(source, account, index) }],
        ...(source.below(10) < 3 ? { PermissionsBoundary: { PermissionsBoundaryArn: managed[source.below(20)] ?? '' } } : {}),
      }),
    );
  }
  const rest = size.resources - size.roles;
  for (let index = 0; index < rest; index++) records.push(resource(index, accounts[index % accounts.length] ?? ''));
  return records;
}

const record = (type: string, id: string, account: string, config: SnapshotRecord['config'], calls: readonly string[] = [gaad]): SnapshotRecord => ({
  type,
  id,
  account,
  region: 'global',
  config,
  calls,
});

/** Few policies are held by many: the place of the chosen one falls off exponentially. */
const zipf = (source: Source, count: number): number => Math.min(count - 1, Math.floor(Math.exp((source.below(10_000) / 10_000) * Math.log(count))) - 1);

function managedDocument(source: Source, byService: ReadonlyMap<string, readonly string[]>): Json {
  const pick = <T>(list: readonly T[], fallback: T): T => list[source.below(list.length)] ?? fallback;
  const some = (): string[] => {
    const service = pick(services, 's3');
    const names = byService.get(service) ?? [];
    switch (source.below(4)) {
      case 0:
        return [`${service}:*`];
      case 1:
        return [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`];
      default:
        return Array.from({ length: 5 + source.below(40) }, () => pick(names, `${service}:*`));
    }
  };
  const statements: Json[] = Array.from({ length: 1 + source.below(5) }, () => ({
    Effect: 'Allow',
    Action: [...some(), ...(source.below(3) === 0 ? some() : [])],
    Resource: source.below(3) === 0 ? `arn:aws:${pick(services, 's3')}:*:*:*app-${source.below(40)}*` : '*',
    ...(source.below(8) === 0 ? { Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } } } : {}),
    ...(source.below(20) === 0 ? { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } } : {}),
  }));
  if (source.below(12) === 0) statements.push({ Effect: 'Deny', Action: [`${pick(services, 's3')}:Delete*`], Resource: '*' });
  return { Version: '2012-10-17', Statement: statements };
}

const ownDocument = (source: Source, account: string, index: number): Json => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::app-${index % 977}-*/*` },
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query', 'sqs:SendMessage'],
      Resource: [`arn:aws:dynamodb:*:${account}:table/app-${index % 499}*`, `arn:aws:sqs:*:${account}:app-${source.below(300)}-*`],
    },
    ...(index % 9 === 0 ? [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${account}:role/role-${index}*` }] : []),
  ],
});

const makers: readonly ((name: string, account: string) => SnapshotRecord)[] = [
  (name, account) => record('AWS::S3::Bucket', `arn:aws:s3:::${name}`, account, { Name: name }, ['s3:ListBuckets', 's3:GetBucketPolicy']),
  (name, account) =>
    record('AWS::SecretsManager::Secret', `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-a1b2c3`, account, { Name: name }, [
      'secretsmanager:GetResourcePolicy',
    ]),
  (name, account) =>
    record(
      'AWS::KMS::Key',
      `arn:aws:kms:eu-west-1:${account}:key/${name}`,
      account,
      {
        KeyId: name,
        GetKeyPolicy: {
          Policy: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
          },
        },
      },
      ['kms:GetKeyPolicy'],
    ),
  (name, account) =>
    record('AWS::DynamoDB::Table', `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`, account, { TableName: name }, ['dynamodb:GetResourcePolicy']),
  (name, account) =>
    record('AWS::Lambda::Function', `arn:aws:lambda:eu-west-1:${account}:function:${name}`, account, { FunctionName: name }, ['lambda:GetPolicy']),
  (name, account) => record('AWS::SQS::Queue', `arn:aws:sqs:eu-west-1:${account}:${name}`, account, { QueueName: name }, ['sqs:GetQueueAttributes']),
];
const resource = (index: number, account: string): SnapshotRecord => makers[index % makers.length]?.(`app-${index % 4001}-${index}`, account) as SnapshotRecord;

function organization(accounts: readonly string[]): SnapshotRecord {
  const full = {
    PolicySummary: { Id: 'p-full', Type: 'SERVICE_CONTROL_POLICY' },
    Content: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  };
  const guard = {
    PolicySummary: { Id: 'p-guard', Type: 'SERVICE_CONTROL_POLICY' },
    Content: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: ['organizations:LeaveOrganization', 'kms:ScheduleKeyDeletion'], Resource: '*' }] },
  };
  return record('AWS::Organizations::Organization', 'arn:aws:organizations::999999999999:organization/o-bench', '999999999999', {
    Organization: { Id: 'o-bench', MasterAccountId: '999999999999' },
    Root: { Id: 'r-b' },
    OrganizationalUnits: [{ Id: 'ou-b', ParentId: 'r-b' }],
    Accounts: accounts.map((id) => ({ Id: id, ParentId: 'ou-b' })),
    Policies: [full, guard],
    PoliciesForTarget: Object.fromEntries(
      ['r-b', 'ou-b', ...accounts].map((id, index) => [id, { SERVICE_CONTROL_POLICY: index === 1 ? ['p-full', 'p-guard'] : ['p-full'] }]),
    ),
  });
}

/** A hundred actions that somebody would ask about: those that write, grant or give data away, of the services that the estate has resources of. */
function hundred(): string[] {
  const wanted = ['s3', 'secretsmanager', 'kms', 'dynamodb', 'lambda', 'sqs', 'iam', 'sts'];
  const lists = wanted.map((service) =>
    [...actions().values()]
      .filter((entry) => entry.name.startsWith(`${service}:`) && entry.resources.length > 0 && entry.level !== 'List' && entry.level !== 'Tagging')
      .map((entry) => entry.name),
  );
  const found = ['s3:GetObject', 'sts:AssumeRole', 'iam:PassRole', 'kms:Decrypt', 'secretsmanager:GetSecretValue'];
  for (let turn = 0; found.length < 100; turn++) {
    const name = lists[turn % lists.length]?.[Math.floor(turn / lists.length)];
    if (name !== undefined && !found.includes(name)) found.push(name);
  }
  return found;
}

/** Lists of candidates, one object for each, as the derivation shares them. */
const shared = new Map<string, readonly string[]>();

/** Resources that an action takes, as the derivation asks: a bucket's objects as `/*`. */
function candidates(snapshot: Snapshot, action: string): readonly string[] {
  const formats = (actions().get(action.toLowerCase())?.resources ?? []).join(' ');
  const kinds: readonly (readonly [RegExp, string, string])[] = [
    [/:s3:::\$\{BucketName\}\/\$/, 'AWS::S3::Bucket', '/*'],
    [/:s3:::\$\{BucketName\}( |$)/, 'AWS::S3::Bucket', ''],
    [/:secretsmanager:.*:secret:/, 'AWS::SecretsManager::Secret', ''],
    [/:kms:.*:key\//, 'AWS::KMS::Key', ''],
    [/:dynamodb:.*:table\/[^/]+( |$)/, 'AWS::DynamoDB::Table', ''],
    [/:lambda:.*:function:[^: ]+( |$)/, 'AWS::Lambda::Function', ''],
    [/:sqs:/, 'AWS::SQS::Queue', ''],
    [/:iam::.*:role\//, 'AWS::IAM::Role', ''],
  ];
  const key = kinds
    .filter(([pattern]) => pattern.test(formats))
    .map(([, type, suffix]) => `${type}${suffix}`)
    .join();
  const known = shared.get(key);
  if (known !== undefined) return known;
  const lists = kinds.filter(([pattern]) => pattern.test(formats)).map(([, type, suffix]) => snapshot.records(type).map((each) => `${each.id}${suffix}`));
  const list = [...new Set(lists.flat())].sort();
  shared.set(key, list);
  return list;
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;
const memory = (): string => `${Math.round(process.memoryUsage().rss / 1_048_576)} MB`;

/** Compile, bulk and re-evaluation of a generated estate. Prints sizes and seed with every figure. */
export function estateLines(size: EstateSize): string[] {
  const records = estate(size);
  const snapshot = memorySnapshot(records);
  const before = memory();
  const lines = [
    `iam estate: ${number(size.roles)} roles in ${size.accounts} accounts, ${number(size.policies)} managed policies, ${number(size.resources)} resources, seed ${size.seed}; ${before} before`,
  ];
  let start = performance.now();
  let cpu = process.cpuUsage();
  const used = (): string => `${((process.cpuUsage(cpu).user + process.cpuUsage(cpu).system) / 1e6).toFixed(2)} s of processor time`;
  const engine = createAwsIamEngine(snapshot);
  lines.push(`iam compile: ${seconds(start)} (${used()}), ${memory()}`);
  const asked = hundred().map((action) => ({ action, candidates: candidates(snapshot, action) }));
  const pairs = asked.reduce((sum, each) => sum + each.candidates.length, 0) * size.roles;
  const remembered = remembering(engine);
  start = performance.now();
  cpu = process.cpuUsage();
  let [grants, granted] = [0, 0];
  const slow: [string, number][] = [];
  for (const question of asked) {
    const at = performance.now();
    for (const grant of remembered.bulk(question)) {
      grants++;
      granted += grant.set.members.length;
    }
    slow.push([question.action, performance.now() - at]);
  }
  const [slowest] = slow.sort((a, b) => b[1] - a[1]);
  lines.push(
    `iam bulk: ${asked.length} actions, ${number(pairs)} (principal, action, resource) in ${seconds(start)} (${used()}), ${memory()}; ${number(granted)} granted in ${number(grants)} sets; slowest ${slowest?.[0]} ${Math.round(slowest?.[1] ?? 0)} ms`,
  );
  for (const edit of edits(snapshot)) lines.push(edited(edit, snapshot, engine, remembered, asked));
  return lines;
}

interface EditOf {
  readonly name: string;
  readonly changes: readonly Change[];
}

const anything: Json = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** A policy of one role, a managed policy that a few roles hold, whom a role trusts, and a key's policy. */
function edits(snapshot: Snapshot): readonly EditOf[] {
  const role = snapshot.records('AWS::IAM::Role')[0]?.id ?? '';
  const key = snapshot.records('AWS::KMS::Key')[0]?.id ?? '';
  const holders = new Map<string, number>();
  for (const record of snapshot.records('AWS::IAM::Role'))
    for (const { value } of walkPath(record.config, 'AttachedManagedPolicies[].PolicyArn')) holders.set(String(value), (holders.get(String(value)) ?? 0) + 1);
  const byHolders = [...holders].sort((a, b) => a[1] - b[1]);
  const [managed = '', count = 0] = byHolders[byHolders.length >> 1] ?? [];
  const trust: Json = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };
  const own: Json = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:*', Resource: '*' }] };
  return [
    { name: "a role's own policy", changes: [{ op: 'set', resource: role, pointer: '/config/RolePolicyList/0/PolicyDocument', value: anything }] },
    {
      name: `a managed policy of ${count} roles`,
      changes: [{ op: 'set', resource: managed, pointer: '/config/PolicyVersionList/0/Document', value: anything }],
    },
    { name: "a role's trust policy", changes: [{ op: 'set', resource: role, pointer: '/config/AssumeRolePolicyDocument', value: trust }] },
    { name: "a key's policy", changes: [{ op: 'set', resource: key, pointer: '/config/GetKeyPolicy/Policy', value: own }] },
  ];
}

/** Every question is answered anew, with what the edit cannot touch taken over. */
function edited(
  { name, changes }: EditOf,
  before: Snapshot,
  estate: Estate,
  old: ReturnType<typeof remembering>,
  asked: readonly { action: string; candidates: readonly string[] }[],
): string {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { snapshot: after, touched } = changedSnapshot(before, changes);
  const reach = iamReach(before, after, touched);
  if (reach === undefined) return `iam edit: ${name}: everything would be asked again`;
  const reached = performance.now();
  const engine = reusing(old, createAwsIamEngine(after, { estate, touched, reach }), reach);
  const made = performance.now();
  let grants = 0;
  for (const question of asked) grants += engine.bulk(question).length;
  const end = performance.now();
  const used = process.cpuUsage(cpu);
  const figure = (from: number, to: number): string => `${Math.round(to - from)} ms`;
  return `iam edit: ${name}: ${figure(start, end)} (${Math.round((used.user + used.system) / 1000)} ms of processor time): snapshot and reach ${figure(start, reached)}, engine ${figure(reached, made)}, ${asked.length} whole answers of ${number(grants)} sets ${figure(made, end)}`;
}
