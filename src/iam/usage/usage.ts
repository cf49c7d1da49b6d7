import { isArray, type Json, textAt } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';

/** Whether something was used since a moment. `unknown`: AWS does not report it, or it was not asked. */
export type Use = 'used' | 'unused' | 'unknown';

/**
 * Permissions whose use AWS does not report: "the iam:PassRole action is not tracked and is not included in IAM service last accessed information"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html).
 */
const neverReported: ReadonlySet<string> = new Set(['iam:passrole']);

/** What one principal's permissions were last used for, as AWS reports it. */
export interface ServiceUse {
  /** ISO 8601; `undefined`: not within the time that AWS keeps ("the trailing 400 days"). */
  readonly lastUsed: string | undefined;
  /** Actions whose use is reported (lower case), with the last time. */
  readonly actions: ReadonlyMap<string, string | undefined>;
}

export const lastAccessedCall = 'iam:GenerateServiceLastAccessedDetails';

/** By service prefix; `undefined` where it was not collected. */
export function servicesUsed(record: SnapshotRecord | undefined): ReadonlyMap<string, ServiceUse> | undefined {
  const list = record?.config['ServiceLastAccessed'];
  if (!isArray(list)) return undefined;
  return new Map(
    list.map((each): [string, ServiceUse] => [
      (textAt(each, 'ServiceNamespace') ?? '').toLowerCase(),
      { lastUsed: textAt(each, 'LastAuthenticated'), actions: actionsUsed(textAt(each, 'ServiceNamespace') ?? '', each) },
    ]),
  );
}

function actionsUsed(service: string, entry: Json): ReadonlyMap<string, string | undefined> {
  const tracked =
    typeof entry === 'object' && entry !== null && !isArray(entry) ? (entry as { readonly [key: string]: Json })['TrackedActionsLastAccessed'] : undefined;
  return new Map(
    (isArray(tracked) ? tracked : []).map((action) => [`${service}:${textAt(action, 'ActionName') ?? ''}`.toLowerCase(), textAt(action, 'LastAccessedTime')]),
  );
}

/** Whether an action (lower case) was used since a moment (ISO 8601; `undefined`: ever, as far back as AWS reports). */
export function useOf(action: string, services: ReadonlyMap<string, ServiceUse> | undefined, since: string | undefined): Use {
  if (services === undefined || neverReported.has(action)) return 'unknown';
  const service = services.get(action.slice(0, action.indexOf(':')));
  // The report lists every service that the principal's policies allow: one that is not in it was granted after the report.
  if (service === undefined) return 'unknown';
  if (!isSince(service.lastUsed, since)) return 'unused';
  if (!service.actions.has(action)) return 'unknown';
  return isSince(service.actions.get(action), since) ? 'used' : 'unused';
}

export const isSince = (time: string | undefined, since: string | undefined): boolean =>
  time !== undefined && (since === undefined || instant(time) >= instant(since));

const instant = (time: string): number => Date.parse(time);

/** The moment so many days before the snapshot was taken. */
export function daysBefore(snapshot: Snapshot, days: number): string {
  const end = Date.parse(snapshot.manifest.end);
  return new Date((Number.isNaN(end) ? 0 : end) - days * 86_400_000).toISOString();
}

/** An access key of a user. */
export interface KeyUse {
  readonly id: string;
  readonly user: string;
  readonly active: boolean;
  readonly created: string | undefined;
  readonly lastUsed: string | undefined;
  /** Whether the last use was asked for. */
  readonly asked: boolean;
  readonly record: string;
}

/** Access keys by ARN of their user. A key is known from its own record, from the user's list, or from both. */
export function accessKeys(snapshot: Snapshot): ReadonlyMap<string, readonly KeyUse[]> {
  const keys = new Map<string, KeyUse>();
  for (const user of snapshot.records('AWS::IAM::User')) {
    const listed = user.config['ListAccessKeys'];
    for (const each of isArray(listed) ? listed : []) {
      const id = textAt(each, 'AccessKeyId') ?? '';
      keys.set(id, {
        id,
        user: user.id,
        active: textAt(each, 'Status') !== 'Inactive',
        created: textAt(each, 'CreateDate'),
        lastUsed: undefined,
        asked: false,
        record: user.id,
      });
    }
  }
  const users = new Map(snapshot.records('AWS::IAM::User').map((user) => [`${user.account}/${textAt(user.config, 'UserName') ?? ''}`, user.id]));
  for (const record of snapshot.records('AWS::IAM::AccessKey')) {
    const id = textAt(record.config, 'AccessKeyId') ?? record.id;
    const user = users.get(`${record.account}/${textAt(record.config, 'UserName') ?? ''}`) ?? keys.get(id)?.user;
    if (user === undefined) continue;
    keys.set(id, {
      id,
      user,
      active: textAt(record.config, 'Status') !== 'Inactive',
      created: textAt(record.config, 'CreateDate'),
      lastUsed: textAt(record.config, 'GetAccessKeyLastUsed.LastUsedDate'),
      asked: record.config['GetAccessKeyLastUsed'] !== undefined,
      record: record.id,
    });
  }
  const byUser = new Map<string, KeyUse[]>();
  for (const key of [...keys.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) append(byUser, key.user, key);
  return byUser;
}
