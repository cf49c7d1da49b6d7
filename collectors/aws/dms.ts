import { defineCollector } from '../../src/model/collector.ts';

/** Database Migration Service: machines that hold credentials of both sides. */
export const dms = defineCollector({
  id: 'aws.dms',
  provider: 'aws',
  service: 'dms',
  title: 'Database Migration Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-database-migration-service'), client: 'DatabaseMigrationServiceClient' },
  resources: {
    'AWS::DMS::ReplicationInstance': {
      kind: 'Compute',
      label: 'replication instance',
      list: [{ call: 'dms:DescribeReplicationInstances', items: 'ReplicationInstances[]' }],
      id: '{ReplicationInstanceArn}',
      aliases: ['ReplicationInstanceIdentifier'],
      name: ['ReplicationInstanceIdentifier'],
      recognise: ['ReplicationInstanceArn'],
      references: [
        { path: 'VpcSecurityGroups[].VpcSecurityGroupId', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'KmsKeyId', edge: 'UsesSecret' },
      ],
      properties: { publiclyAccessible: { type: 'boolean', means: 'it has a public address', from: 'PubliclyAccessible' } },
    },
    'AWS::DMS::Endpoint': {
      kind: 'Credential',
      label: 'migration endpoint',
      list: [{ call: 'dms:DescribeEndpoints', items: 'Endpoints[]' }],
      id: '{EndpointArn}',
      aliases: ['EndpointIdentifier'],
      name: ['EndpointIdentifier'],
      recognise: ['EndpointArn', 'EngineName'],
      references: [{ path: 'CertificateArn', edge: 'RefersTo' }],
      secrets: [{ path: 'ExtraConnectionAttributes' }],
    },
  },
});
