import { Identities } from './identities.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, service } from './policies.ts';
import { instance, lambda } from './resources.ts';

/** Everyday resources around the stories, repeatable from a seed. `scale` 1 makes about eight hundred resources. */
export async function filler(
  accounts: Pick<EstateAccounts, 'production'> & Partial<EstateAccounts>,
  scale: number,
  random: () => number,
  regions: readonly string[] = ['eu-west-1', 'us-east-1'],
): Promise<number> {
  const teams = ['checkout', 'ledger', 'risk', 'onboarding', 'merchant', 'support', 'search', 'billing'];
  const stages = ['production', 'staging', 'test'];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let count = 0;
  const many = async (total: number, make: (index: number) => Promise<unknown>): Promise<void> => {
    for (let at = 0; at < total; at += 12) await Promise.all(Array.from({ length: Math.min(12, total - at) }, (_, offset) => make(at + offset)));
    count += total;
  };
  for (const [name, api] of [
    ['prd', accounts.production],
    ['dat', accounts.data],
    ['bld', accounts.build],
  ] as const) {
    if (api === undefined) continue;
    const identities = new Identities(api);
    await identities.role('everyday-function', service('lambda'), [allow('logs:PutLogEvents')]);
    await many(Math.round(28 * scale), (index) => {
      const team = pick(teams);
      return identities.role(
        `${team}-${name}-worker-${index}`,
        service(pick(['lambda', 'ec2', 'ecs-tasks'])),
        [allow(['logs:PutLogEvents', 's3:GetObject'], [`arn:aws:s3:::larkpay-${team}-${name}-*/*`, '*'].slice(0, 1))],
        { tags: { team } },
      );
    });
    await many(Math.round(12 * scale), (index) =>
      identities.user(`${pick(teams)}-${name}-person-${index}`, [allow(['s3:ListAllMyBuckets', 'cloudwatch:GetMetricData'])]),
    );
    for (const region of regions) {
      const here = api.in(region);
      const short = region === 'eu-west-1' ? 'eu' : 'us';
      const stage = pick(stages);
      await many(Math.round(14 * scale), async (index) => {
        const team = pick(teams);
        const bucketName = `larkpay-${team}-${name}-${short}-${index}`;
        await here.call('s3', 'CreateBucket', {
          Bucket: bucketName,
          ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }),
        });
        await here.call('s3', 'PutPublicAccessBlock', {
          Bucket: bucketName,
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
        });
      });
      await many(Math.round(16 * scale), (index) => lambda(here, `${pick(teams)}-${short}-fn-${index}`, `arn:aws:iam::${api.account}:role/everyday-function`));
      await many(Math.round(14 * scale), (index) =>
        here.call('ssm', 'PutParameter', { Name: `/${pick(teams)}/${stage}/flag-${index}`, Value: String(index), Type: 'String' }),
      );
      await many(Math.round(10 * scale), (index) => here.call('sqs', 'CreateQueue', { QueueName: `${pick(teams)}-${short}-events-${index}` }));
      await many(Math.round(8 * scale), (index) => here.call('sns', 'CreateTopic', { Name: `${pick(teams)}-${short}-notices-${index}` }));
      await many(Math.round(8 * scale), (index) =>
        here.call('secretsmanager', 'CreateSecret', { Name: `${pick(teams)}/${stage}/credential-${short}-${index}`, SecretString: 'not-a-real-secret' }),
      );
      await many(Math.round(5 * scale), (index) =>
        here.call('dynamodb', 'CreateTable', {
          TableName: `${pick(teams)}-${stage}-${index}`,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      await many(Math.round(3 * scale), (index) => here.call('kms', 'CreateKey', { Description: `${stage} key ${index}` }));
      const vpc = String(
        (
          (await here.call('ec2', 'CreateVpc', { CidrBlock: `10.${name === 'prd' ? 30 : name === 'dat' ? 31 : 32}.0.0/16` }))['Vpc'] as unknown as {
            VpcId: string;
          }
        ).VpcId,
      );
      const subnet = String(
        (
          (await here.call('ec2', 'CreateSubnet', { VpcId: vpc, CidrBlock: `10.${name === 'prd' ? 30 : name === 'dat' ? 31 : 32}.1.0/24` }))[
            'Subnet'
          ] as unknown as { SubnetId: string }
        ).SubnetId,
      );
      const group = String((await here.call('ec2', 'CreateSecurityGroup', { GroupName: `${stage}-internal`, Description: 'internal', VpcId: vpc }))['GroupId']);
      await many(Math.round(8 * scale), (index) => instance(here, `${pick(teams)}-${stage}-${index}`, subnet, [group], { environment: stage }));
    }
  }
  return count;
}
