import { accountNode } from '../model/account-node.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { trimmed } from '../model/trimmed.ts';
import type {
  AccessResult,
  Administration,
  AskOptions,
  BulkGrant,
  BulkQuestion,
  DecidedBy,
  IamEngine,
  LayerReport,
  PrincipalInfo,
  RequestContext,
  Standing,
  TrustGrant,
} from './api.ts';
import { type Facts, factsOf } from './aws/context.ts';
import { evaluate } from './aws/evaluate.ts';
import { compilePolicy } from './aws/policy.ts';
import { PolicySet } from './aws/policy-set.ts';
import type { AccessRequest } from './aws/request.ts';
import type { Requester } from './aws/requester.ts';
import { isCallersAlone } from './aws/services.ts';
import { keysOf, throughAccessPoints } from './bulk/access-points.ts';
import { bulkGrants, bulkStrangers } from './bulk/bulk.ts';
import { BulkTables } from './bulk/candidates.ts';
import { Askers, providerIn } from './estate/askers.ts';
import { readEndpoint } from './estate/endpoint.ts';
import type { Location } from './estate/location.ts';
import { statementEvidence } from './estate/location.ts';
import { type Organization, readOrganization } from './estate/organization.ts';
import { outsidersOf } from './estate/outsiders.ts';
import { decideAll, explainAll, type Part, parts } from './estate/parts.ts';
import { type EstatePrincipal, PrincipalReader } from './estate/principals.ts';
import { documentProblems } from './estate/problems.ts';
import { questionsOf } from './estate/questions.ts';
import { requestOf } from './estate/request-of.ts';
import { type EstateResource, ResourceReader } from './estate/resources.ts';
import { RootSessionCallers } from './estate/root-sessions.ts';
import { rosterAfter } from './estate/roster.ts';
import { bucketElsewhere, objectLists } from './estate/s3-objects.ts';
import { Standings } from './estate/standings.ts';
import { readTrust } from './estate/trust.ts';
import type { EstateView } from './estate/view.ts';
import type { IamReach } from './reach.ts';

/** What an attacker who calls the API himself chooses or cannot be: TLS always, no service between. */
export const attackerContext: RequestContext = {
  'aws:SecureTransport': ['true'],
  'aws:ViaAWSService': ['false'],
  'aws:CalledVia': [],
  'aws:CalledViaFirst': [],
  'aws:CalledViaLast': [],
};

/** The estate before a change. */
export interface Before {
  readonly estate: Estate;
  /** Ids of the records that are different. */
  readonly touched: readonly string[];
  readonly reach: IamReach;
}

export class Estate implements IamEngine, EstateView {
  readonly principals: readonly PrincipalInfo[];
  readonly snapshot: Snapshot;
  readonly resources: ResourceReader;
  readonly tables: BulkTables;
  readonly organization: Organization;
  readonly #askers: Askers;
  readonly #list: readonly EstatePrincipal[];
  readonly #organizationLocations: Map<string, Location>;
  readonly #reader: PrincipalReader;
  #problems: IamEngine['problems'] | undefined;
  #keys: ReadonlySet<string> | undefined;
  readonly #trust = new Map<string, readonly TrustGrant[]>();
  readonly #standings: Standings;
  readonly #rootSessions: RootSessionCallers;

  /** @param before an estate that differs in little: what a change cannot touch is taken over from it */
  constructor(snapshot: Snapshot, before?: Before) {
    this.snapshot = snapshot;
    this.#rootSessions = new RootSessionCallers(snapshot);
    this.#organizationLocations = before === undefined ? new Map() : before.estate.#organizationLocations;
    this.organization = before === undefined ? readOrganization(snapshot, this.#organizationLocations) : before.estate.organization;
    this.#reader = new PrincipalReader(snapshot, this.organization);
    this.#list = before === undefined ? this.#reader.all() : rosterAfter(before.estate.list, this.#reader, snapshot, before.reach.principals);
    this.#askers = new Askers(snapshot, this.organization, this.#list);
    this.principals = before?.estate.list === this.#list ? before.estate.principals : this.#list.map((principal) => principal.info);
    const given = factsOf(attackerContext);
    this.#standings = new Standings({
      find: (arn) => this.#askers.known(arn) ?? this.#reader.group(arn) ?? this.#askers.newcomer(arn),
      request: (principal, action, resource) => this.request(principal, action, resource, given, false),
      locate: (by, principal) => this.#located(by, principal, undefined),
    });
    this.resources = new ResourceReader(snapshot, before?.estate.resources);
    this.tables = new BulkTables(this.resources, this.#list, before && { ...before.reach, tables: before.estate.tables });
  }

