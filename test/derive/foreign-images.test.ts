import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, role, roleArn, trusts } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const region = 'eu-west-1';
const types = await allTypes();
const stranger = '999988887777';
const from = `aws:account:${stranger}`;
const ecr = (owner: string, rest = 'shop:latest'): string => `${owner}.dkr.ecr.${region}.amazonaws.com/${rest}`;
const record = (type: string, id: string, config: JsonObject, calls: readonly string[] = []): SnapshotRecord => ({ type, id, account, region, calls, config });

const task = (image: string): SnapshotRecord => {
  const id = `arn:aws:ecs:${region}:${account}:task-definition/shop:1`;
  return record('AWS::ECS::TaskDefinition', id, { taskDefinitionArn: id, family: 'shop', containerDefinitions: [{ image: 'side:1' }, { image }] });
};
const instance = (...images: JsonObject[]): SnapshotRecord =>
  record('AWS::EC2::Instance', `arn:aws:ec2:${region}:${account}:instance/i-1`, { InstanceId: 'i-1', ImageId: 'ami-1', DescribeImages: images }, [
    'ec2:DescribeImages',
  ]);
const taskArn = task('').id;
const instanceArn = instance().id;
const steps = (...records: SnapshotRecord[]): Promise<readonly string[]> =>
  stepsOf(types, [role('edge', trusts({ Service: 'ec2.amazonaws.com' })), ...records], /foreign|confusion/);

