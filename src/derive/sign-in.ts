import type { Evidence, Factor } from '../model/evidence.ts';
import { isArray, isObject, type Json, type JsonObject, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

interface Demand {
  readonly record: SnapshotRecord;
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** Users, groups and roles that it is not about. */
  readonly spared: ReadonlySet<string>;
  readonly strong: boolean;
}

/**
 * What a stolen password is worth, by conditional access and security defaults. They price a sign-in and never take it away: tokens are stolen, factors are fatigued
 * (https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-mfa-strength).
 */
export class SignIn {
  readonly #demands: readonly Demand[];
  readonly #defaults = new Map<string, SnapshotRecord>();
  /** The groups that a user or group is a direct member of. */
  readonly #parents = new Map<string, Set<string>>();
  readonly #roles = new Map<string, Set<string>>();
  readonly #read: boolean;

  constructor(snapshot: Snapshot) {
    const policies = snapshot.records('Microsoft.Graph/conditionalAccessPolicy');
    this.#demands = policies.flatMap((record) => demandOf(record));
    const defaults = snapshot.records('Microsoft.Graph/identitySecurityDefaultsEnforcementPolicy');
    this.#read = policies.length + defaults.length > 0;
    for (const record of defaults) if (record.config['isEnabled'] === true) this.#defaults.set(record.account, record);
    for (const group of snapshot.records('Microsoft.Graph/group'))
      for (const { value } of walkPath(group.config, 'members[]')) add(this.#parents, textAt(value, 'id') ?? '', group.id);
    for (const { config } of snapshot.records('Microsoft.Graph/unifiedRoleAssignment'))
      add(this.#roles, textAt(config, 'principalId') ?? '', textAt(config, 'roleDefinitionId') ?? '');
  }

  /** The price of signing in as a user with what a phisher gets. */
  of(user: SnapshotRecord): { readonly factor: Factor; readonly evidence: readonly Evidence[] } {
    const groups = this.#groupsOf(user.id);
    const roles = new Set([user.id, ...groups].flatMap((id) => [...(this.#roles.get(id) ?? [])]));
    const meant = this.#demands.filter(
      (demand) =>
        demand.record.account === user.account &&
        !demand.spared.has(user.id) &&
        !some(groups, demand.spared) &&
        !some(roles, demand.spared) &&
        (demand.users.has('All') || demand.users.has(user.id) || some(groups, demand.groups) || some(roles, demand.roles)),
    );
    const strongest = meant.find((demand) => demand.strong) ?? meant[0];
    const pointer = (record: SnapshotRecord): Evidence => ({ resource: record.id, pointer: '/config/grantControls', call: record.calls[0] ?? '' });
    if (strongest?.strong === true)
      return {
        factor: { name: 'second factor', value: 0.1, why: 'conditional access demands a sign-in that resists phishing' },
        evidence: [pointer(strongest.record)],
      };
    if (strongest !== undefined)
      return { factor: { name: 'second factor', value: 0.3, why: 'conditional access demands a second factor' }, evidence: [pointer(strongest.record)] };
    const defaults = this.#defaults.get(user.account);
    if (defaults !== undefined)
      return {
        factor: { name: 'second factor', value: 0.35, why: 'security defaults demand a second factor where they see risk' },
        evidence: [{ ...pointer(defaults), pointer: '/config/isEnabled' }],
      };
    if (!this.#read) return { factor: { name: 'second factor', value: 0.6, why: 'whether a second factor is demanded was not collected' }, evidence: [] };
    return { factor: { name: 'password alone', value: 0.9, why: 'no policy demands a second factor of this user' }, evidence: [] };
  }

  /** Groups that somebody is in, also by another group: a policy for a group is one for all that are in it (https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups). */
  #groupsOf(id: string): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const group of this.#parents.get(next) ?? [])
        if (!found.has(group)) {
          found.add(group);
          open.push(group);
        }
    return found;
  }
}

function demandOf(record: SnapshotRecord): Demand[] {
  const { config } = record;
  const controls = config['grantControls'];
  if (textAt(config, 'state') !== 'enabled' || !isObject(controls)) return [];
  const names = texts(controls['builtInControls']);
  const strength = isObject(controls['authenticationStrength']) ? controls['authenticationStrength'] : undefined;
  if (!names.includes('mfa') && strength === undefined) return [];
  // A second control that alone is enough ("or") may be a managed device: the factor is not demanded then.
  const either = textAt(controls, 'operator') === 'OR';
  if (either && names.some((name) => name !== 'mfa')) return [];
  const conditions = isObject(config['conditions']) ? config['conditions'] : {};
  const users = isObject(conditions['users']) ? conditions['users'] : {};
  const applications = isObject(conditions['applications']) ? conditions['applications'] : {};
  // A policy for some applications, places, platforms, devices, ways in or risks only is no demand on every sign-in.
  const everywhere = ['locations', 'platforms', 'devices', 'clientApplications', 'authenticationFlows'].every((key) => !isObject(conditions[key]));
  const anyRisk = ['signInRiskLevels', 'userRiskLevels'].every((key) => texts(conditions[key]).length === 0);
  const clients = texts(conditions['clientAppTypes']);
  const anyClient = clients.length === 0 || clients.includes('all') || ['browser', 'mobileAppsAndDesktopClients'].every((each) => clients.includes(each));
  if (!texts(applications['includeApplications']).includes('All') || !everywhere || !anyRisk || !anyClient) return [];
  const set = (key: string): ReadonlySet<string> => new Set(texts(users[key]));
  return [
    {
      record,
      users: set('includeUsers'),
      groups: set('includeGroups'),
      roles: set('includeRoles'),
      spared: new Set([...set('excludeUsers'), ...set('excludeGroups'), ...set('excludeRoles')]),
      strong: strength !== undefined && resistsPhishing(strength) && !(either && names.includes('mfa')),
    },
  ];
}

/** The built-in strength of that name (https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths), or one that only takes its methods. */
function resistsPhishing(strength: JsonObject): boolean {
  if (strength['id'] === '00000000-0000-0000-0000-000000000004') return true;
  const methods = texts(strength['allowedCombinations']);
  return methods.length > 0 && methods.every((each) => /^(windowsHelloForBusiness|fido2|x509CertificateMultiFactor)$/.test(each));
}

const texts = (value: Json | undefined): readonly string[] => (isArray(value) ? value.filter((each) => typeof each === 'string') : []);
const some = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((each) => b.has(each));
function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}
