import type { ResourceType } from '../../src/model/collector.ts';
import { arn, groups, inSubnet } from './ec2-references.ts';

/** Machines and what they are started from. */
export const ec2Machines = {
  'AWS::EC2::Instance': {
    kind: 'Compute',
    label: 'instance',
    list: [{ call: 'ec2:DescribeInstances', items: 'Reservations[].Instances[]' }],
    details: [
      {
        call: 'ec2:DescribeInstanceAttribute',
        request: { InstanceId: 'InstanceId', Attribute: '=userData' },
        as: 'UserData',
        keep: 'UserData',
        recognise: ['UserData'],
      },
      {
        call: 'ec2:DescribeInstanceAttribute',
        request: { InstanceId: 'InstanceId', Attribute: '=disableApiTermination' },
        as: 'TerminationProtection',
        keep: 'DisableApiTermination',
        recognise: ['DisableApiTermination'],
      },
      // Who owns the image that it was launched from: listings tell of one's own images alone.
      {
        call: 'ec2:DescribeImages',
        request: { ImageIds: '[ImageId]' },
        keep: 'Images',
        absent: ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable'],
        recognise: [],
      },
    ],
    id: arn('instance', 'InstanceId'),
    aliases: ['InstanceId', 'PrivateDnsName'],
    name: ['tag:Name'],
    references: [
      inSubnet,
      { path: 'NetworkInterfaces[].NetworkInterfaceId', to: ['AWS::EC2::NetworkInterface'], edge: 'AttachedTo', reverse: true },
      { path: 'SecurityGroups[].GroupId', to: groups, edge: 'Guards', reverse: true },
      { path: 'IamInstanceProfile.Arn', to: ['AWS::IAM::Role'], match: 'InstanceProfileList[].Arn', edge: 'UsesIdentity' },
      { path: 'IamInstanceProfile.Arn', to: ['AWS::IAM::InstanceProfile'], edge: 'RefersTo' },
      { path: 'BlockDeviceMappings[].Ebs.VolumeId', to: ['AWS::EC2::Volume'], edge: 'AttachedTo', reverse: true },
      { path: 'ImageId', to: ['AWS::EC2::Image'], edge: 'UsesArtifact' },
      { path: 'KeyName', to: ['AWS::EC2::KeyPair'], edge: 'RefersTo' },
    ],
    secrets: [{ path: 'UserData.Value', encoding: 'base64' }],
    properties: {
      state: { type: 'string', means: 'running, stopped, terminated …', from: 'State.Name' },
      publicIp: { type: 'string', means: 'public IPv4 address', from: 'PublicIpAddress' },
      metadataTokens: { type: 'string', means: 'required: IMDSv2 only; optional: IMDSv1 too', from: 'MetadataOptions.HttpTokens' },
      instanceProfile: { type: 'string', means: 'ARN of the instance profile', from: 'IamInstanceProfile.Arn' },
      imageId: { type: 'string', means: 'image it was launched from', from: 'ImageId' },
    },
  },
  'AWS::EC2::LaunchTemplate': {
    kind: 'Pipeline',
    label: 'launch template',
    list: [{ call: 'ec2:DescribeLaunchTemplates', items: 'LaunchTemplates[]' }],
    details: [{ call: 'ec2:DescribeLaunchTemplateVersions', request: { LaunchTemplateId: 'LaunchTemplateId' }, paginate: 'LaunchTemplateVersions' }],
    id: arn('launch-template', 'LaunchTemplateId'),
    aliases: ['LaunchTemplateId', 'LaunchTemplateName'],
    name: ['LaunchTemplateName'],
    secrets: [{ path: 'DescribeLaunchTemplateVersions[].LaunchTemplateData.UserData', encoding: 'base64' }],
    references: [
      {
        path: 'DescribeLaunchTemplateVersions[].LaunchTemplateData.IamInstanceProfile.Arn',
        to: ['AWS::IAM::Role'],
        match: 'InstanceProfileList[].Arn',
        edge: 'UsesIdentity',
      },
      {
        path: 'DescribeLaunchTemplateVersions[].LaunchTemplateData.IamInstanceProfile.Name',
        to: ['AWS::IAM::Role'],
        match: 'InstanceProfileList[].InstanceProfileName',
        edge: 'UsesIdentity',
      },
    ],
  },
  'AWS::EC2::KeyPair': {
    kind: 'Credential',
    label: 'key pair',
    list: [{ call: 'ec2:DescribeKeyPairs', items: 'KeyPairs[]' }],
    id: 'arn:$partition:ec2:$region:$account:key-pair/{KeyName}',
    aliases: ['KeyName', 'KeyPairId'],
    name: ['KeyName'],
  },
  'AWS::EC2::InstanceMetadataDefaults': {
    kind: 'Monitor',
    label: 'defaults of the metadata service',
    list: [{ call: 'ec2:GetInstanceMetadataDefaults', items: '' }],
    id: 'arn:$partition:ec2:$region:$account:instance-metadata-defaults',
    recognise: ['AccountLevel'],
  },
} as const satisfies Readonly<Record<string, ResourceType>>;
