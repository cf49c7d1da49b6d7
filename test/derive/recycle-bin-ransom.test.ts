import { expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { user, userArn } from '../support/estate.ts';
import { estate, listed, pair, region, rule } from '../support/recycle-bin.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
/** What it takes to copy and to delete, where nothing stands against it. */
const may = ['ec2:CreateSnapshot', 'ec2:CopySnapshot', 'ec2:CopyImage', 'ec2:DeleteSnapshot', 'ec2:DeleteVolume', 'ec2:DeregisterImage', 'kms:CreateKey'];
const bySnapshotTag = rule('EBS_SNAPSHOT', { ResourceTags: [pair('backup', 'yes')] });
const locked = (LockState: string): JsonObject => ({ DescribeLockedSnapshots: { LockState } });

interface Case {
  readonly name: string;
  readonly rules?: readonly SnapshotRecord[];
  readonly also?: readonly string[];
  readonly not?: string;
  readonly snapshot?: JsonObject;
  readonly image?: JsonObject;
  /** Kinds of what is held to ransom, each with the technique's ending. */
  readonly held: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'no rule', held: ['image', 'volume', 'volume-snapshot'] },
  { name: 'a snapshot that is made on the way stays there', not: 'ec2:DeleteSnapshot', held: [] },
  { name: 'a snapshot that a rule of the region keeps, and the image that is made of it', rules: [rule('EBS_SNAPSHOT')], held: ['volume'] },
  { name: 'a rule of the region, whose tags nobody needs', rules: [rule('EBS_SNAPSHOT')], also: ['ec2:CreateTags'], held: ['volume'] },
  { name: 'an image is of no use without its snapshot', rules: [rule('EC2_IMAGE')], held: ['image', 'volume', 'volume-snapshot'] },
  { name: 'kept by its tag', rules: [bySnapshotTag], held: ['volume'] },
  {
    name: 'kept by its tag, which is changed first',
    rules: [bySnapshotTag],
    also: ['ec2:CreateTags'],
    held: ['image-retagged', 'volume', 'volume-snapshot-retagged'],
  },
  {
    name: 'kept unless it is left out, which it is made to be',
    rules: [rule('EBS_SNAPSHOT', { ExcludeResourceTags: [pair('scratch', '1')] })],
    also: ['ec2:CreateTags'],
    held: ['image-retagged', 'volume', 'volume-snapshot-retagged'],
  },
  {
    name: 'a volume kept by its tag, which is changed first',
    rules: [rule('EBS_VOLUME', { ResourceTags: [pair('backup', 'yes')] })],
    also: ['ec2:CreateTags'],
    held: ['image', 'volume-retagged', 'volume-snapshot'],
  },
  {
    name: 'by a tag and by a rule of the region',
    rules: [bySnapshotTag, rule('EBS_SNAPSHOT', {}, region, 'r2')],
    also: ['ec2:CreateTags'],
    held: ['volume'],
  },
  { name: 'an image that is protected', image: { DeregistrationProtection: 'enabled-with-cooldown' }, held: ['volume', 'volume-snapshot'] },
  {
    name: 'an image whose protection is switched off first',
    image: { DeregistrationProtection: 'enabled-without-cooldown' },
    also: ['ec2:DisableImageDeregistrationProtection'],
    held: ['image', 'volume', 'volume-snapshot'],
  },
  { name: 'an image whose snapshot is locked for good', snapshot: locked('compliance'), also: ['ec2:UnlockSnapshot'], held: ['volume'] },
  { name: 'an image whose snapshot is locked', snapshot: locked('governance'), held: ['volume'] },
  {
    name: 'an image whose snapshot is unlocked first',
    snapshot: locked('governance'),
    also: ['ec2:UnlockSnapshot'],
    held: ['image', 'volume', 'volume-snapshot'],
  },
];

test.each(cases)('held to ransom: $name', async ({ rules = [], also = [], not, snapshot = {}, image = {}, held }) => {
  const more: Readonly<Record<string, JsonObject>> = {
    'AWS::EC2::Snapshot': snapshot,
    'AWS::EC2::Image': { BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }], ...image },
  };
  const records = [
    user('mo', [{ Effect: 'Allow', Action: [...may.filter((action) => action !== not), ...also], Resource: '*' }]),
    ...estate.map((record) => ({ ...record, config: { ...record.config, ...more[record.type] } })),
    ...rules,
  ];
  const steps = await stepsOf(types, records, /^aws\.ransom-(volume|image)/, listed('ok'));
  const found = steps.filter((step) => step.startsWith(userArn('mo'))).map((step) => step.replace(/^.* aws\.ransom-(\S+) (\w+)$/, '$1 $2'));
  expect(found.sort()).toEqual(held.map((each) => `${each} proven`));
});
