import type { Api } from './api.ts';
import { tags } from './policies.ts';

/** Makes an instance with its interface, and says how its metadata service answers. */
export async function instance(
  api: Api,
  name: string,
  subnet: string,
  groups: string[],
  options: { profile?: string; isPublic?: boolean; tokens?: 'optional' | 'required'; userData?: string; environment: string },
): Promise<string> {
  const answer = await api.call('ec2', 'RunInstances', {
    ImageId: 'ami-12c6146b',
    InstanceType: 't3.small',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet, Groups: groups, AssociatePublicIpAddress: options.isPublic === true }],
    TagSpecifications: [{ ResourceType: 'instance', Tags: tags({ Name: name, environment: options.environment }) }],
    ...(options.profile === undefined ? {} : { IamInstanceProfile: { Name: options.profile } }),
    ...(options.userData === undefined ? {} : { UserData: Buffer.from(options.userData).toString('base64') }),
  });
  const [made] = answer['Instances'] as unknown as { InstanceId: string }[];
  const id = made?.InstanceId ?? '';
  await api.call('ec2', 'ModifyInstanceMetadataOptions', { InstanceId: id, HttpTokens: options.tokens ?? 'required', HttpEndpoint: 'enabled' });
  return id;
}

/** Makes a bucket that shuts the public out unless it is told not to. */
export async function bucket(api: Api, name: string, map: Record<string, string>, options: { policy?: object; blocked?: boolean } = {}): Promise<string> {
  await api.call('s3', 'CreateBucket', { Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await api.call('s3', 'PutBucketTagging', { Bucket: name, Tagging: { TagSet: tags(map) } });
  if (options.blocked !== false) {
    await api.call('s3', 'PutPublicAccessBlock', {
      Bucket: name,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
  }
  if (options.policy !== undefined) await api.call('s3', 'PutBucketPolicy', { Bucket: name, Policy: JSON.stringify(options.policy) });
  return `arn:aws:s3:::${name}`;
}

/** A function's code: the smallest zip there is, an empty archive (22 bytes of end-of-directory record, PKWARE APPNOTE 4.3.16). */
const emptyZip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

/** Makes a function. */
export async function lambda(api: Api, name: string, role: string, environment: Record<string, string> = {}): Promise<void> {
  await api.call('lambda', 'CreateFunction', {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Role: role,
    Handler: 'index.handler',
    Code: { ZipFile: emptyZip },
    Environment: { Variables: environment },
    Tags: { team: 'payments' },
  });
}
