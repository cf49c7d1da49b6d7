import { isArray, textAt } from './json.ts';
import type { SnapshotRecord } from './record.ts';

/**
 * Groups by what their members' records say of them, which is the name alone: a group's ARN has its path as well. "IAM user, group, role, and policy names must be unique within the
 * account" (IAM API reference, CreateGroup).
 */
export class IamGroups {
  readonly #byName: ReadonlyMap<string, SnapshotRecord>;

  constructor(groups: Iterable<SnapshotRecord>) {
    this.#byName = new Map([...groups].map((group) => [groupKey(group.account, textAt(group.config, 'GroupName') ?? ''), group]));
  }

  named(account: string, name: string): SnapshotRecord | undefined {
    return this.#byName.get(groupKey(account, name));
  }

  /** Those that a user is in, as far as the snapshot holds them. */
  of({ account, config }: SnapshotRecord): readonly SnapshotRecord[] {
    const names = config['GroupList'];
    return isArray(names) ? names.flatMap((name) => this.named(account, String(name)) ?? []) : [];
  }
}

const groupKey = (account: string, name: string): string => `${account}/${name}`;
