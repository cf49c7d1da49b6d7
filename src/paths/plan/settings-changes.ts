import { isArray, type Json, textAt } from '../../model/json.ts';
import { at, type Candidate, type CandidateContext, type Hop, type Place, shortName, unseen } from './candidate.ts';
import { accessKey, assignment, attachment, delegated, membership, password, storeMembership } from './identity-changes.ts';

type Maker = (hop: Hop, place: Place, context: CandidateContext) => readonly Candidate[];

const flowLogs = 'traffic is in no snapshot: flow logs tell';
const trails = 'calls are in no snapshot: CloudTrail tells';
const signIns = 'sign-ins are in no snapshot: CloudTrail tells';

/** Changes by the place that proves a step. One line a kind of place: patterns of type and pointer, and what can be done there. */
export const settingPlaces: readonly (readonly [RegExp, RegExp, Maker])[] = [
  [/^AWS::EC2::SecurityGroup$/, /^\/config\/IpPermissions\/\d+\/(IpRanges|Ipv6Ranges|UserIdGroupPairs|PrefixListIds)\/\d+$/, closeRule],
  [/^AWS::EC2::Instance$/, /^\/config\/MetadataOptions\/Http(Tokens|Endpoint)$/, metadata],
  [/^AWS::EC2::Instance$/, /^\/config\/IamInstanceProfile\/Arn$/, profile],
  [/^AWS::IAM::User$/, /^\/config\/GetLoginProfile$/, password],
  [/^AWS::IAM::User$/, /^\/config\/ListAccessKeys\/\d+$/, accessKey],
  [/^AWS::IAM::/, /^\/config\/AttachedManagedPolicies\/\d+\/PolicyArn$/, attachment],
  [/^AWS::IAM::User$/, /^\/config\/GroupList\/\d+$/, membership],
  [/^AWS::SSO::Assignment$/, /^\/config\/PrincipalId$/, assignment],
  [/^AWS::IdentityStore::Group$/, /^\/config\/ListGroupMemberships\/\d+\/MemberId\/UserId$/, storeMembership],
  [/^AWS::Organizations::Organization$/, /^\/config\/DelegatedServices\/\d{12}$/, delegated],
  [
    /^AWS::Cognito::IdentityPool$/,
    /^\/config\/AllowUnauthenticatedIdentities$/,
    set('admit no unauthenticated identities to', false, 'low', 4, 'guests', trails),
  ],
  [
    /^AWS::Cognito::UserPool$/,
    /^\/config\/AdminCreateUserConfig\/AllowAdminCreateUserOnly$/,
    set('let nobody sign himself up in', true, 'low', 5, 'who signs up', signIns),
  ],
  [
    /^AWS::S3::Bucket$/,
    /^\/config\/GetBucketAcl\/Grants\/\d+$/,
    element('remove the grant to everybody from the access list of', 3, 'the access list', trails),
  ],
  [/^AWS::KMS::Key$/, /^\/config\/ListGrants\/\d+$/, element('revoke the grant on key', 3, 'the grant', trails)],
  [/^AWS::(EC2|RDS)::/, /^\/config\/Describe\w+\/(CreateVolumePermissions|LaunchPermissions|DBSnapshotAttributes|DBClusterSnapshotAttributes)\//, share],
  [/^AWS::SSM::Document$/, /^\/config\/DescribeDocumentPermission\/AccountIds\/\d+$/, share],
  [/^AWS::Lambda::Function$/, /^\/config\/ListFunctionUrlConfigs$/, functionUrl],
  [/^AWS::EKS::Cluster$/, /^\/config\/resourcesVpcConfig\/publicAccessCidrs$/, privateEndpoint],
  [/^AWS::AppRunner::Service$/, /^\/config\/ServiceUrl$/, privateService],
  [/^AWS::DynamoDB::Table$/, /^\/config\/DeletionProtectionEnabled$/, set('protect from deletion:', true, 'low', 1)],
  [/^AWS::RDS::DB(Instance|Cluster)$/, /^\/config\/DeletionProtection$/, set('protect from deletion:', true, 'low', 1)],
  [/^AWS::S3::Bucket$/, /^\/config\/GetBucketVersioning\/Status$/, versioning],
];

/** What can be done at a place that is no policy statement. */
export function settingCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  return settingPlaces.find(([type, pointer]) => type.test(place.record.type) && pointer.test(place.pointer))?.[2](hop, place, context) ?? [];
}

function closeRule(_: Hop, { record, pointer }: Place): readonly Candidate[] {
  const permission = at(record, pointer.replace(/\/[A-Za-z0-9]+\/\d+$/, ''));
  const source =
    textAt(at(record, pointer), 'CidrIp') ??
    textAt(at(record, pointer), 'CidrIpv6') ??
    textAt(at(record, pointer), 'GroupId') ??
    textAt(at(record, pointer), 'PrefixListId') ??
    'a source';
  const protocol = textAt(permission, 'IpProtocol') ?? '';
  const [low, high] = [textAt(permission, 'FromPort'), textAt(permission, 'ToPort')];
  const ports = protocol === '-1' || low === undefined ? 'everything' : `${protocol}/${low === high ? low : `${low}-${high}`}`;
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `close ${ports} from ${source} in security group ${shortName(record.id)}`,
      effort: 'low',
      disruption: /^(tcp\/(22|3389)|everything)$/.test(ports) ? 2 : 6,
      factor: 0,
      takes: unseen(source, ports === 'everything' ? 'all traffic' : ports, flowLogs),
    },
  ];
}

