import { defineCollector } from '../../src/model/collector.ts';

/** Elastic File System. */
export const efs = defineCollector({
  id: 'aws.elasticfilesystem',
  provider: 'aws',
  service: 'elasticfilesystem',
  title: 'Elastic File System',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-efs'), client: 'EFSClient' },
  resources: {
    'AWS::EFS::FileSystem': {
      kind: 'DataStore',
      label: 'file system',
      list: [{ call: 'elasticfilesystem:DescribeFileSystems', items: 'FileSystems[]' }],
      details: [
        {
          call: 'elasticfilesystem:DescribeFileSystemPolicy',
          request: { FileSystemId: 'FileSystemId' },
          absent: ['PolicyNotFound'],
          recognise: ['Policy'],
        },
      ],
      id: '{FileSystemArn}',
      aliases: ['FileSystemId', 'Name'],
      name: ['Name', 'FileSystemId'],
      documents: ['DescribeFileSystemPolicy.Policy'],
      recognise: ['FileSystemId', 'FileSystemArn'],
      references: [{ path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
    },
    'AWS::EFS::AccessPoint': {
      kind: 'Gateway',
      label: 'access point',
      list: [{ call: 'elasticfilesystem:DescribeAccessPoints', items: 'AccessPoints[]' }],
      id: '{AccessPointArn}',
      aliases: ['AccessPointId'],
      name: ['Name', 'AccessPointId'],
      tags: 'Tags',
      recognise: ['AccessPointId', 'AccessPointArn'],
      references: [{ path: 'FileSystemId', to: ['AWS::EFS::FileSystem'], edge: 'RoutesTo' }],
    },
    'AWS::EFS::MountTarget': {
      kind: 'Interface',
      label: 'mount target',
      list: [
        {
          call: 'elasticfilesystem:DescribeMountTargets',
          items: 'MountTargets[]',
          per: { type: 'AWS::EFS::FileSystem', request: { FileSystemId: 'FileSystemId' } },
        },
      ],
      id: 'arn:$partition:elasticfilesystem:$region:$account:mount-target/{MountTargetId}',
      aliases: ['MountTargetId'],
      recognise: ['MountTargetId', 'FileSystemId'],
      references: [
        { path: 'FileSystemId', to: ['AWS::EFS::FileSystem'], edge: 'AttachedTo' },
        { path: 'SubnetId', to: ['AWS::EC2::Subnet'], edge: 'Contains', reverse: true },
      ],
    },
  },
});
