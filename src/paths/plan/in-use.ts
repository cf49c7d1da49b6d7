import type { IamGroups } from '../../model/iam-groups.ts';
import { isArray, textAt } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { shortName, type TakenAccess, type Takes } from './candidate.ts';

const notCollected = 'last-accessed data was not collected (--last-accessed)';
const directory = 'Azure tells no last use of single permissions';
const outsiders = 'AWS keeps no last use by those outside: CloudTrail tells';
/** More holders are counted, not listed. */
const mostHolders = 20;

/**
 * What a change would take away from whom, from the collected last-accessed data (`collect aws --last-accessed`). Without it every answer is `unknown`: that nothing is recorded is not
 * that nothing is used.
 */
export function accessTaken(takes: Takes, record: (id: string) => SnapshotRecord | undefined): readonly TakenAccess[] {
  if (!('holders' in takes)) return takes;
  const services = [...new Set(takes.actions.map(serviceOf))].sort();
  return takes.holders.slice(0, mostHolders).flatMap((id): TakenAccess[] => {
    const holder = record(id);
    const known = holder?.config['ServiceLastAccessed'];
    if (!isArray(known)) return services.map((access): TakenAccess => ({ holder: id, access, use: 'unknown', why: whyUnknown(id, holder) }));
    const rows = known.flatMap((each): { service: string; last: string | undefined }[] => {
      const service = textAt(each, 'ServiceNamespace');
      return service === undefined ? [] : [{ service, last: textAt(each, 'LastAuthenticated') }];
    });
    const wanted = services.includes('*') ? rows.filter((row) => row.last !== undefined).map((row) => row.service) : services;
    const found = wanted.map((service): TakenAccess => {
      const last = rows.find((row) => row.service === service)?.last;
      return last === undefined ? { holder: id, access: service, use: 'unused' } : { holder: id, access: service, use: 'used', last };
    });
    return found.length === 0 ? [{ holder: id, access: '*', use: 'unused' }] : found;
  });
}

/** A user or role of the snapshot has last-accessed data if it was asked for; nobody else has. */
function whyUnknown(holder: string, record: SnapshotRecord | undefined): string {
  if (record !== undefined && /:(user|role)\//.test(holder) && !holder.includes(':identitystore:')) return notCollected;
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(holder) || holder.startsWith('azure:') ? directory : outsiders;
}

/** `s3` of `s3:GetObject`, `microsoft.storage` of `Microsoft.Storage/storageAccounts/read`; `*` where it is more than one. */
function serviceOf(action: string): string {
  const [, service] = /^([a-z0-9-]+):|^(microsoft\.[a-z]+)\//i.exec(action)?.filter((each) => each !== undefined) ?? [];
  return service?.toLowerCase() ?? '*';
}

/** One line for people. */
export function takenText(taken: readonly TakenAccess[]): string {
  if (taken.length === 0) return 'nothing';
  const used = taken.filter((each) => each.use === 'used');
  const unknown = taken.filter((each) => each.use === 'unknown');
  if (used.length + unknown.length === 0) return 'nothing that was used in the recorded time';
  const lines = used.map((each) => `${each.access} of ${shortName(each.holder)}, last used ${each.last?.slice(0, 10) ?? ''}`);
  if (unknown.length === 0) return lines.join('; ');
  const byReason = new Map<string, Set<string>>();
  for (const { access, why = notCollected } of unknown) byReason.set(why, (byReason.get(why) ?? new Set()).add(access === '*' ? 'everything' : access));
  return `${lines.map((line) => `${line}; `).join('')}not known: ${[...byReason].map(([why, access]) => `${why} (${[...access].slice(0, 4).join(', ')})`).join('; ')}`;
}

/** Who holds a managed policy or is in a group; who a role of Azure is assigned to. */
export function policyHolders(records: Iterable<SnapshotRecord>, groups: IamGroups): (id: string) => readonly string[] {
  const byPolicy = new Map<string, string[]>();
  const list = [...records];
  const attached = (record: SnapshotRecord): readonly string[] => {
    const list = record.config['AttachedManagedPolicies'];
    return isArray(list) ? list.flatMap((each) => textAt(each, 'PolicyArn') ?? []) : [];
  };
  for (const record of list) {
    if (record.type !== 'AWS::IAM::User' && record.type !== 'AWS::IAM::Role') continue;
    const memberOf = groups.of(record);
    const boundary = textAt(record.config, 'PermissionsBoundary.PermissionsBoundaryArn');
    const all = [...attached(record), ...(boundary === undefined ? [] : [boundary]), ...memberOf.flatMap((group) => [group.id, ...attached(group)])];
    for (const id of new Set(all)) append(byPolicy, id, record.id);
  }
  for (const record of list) {
    if (record.type !== 'Microsoft.Authorization/roleAssignments') continue;
    const role = textAt(record.config, 'properties.roleDefinitionId')?.split('/').at(-1)?.toLowerCase();
    const holder = textAt(record.config, 'properties.principalId');
    if (role === undefined || holder === undefined) continue;
    const id = `/providers/microsoft.authorization/roledefinitions/${role}`;
    append(byPolicy, id, holder);
  }
  return (id) => byPolicy.get(id) ?? byPolicy.get(id.replace(/^\/subscriptions\/[^/]+(?=\/providers\/microsoft\.authorization\/)/, '')) ?? [];
}