function metadata(hop: Hop, { record }: Place, context: CandidateContext): readonly Candidate[] {
  const off: Candidate = {
    changes: [{ op: 'set', resource: record.id, pointer: '/config/MetadataOptions/HttpEndpoint', value: 'disabled' }],
    title: `switch off the metadata service of ${shortName(record.id)}`,
    effort: 'medium',
    disruption: 8,
    factor: 0,
    takes: unseen(record.id, 'its metadata and the credentials of its role', 'requests of an instance to itself are recorded nowhere'),
  };
  const second = context.technique('aws.imds-v2')?.base;
  if (hop.proof.technique !== 'aws.imds-v1' || second === undefined) return [off];
  return [
    {
      changes: [{ op: 'set', resource: record.id, pointer: '/config/MetadataOptions/HttpTokens', value: 'required' }],
      title: `require IMDSv2 on ${shortName(record.id)}`,
      effort: 'low',
      disruption: 1,
      factor: Math.min(1, second / hop.proof.likelihood),
      takes: unseen(record.id, 'metadata without a token', "CloudWatch's MetadataNoToken counts such calls"),
    },
    off,
  ];
}

function profile(hop: Hop, { record }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer: '/config/IamInstanceProfile' }],
      title: `take the instance profile off ${shortName(record.id)}`,
      effort: 'medium',
      disruption: 8,
      factor: 0,
      takes: { actions: ['*'], holders: [hop.to] },
    },
  ];
}

/** A copy that is shared with an account or everybody. RDS lists names in an array, EC2 in objects. */
function share(_: Hop, { record, pointer, value }: Place): readonly Candidate[] {
  const shared = value === 'all' ? 'everybody' : String(value);
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer: pointer.replace(/\/(UserId|Group)$/, '') }],
      title: `share ${shortName(record.id)} with ${shared} no more`,
      effort: 'low',
      disruption: 3,
      factor: 0,
      takes: unseen(shared, `copies of ${shortName(record.id)}`, trails),
    },
  ];
}

function functionUrl(_: Hop, { record, value }: Place): readonly Candidate[] {
  const urls = isArray(value) ? value : [];
  const open = urls.flatMap((url, index) => (textAt(url, 'AuthType') === 'NONE' ? [index] : []));
  if (open.length === 0) return [];
  return [
    {
      changes: open.map((index) => ({ op: 'set', resource: record.id, pointer: `/config/ListFunctionUrlConfigs/${index}/AuthType`, value: 'AWS_IAM' })),
      title: `ask for signed requests at the URL of ${shortName(record.id)}`,
      effort: 'medium',
      disruption: 6,
      factor: 0,
      takes: unseen('internet', 'unsigned requests', "the function's own logs tell"),
    },
  ];
}

function privateEndpoint(_: Hop, { record }: Place): readonly Candidate[] {
  const set = (key: string, value: boolean) => ({ op: 'set', resource: record.id, pointer: `/config/resourcesVpcConfig/${key}`, value }) as const;
  return [
    {
      changes: [set('endpointPublicAccess', false), set('endpointPrivateAccess', true)],
      title: `make the endpoint of cluster ${shortName(record.id)} private`,
      effort: 'medium',
      disruption: 6,
      factor: 0,
      takes: unseen('internet', 'the Kubernetes API', "the cluster's audit log tells"),
    },
  ];
}

function privateService(_: Hop, { record }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'set', resource: record.id, pointer: '/config/NetworkConfiguration/IngressConfiguration/IsPubliclyAccessible', value: false }],
      title: `make the service ${textAt(record.config, 'ServiceName') ?? shortName(record.id)} private`,
      effort: 'medium',
      disruption: 8,
      factor: 0,
      takes: unseen('internet', 'the service', "the service's own logs tell"),
    },
  ];
}

/** Old versions stay when an object is overwritten or deleted; who may delete versions too is asked another way. */
function versioning(hop: Hop, { record, pointer, value }: Place): readonly Candidate[] {
  if (value === 'Enabled') return [];
  return set('keep old versions in bucket', 'Enabled', 'low', 1)(hop, { record, pointer, value }, undefined);
}

function element(title: string, disruption: number, access: string, why: string): Maker {
  return (hop, { record, pointer }) => [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `${title} ${shortName(record.id)}`,
      effort: 'low',
      disruption,
      factor: 0,
      takes: unseen(hop.from, access, why),
    },
  ];
}

/** Another value in the same place. Without `access` nobody loses anything by it. */
function set(title: string, value: Json, effort: Candidate['effort'], disruption: number, access?: string, why?: string) {
  return (hop: Hop, { record, pointer }: Place, _?: CandidateContext): readonly Candidate[] => [
    {
      changes: [{ op: 'set', resource: record.id, pointer, value }],
      title: `${title} ${shortName(record.id)}`,
      effort,
      disruption,
      factor: 0,
      takes: access === undefined || why === undefined ? [] : unseen(hop.from, access, why),
    },
  ];
}