  get problems(): IamEngine['problems'] {
    this.#problems ??= documentProblems(this.snapshot, this.#list, this.#reader, this.resources);
    return this.#problems;
  }

  get list(): readonly EstatePrincipal[] {
    return this.#list;
  }

  principal(arn: string): PrincipalInfo | undefined {
    return this.#askers.info(arn);
  }

  /** The principal with its policies; a session has those of its role; outsiders have none. */
  estatePrincipal(text: string): EstatePrincipal | undefined {
    return this.#askers.find(text);
  }

  /** Everything that has a say on one question. */
  request(
    principal: EstatePrincipal,
    action: string,
    arn: string,
    given: Facts,
    complete: boolean,
    target: EstateResource = this.resources.of(arn, action),
  ): AccessRequest {
    return requestOf(this.organization, principal, action, arn, given, complete, target);
  }

  can(principal: string, action: string, resource: string, options: AskOptions = {}): AccessResult {
    const asked = this.#asked(principal, action, resource, options);
    if (typeof asked === 'string') return unknown(asked);
    const result = decideAll(asked);
    const [caller] = asked;
    if (caller === undefined || !isCallersAlone(action.toLowerCase())) return result;
    const { account = '', kind } = caller.request.requester;
    return this.#rootSessions.limit(result, { account, root: kind === 'root' });
  }

  layers(principal: string, action: string, resource: string, options: AskOptions = {}): readonly LayerReport[] {
    const asked = this.#asked(principal, action, resource, options);
    return typeof asked === 'string' ? [] : explainAll(asked);
  }

