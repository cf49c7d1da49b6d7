import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { importAws } from '../../src/snapshot/import/aws.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const region = 'eu-west-1';
const redactor = new Redactor(Buffer.alloc(32, 1));
const imported = (...answers: readonly Json[]) =>
  importAws([{ file: `${account}/${region}/answers.json`, text: JSON.stringify(answers) }], { types, redactor });
const record = (type: string, id: string, config: JsonObject, place = region): SnapshotRecord => {
  const spec = types.get(type);
  return { type, id, account, region: place, calls: [...(spec?.list ?? []), ...(spec?.details ?? [])].map((each) => each.call), config };
};
const arn = (service: string, path: string): string => `arn:aws:${service}:${region}:${account}:${path}`;

describe('the aws-auth ConfigMap of a cluster', () => {
  const cluster = (mode?: string): SnapshotRecord =>
    record('AWS::EKS::Cluster', arn('eks', 'cluster/prod'), { Name: 'prod', ...(mode === undefined ? {} : { accessConfig: { authenticationMode: mode } }) });
  const map = (data: JsonObject): readonly SnapshotRecord[] =>
    imported({
      request: { clusterName: 'prod' },
      response: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'aws-auth', namespace: 'kube-system' }, data },
    }).records;
  const principals = [role('dev', trusts({ Service: 'ec2.amazonaws.com' })), user('ada')];
  const roles = (name: string, group: string): string => `- rolearn: arn:aws:iam::${account}:role/${name}\n  username: x\n  groups:\n    - ${group}\n`;

  test.each<[string, JsonObject, readonly string[]]>([
    ['a role is master', { mapRoles: roles('dev', 'system:masters') }, [`${roleArn('dev')} -> ${arn('eks', 'cluster/prod')} aws.eks-aws-auth proven`]],
    [
      'a user is in a group whose rights are inside the cluster',
      { mapRoles: '', mapUsers: `[{ userarn: "${userArn('ada')}", groups: [viewers] }]` },
      [`${userArn('ada')} -> ${arn('eks', 'cluster/prod')} aws.eks-aws-auth unknown`],
    ],
    ['the role of nodes', { mapRoles: roles('dev', 'system:nodes') }, []],
    ['a role that is not there', { mapRoles: roles('gone', 'system:masters') }, []],
    ['text that is no list', { mapRoles: 'rolearn: x' }, []],
  ])('%s', async (_name, data, expected) => {
    expect(await stepsOf(types, [cluster(), ...principals, ...map(data)], /aws-auth/)).toEqual(expected);
  });

  test('a cluster that uses access entries only reads none', async () => {
    expect(await stepsOf(types, [cluster('API'), ...principals, ...map({ mapRoles: roles('dev', 'system:masters') })], /aws-auth/)).toEqual([]);
  });

  test('one that was not recorded is told as not seen', async () => {
    const told = async (mode: string | undefined): Promise<number> => {
      const { completeness } = await analyseSnapshot(memorySnapshot([cluster(mode), ...principals], { types }), types, noSettings);
      return completeness.notModelled.filter((text) => text.includes('aws-auth')).length;
    };
    expect([await told(undefined), await told('API_AND_CONFIG_MAP'), await told('API')]).toEqual([1, 1, 0]);
  });

  test('the path of a role is left out in it, and an entry with one lets nobody in', async () => {
    const nested = { ...role('dev', trusts({ Service: 'ec2.amazonaws.com' })), id: `arn:aws:iam::${account}:role/teams/dev` };
    expect(await stepsOf(types, [cluster(), nested, ...map({ mapRoles: roles('dev', 'system:masters') })], /aws-auth/)).toHaveLength(1);
    expect(await stepsOf(types, [cluster(), nested, ...map({ mapRoles: roles('teams/dev', 'system:masters') })], /aws-auth/)).toHaveLength(0);
  });
});

