import type { Residual } from '../../model/evidence.ts';
import { isObject } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { Directory } from '../grants/directory.ts';
import type { Denial, Grant, Question, World } from '../grants/grant.ts';
import { lowerBound } from '../grants/members.ts';
import { accessPackages, catalogGrants } from './access-packages.ts';
import { dynamicMemberships } from './dynamic-groups.ts';
import { type DirectoryGrant, delegatedGrants, ownerGrants, permissionGrants, RoleDefinitions, roleGrants } from './grants.ts';
import { delegatedAdministration } from './partners.ts';
import { eligibleMemberships } from './requests.ts';
import { mayReset } from './reset.ts';
import { type Target, Targets } from './targets.ts';

const directory = 'microsoft.directory/';
const resetting = /^microsoft\.directory\/users\/(password\/update|authenticationmethods\/.*)$/;
const changing = /\/(update|create|delete|manage|alltasks)$/;

/** The directory of every tenant of a snapshot. */
export class DirectoryWorld implements World {
  readonly grants: readonly DirectoryGrant[];
  readonly denials: readonly Denial[] = [];
  readonly memberships: Directory;
  readonly targets: Targets;
  readonly #byGrant: ReadonlyMap<Grant, DirectoryGrant>;
  readonly #known = new WeakMap<readonly string[], Map<string, Uint32Array>>();
  /** Directory roles that a user holds now, himself or by a group. */
  readonly #roles = new Map<string, Set<string>>();
  readonly #scopedToRestricted = new Set<string>();
  /** Tenants that tell whether passwords are written back to the premises. */
  readonly #writeback: ReadonlyMap<string, boolean>;
  readonly #alike = new Map<string, number>();
  readonly #kinds = new Map<string, number>();

