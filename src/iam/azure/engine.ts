import { append } from '../../model/multimap.ts';
import type { Snapshot } from '../../model/record.ts';
import type { AccessResult, Administration, BulkGrant, BulkQuestion, IamEngine, PrincipalInfo, RequestContext, TrustGrant } from '../api.ts';
import { DirectoryWorld } from '../entra/world.ts';
import { bulkGrants } from '../grants/bulk.ts';
import { decide } from '../grants/decide.ts';
import { Directory } from '../grants/directory.ts';
import type { Question, World } from '../grants/grant.ts';
import { knownActions } from './actions.ts';
import { scopeAdministrators, tenantAdministrators, tenantsOf } from './administrators.ts';
import { localRolesRead } from './managed-hsm.ts';
import { isDirectory, planeOf } from './planes.ts';
import { ArmWorld } from './world.ts';

/** Azure and Entra ID as one engine: two worlds of scopes, one set of principals. */
export class AzureIam implements IamEngine {
  readonly principals: readonly PrincipalInfo[];
  readonly problems: IamEngine['problems'];
  readonly arm: ArmWorld;
  readonly directory: DirectoryWorld;
  readonly #tenants: readonly string[];
  readonly #byId: ReadonlyMap<string, PrincipalInfo>;
  readonly #accounts: ReadonlyMap<string, string>;
  #administrations: readonly Administration[] | undefined;
  #realms: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #realmTexts = new Map<string, string>();

