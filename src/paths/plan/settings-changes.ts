import { isArray, textAt } from '../../model/json.ts';
import { at, type Candidate, type CandidateContext, type Hop, type Place, shortName } from './candidate.ts';
import { detached } from './statements.ts';

type Maker = (hop: Hop, place: Place, context: CandidateContext) => readonly Candidate[];

/** Changes by the place that proves a step. One line a kind of place: a pattern of its pointer, and what can be done there. */
const makers: readonly (readonly [RegExp, Maker])[] = [
  [/^\/config\/IpPermissions\/\d+\/(IpRanges|Ipv6Ranges|UserIdGroupPairs|PrefixListIds)\/\d+$/, closeRule],
  [/^\/config\/MetadataOptions\/Http(Tokens|Endpoint)$/, metadata],
  [/^\/config\/IamInstanceProfile\/Arn$/, profile],
  [/^\/config\/GetLoginProfile$/, password],
  [/^\/config\/ListAccessKeys\/\d+$/, accessKey],
  [/^\/config\/AttachedManagedPolicies\/\d+\/PolicyArn$/, attachment],
  [/^\/config\/GroupList\/\d+$/, membership],
  [/^\/config\/AllowUnauthenticatedIdentities$/, unauthenticated],
  [/^\/config\/GetBucketAcl\/Grants\/\d+$/, element('remove the grant to everybody from the access list of', 3)],
  [/^\/config\/ListGrants\/\d+$/, element('revoke the grant on key', 3)],
  [/^\/config\/PubliclyAccessible$/, flag('take the public address off database', false, 4)],
];

/** What can be done at a place that is no policy statement. */
export function settingCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  return makers.find(([pattern]) => pattern.test(place.pointer))?.[1](hop, place, context) ?? [];
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
    },
    off,
  ];
}

function profile(_: Hop, { record }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer: '/config/IamInstanceProfile' }],
      title: `take the instance profile off ${shortName(record.id)}`,
      effort: 'medium',
      disruption: 8,
      factor: 0,
    },
  ];
}

function password(hop: Hop, { record }: Place): readonly Candidate[] {
  const devices = record.config['ListMFADevices'];
  const some = isArray(devices) && devices.length > 0;
  const serial = record.id.replace(':user/', ':mfa/');
  const second: Candidate = {
    changes: [{ op: 'append', resource: record.id, pointer: '/config/ListMFADevices', value: { UserName: shortName(record.id), SerialNumber: serial } }],
    title: `register a second factor for ${shortName(record.id)}`,
    effort: 'medium',
    disruption: 0,
    factor: Math.min(1, 0.3 / hop.proof.likelihood),
  };
  return [
    ...(some ? [] : [second]),
    {
      changes: [{ op: 'remove', resource: record.id, pointer: '/config/GetLoginProfile' }],
      title: `take the console password away from ${shortName(record.id)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
    },
  ];
}

function accessKey(_: Hop, { record, pointer }: Place): readonly Candidate[] {
  const id = textAt(at(record, pointer), 'AccessKeyId') ?? 'a key';
  return [
    {
      changes: [{ op: 'set', resource: record.id, pointer: `${pointer}/Status`, value: 'Inactive' }],
      title: `deactivate access key ${id} of ${shortName(record.id)}`,
      effort: 'low',
      disruption: 4,
      factor: 0,
    },
  ];
}

function attachment(hop: Hop, { record, pointer }: Place, context: CandidateContext): readonly Candidate[] {
  const policy = textAt(at(record, pointer.replace(/\/PolicyArn$/, '')), 'PolicyArn') ?? '';
  return detached(hop, policy, context);
}

function membership(_: Hop, { record, pointer, value }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `take ${shortName(record.id)} out of group ${String(value)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
    },
  ];
}

function unauthenticated(_: Hop, { record, pointer }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'set', resource: record.id, pointer, value: false }],
      title: `admit no unauthenticated identities to ${shortName(record.id)}`,
      effort: 'low',
      disruption: 4,
      factor: 0,
    },
  ];
}

function element(title: string, disruption: number): Maker {
  return (_, { record, pointer }) => [
    { changes: [{ op: 'remove', resource: record.id, pointer }], title: `${title} ${shortName(record.id)}`, effort: 'low', disruption, factor: 0 },
  ];
}

function flag(title: string, value: boolean, disruption: number): Maker {
  return (_, { record, pointer }) => [
    { changes: [{ op: 'set', resource: record.id, pointer, value }], title: `${title} ${shortName(record.id)}`, effort: 'medium', disruption, factor: 0 },
  ];
}
