import { defineCollector } from '../../src/model/collector.ts';

/** Systems Manager. */
export const ssm = defineCollector({
  id: 'aws.ssm',
  provider: 'aws',
  service: 'ssm',
  title: 'Systems Manager',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-ssm'), client: 'SSMClient' },
  resources: {
    'AWS::SSM::Parameter': {
      kind: 'Secret',
      label: 'parameter',
      list: [{ call: 'ssm:DescribeParameters', items: 'Parameters[]' }],
      id: 'arn:$partition:ssm:$region:$account:parameter/{Name}',
      aliases: ['Name', 'ARN'],
      name: ['Name'],
      recognise: ['Name', 'Type'],
      secrets: [{ path: 'Value' }],
      references: [{ path: 'KeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
      properties: { type: { type: 'string', means: 'String, StringList or SecureString', from: 'Type' } },
    },
    'AWS::SSM::Document': {
      kind: 'Pipeline',
      label: 'document',
      list: [{ call: 'ssm:ListDocuments', items: 'DocumentIdentifiers[]', request: { Filters: [{ Key: 'Owner', Values: ['Self'] }] } }],
      details: [
        { call: 'ssm:DescribeDocumentPermission', request: { Name: 'Name', PermissionType: '=Share' }, recognise: ['AccountIds', 'AccountSharingInfoList'] },
      ],
      shares: ['DescribeDocumentPermission.AccountIds[]'],
      id: 'arn:$partition:ssm:$region:$account:document/{Name}',
      aliases: ['Name'],
      name: ['Name'],
    },
    'AWS::SSM::ManagedInstance': {
      kind: 'Compute',
      label: 'managed instance',
      list: [{ call: 'ssm:DescribeInstanceInformation', items: 'InstanceInformationList[]' }],
      id: 'arn:$partition:ssm:$region:$account:managed-instance/{InstanceId}',
      name: ['ComputerName', 'InstanceId'],
      references: [
        { path: 'InstanceId', to: ['AWS::EC2::Instance'], edge: 'RefersTo' },
        { path: 'IamRole', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
      recognise: ['InstanceId', 'PingStatus'],
      properties: { ping: { type: 'string', means: 'Online, ConnectionLost or Inactive', from: 'PingStatus' } },
    },
    'AWS::SSM::Association': {
      kind: 'Pipeline',
      label: 'association',
      list: [{ call: 'ssm:ListAssociations', items: 'Associations[]' }],
      id: 'arn:$partition:ssm:$region:$account:association/{AssociationId}',
      references: [
        { path: 'InstanceId', to: ['AWS::EC2::Instance'], edge: 'RoutesTo' },
        { path: 'Targets[].Values[]', to: ['AWS::EC2::Instance'], edge: 'RoutesTo' },
        { path: 'Name', to: ['AWS::SSM::Document'], edge: 'UsesArtifact' },
      ],
      recognise: ['AssociationId'],
    },
    'AWS::SSM::ResourceCompliance': {
      kind: 'Monitor',
      label: 'compliance of a managed instance',
      list: [{ call: 'ssm:ListResourceComplianceSummaries', items: 'ResourceComplianceSummaryItems[]' }],
      id: 'arn:$partition:ssm:$region:$account:compliance/{ComplianceType}/{ResourceId}',
      name: ['ResourceId'],
      recognise: ['ComplianceType', 'ResourceId'],
      references: [{ path: 'ResourceId', to: ['AWS::EC2::Instance'], edge: 'RefersTo' }],
    },
  },
});
