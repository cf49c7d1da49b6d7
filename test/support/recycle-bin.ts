import type { CallState } from '../../src/model/answer-words.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { account } from './estate.ts';

export const region = 'eu-west-1';
const made = (type: string, id: string, calls: readonly string[], config: JsonObject, where = region): SnapshotRecord => ({
  type,
  id,
  account,
  region: where,
  calls,
  config,
});
const tags: Json = [{ Key: 'backup', Value: 'yes' }];
export const snapshotArn = `arn:aws:ec2:${region}::snapshot/snap-1`;
export const estate: readonly SnapshotRecord[] = [
  made('AWS::EC2::Snapshot', snapshotArn, ['ec2:DescribeSnapshots', 'ec2:DescribeLockedSnapshots'], { SnapshotId: 'snap-1', OwnerId: account, Tags: tags }),
  made('AWS::EC2::Image', `arn:aws:ec2:${region}::image/ami-1`, ['ec2:DescribeImages'], { ImageId: 'ami-1', OwnerId: account, Tags: tags }),
  made('AWS::EC2::Volume', `arn:aws:ec2:${region}:${account}:volume/vol-1`, ['ec2:DescribeVolumes'], { VolumeId: 'vol-1', State: 'available', Tags: tags }),
];
export const pair = (ResourceTagKey: string, ResourceTagValue: string): Json => ({ ResourceTagKey, ResourceTagValue });
export const ruleId = (id: string, where = region): string => `arn:aws:rbin:${where}:${account}:rule/${id}`;

/** A rule as `GetRule` tells it. */
export const rule = (ResourceType: string, more: JsonObject = {}, where = region, id = 'r1', calls = ['rbin:ListRules', 'rbin:GetRule']): SnapshotRecord =>
  made(
    'AWS::Rbin::Rule',
    ruleId(id, where),
    calls,
    {
      Identifier: id,
      ResourceType,
      RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
      ResourceTags: [],
      Status: 'available',
      LockState: 'unlocked',
      ...more,
    },
    where,
  );
export const listed = (state: CallState): readonly CallStatus[] => [
  { call: 'rbin:ListRules', account, region, state, requests: 3, permission: 'rbin:ListRules' },
];