  constructor(snapshot: Snapshot, memberships: Directory) {
    this.memberships = memberships;
    this.targets = new Targets(snapshot, memberships);
    this.#writeback = new Map(
      snapshot.records('Microsoft.Graph/onPremisesDirectorySynchronization').flatMap(({ account, config }) => {
        const features = config['features'];
        const told = isObject(features) ? features['passwordWritebackEnabled'] : undefined;
        return typeof told === 'boolean' ? [[account, told] as const] : [];
      }),
    );
    const definitions = new RoleDefinitions(snapshot);
    const [roles, permissions] = [roleGrants(snapshot, definitions), permissionGrants(snapshot)];
    this.grants = [
      ...roles,
      ...delegatedAdministration(snapshot, definitions),
      ...ownerGrants(snapshot),
      ...permissions,
      ...delegatedGrants(snapshot),
      ...eligibleMemberships(snapshot),
      ...accessPackages(snapshot, definitions),
      ...catalogGrants(snapshot, definitions),
      ...dynamicMemberships(snapshot, memberships, [...roles, ...permissions]),
    ];
    this.#byGrant = new Map(this.grants.map((grant) => [grant, grant]));
    for (const grant of this.grants) {
      if (grant.kind !== 'role' || grant.residual.length > 0) continue;
      const unit = /^unit:(.*)$/.exec(grant.scope)?.[1];
      const guarded = unit !== undefined && this.targets.restrictedUnit(unit);
      for (const holder of [grant.holder, ...memberships.membersOf(grant.holder)]) {
        const roles = this.#roles.get(holder);
        if (roles === undefined) this.#roles.set(holder, new Set([grant.role]));
        else roles.add(grant.role);
        if (guarded) this.#scopedToRestricted.add(holder);
      }
    }
  }

  covers(scope: string, id: string): boolean {
    if (id === '*' || scope === id) return true;
    const tenant = /^tenant:(.*)$/.exec(scope)?.[1];
    // `tenant` stands for the whole of it: what is asked of no object in particular.
    if (tenant !== undefined) return id === 'tenant' || tenant === id || this.targets.of(id)?.tenant === tenant;
    const unit = /^unit:(.*)$/.exec(scope)?.[1];
    return unit !== undefined && this.targets.inUnit(unit, id);
  }

  members(scope: string, candidates: readonly string[]): Uint32Array {
    const known = this.#known.get(candidates)?.get(scope);
    if (known !== undefined) return known;
    const made = scope.includes(':') ? this.#each(scope, candidates) : positionsOf(scope, candidates);
    const inner = this.#known.get(candidates) ?? new Map<string, Uint32Array>();
    inner.set(scope, made);
    this.#known.set(candidates, inner);
    return made;
  }

  #each(scope: string, candidates: readonly string[]): Uint32Array {
    const found: number[] = [];
    for (const [position, id] of candidates.entries()) if (this.covers(scope, id)) found.push(position);
    return Uint32Array.from(found);
  }

  /** A target by all that `demands` looks at. */
  alike(id: string): number {
    const known = this.#alike.get(id);
    if (known !== undefined) return known;
    const target = this.targets.of(id);
    const user = target?.type.endsWith('/user') === true;
    const features = target === undefined ? 'unknown' : `${featuresOf(target)}${user ? this.#standing(id) : ''}`;
    const number = this.#kinds.get(features) ?? this.#kinds.size;
    this.#kinds.set(features, number);
    this.#alike.set(id, number);
    return number;
  }

  #standing(user: string): string {
    const roles = this.#roles.get(user);
    return `${roles === undefined ? '' : [...roles].sort().join()};${this.targets.guarded(user, this.#scopedToRestricted)}`;
  }

  demanding(): boolean {
    return true;
  }

  demands(grant: Grant, question: Question, id: string): Residual | undefined {
    const own = this.#byGrant.get(grant);
    const target = this.targets.of(id);
    if (own === undefined || target === undefined) return [];
    const { action } = question;
    if (own.kind === 'delegated') return target.type.endsWith('/user') ? [] : undefined;
    if (!fitsEntity(target, action)) return undefined;
    // "Only administrators with roles scoped to the restricted management administrative unit can change its members" (https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management).
    if (
      target.restricted.size > 0 &&
      changing.test(action) &&
      !(own.kind === 'role' && own.scope.startsWith('unit:') && target.restricted.has(own.scope.slice(5)))
    )
      return undefined;
    if (target.group !== undefined) return this.#onGroup(own, target, action);
    if (resetting.test(action)) return this.#onUser(own, target, action, id);
    if (/\/(applications|serviceprincipals)\/credentials\/update$/.test(action) && !target.credentials) return undefined;
    if (action.startsWith(`${directory}applications/`) && !own.may(action) && !target.singleTenant) return undefined;
    return [];
  }

  #onGroup(own: DirectoryGrant, target: Target, action: string): Residual | undefined {
    const rest = action.slice(`${directory}groups/`.length);
    if (!action.startsWith(`${directory}groups/`)) return [];
    if (rest === 'members/update' && target.members !== 'set') return undefined;
    if (rest === 'dynamicmembershiprule/update' && target.members !== 'rule') return undefined;
    // "Only Global Administrators and Privileged Role Administrators can manage membership" of role-assignable groups, and their owners (https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept).
    const entities = { assignable: ['groupsassignabletoroles'], unified: ['groups', 'groups.unified'], security: ['groups', 'groups.security'] }[
      target.group ?? 'security'
    ];
    return entities.some((entity) => own.may(`${directory}${entity}/${rest}`)) ? [] : undefined;
  }

  #onUser(own: DirectoryGrant, target: Target, action: string, id: string): Residual | undefined {
    const roles = this.#roles.get(id) ?? new Set<string>();
    if (own.kind === 'role' && !mayReset(own.role, { roles, guarded: this.targets.guarded(id, this.#scopedToRestricted) })) return undefined;
    // A password that is kept on the premises is set from here only where it is written back (https://learn.microsoft.com/entra/identity/authentication/concept-sspr-writeback).
    const writeback = this.#writeback.get(target.tenant);
    if (!target.synchronized || !action.endsWith('password/update') || writeback === true) return [];
    if (writeback === false) return undefined;
    return [{ allOf: [{ operator: 'Bool', key: 'entra:PasswordWriteback', values: ['true'], negated: false }] }];
  }
}

/** All that a target demands of anybody, as text. */
const featuresOf = ({ type, tenant, restricted, group, members, credentials, singleTenant, synchronized }: Target): string =>
  `${type};${tenant};${restricted.size === 0 ? '' : [...restricted].sort().join()};${group};${members};${credentials};${singleTenant};${synchronized};`;

/** Where one object stands among sorted candidates. */
function positionsOf(id: string, candidates: readonly string[]): Uint32Array {
  const at = candidates.length === 1 ? 0 : lowerBound(candidates, id);
  return candidates[at] === id || candidates[at] === '*' ? Uint32Array.of(at) : new Uint32Array();
}

const entities: Readonly<Record<string, string>> = {
  users: 'Microsoft.Graph/user',
  groups: 'Microsoft.Graph/group',
  groupsassignabletoroles: 'Microsoft.Graph/group',
  applications: 'Microsoft.Graph/application',
  serviceprincipals: 'Microsoft.Graph/servicePrincipal',
  devices: 'Microsoft.Graph/device',
  administrativeunits: 'Microsoft.Graph/administrativeUnit',
};

/** An action on users says nothing of groups. What is named for no kind of object is asked of the tenant. */
function fitsEntity(target: Target, action: string): boolean {
  const entity = /^microsoft\.directory\/([a-z]+)(?:\.[a-z]+)*\//.exec(action)?.[1];
  if (entity === undefined) return true;
  const type = entities[entity];
  return type === undefined ? target.type === 'Microsoft.Graph/organization' : target.type === type || target.type === 'Microsoft.Graph/organization';
}