  /** The requests that a question comes to, or what is missing to make them. */
  #asked(principal: string, action: string, resource: string, options: AskOptions): readonly Part[] | string {
    const found = this.estatePrincipal(principal);
    if (found === undefined) return `\`${principal}\` is not in the snapshot`;
    const endpoint = options.via === undefined ? undefined : readEndpoint(this.snapshot, options.via);
    if (options.via !== undefined && endpoint === undefined) return `\`${options.via}\` is no VPC endpoint of the snapshot`;
    const lower = action.toLowerCase();
    const given = factsOf(options.context ?? {});
    const facts: Facts = endpoint === undefined ? given : { values: new Map([...endpoint.facts.values, ...given.values]) };
    const session = options.session?.map((document, index) => ({ name: `session[${index}]`, policy: compilePolicy(document, 'identity') }));
    return parts(this.resources, lower, resource).map(({ arn, target, more, level }) => {
      const known = { ...found, requester: providerIn(found.requester, target.account, (provider) => names(target, provider)) };
      const inside = this.request(known, lower, arn, { values: new Map([...facts.values, ...more.values]) }, options.contextComplete === true, target);
      const request = bucketElsewhere(this.snapshot, inside) ?? inside;
      return {
        level,
        closed: target.restricted && request.resourcePolicy === undefined && request.grants === undefined,
        request: {
          ...request,
          endpoint: endpoint?.policy,
          session: session === undefined ? undefined : new PolicySet(session),
          unread: [...request.unread, ...objectLists(this.snapshot, request)],
        },
        locate: (by: DecidedBy) => this.#located(by, known, target, endpoint?.location),
      };
    });
  }

  strangers(question: BulkQuestion): readonly string[] {
    return question.action.includes('/') ? [] : bulkStrangers(this, question);
  }

  bulk(question: BulkQuestion): readonly BulkGrant[] {
    // What another cloud calls an action is none here, not even for `*`.
    if (question.action.includes('/')) return [];
    const grants = throughAccessPoints(
      this.resources,
      { ...question, context: { ...attackerContext, ...question.context } },
      (each) => bulkGrants(this, each),
      () => this.#pointKeys(),
    );
    if (!isCallersAlone(question.action.toLowerCase())) return grants;
    return this.#rootSessions.limitGrants(grants, (principal) => this.estatePrincipal(principal)?.requester.account ?? '');
  }

  forget(): void {
    this.tables.forget();
  }

  /** Keys of access points that policies of callers and of the organization ask about. */
  #pointKeys(): ReadonlySet<string> {
    this.#keys ??= keysOf(this.#list.flatMap(({ identity, boundary, controls }) => [identity, boundary, ...(controls?.scps ?? []), ...(controls?.rcps ?? [])]));
    return this.#keys;
  }

  trust(role: string): readonly TrustGrant[] {
    const known = this.#trust.get(role);
    if (known !== undefined) return known;
    const grants = trimmed(readTrust(this, role));
    this.#trust.set(role, grants);
    return grants;
  }

  /** A decision about somebody who is not in the estate: a service, a provider of identities. */
  decide(requester: Requester, action: string, resource: string, context: RequestContext): AccessResult {
    const target = this.resources.of(resource, action);
    const principal = this.#askers.bare(requester, factsOf({}));
    const result = evaluate(this.request(principal, action, resource, factsOf(context), false, target));
    return { ...result, decidedBy: result.decidedBy.map((by) => this.#located(by, principal, target)) };
  }

  admin(arn: string): Standing {
    return this.#standings.admin(arn);
  }

  outsiders(action: string, resource: string): readonly string[] {
    const lower = action.toLowerCase();
    const targets = parts(this.resources, lower, resource).map(({ target }) => target);
    // By way of an access point somebody comes whom its policy and a bucket's admit; `can` tells who is admitted by both.
    return [...new Set(targets.flatMap((target) => outsidersOf(target, lower, this.#list)))].sort();
  }

  principalsFor(): readonly PrincipalInfo[] {
    return this.principals;
  }

  administrations(only?: ReadonlySet<string>): readonly Administration[] {
    return this.principals.flatMap((principal): Administration[] => {
      if (only?.has(principal.arn) === false) return [];
      const { verdict, residual, evidence, missing = [] } = this.admin(principal.arn);
      if (verdict === 'no') return [];
      return [{ principal: principal.arn, scope: accountNode(principal.account), technique: 'aws.administrator', verdict, residual, missing, evidence }];
    });
  }

  realm(arn: string): string | undefined {
    return this.admin(arn).verdict === 'yes' ? this.#askers.known(arn)?.info.account : undefined;
  }

  inside(arn: string, id: string): boolean {
    const other = this.snapshot.find(id)?.account ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(id)?.[1] ?? '';
    return other === '' || other === (this.principal(arn)?.account ?? '');
  }

  home(arn: string): string | undefined {
    const account = this.principal(arn)?.account;
    return account === undefined || account === '' ? undefined : accountNode(account);
  }

  questions(arn: string): Iterable<{ readonly action: string; readonly resource: string }> {
    return questionsOf(this.estatePrincipal(arn));
  }

  uncapped(arn: string): Standing {
    return this.#standings.uncapped(arn);
  }

  powerful(holder: string): Standing {
    return this.#standings.powerful(holder);
  }

  /** The evidence of a decision's Allow statements. */
  evidenceOf(result: AccessResult, principal: EstatePrincipal, target: EstateResource | undefined): Evidence[] {
    const found = new Map<string, Evidence>();
    for (const by of result.decidedBy) {
      const { evidence } = this.#located(by, principal, target);
      if (evidence !== undefined && (by.effect === 'Allow' || result.decision === 'conditional') && by.layer !== 'scp')
        found.set(`${evidence.resource}#${evidence.pointer}`, evidence);
    }
    return [...found.values()];
  }

  #located(by: DecidedBy, principal: EstatePrincipal, target: EstateResource | undefined, endpoint?: Location): DecidedBy {
    const location =
      by.layer === 'resource'
        ? target?.locations.get(by.policy)
        : by.layer === 'scp' || by.layer === 'rcp'
          ? this.#organizationLocations.get(by.policy)
          : by.layer === 'endpoint'
            ? endpoint
            : principal.locations.get(by.policy);
    if (location === undefined) return by;
    return { ...by, evidence: statementEvidence(location, by.statement, this.snapshot.find(location.resource) as unknown as Json | undefined) };
  }
}

const unknown = (missing: string): AccessResult => ({ decision: 'unknown', explicit: false, residual: [], decidedBy: [], missing: [missing] });

/** Whether a resource's policy names a provider of identities by this name. */
const names = (target: EstateResource, provider: string): boolean =>
  target.policy?.policies.some((each) => each.policy.statements.some(({ rule }) => rule.principal?.federated.has(provider) === true)) ?? false;

/** The policy engine over an AWS snapshot. */
export function createAwsIamEngine(snapshot: Snapshot, before?: Before): Estate {
  return new Estate(snapshot, before);
}
