import { isArray, isObject, textAt } from '../../model/json.ts';
import { at, type Candidate, type CandidateContext, deviceOf, type Hop, type Place, shortName, unseen } from './candidate.ts';
import { detached } from './detach.ts';

const trails = 'calls are in no snapshot: CloudTrail tells';
const signIns = 'sign-ins are in no snapshot: CloudTrail tells';

export function password(hop: Hop, { record }: Place): readonly Candidate[] {
  const devices = record.config['ListMFADevices'];
  const some = isArray(devices) && devices.length > 0;
  const serial = deviceOf(record.id);
  const second: Candidate = {
    changes: [{ op: 'append', resource: record.id, pointer: '/config/ListMFADevices', value: { UserName: shortName(record.id), SerialNumber: serial } }],
    title: `register a second factor for ${shortName(record.id)}`,
    effort: 'medium',
    disruption: 0,
    factor: Math.min(1, 0.3 / hop.proof.likelihood),
    takes: [],
  };
  const last = textAt(record.config, 'PasswordLastUsed');
  return [
    ...(some ? [] : [second]),
    {
      changes: [{ op: 'remove', resource: record.id, pointer: '/config/GetLoginProfile' }],
      title: `take the console password away from ${shortName(record.id)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
      takes: last === undefined ? unseen(record.id, 'the console', signIns) : [{ holder: record.id, access: 'the console', use: 'used', last }],
    },
  ];
}

export function accessKey(_: Hop, { record, pointer }: Place, context: CandidateContext): readonly Candidate[] {
  const id = textAt(at(record, pointer), 'AccessKeyId') ?? 'a key';
  const partition = record.id.split(':')[1] ?? 'aws';
  const usage = context.record(`arn:${partition}:iam::${record.account}:access-key/${id}`)?.config['GetAccessKeyLastUsed'];
  const last = textAt(usage, 'LastUsedDate');
  const access = `the key ${id}`;
  return [
    {
      changes: [{ op: 'set', resource: record.id, pointer: `${pointer}/Status`, value: 'Inactive' }],
      title: `deactivate access key ${id} of ${shortName(record.id)}`,
      effort: 'low',
      disruption: 4,
      factor: 0,
      takes:
        last !== undefined
          ? [{ holder: record.id, access, use: 'used', last }]
          : isObject(usage)
            ? [{ holder: record.id, access, use: 'unused' }]
            : unseen(record.id, access, 'iam:GetAccessKeyLastUsed was not collected'),
    },
  ];
}

export function attachment(hop: Hop, { record, pointer }: Place, context: CandidateContext): readonly Candidate[] {
  const policy = textAt(at(record, pointer.replace(/\/PolicyArn$/, '')), 'PolicyArn') ?? '';
  return detached(hop, policy, context);
}

export function membership(_: Hop, { record, pointer, value }: Place): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer }],
      title: `take ${shortName(record.id)} out of group ${String(value)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
      takes: { actions: ['*'], holders: [record.id] },
    },
  ];
}

/** An assignment of Identity Center: who it is for comes into the account no more. */
export function assignment(_: Hop, { record }: Place, context: CandidateContext): readonly Candidate[] {
  const [set, holder] = ['PermissionSetArn', 'PrincipalId'].map((key) => textAt(record.config, key) ?? '');
  const named = textAt(context.record(set ?? '')?.config, 'Name') ?? shortName(set ?? '');
  return [
    {
      changes: [{ op: 'delete', resource: record.id }],
      title: `end the assignment of ${named} in ${textAt(record.config, 'AccountId') ?? 'the account'} to ${storeName(record.id, holder ?? '', context)}`,
      effort: 'low',
      disruption: 6,
      factor: 0,
      takes: unseen(holder ?? '', `permission set ${named}`, signIns),
    },
  ];
}

export function storeMembership(hop: Hop, { record, pointer }: Place, context: CandidateContext): readonly Candidate[] {
  return [
    {
      changes: [{ op: 'remove', resource: record.id, pointer: pointer.replace(/\/MemberId\/UserId$/, '') }],
      title: `take ${textAt(context.record(hop.from)?.config, 'UserName') ?? shortName(hop.from)} out of group ${textAt(record.config, 'DisplayName') ?? shortName(record.id)}`,
      effort: 'low',
      disruption: 5,
      factor: 0,
      takes: unseen(hop.from, `what group ${textAt(record.config, 'DisplayName') ?? shortName(record.id)} is assigned`, signIns),
    },
  ];
}

/** Name of a user or group of the identity store. */
function storeName(id: string, holder: string, context: CandidateContext): string {
  const partition = id.split(':')[1] ?? 'aws';
  const config = ['user', 'group']
    .map((kind) => context.record(`arn:${partition}:identitystore:::${kind}/${holder}`)?.config)
    .find((each) => each !== undefined);
  return textAt(config, 'UserName') ?? textAt(config, 'DisplayName') ?? holder;
}

export function delegated(_: Hop, { record, pointer, value }: Place): readonly Candidate[] {
  const account = pointer.split('/').at(-1) ?? '';
  const services = isArray(value) ? value.map(String) : [];
  return [
    {
      // An administrator of no service stays in the list, and reaches nobody.
      changes: [{ op: 'set', resource: record.id, pointer, value: [] }],
      title: `end the delegated administration of ${services.join(', ')} by ${account}`,
      effort: 'medium',
      disruption: 7,
      factor: 0,
      takes: unseen(account, services.join(', '), trails),
    },
  ];
}