  constructor(snapshot: Snapshot) {
    const people = new Directory(snapshot);
    this.arm = new ArmWorld(snapshot, people);
    this.directory = new DirectoryWorld(snapshot, people);
    this.problems = snapshot.records('Microsoft.KeyVault/managedHSMs').flatMap((record) => (localRolesRead(record) ? [] : [unreadRoles(record.id)]));
    this.#tenants = tenantsOf(snapshot);
    this.principals = withUnread(
      people.principals,
      [...this.arm.grants, ...this.directory.grants].map((grant) => grant.holder),
      this.#tenants,
    );
    this.#byId = new Map(this.principals.map((principal) => [principal.arn, principal]));
    this.#accounts = new Map(
      snapshot
        .types()
        .filter((type) => type.startsWith('Microsoft.Graph/'))
        .flatMap((type) => snapshot.records(type).map((record) => [record.id, record.account])),
    );
  }

  principal(id: string): PrincipalInfo | undefined {
    const known = this.#byId.get(id.toLowerCase());
    if (known !== undefined || (id !== '*' && !id.startsWith('azure:'))) return known;
    return { arn: id, kind: 'outsider', account: '', name: id, serviceLinked: false };
  }

  principalsFor(): readonly PrincipalInfo[] {
    return this.principals;
  }

  can(
    principal: string,
    action: string,
    resource: string,
    options: { readonly context?: RequestContext; readonly contextComplete?: boolean } = {},
  ): AccessResult {
    const known = this.principal(principal);
    if (known === undefined) return { decision: 'unknown', explicit: false, residual: [], decidedBy: [], missing: [`\`${principal}\` is not in the snapshot`] };
    const question = { ...planeOf(action), context: options.context ?? {}, contextComplete: options.contextComplete === true };
    return decide(this.#world(question), known.arn, question, candidateText(resource));
  }

  bulk({ action, candidates, context = {}, principals }: BulkQuestion): readonly BulkGrant[] {
    // What another cloud calls an action is none here, not even for `*`.
    if (!action.includes('/')) return [];
    const question = { ...planeOf(action), context, contextComplete: false };
    return bulkGrants(this.#world(question), question, candidates, principals === undefined ? undefined : new Set(principals));
  }

  /** Anonymous readers and managing tenants: holders that are nobody of the directory. */
  outsiders(action: string, resource: string): readonly string[] {
    const question = { ...planeOf(action), context: {}, contextComplete: false };
    const world = this.#world(question);
    const id = candidateText(resource);
    const found = world.grants.filter(
      (grant) => (grant.holder === '*' || grant.holder.startsWith('azure:')) && grant.allows(question) && world.covers(grant.scope, id),
    );
    return [...new Set(found.map((grant) => grant.holder))].sort();
  }

  #world(question: Pick<Question, 'action'>): World {
    return isDirectory(question.action) ? this.directory : this.arm;
  }

  trust(): readonly TrustGrant[] {
    return [];
  }

  administrations(): readonly Administration[] {
    this.#administrations ??= [...tenantAdministrators(this.directory), ...scopeAdministrators(this.arm, this.#tenants)];
    return this.#administrations;
  }

  admin(principal: string): ReturnType<IamEngine['admin']> {
    const found = this.administrations().filter((each) => each.principal === principal);
    const best = found.find((each) => each.verdict === 'yes') ?? found[0];
    return best === undefined ? { verdict: 'no', residual: [], evidence: [] } : { verdict: best.verdict, residual: best.residual, evidence: best.evidence };
  }

  powerful(holder: string): ReturnType<IamEngine['powerful']> {
    return this.admin(holder);
  }

  /** Azure has no boundary: what one gives oneself, one has. */
  uncapped(): ReturnType<IamEngine['uncapped']> {
    return { verdict: 'yes', residual: [], evidence: [] };
  }

  #realmOf(principal: string): readonly string[] {
    if (this.#realms === undefined) {
      const realms = new Map<string, string[]>();
      for (const { principal: who, scope, verdict } of this.administrations()) if (verdict === 'yes') append(realms, who, scope);
      this.#realms = realms;
    }
    return this.#realms.get(principal) ?? [];
  }

  realm(principal: string): string | undefined {
    const scopes = this.#realmOf(principal);
    if (scopes.length === 0) return undefined;
    const known = this.#realmTexts.get(principal);
    const text = known ?? [...scopes].sort().join(' ');
    if (known === undefined) this.#realmTexts.set(principal, text);
    return text;
  }

  inside(principal: string, id: string): boolean {
    return this.#realmOf(principal).some((scope) => scope === id || this.#accounts.get(id) === scope || (id.startsWith('/') && this.arm.covers(scope, id)));
  }

  home(principal: string): string | undefined {
    const account = this.principal(principal)?.account ?? '';
    return account === '' ? undefined : account;
  }

  /** Actions that matter to an attacker, in every scope that something gives the principal. */
  *questions(principal: string): Generator<{ readonly action: string; readonly resource: string }> {
    for (const world of [this.arm, this.directory]) {
      const holders = new Set([principal, ...world.memberships.groupsOf(principal)]);
      const scopes = new Set(world.grants.filter((grant) => holders.has(grant.holder)).map((grant) => grant.scope.replace(/^tenant:/, '')));
      for (const action of knownActions) {
        if (this.#world(planeOf(action)) !== world) continue;
        for (const resource of [...scopes].sort()) yield { action, resource };
      }
    }
  }
}

const unreadRoles = (resource: string) => ({
  resource,
  pointer: '/config',
  message: 'its local roles stand in its data plane and were not read: only its first administrators are known',
});

const candidateText = (resource: string): string => (resource.length > 1 ? resource.toLowerCase().replace(/\/+$/, '') : resource);

/** Holders that no list of people has: where the directory was not collected, or of another tenant. */
function withUnread(known: readonly PrincipalInfo[], holders: readonly string[], tenants: readonly string[]): readonly PrincipalInfo[] {
  const ids = new Set(known.map((principal) => principal.arn));
  const [tenant = ''] = tenants.length === 1 ? tenants : [];
  const unread = [...new Set(holders)].filter((id) => !ids.has(id) && /^[0-9a-f-]{36}$/.test(id));
  const made = unread.map((id): PrincipalInfo => ({ arn: id, kind: 'service', account: tenant, name: id, serviceLinked: false }));
  return [...known, ...made].sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** The engine over the Azure and Entra records of a snapshot. */
export const createAzureIamEngine = (snapshot: Snapshot): AzureIam => new AzureIam(snapshot);
