import { describe, expect, test } from '@jest/globals';
import { awsTerraform } from '../../collectors/aws/terraform/index.ts';
import { allTypes } from '../../src/cli/analysis.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { type Overlay, overlay } from '../../src/snapshot/import/terraform/overlay.ts';
import { parsePlan } from '../../src/snapshot/import/terraform/plan.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { account, user } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const region = 'eu-west-1';
const made = (type: string, id: string, calls: readonly string[], config: JsonObject): SnapshotRecord => ({ type, id, account, region, calls, config });
const arn = (id: string): string => `arn:aws:rbin:${region}:${account}:rule/${id}`;

/** A snapshot with a tag, somebody who deletes snapshots and rules of the bin, and, in some cases, a rule. */
const estate = (rules: readonly SnapshotRecord[]): readonly SnapshotRecord[] => [
  user('mo', [{ Effect: 'Allow', Action: 'ec2:DeleteSnapshot', Resource: '*' }]),
  user('zoe', [{ Effect: 'Allow', Action: ['ec2:DeleteSnapshot', 'rbin:DeleteRule'], Resource: '*' }]),
  made('AWS::EC2::Snapshot', `arn:aws:ec2:${region}::snapshot/snap-1`, ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots'], {
    SnapshotId: 'snap-1',
    OwnerId: account,
    Tags: [{ Key: 'backup', Value: 'yes' }],
  }),
  ...rules,
];
const calls: readonly CallStatus[] = [{ call: 'rbin:ListRules', account, region, state: 'ok', requests: 3, permission: 'rbin:ListRules' }];
const collected = made('AWS::Rbin::Rule', arn('r1'), ['rbin:GetRule', 'rbin:ListRules'], {
  Identifier: 'r1',
  Description: 'kept by hand',
  ResourceType: 'EBS_SNAPSHOT',
  RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
  ResourceTags: [],
  Status: 'available',
  LockState: 'unlocked',
});

interface Planned {
  readonly actions: readonly string[];
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly unknown?: JsonObject;
  readonly expressions?: JsonObject;
}
function apply({ actions, before, after, unknown, expressions = {} }: Planned, rules: readonly SnapshotRecord[]): Overlay {
  const place = { address: 'aws_rbin_rule.x', type: 'aws_rbin_rule' };
  const plan = {
    format_version: '1.2',
    resource_changes: [
      { ...place, mode: 'managed', name: 'x', change: { actions, before: before ?? null, after: after ?? null, after_unknown: unknown ?? {} } },
    ],
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { region: { constant_value: region } } } },
      root_module: { resources: [{ ...place, provider_config_key: 'aws', expressions }] },
    },
  };
  const base = memorySnapshot(estate(rules), { types, calls });
  const redactor = new Redactor(Buffer.alloc(32, 1));
  return overlay(parsePlan(JSON.stringify(plan), 'plan.json'), base, { types, table: awsTerraform, redactor, account, region, file: 'plan.json' });
}

const week = [{ retention_period_value: 7, retention_period_unit: 'DAYS' }];
const tag = (resource_tag_key: string, resource_tag_value: string): JsonObject => ({ resource_tag_key, resource_tag_value });
const lock = [{ unlock_delay: [{ unlock_delay_value: 7, unlock_delay_unit: 'DAYS' }] }];
const given: JsonObject = { resource_type: 'EBS_SNAPSHOT', retention_period: week, lock_configuration: [], exclude_resource_tags: [] };
/** What the provider fills in. */
const computed: JsonObject = { id: true, arn: true, description: true, status: true, lock_state: true, lock_end_time: true, resource_tags: true };
const without = (...keys: readonly string[]): JsonObject => Object.fromEntries(Object.entries(computed).filter(([key]) => !keys.includes(key)));
const create = (after: JsonObject = {}, unknown = computed, expressions: JsonObject = {}): Planned => ({
  actions: ['create'],
  after: { ...given, ...after },
  unknown,
  expressions,
});
const existing: JsonObject = {
  ...given,
  id: 'r1',
  arn: arn('r1'),
  description: 'kept by hand',
  resource_tags: [],
  lock_state: 'unlocked',
  status: 'available',
};
const update = (before: JsonObject, after: JsonObject): Planned => ({
  actions: ['update'],
  before: { ...existing, ...before },
  after: { ...existing, ...after },
});