describe('deployment groups that choose by tags', () => {
  const group = (more: JsonObject): SnapshotRecord =>
    record('AWS::CodeDeploy::DeploymentGroup', arn('codedeploy', 'deploymentgroup:app/live'), { applicationName: 'app', Name: 'live', ...more });
  const host = (name: string, tags: Readonly<Record<string, string>>, place = region): SnapshotRecord =>
    record(
      'AWS::EC2::Instance',
      `arn:aws:ec2:${place}:${account}:instance/${name}`,
      {
        InstanceId: name,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
      place,
    );
  const hosts = [
    host('i-a', { app: 'shop', stage: 'live' }),
    host('i-b', { app: 'shop' }),
    host('i-c', { stage: 'live' }),
    host('i-d', { app: 'shop', stage: 'live' }, 'us-east-1'),
  ];
  const filter = (Type: string, Key?: string, Value?: string): JsonObject => ({
    Type,
    ...(Key === undefined ? {} : { Key }),
    ...(Value === undefined ? {} : { Value }),
  });

  test.each<[string, JsonObject, readonly string[]]>([
    ['key and value', { ec2TagFilters: [filter('KEY_AND_VALUE', 'app', 'shop')] }, ['i-a', 'i-b']],
    ['a key', { ec2TagFilters: [filter('KEY_ONLY', 'stage')] }, ['i-a', 'i-c']],
    ['a value', { ec2TagFilters: [filter('VALUE_ONLY', undefined, 'live')] }, ['i-a', 'i-c']],
    ['one of several', { ec2TagFilters: [filter('KEY_ONLY', 'stage'), filter('KEY_ONLY', 'app')] }, ['i-a', 'i-b', 'i-c']],
    ['one of each group', { ec2TagSet: { ec2TagSetList: [[filter('KEY_ONLY', 'app')], [filter('KEY_AND_VALUE', 'stage', 'live')]] } }, ['i-a']],
    ['nothing that fits', { ec2TagFilters: [filter('KEY_AND_VALUE', 'app', 'other')] }, []],
    ['no filter', {}, []],
  ])('%s', async (_name, config, expected) => {
    const found = await stepsOf(types, [group(config), ...hosts], /deployment-runs-on-tagged/);
    expect(found.map((step) => /instance\/(\S+)/.exec(step)?.[1])).toEqual(expected);
  });
});

describe('objects that code is taken from', () => {
  const writer = (resource: string): SnapshotRecord => user('ada', [{ Effect: 'Allow', Action: 's3:PutObject', Resource: resource }]);
  const script = { Jobs: [{ Name: 'etl', Role: roleArn('etl'), Command: { ScriptLocation: 's3://code/jobs/etl.py' } }] };
  const boot = Buffer.from(
    '#!/bin/sh\naws s3 cp s3://code/boot/init.sh - | sh\ncurl "https://code.s3.eu-west-1.amazonaws.com/boot/more.sh?X-Amz-Signature=abc" | sh\n',
  ).toString('base64');
  const instance = [
    { Reservations: [{ OwnerId: account, Instances: [{ InstanceId: 'i-1' }] }] },
    { request: { InstanceId: 'i-1', Attribute: 'userData' }, response: { InstanceId: 'i-1', UserData: { Value: boot } } },
  ];
  const stack = [
    { Stacks: [{ StackId: arn('cloudformation', 'stack/net/1'), StackName: 'net', RoleARN: roleArn('etl') }] },
    {
      request: { StackName: 'net' },
      response: {
        TemplateBody:
          'Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: https://s3.amazonaws.com/code/nested/inner.yaml\n',
      },
    },
  ];
  const pipeline = {
    pipeline: {
      name: 'release',
      roleArn: roleArn('etl'),
      stages: [{ name: 'S', actions: [{ name: 's', configuration: { S3Bucket: 'code', S3ObjectKey: 'src/app.zip' } }] }],
    },
    metadata: { pipelineArn: arn('codepipeline', 'release') },
  };
  const estate = [bucket('code'), role('etl', trusts({ Service: 'glue.amazonaws.com' })), ...imported(script, ...instance, ...stack, pipeline).records];
  const taken = ['boot/init.sh', 'boot/more.sh', 'jobs/etl.py', 'nested/inner.yaml', 'src/app.zip'];

  test('what runs them follows from the object', async () => {
    const steps = await stepsOf(types, estate, /code-object-runs|boot-script-runs|template-object-runs/);
    expect(steps.map((step) => step.replace(/ -> .*?([^:/]+(?:\/\d)?) aws/, ' -> $1 aws'))).toEqual([
      'arn:aws:s3:::code/boot/init.sh -> i-1 aws.boot-script-runs proven',
      'arn:aws:s3:::code/boot/more.sh -> i-1 aws.boot-script-runs proven',
      'arn:aws:s3:::code/jobs/etl.py -> etl aws.code-object-runs proven',
      'arn:aws:s3:::code/nested/inner.yaml -> net/1 aws.template-object-runs proven',
      'arn:aws:s3:::code/src/app.zip -> release aws.code-object-runs proven',
    ]);
  });

  test.each<[string, readonly string[]]>([
    ['arn:aws:s3:::code/*', taken],
    ['arn:aws:s3:::code/jobs/*', ['jobs/etl.py']],
    ['arn:aws:s3:::code/uploads/*', []],
    ['arn:aws:s3:::other/*', []],
  ])('who may write %s writes those that it means', async (resource, expected) => {
    const { graph } = await analyseSnapshot(memorySnapshot([writer(resource), ...estate], { types }), types, noSettings);
    const from = graph.indexOf(userArn('ada'));
    const reached = taken.filter((key) => reaches(graph, from, graph.indexOf(`arn:aws:s3:::code/${key}`)));
    expect(reached).toEqual(expected);
  });

  test('the staging bucket of the CDK is where its stacks take templates from', async () => {
    const exec = roleArn(`cdk-hnb659fds-cfn-exec-role-${account}-${region}`);
    const staging = `cdk-hnb659fds-assets-${account}-${region}`;
    const made = record('AWS::CloudFormation::Stack', arn('cloudformation', 'stack/app/2'), { StackId: 'x', StackName: 'app', RoleARN: exec });
    const steps = await stepsOf(types, [writer(`arn:aws:s3:::${staging}/*`), bucket(staging), made], /write-code-bucket/);
    expect(steps).toEqual([`${userArn('ada')} -> ${arn('cloudformation', 'stack/app/2')} aws.write-code-bucket proven`]);
  });
});

function reaches(
  graph: { readonly outOffsets: Uint32Array; readonly targets: Uint32Array; readonly likelihoods: Float64Array | Float32Array },
  from: number,
  to: number,
): boolean {
  const seen = new Set([from]);
  for (const node of seen) {
    if (node === to) return true;
    for (let edge = graph.outOffsets[node] ?? 0; edge < (graph.outOffsets[node + 1] ?? 0); edge++)
      if ((graph.likelihoods[edge] ?? 0) > 0) seen.add(graph.targets[edge] ?? -1);
  }
  return false;
}
