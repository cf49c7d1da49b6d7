import type { ResourceType } from '../../src/model/collector.ts';
import { arn } from './ec2-references.ts';

/**
 * What is deleted and a retention rule is about stays in the recycle bin for a time: "Resources of the specified type that are tagged with at least one of the tag key and value pairs that are
 * specified in the retention rule are automatically retained", a rule of the region "applies to all of the resources of the specified type in the Region"
 * (https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin-working-with-rules.html).
 */
const recycleBin = (ResourceType: string) => ({
  as: 'RecycleBin',
  type: 'AWS::Rbin::Rule',
  call: 'rbin:ListRules',
  detail: 'rbin:GetRule',
  where: { ResourceType, Status: 'available' },
  tags: 'ResourceTags',
  except: 'ExcludeResourceTags',
  pair: ['ResourceTagKey', 'ResourceTagValue'] as const,
});

/** Volumes, what is kept of them, and images. */
export const ec2Storage = {
  'AWS::EC2::Volume': {
    kind: 'DataStore',
    label: 'volume',
    list: [{ call: 'ec2:DescribeVolumes', items: 'Volumes[]' }],
    id: arn('volume', 'VolumeId'),
    aliases: ['VolumeId'],
    name: ['tag:Name'],
    references: [{ path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
    properties: { encrypted: { type: 'boolean', means: 'encrypted at rest', from: 'Encrypted' } },
    governedBy: recycleBin('EBS_VOLUME'),
  },
  'AWS::EC2::Snapshot': {
    kind: 'DataStore',
    label: 'volume snapshot',
    list: [{ call: 'ec2:DescribeSnapshots', items: 'Snapshots[]', request: { OwnerIds: ['self'] } }],
    details: [
      {
        call: 'ec2:DescribeSnapshotAttribute',
        request: { SnapshotId: 'SnapshotId', Attribute: '=createVolumePermission' },
        recognise: ['CreateVolumePermissions'],
      },
      { call: 'ec2:DescribeLockedSnapshots', request: { SnapshotIds: '[SnapshotId]' }, keep: 'Snapshots', recognise: [] },
    ],
    id: 'arn:$partition:ec2:$region::snapshot/{SnapshotId}',
    owner: 'OwnerId',
    ownedOnly: true,
    aliases: ['SnapshotId'],
    name: ['tag:Name'],
    references: [
      { path: 'VolumeId', to: ['AWS::EC2::Volume'], edge: 'RefersTo' },
      { path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
    ],
    shares: ['DescribeSnapshotAttribute.CreateVolumePermissions[].UserId', 'DescribeSnapshotAttribute.CreateVolumePermissions[].Group'],
    governedBy: recycleBin('EBS_SNAPSHOT'),
    recognise: ['SnapshotId', 'VolumeId'],
  },
  'AWS::EC2::Image': {
    kind: 'Artifact',
    label: 'machine image',
    list: [{ call: 'ec2:DescribeImages', items: 'Images[]', request: { Owners: ['self'] } }],
    details: [{ call: 'ec2:DescribeImageAttribute', request: { ImageId: 'ImageId', Attribute: '=launchPermission' }, recognise: ['LaunchPermissions'] }],
    id: 'arn:$partition:ec2:$region::image/{ImageId}',
    owner: 'OwnerId',
    ownedOnly: true,
    aliases: ['ImageId'],
    name: ['tag:Name', 'Name'],
    references: [{ path: 'BlockDeviceMappings[].Ebs.SnapshotId', to: ['AWS::EC2::Snapshot'], edge: 'RefersTo' }],
    shares: ['DescribeImageAttribute.LaunchPermissions[].UserId', 'DescribeImageAttribute.LaunchPermissions[].Group'],
    governedBy: recycleBin('EC2_IMAGE'),
    recognise: ['ImageId'],
  },
  'AWS::EC2::EncryptionByDefault': {
    kind: 'Monitor',
    label: 'EBS encryption by default',
    list: [{ call: 'ec2:GetEbsEncryptionByDefault', items: '' }],
    id: 'arn:$partition:ec2:$region:$account:ebs-encryption-by-default',
    recognise: ['EbsEncryptionByDefault'],
  },
  'AWS::EC2::SnapshotBlockPublicAccess': {
    kind: 'Monitor',
    label: 'block of public snapshots',
    list: [{ call: 'ec2:GetSnapshotBlockPublicAccessState', items: '' }],
    id: 'arn:$partition:ec2:$region:$account:snapshot-block-public-access',
  },
  'AWS::EC2::ImageBlockPublicAccess': {
    kind: 'Monitor',
    label: 'block of public images',
    list: [{ call: 'ec2:GetImageBlockPublicAccessState', items: '' }],
    id: 'arn:$partition:ec2:$region:$account:image-block-public-access',
    recognise: ['ImageBlockPublicAccessState'],
  },
} as const satisfies Readonly<Record<string, ResourceType>>;