interface Case {
  readonly name: string;
  readonly planned: Planned;
  readonly rules?: readonly SnapshotRecord[];
  /** What is left to destroy, as `who verdict`. */
  readonly left: readonly string[];
}
const mo = 'mo proven';
const zoe = 'zoe proven';
const cases: readonly Case[] = [
  { name: 'a rule of the region keeps snapshots, and who deletes it does not care', planned: create(), left: [zoe] },
  { name: 'of images', planned: create({ resource_type: 'EC2_IMAGE' }), left: [mo, zoe] },
  { name: 'of a tag that it has', planned: create({ resource_tags: [tag('backup', 'yes')] }, without('resource_tags')), left: [zoe] },
  { name: 'of a tag of another value', planned: create({ resource_tags: [tag('backup', 'no')] }, without('resource_tags')), left: [mo, zoe] },
  { name: 'that leaves it out', planned: create({ exclude_resource_tags: [tag('backup', 'yes')] }), left: [mo, zoe] },
  { name: 'that leaves others out', planned: create({ exclude_resource_tags: [tag('scratch', '1')] }), left: [zoe] },
  {
    name: 'a value that is known after apply only',
    planned: create(
      { resource_tags: [{ resource_tag_key: 'backup' }] },
      { ...computed, resource_tags: [{ resource_tag_value: true }] },
      { resource_tags: [{ resource_tag_key: { constant_value: 'backup' }, resource_tag_value: { references: ['random_id.x.hex', 'random_id.x'] } }] },
    ),
    left: ['mo unknown', 'zoe unknown'],
  },
  {
    name: 'tags that are known after apply only',
    planned: create({}, computed, { resource_tags: { references: ['local.tags'] } }),
    left: ['mo unknown', 'zoe unknown'],
  },
  { name: 'a lock that providers need not set', planned: create({ lock_configuration: lock }), left: ['mo unknown', 'zoe unknown'] },
  { name: 'a lock that is set', planned: create({ lock_configuration: lock, lock_state: 'locked' }, without('lock_state')), left: [] },
  {
    name: 'taken away',
    planned: { actions: ['delete'], before: existing },
    rules: [collected],
    left: [mo, zoe],
  },
  {
    name: 'changed in its period alone',
    planned: update({}, { retention_period: [{ ...week[0], retention_period_value: 30 }] }),
    rules: [collected],
    left: [zoe],
  },
  { name: 'changed to go by tags', planned: update({}, { resource_tags: [tag('backup', 'no')] }), rules: [collected], left: [mo, zoe] },
  {
    name: 'whose lock leaves the configuration, which opens none',
    planned: update({ lock_configuration: lock, lock_state: 'locked' }, { lock_state: 'locked' }),
    rules: [{ ...collected, config: { ...collected.config, LockState: 'locked' } }],
    left: [],
  },
];

describe('a rule of the recycle bin in a plan', () => {
  test.each(cases)('$name', async ({ planned, rules = [], left }) => {
    const { records, calls: asked, unrecognised } = apply(planned, rules);
    expect(unrecognised).toEqual([]);
    const steps = await stepsOf(types, records, /^aws\.destroy-volume-snapshot$/, asked);
    expect(steps.map((step) => step.replace(/^.*:user\/(\w+) -> .* (\w+)$/, '$1 $2'))).toEqual(left);
  });

  test('has the configuration of an answer, and keeps what a plan does not tell', () => {
    const configOf = ({ records }: Overlay) => records.find(({ type }) => type === 'AWS::Rbin::Rule');
    expect(configOf(apply(create({ description: 'a week', exclude_resource_tags: [tag('scratch', '1')] }, without('description')), []))).toEqual(
      made('AWS::Rbin::Rule', arn('aws_rbin_rule.x'), ['rbin:GetRule', 'rbin:ListRules'], {
        Identifier: 'aws_rbin_rule.x',
        Description: 'a week',
        ResourceType: 'EBS_SNAPSHOT',
        RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
        ExcludeResourceTags: [{ ResourceTagKey: 'scratch', ResourceTagValue: '1' }],
        Status: 'available',
      }),
    );
    const longer = update({}, { retention_period: [{ ...week[0], retention_period_value: 30 }] });
    expect(configOf(apply(longer, [collected]))?.config).toEqual({
      ...collected.config,
      RetentionPeriod: { RetentionPeriodValue: 30, RetentionPeriodUnit: 'DAYS' },
    });
  });

  test('says what it leaves open', () => {
    const gap = apply(create({ lock_configuration: lock }), []).calls.find(({ call }) => call === 'rbin:GetRule');
    expect(gap).toMatchObject({ state: 'failed', message: 'known after apply: aws_rbin_rule.x lock_state', resources: [arn('aws_rbin_rule.x')] });
  });
});
