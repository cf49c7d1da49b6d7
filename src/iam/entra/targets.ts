import { isObject, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { list } from '../azure/scopes.ts';
import type { Directory } from '../grants/directory.ts';
import type { ResetTarget } from './reset.ts';

/** First-party applications belong to this tenant (https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in). */
const microsoft = new Set(['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47']);

/** What an object of the directory demands of those who would change it. */
export interface Target {
  readonly type: string;
  readonly tenant: string;
  /** Administrative units of restricted management that it is in: only roles scoped to them reach it. */
  readonly restricted: ReadonlySet<string>;
  /** Kinds of group by which actions are named. */
  readonly group: 'assignable' | 'unified' | 'security' | undefined;
  /** Membership is by rule, or comes from the premises. */
  readonly members: 'set' | 'rule' | 'synchronized';
  /** Takes credentials: managed identities, locked and first-party service principals do not. */
  readonly credentials: boolean;
  readonly singleTenant: boolean;
  readonly synchronized: boolean;
}

/** Objects of the directories of a snapshot, as targets. */
export class Targets {
  readonly #targets = new Map<string, Target>();
  readonly #units = new Map<string, ReadonlySet<string>>();
  readonly #assignable = new Set<string>();
  readonly #owned = new Set<string>();
  readonly #restrictedUnits = new Set<string>();
  readonly #directory: Directory;

  constructor(snapshot: Snapshot, directory: Directory) {
    this.#directory = directory;
    const restricted = new Map<string, Set<string>>();
    for (const unit of snapshot.records('Microsoft.Graph/administrativeUnit')) {
      const members = new Set(list(unit.config['members']).flatMap((each) => textAt(each, 'id') ?? []));
      this.#units.set(unit.id, members);
      if (unit.config['isMemberManagementRestricted'] !== true) continue;
      this.#restrictedUnits.add(unit.id);
      for (const member of members) restricted.set(member, new Set([...(restricted.get(member) ?? []), unit.id]));
    }
    const locks = lockedApplications(snapshot);
    for (const type of snapshot.types().filter((each) => each.startsWith('Microsoft.Graph/'))) {
      for (const record of snapshot.records(type)) this.#targets.set(record.id, targetOf(record, restricted.get(record.id) ?? none, locks));
    }
    for (const group of snapshot.records('Microsoft.Graph/group')) {
      if (group.config['isAssignableToRole'] !== true) continue;
      this.#assignable.add(group.id);
      for (const { value } of walkPath(group.config, 'owners[]')) this.#owned.add(textAt(value, 'id') ?? '');
    }
  }

  of(id: string): Target | undefined {
    return this.#targets.get(id);
  }

  inUnit(unit: string, id: string): boolean {
    return unit === id || this.#units.get(unit)?.has(id) === true;
  }

  /** What counts when somebody would reset a user's password, beside the roles. */
  guarded(user: string, scopedToRestricted: ReadonlySet<string>): ResetTarget['guarded'] {
    return this.#owned.has(user) || scopedToRestricted.has(user) || this.#directory.groupsOf(user).some((group) => this.#assignable.has(group));
  }

  restrictedUnit(unit: string): boolean {
    return this.#restrictedUnits.has(unit);
  }
}

const none: ReadonlySet<string> = new Set();

/** Service principals of applications that lock them: "credentials ... cannot be added" (https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks). */
function lockedApplications(snapshot: Snapshot): ReadonlySet<string> {
  const found = new Set<string>();
  for (const application of snapshot.records('Microsoft.Graph/application')) {
    const lock = application.config['servicePrincipalLockConfiguration'];
    if (!isObject(lock) || lock['isEnabled'] !== true) continue;
    if (lock['allProperties'] === true || (lock['credentialsWithUsageSign'] === true && lock['credentialsWithUsageVerify'] === true))
      found.add(textAt(application.config, 'appId') ?? '');
  }
  return found;
}

function targetOf(record: SnapshotRecord, restricted: ReadonlySet<string>, locks: ReadonlySet<string>): Target {
  const { config, type } = record;
  const kinds = list(config['groupTypes']).map(String);
  const synchronized = config['onPremisesSyncEnabled'] === true;
  const owner = textAt(config, 'appOwnerOrganizationId') ?? '';
  const closed =
    textAt(config, 'servicePrincipalType') === 'ManagedIdentity' ||
    (type.endsWith('/servicePrincipal') && (microsoft.has(owner) || locks.has(textAt(config, 'appId') ?? '')));
  return {
    type,
    tenant: record.account,
    restricted,
    group: !type.endsWith('/group') ? undefined : config['isAssignableToRole'] === true ? 'assignable' : kinds.includes('Unified') ? 'unified' : 'security',
    members: synchronized ? 'synchronized' : kinds.includes('DynamicMembership') ? 'rule' : 'set',
    credentials: !closed,
    singleTenant: textAt(config, 'signInAudience') === 'AzureADMyOrg',
    synchronized,
  };
}
