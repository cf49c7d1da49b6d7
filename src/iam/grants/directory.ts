import type { Evidence } from '../../model/evidence.ts';
import { textAt, walkPath } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { PrincipalInfo } from '../api.ts';
import type { Memberships } from './grant.ts';

/** Sets of users that policies name: who asks for an access package, and who invites guests where a rule takes guests in. */
function wholeTenants(snapshot: Snapshot): ReadonlySet<string> {
  const packages = snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy').flatMap(({ account, config }) => {
    const scope = textAt(config, 'allowedTargetScope');
    return scope === 'allMemberUsers' ? [`members:${account}`] : scope === 'allDirectoryUsers' ? [`users:${account}`] : [];
  });
  const byRule = snapshot.records('Microsoft.Graph/group').some(({ config }) => textAt(config, 'membershipRule') !== undefined);
  const inviters = snapshot.records('Microsoft.Graph/authorizationPolicy').flatMap(({ account, config }) => {
    const from = byRule ? textAt(config, 'allowInvitesFrom') : undefined;
    return from === 'everyone' ? [`users:${account}`] : from === 'adminsGuestInvitersAndAllMembers' ? [`members:${account}`] : [];
  });
  return new Set([...packages, ...inviters]);
}

const kinds = { 'Microsoft.Graph/user': 'user', 'Microsoft.Graph/servicePrincipal': 'service', 'Microsoft.Graph/group': 'group' } as const;

/** The people, groups and service principals of the tenants of a snapshot. */
export class Directory implements Memberships {
  readonly principals: readonly PrincipalInfo[];
  readonly #members = new Map<string, readonly string[]>();
  readonly #listed = new Map<string, Map<string, Evidence>>();
  readonly #groups = new Map<string, string[]>();
  readonly #above = new Map<string, readonly string[]>();
  readonly #below = new Map<string, readonly string[]>();

  constructor(snapshot: Snapshot) {
    const principals: PrincipalInfo[] = [];
    for (const type of ['Microsoft.Graph/group', 'Microsoft.Graph/servicePrincipal', 'Microsoft.Graph/user'] as const) {
      for (const record of snapshot.records(type)) {
        const name = textAt(record.config, 'displayName') ?? textAt(record.config, 'userPrincipalName') ?? record.id;
        principals.push({ arn: record.id, kind: kinds[type], account: record.account, name, serviceLinked: false });
        if (type === 'Microsoft.Graph/group') this.#group(record);
      }
    }
    this.#everybody(snapshot);
    this.principals = principals.sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  #group(record: SnapshotRecord): void {
    const listed = new Map<string, Evidence>();
    for (const { value, at } of walkPath(record.config, 'members[]')) {
      const id = textAt(value, 'id');
      if (id === undefined) continue;
      listed.set(id, { resource: record.id, pointer: `/config/${at.join('/')}`, call: 'graph:groups/members' });
      const groups = this.#groups.get(id);
      if (groups === undefined) this.#groups.set(id, [record.id]);
      else groups.push(record.id);
    }
    this.#listed.set(record.id, listed);
    this.#members.set(record.id, [...listed.keys()]);
  }

  /** Sets that policies name without listing them: the members of a tenant, and its users. Only where one does, for each is as large as the tenant. */
  #everybody(snapshot: Snapshot): void {
    for (const set of wholeTenants(snapshot)) {
      const [kind, tenant] = set.split(':');
      const listed = new Map<string, Evidence>();
      for (const user of snapshot.records('Microsoft.Graph/user')) {
        if (user.account !== tenant || user.config['accountEnabled'] === false) continue;
        if (kind === 'members' && textAt(user.config, 'userType') === 'Guest') continue;
        listed.set(user.id, { resource: user.id, pointer: '/config/userType', call: user.calls[0] ?? '' });
        append(this.#groups, user.id, set);
      }
      this.#listed.set(set, listed);
      this.#members.set(set, [...listed.keys()]);
    }
  }

  groupsOf(id: string): readonly string[] {
    return this.#walk(id, this.#above, (at) => this.#groups.get(at) ?? []);
  }

  membersOf(group: string): readonly string[] {
    return this.#walk(group, this.#below, (at) => this.#members.get(at) ?? []);
  }

  /** Everything that is reached; a circle of groups ends where it began. */
  #walk(start: string, known: Map<string, readonly string[]>, next: (at: string) => readonly string[]): readonly string[] {
    const before = known.get(start);
    if (before !== undefined) return before;
    const found = new Set<string>([start]);
    for (const at of found) for (const other of next(at)) found.add(other);
    found.delete(start);
    const made = [...found].sort();
    known.set(start, made);
    return made;
  }

  /** A shortest chain of groups from a member up to a group, each with the entry of its list. */
  proof(id: string, group: string): readonly Evidence[] {
    const from = new Map<string, string>();
    const queue = [id];
    for (const at of queue) {
      if (at === group) break;
      for (const above of this.#groups.get(at) ?? []) {
        if (from.has(above) || above === id) continue;
        from.set(above, at);
        queue.push(above);
      }
    }
    const chain: Evidence[] = [];
    for (let at = group; at !== id; ) {
      const below = from.get(at);
      const evidence = below === undefined ? undefined : this.#listed.get(at)?.get(below);
      if (below === undefined || evidence === undefined) return [];
      chain.unshift(evidence);
      at = below;
    }
    return chain;
  }

  /** Groups that list an object themselves, sorted. */
  directGroups(id: string): readonly string[] {
    return this.#groups.get(id) ?? [];
  }
}
