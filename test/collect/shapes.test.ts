import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { addStructure } from '../../src/graph/structure.ts';
import type { Json } from '../../src/model/json.ts';
import { importAws } from '../../src/snapshot/import/aws.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { account, role, roleArn, trusts } from '../support/estate.ts';

const types = await allTypes();
const region = 'eu-west-1';
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const asked = (request: Json, response: Json): Json => ({ request, response });

interface Shape {
  readonly name: string;
  readonly answers: readonly Json[];
  /** Ids by type, and structure edges as `kind from -> to` between last parts. */
  readonly records: Readonly<Record<string, readonly string[]>>;
  readonly edges: readonly string[];
}

const shapes: readonly Shape[] = [
  {
    name: 'Certificates, web ACLs and migrations',
    answers: [
      {
        CertificateSummaryList: [{ CertificateArn: arn('acm', 'certificate/c1'), DomainName: 'shop.example.com', KeyAlgorithm: 'RSA-2048', InUse: true }],
      },
      { WebACLs: [{ Name: 'edge', Id: 'w1', LockToken: 'l', ARN: arn('wafv2', 'regional/webacl/edge/w1') }] },
      { ReplicationInstances: [{ ReplicationInstanceArn: arn('dms', 'rep:R1'), ReplicationInstanceIdentifier: 'move', PubliclyAccessible: true }] },
      { Endpoints: [{ EndpointArn: arn('dms', 'endpoint:E1'), EndpointIdentifier: 'orders', EngineName: 'postgres', SslMode: 'none' }] },
    ],
    records: {
      'AWS::CertificateManager::Certificate': [arn('acm', 'certificate/c1')],
      'AWS::WAFv2::WebACL': [arn('wafv2', 'regional/webacl/edge/w1')],
      'AWS::DMS::ReplicationInstance': [arn('dms', 'rep:R1')],
      'AWS::DMS::Endpoint': [arn('dms', 'endpoint:E1')],
    },
    edges: [],
  },
  {
    name: 'Clusters of RDS, what is saved of them and who hears of it',
    answers: [
      { DBClusters: [{ DBClusterIdentifier: 'ledger', Engine: 'neptune', DBClusterMembers: [] }] },
      {
        DBClusterSnapshots: [{ DBClusterSnapshotIdentifier: 'may', DBClusterSnapshotArn: arn('rds', 'cluster-snapshot:may'), DBClusterIdentifier: 'ledger' }],
      },
      { EventSubscriptionsList: [{ CustSubscriptionId: 'ops', EventSubscriptionArn: arn('rds', 'es:ops'), SnsTopicArn: arn('sns', 'ops') }] },
      { Results: [{ ResourceArn: arn('dynamodb', 'table/orders'), ResourceType: 'DynamoDB' }] },
    ],
    records: {
      'AWS::RDS::DBClusterSnapshot': [arn('rds', 'cluster-snapshot:may')],
      'AWS::RDS::EventSubscription': [arn('rds', 'es:ops')],
      'AWS::Backup::ProtectedResource': [arn('backup', `protected-resource:${arn('dynamodb', 'table/orders')}`)],
    },
    edges: ['RefersTo may -> ledger'],
  },
  {
    name: 'AWS Backup',
    answers: [
      { BackupVaultList: [{ BackupVaultName: 'nightly', BackupVaultArn: arn('backup', 'backup-vault:nightly') }] },
      asked(
        { BackupVaultName: 'nightly' },
        { BackupVaultName: 'nightly', BackupVaultArn: arn('backup', 'backup-vault:nightly'), Policy: '{"Version":"2012-10-17","Statement":[]}' },
      ),
      asked(
        { BackupVaultName: 'nightly' },
        {
          RecoveryPoints: [
            {
              RecoveryPointArn: arn('backup', 'recovery-point:7'),
              BackupVaultArn: arn('backup', 'backup-vault:nightly'),
              ResourceArn: arn('rds', 'db:orders'),
            },
          ],
        },
      ),
      { DBInstances: [{ DBInstanceIdentifier: 'orders', DBInstanceArn: arn('rds', 'db:orders') }] },
    ],
    records: { 'AWS::Backup::BackupVault': [arn('backup', 'backup-vault:nightly')], 'AWS::Backup::RecoveryPoint': [arn('backup', 'recovery-point:7')] },
    edges: ['Contains nightly -> recovery-point:7', 'RefersTo recovery-point:7 -> orders'],
  },
  {
    name: 'Elastic File System',
    answers: [
      { FileSystems: [{ FileSystemId: 'fs-01', FileSystemArn: arn('elasticfilesystem', 'file-system/fs-01'), Name: 'home' }] },
      asked({ FileSystemId: 'fs-01' }, { FileSystemId: 'fs-01', Policy: '{"Version":"2012-10-17","Statement":[]}' }),
    ],
    records: { 'AWS::EFS::FileSystem': [arn('elasticfilesystem', 'file-system/fs-01')] },
    edges: [],
  },
  {
    name: 'CodePipeline',
    answers: [
      {
        pipeline: {
          name: 'release',
          roleArn: roleArn('runner'),
          artifactStore: { type: 'S3', location: 'artifacts' },
          stages: [
            { name: 'Source', actions: [{ name: 's', configuration: { S3Bucket: 'sources', S3ObjectKey: 'app.zip' } }] },
            { name: 'Build', actions: [{ name: 'b', configuration: { ProjectName: 'app' } }] },
          ],
        },
        metadata: { pipelineArn: arn('codepipeline', 'release') },
      },
      {
        Buckets: [
          { Name: 'sources', CreationDate: '2026-01-01' },
          { Name: 'artifacts', CreationDate: '2026-01-01' },
        ],
      },
      { projects: [{ name: 'app', arn: arn('codebuild', 'project/app'), serviceRole: roleArn('runner'), source: { type: 'NO_SOURCE' } }] },
    ],
    records: { 'AWS::CodePipeline::Pipeline': [arn('codepipeline', 'release')] },
    edges: [
      'RefersTo release -> sources',
      'RoutesTo release -> app',
      'UsesArtifact release -> artifacts',
      'UsesIdentity app -> runner',
      'UsesIdentity release -> runner',
    ],
  },
  {
    name: 'EventBridge',
    answers: [
      { EventBuses: [{ Name: 'default', Arn: arn('events', 'event-bus/default'), Policy: '{"Version":"2012-10-17","Statement":[]}' }] },
      { Rules: [{ Name: 'tick', Arn: arn('events', 'rule/tick'), EventBusName: 'default', State: 'ENABLED', RoleArn: roleArn('runner') }] },
    ],
    records: { 'AWS::Events::EventBus': [arn('events', 'event-bus/default')], 'AWS::Events::Rule': [arn('events', 'rule/tick')] },
    edges: ['UsesIdentity tick -> runner'],
  },
  {
    name: 'OpenSearch',
    answers: [
      { DomainNames: [{ DomainName: 'logs', EngineType: 'OpenSearch' }] },
      asked(
        { DomainName: 'logs' },
        { DomainStatus: { DomainName: 'logs', ARN: arn('es', 'domain/logs'), AccessPolicies: '{"Version":"2012-10-17","Statement":[]}' } },
      ),
    ],
    records: { 'AWS::OpenSearchService::Domain': [arn('es', 'domain/logs')] },
    edges: [],
  },
  {
    name: 'images by tag and digest, scripts and sources in buckets',
    answers: [
      {
        repositories: [{ repositoryArn: arn('ecr', 'repository/app'), repositoryName: 'app', repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/app` }],
      },
      {
        taskDefinition: {
          taskDefinitionArn: arn('ecs', 'task-definition/app:3'),
          family: 'app',
          containerDefinitions: [{ name: 'app', image: `${account}.dkr.ecr.${region}.amazonaws.com/app:v3` }],
        },
      },
      { Jobs: [{ Name: 'etl', Role: roleArn('runner'), Command: { Name: 'glueetl', ScriptLocation: 's3://scripts/etl.py' } }] },
      {
        projects: [
          {
            name: 'site',
            arn: arn('codebuild', 'project/site'),
            serviceRole: roleArn('runner'),
            source: { type: 'S3', location: 'sources/site.zip' },
            environment: { image: `${account}.dkr.ecr.${region}.amazonaws.com/app@sha256:00` },
          },
        ],
      },
      {
        Buckets: [
          { Name: 'sources', CreationDate: '2026-01-01' },
          { Name: 'scripts', CreationDate: '2026-01-01' },
        ],
      },
    ],
    records: { 'AWS::Glue::Job': [arn('glue', 'job/etl')] },
    edges: [
      'UsesArtifact app:3 -> app',
      'UsesArtifact etl -> etl.py',
      'UsesArtifact etl -> scripts',
      'UsesArtifact site -> app',
      'UsesArtifact site -> site.zip',
      'UsesArtifact site -> sources',
      'UsesIdentity etl -> runner',
      'UsesIdentity site -> runner',
    ],
  },
];

describe('answers become records and edges', () => {
  test.each(shapes.map((shape) => ({ name: shape.name, shape })))('$name', ({ shape }) => {
    const inputs = shape.answers.map((answer, index) => ({ file: `${account}/${region}/${index}.json`, text: JSON.stringify(answer) }));
    const imported = importAws(inputs, { types, redactor: new Redactor(Buffer.alloc(32, 3)) });
    expect(imported.unrecognised).toEqual([]);
    for (const [type, ids] of Object.entries(shape.records))
      expect(imported.records.filter((record) => record.type === type).map((record) => record.id)).toEqual(ids);
    const snapshot = memorySnapshot([...imported.records, role('runner', trusts({ Service: 'codebuild.amazonaws.com' }))], { types });
    const builder = new GraphBuilder();
    addStructure(builder, snapshot, types);
    const last = (id: string): string => id.split(/[/]|:(?!\d+$)/).at(-1) ?? id;
    const edges = [...builder.structureEdges()]
      .filter(({ from }) => !from.endsWith(':root'))
      .map(({ kind, from, to }) => `${kind} ${last(from)} -> ${last(to)}`);
    expect(edges.sort()).toEqual(shape.edges);
  });
});