describe('images of strangers', () => {
  test.each<[string, SnapshotRecord, readonly string[]]>([
    ['a container image of an unknown account', task(ecr(stranger)), [`${from} -> ${taskArn} aws.foreign-container-image proven`]],
    ['one by digest', task(ecr(stranger, `shop@sha256:${'0'.repeat(64)}`)), [`${from} -> ${taskArn} aws.foreign-container-image proven`]],
    ['one of the estate', task(ecr(account)), []],
    ['one of a known vendor', task(ecr('464622532012')), []],
    ['one of Amazon', task(ecr('602401143452', 'eks/coredns:v1')), []],
    ['one of no account', task('nginx:latest'), []],
    ['one that somebody pushes to Docker Hub', task('acme/shop:1'), [`registry:docker.io/acme -> ${taskArn} aws.foreign-container-image proven`]],
    ['one on GitHub', task('ghcr.io/Acme/shop/web:1'), [`registry:ghcr.io/acme -> ${taskArn} aws.foreign-container-image proven`]],
    ['one in a public gallery', task('public.ecr.aws/a1b2c3d4/shop:1'), [`registry:public.ecr.aws/a1b2c3d4 -> ${taskArn} aws.foreign-container-image proven`]],
    ['an official image by its whole name', task('docker.io/library/nginx:1'), []],
    ['an official image in Amazon’s gallery', task('public.ecr.aws/docker/library/nginx:1'), []],
    ['one of a registry that does not tell who pushes', task('registry.example:5000/acme/shop:1'), []],
    ['one of AWS in its gallery', task('public.ecr.aws/lambda/nodejs:20'), []],
    ['an address that only looks like one', task(`evil.example/${ecr(stranger)}`), []],
    [
      'a machine image of an unknown account',
      instance({ ImageId: 'ami-1', OwnerId: stranger, Name: 'base' }),
      [`${from} -> ${instanceArn} aws.foreign-machine-image proven`],
    ],
    [
      'one that bears the name of a publisher',
      instance({ ImageId: 'ami-1', OwnerId: stranger, Name: 'ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-20260101' }),
      [`${from} -> ${instanceArn} aws.image-name-confusion proven`],
    ],
    ['the image of the publisher himself', instance({ ImageId: 'ami-1', OwnerId: '099720109477', Name: 'ubuntu/images/hvm-ssd/ubuntu' }), []],
    ['the image of a distribution', instance({ ImageId: 'ami-1', OwnerId: '309956199498', Name: 'RHEL-9.4.0_HVM-20260101-x86_64' }), []],
    ['one of Amazon', instance({ ImageId: 'ami-1', OwnerId: '137112412989', ImageOwnerAlias: 'amazon', Name: 'al2023-ami-1' }), []],
    ['one of its own', instance({ ImageId: 'ami-1', OwnerId: account, Name: 'golden' }), []],
    ['one that is gone', instance(), []],
  ])('%s', async (_name, runs, expected) => {
    expect(await steps(runs)).toEqual(expected);
  });

  test('the digest of an image cannot be pushed to, so it is the less likely way', async () => {
    const { analyseSnapshot } = await import('../../src/cli/analysis.ts');
    const { memorySnapshot } = await import('../../src/snapshot/memory.ts');
    const { noSettings } = await import('../../src/paths/settings.ts');
    const price = async (image: string): Promise<number> => {
      const { graph } = await analyseSnapshot(memorySnapshot([task(image)], { types }), types, noSettings);
      for (let edge = 0; edge < graph.edgeCount; edge++)
        if ((graph.likelihoods[edge] ?? 0) > 0 && graph.step(edge).technique === 'aws.foreign-container-image') return graph.likelihoods[edge] ?? 0;
      return 0;
    };
    const [tag, digest] = [await price(ecr(stranger)), await price(ecr(stranger, `shop@sha256:${'0'.repeat(64)}`))];
    expect(tag).toBeGreaterThan(digest);
    expect(digest).toBeGreaterThan(0);
  });

  test('an imported description of the image tells its owner, and does not make him one of the estate', async () => {
    const bare = record('AWS::EC2::Instance', instanceArn, { InstanceId: 'i-1', ImageId: 'ami-1' });
    const image = {
      ...record('AWS::EC2::Image', `arn:aws:ec2:${region}::image/ami-1`, { ImageId: 'ami-1', OwnerId: stranger, Name: 'base' }),
      account: stranger,
    };
    const found = await steps(bare, image);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`${stranger}.* -> ${instanceArn} aws.foreign-machine-image proven`));
  });

  test('a launch template that names an image of a stranger, shared with the estate', async () => {
    const id = `arn:aws:ec2:${region}:${account}:launch-template/lt-1`;
    const versions = [{ VersionNumber: 1, LaunchTemplateData: { ImageId: 'ami-1' } }];
    const template = record('AWS::EC2::LaunchTemplate', id, { LaunchTemplateId: 'lt-1', DescribeLaunchTemplateVersions: versions });
    const image = (owner: string): SnapshotRecord => ({
      ...record('AWS::EC2::Image', `arn:aws:ec2:${region}::image/ami-1`, { ImageId: 'ami-1', OwnerId: owner, Name: 'base' }),
      account: owner,
    });
    expect((await steps(template, image(stranger))).map((step) => step.replace(/^\S+/, ''))).toEqual([` -> ${id} aws.foreign-machine-image proven`]);
    expect(await steps(template, image(account))).toEqual([]);
    expect(await steps(template)).toEqual([]);
  });

  test('an image that anybody may launch is read by anybody', async () => {
    const id = `arn:aws:ec2:${region}::image/ami-2`;
    const shared = record('AWS::EC2::Image', id, {
      ImageId: 'ami-2',
      OwnerId: account,
      DescribeImageAttribute: { LaunchPermissions: [{ Group: 'all' }, { UserId: stranger }] },
    });
    expect(await stepsOf(types, [shared], /shared-copy/)).toEqual([`${from} -> ${id} aws.shared-copy proven`, `aws:anyone -> ${id} aws.shared-copy proven`]);
  });
});

test('the role of a task that runs a stranger’s image is the stranger’s', async () => {
  const withRole = { ...task(ecr(stranger)), config: { ...task(ecr(stranger)).config, taskRoleArn: roleArn('edge') } };
  const found = await stepsOf(types, [role('edge', trusts({ Service: 'ecs-tasks.amazonaws.com' })), withRole], /foreign|task-definition-runs/);
  expect(found).toEqual([`${taskArn} -> ${roleArn('edge')} aws.task-definition-runs proven`, `${from} -> ${taskArn} aws.foreign-container-image proven`]);
});
