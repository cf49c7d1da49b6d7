import { isArray, textAt } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { shortName, texts } from './candidate.ts';

/** Access that a change takes away and what is known of its use. `used` says when last; `unknown` that it was not collected. */
export interface TakenAccess {
  readonly holder: string;
  /** Service prefix, or `service:Action` where the use of single actions is known. */
  readonly access: string;
  readonly use: 'used' | 'unused' | 'unknown';
  /** ISO 8601, of the last use. */
  readonly last?: string;
}

/**
 * What a change would take away from whom, from the collected last-accessed data (`collect aws --last-accessed`). Without it every answer is `unknown`: that nothing is recorded is not
 * that nothing is used.
 */
export function accessTaken(
  takes: { readonly actions: readonly string[]; readonly holders: readonly string[] },
  record: (id: string) => SnapshotRecord | undefined,
): readonly TakenAccess[] {
  const services = [...new Set(takes.actions.map(serviceOf))].sort();
  return takes.holders.slice(0, 20).flatMap((id): TakenAccess[] => {
    const holder = record(id);
    const known = holder?.config['ServiceLastAccessed'];
    if (!isArray(known)) return services.map((access): TakenAccess => ({ holder: id, access, use: 'unknown' }));
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

/** `s3` of `s3:GetObject`, `microsoft.storage` of `Microsoft.Storage/storageAccounts/read`; `*` where it is more than one. */
function serviceOf(action: string): string {
  const [, service] = /^([a-z0-9-]+):|^(microsoft\.[a-z]+)\//i.exec(action)?.filter((each) => each !== undefined) ?? [];
  return service?.toLowerCase() ?? '*';
}

/** One line for people. */
export function takenText(taken: readonly TakenAccess[]): string {
  if (taken.length === 0) return 'nothing that is known to be used';
  const used = taken.filter((each) => each.use === 'used');
  if (used.length > 0) return used.map((each) => `${each.access} of ${shortName(each.holder)}, last used ${each.last?.slice(0, 10) ?? ''}`).join('; ');
  const unknown = taken.filter((each) => each.use === 'unknown');
  const directory = unknown.filter(({ holder }) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(holder));
  if (directory.length > 0)
    return `not known: Azure tells no last use of single permissions (${[...new Set(directory.map(({ access }) => (access === '*' ? 'everything' : access)))].slice(0, 4).join(', ')})`;
  if (unknown.length > 0) return 'not known: last-accessed data was not collected (--last-accessed)';
  return 'nothing that was used in the recorded time';
}

/** Names of groups a user is in and such lists, for whoever looks for the holders of a policy. */
export function policyHolders(records: Iterable<SnapshotRecord>): (id: string) => readonly string[] {
  const byPolicy = new Map<string, string[]>();
  const groups = new Map<string, readonly string[]>();
  const all = [...records];
  const attached = (record: SnapshotRecord): readonly string[] => {
    const list = record.config['AttachedManagedPolicies'];
    return isArray(list) ? list.flatMap((each) => textAt(each, 'PolicyArn') ?? []) : [];
  };
  for (const record of all) if (record.type === 'AWS::IAM::Group') groups.set(record.id, attached(record));
  for (const record of all) {
    if (record.type !== 'AWS::IAM::User' && record.type !== 'AWS::IAM::Role') continue;
    const memberOf = texts(record.config['GroupList']).map((name) => record.id.replace(/:user\/.*$/, `:group/${name}`));
    for (const id of new Set([...attached(record), ...memberOf, ...memberOf.flatMap((group) => groups.get(group) ?? [])])) append(byPolicy, id, record.id);
  }
  for (const record of all) {
    if (record.type !== 'Microsoft.Authorization/roleAssignments') continue;
    const role = textAt(record.config, 'properties.roleDefinitionId')?.split('/').at(-1)?.toLowerCase();
    const holder = textAt(record.config, 'properties.principalId');
    if (role === undefined || holder === undefined) continue;
    const id = `/providers/microsoft.authorization/roledefinitions/${role}`;
    append(byPolicy, id, holder);
  }
  return (id) => byPolicy.get(id) ?? byPolicy.get(id.replace(/^\/subscriptions\/[^/]+(?=\/providers\/microsoft\.authorization\/)/, '')) ?? [];
}
