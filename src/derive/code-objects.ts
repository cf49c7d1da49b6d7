import type { GraphBuilder } from '../graph/builder.ts';
import type { Evidence } from '../model/evidence.ts';
import { isArray, isObject, type Json, pointerToken, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { StructureLink } from './structure-link.ts';

/** Where a type keeps text that takes scripts or templates from buckets. The text itself was replaced when the snapshot was written; the objects that it names were kept. */
const scripts: readonly (readonly [type: string, key: string, call: string])[] = [
  ['AWS::EC2::Instance', 'UserData', 'ec2:DescribeInstanceAttribute'],
  ['AWS::AutoScaling::LaunchConfiguration', 'UserData', 'autoscaling:DescribeLaunchConfigurations'],
  ['AWS::EC2::LaunchTemplate', 'DescribeLaunchTemplateVersions', 'ec2:DescribeLaunchTemplateVersions'],
  ['AWS::CloudFormation::Stack', 'GetTemplate', 'cloudformation:GetTemplate'],
];

/** Objects of S3 that something takes code from and that more than one field names, or a text that was replaced. Makes their nodes. */
export function codeObjects(builder: GraphBuilder, snapshot: Snapshot): readonly StructureLink[] {
  const links: StructureLink[] = [];
  const link = (from: SnapshotRecord, object: string, evidence: readonly Evidence[]): void => {
    const id = `arn:aws:s3:::${object}`;
    const bucket = snapshot.find(`arn:aws:s3:::${object.split('/')[0]}`);
    if (!builder.has(from.id)) return;
    if (!builder.has(id))
      builder.node({ id, kind: 'Artifact', type: 'AWS::S3::Object', name: object, ...(bucket === undefined ? {} : { account: bucket.account }) });
    links.push({ from: from.id, to: id, kind: 'UsesArtifact', evidence });
  };
  for (const [type, key, call] of scripts) {
    for (const record of snapshot.records(type)) {
      for (const { objects, pointer } of redactedObjects(record.config[key] ?? null, `/config/${key}`))
        for (const object of objects) link(record, object, [{ resource: record.id, pointer, call }]);
    }
  }
  for (const pipeline of snapshot.records('AWS::CodePipeline::Pipeline')) {
    for (const { bucket, key, pointer } of sources(pipeline.config))
      link(pipeline, `${bucket}/${key}`, [{ resource: pipeline.id, pointer, call: 'codepipeline:GetPipeline' }]);
  }
  return [...links, ...stagingBuckets(builder, snapshot)];
}

/** "S3Bucket ... S3ObjectKey" of a source action (https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html). */
function* sources(config: Json): Generator<{ readonly bucket: string; readonly key: string; readonly pointer: string }> {
  for (const [at, stage] of listAt(config, 'stages').entries()) {
    for (const [position, action] of listAt(stage, 'actions').entries()) {
      const [bucket, key] = [textAt(action, 'configuration.S3Bucket'), textAt(action, 'configuration.S3ObjectKey')];
      if (bucket !== undefined && key !== undefined) yield { bucket, key, pointer: `/config/stages/${at}/actions/${position}/configuration/S3ObjectKey` };
    }
  }
}

/**
 * The CDK uploads the template of a stack to the staging bucket of its bootstrap and lets CloudFormation take it from there as the execution role: `cdk-QUALIFIER-assets-ACCOUNT-REGION`
 * and `cdk-QUALIFIER-cfn-exec-role-ACCOUNT-REGION` (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html).
 */
function stagingBuckets(builder: GraphBuilder, snapshot: Snapshot): readonly StructureLink[] {
  return snapshot.records('AWS::CloudFormation::Stack').flatMap((stack): StructureLink[] => {
    const part = /:role\/cdk-([a-z0-9]+)-cfn-exec-role-(\d{12}-[a-z0-9-]+)$/.exec(textAt(stack.config, 'RoleARN') ?? '');
    const bucket = part === null ? '' : `arn:aws:s3:::cdk-${part[1]}-assets-${part[2]}`;
    if (!builder.has(bucket)) return [];
    return [
      {
        from: stack.id,
        to: bucket,
        kind: 'UsesArtifact',
        evidence: [{ resource: stack.id, pointer: '/config/RoleARN', call: 'cloudformation:DescribeStacks' }],
      },
    ];
  });
}

function* redactedObjects(value: Json, pointer: string): Generator<{ readonly objects: readonly string[]; readonly pointer: string }> {
  if (isArray(value)) for (const [index, each] of value.entries()) yield* redactedObjects(each, `${pointer}/${index}`);
  if (!isObject(value)) return;
  const redacted = value['$redacted'];
  if (isObject(redacted)) {
    if (isArray(redacted['objects'])) yield { objects: redacted['objects'].map(String), pointer };
    return;
  }
  for (const [key, each] of Object.entries(value)) yield* redactedObjects(each ?? null, `${pointer}/${pointerToken(key)}`);
}

function listAt(value: Json, key: string): readonly Json[] {
  const found = isObject(value) ? value[key] : undefined;
  return isArray(found) ? found : [];
}
