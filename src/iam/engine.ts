import { accountNode } from '../model/account-node.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { AccessResult, Administration, BulkGrant, BulkQuestion, DecidedBy, IamEngine, PrincipalInfo, RequestContext, TrustGrant } from './api.ts';
import { accountOf } from './aws/arn.ts';
import { Context, type Facts, factsOf } from './aws/context.ts';
import { evaluate } from './aws/evaluate.ts';
import { compilePolicy } from './aws/policy.ts';
import { PolicySet } from './aws/policy-set.ts';
import type { AccessRequest } from './aws/request.ts';
import { parseRequester, type Requester } from './aws/requester.ts';
import { reportsResourceAccount, resourceToMatch } from './aws/services.ts';
import { bulkGrants } from './bulk/bulk.ts';
import { actions } from './catalogue.ts';
import type { Location } from './estate/location.ts';
import { statementEvidence } from './estate/location.ts';
import { type Organization, readOrganization } from './estate/organization.ts';
import { type EstatePrincipal, PrincipalReader } from './estate/principals.ts';
import { type EstateResource, ResourceReader } from './estate/resources.ts';
import { readTrust } from './estate/trust.ts';
import type { EstateView } from './estate/view.ts';

/** Anybody who has an AWS account: all power over there, no relation to here. The id is nobody's. */
const strangerAccount = '000000000000';
const strangerFacts: Facts = factsOf({ 'aws:PrincipalOrgID': [], 'aws:PrincipalOrgPaths': [] }, ['aws:principaltag/']);

const fullAccess = compilePolicy({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'identity');

/** What an attacker who calls the API himself chooses or cannot be: TLS always, no service between. */
export const attackerContext: RequestContext = {
  'aws:SecureTransport': ['true'],
  'aws:ViaAWSService': ['false'],
  'aws:CalledVia': [],
  'aws:CalledViaFirst': [],
  'aws:CalledViaLast': [],
};

/** Control over these is control over every permission of the account. */
const administration = ['iam:attachrolepolicy', 'iam:putrolepolicy', 'iam:passrole', 'iam:createpolicyversion', 'iam:updateassumerolepolicy'];
/** An action that no policy names: only `*` (or a NotAction) allows it. */
const anyAction = 'postern-probe:anything';

export class Estate implements IamEngine, EstateView {
  readonly principals: readonly PrincipalInfo[];
  readonly problems: IamEngine['problems'];
  readonly snapshot: Snapshot;
  readonly resources: ResourceReader;
  readonly organization: Organization;
  readonly #byArn = new Map<string, EstatePrincipal>();
  readonly #byRoleName = new Map<string, EstatePrincipal>();
  readonly #list: readonly EstatePrincipal[];
  readonly #organizationLocations = new Map<string, Location>();
  readonly #trust = new Map<string, readonly TrustGrant[]>();
  readonly #admin = new Map<string, ReturnType<IamEngine['admin']>>();
  readonly #uncapped = new Map<string, ReturnType<IamEngine['admin']>>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.organization = readOrganization(snapshot, this.#organizationLocations);
    const reader = new PrincipalReader(snapshot, this.organization);
    this.#list = reader.all();
    for (const principal of this.#list) {
      this.#byArn.set(principal.info.arn, principal);
      if (principal.info.kind === 'role') this.#byRoleName.set(`${principal.info.account}/${principal.info.name}`, principal);
    }
    this.principals = this.#list.map((principal) => principal.info);
    this.resources = new ResourceReader(snapshot);
    this.problems = reader.problems;
  }

  get list(): readonly EstatePrincipal[] {
    return this.#list;
  }

  principal(arn: string): PrincipalInfo | undefined {
    return (
      this.#byArn.get(arn)?.info ??
      (arn === '*' || arn.startsWith('aws:') ? { arn, kind: 'outsider', account: '', name: arn, serviceLinked: false } : undefined)
    );
  }

  /** The principal with its policies; a session has those of its role; outsiders have none and everything. */
  estatePrincipal(text: string): EstatePrincipal | undefined {
    const known = this.#byArn.get(text);
    if (known !== undefined) return known;
    const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(text);
    if (session !== null) {
      const role = this.#byRoleName.get(`${session[1]}/${session[2]}`);
      const requester = parseRequester(text, role === undefined ? {} : { roleArn: role.info.arn });
      if (role !== undefined && requester !== undefined) return { ...role, requester };
    }
    return this.#outsider(text);
  }

  #outsider(text: string): EstatePrincipal | undefined {
    const account = /^aws:account:(\d{12})$/.exec(text)?.[1] ?? (text === 'aws:anyone' ? strangerAccount : undefined);
    const requester = account === undefined ? (text.startsWith('oidc:') ? undefined : parseRequester(text)) : parseRequester(account);
    if (requester === undefined) return undefined;
    return this.bare(requester, account !== undefined && this.organization.of(account) === undefined ? strangerFacts : factsOf({}));
  }

  /** A principal without policies of its own. */
  bare(requester: Requester, facts: Facts): EstatePrincipal {
    const account = requester.account ?? '';
    return {
      info: { arn: requester.arn, kind: requester.kind === 'root' ? 'root' : 'outsider', account, name: requester.name, serviceLinked: false },
      requester,
      facts,
      identity: undefined,
      boundary: undefined,
      controls: this.organization.of(account),
      unread: [],
      locations: new Map(),
      classKey: '',
    };
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
    const resource = resourceToMatch(action, arn);
    const account = target.account ?? (resource === '*' ? undefined : accountOf(resource));
    const outside = target.restricted && principal.info.account !== account;
    const region = /^arn:[^:]*:[^:]*:([a-z]{2}-[a-z-]+-\d):/.exec(resource)?.[1] ?? (action.startsWith('iam:') ? 'us-east-1' : undefined);
    const facts: Facts[] = [given, principal.requester.facts, principal.facts];
    facts.push(reportsResourceAccount(action) ? target.facts : withoutAccount(target.facts));
    // "aws:SourceOwner" is what SNS calls the account of the caller (https://docs.aws.amazon.com/sns/latest/dg/sns-using-identity-based-policies.html); its default policy tests it.
    if (action.startsWith('sns:')) facts.push(factsOf({ 'aws:SourceOwner': principal.requester.account === undefined ? [] : [principal.requester.account] }));
    if (region !== undefined) facts.push(factsOf({ 'aws:RequestedRegion': [region] }));
    const resourceControls = account === undefined ? undefined : this.organization.of(account);
    if (resourceControls !== undefined)
      facts.push(factsOf({ 'aws:ResourceOrgID': [resourceControls.organization], 'aws:ResourceOrgPaths': [resourceControls.path] }));
    const unread = [...principal.unread, ...target.unread];
    return {
      requester: principal.requester,
      action,
      resource,
      resourceAccount: account,
      context: new Context(facts, complete),
      identity: principal.identity,
      boundary: principal.boundary,
      session: undefined,
      resourcePolicy: outside ? undefined : target.policy,
      grants: outside ? undefined : target.grants,
      scps: principal.controls?.scps,
      rcps: resourceControls?.rcps,
      endpoint: undefined,
      requesterInManagementAccount: principal.controls?.management ?? false,
      resourceInManagementAccount: resourceControls?.management ?? false,
      unread,
    };
  }

  can(
    principal: string,
    action: string,
    resource: string,
    options: { readonly context?: RequestContext; readonly contextComplete?: boolean } = {},
  ): AccessResult {
    const known = this.estatePrincipal(principal);
    if (known === undefined) return { decision: 'unknown', explicit: false, residual: [], decidedBy: [], missing: [`\`${principal}\` is not in the snapshot`] };
    const lower = action.toLowerCase();
    const target = this.resources.of(resource, lower);
    const result = evaluate(this.request(known, lower, resource, factsOf(options.context ?? {}), options.contextComplete === true, target));
    return { ...result, decidedBy: result.decidedBy.map((by) => this.#located(by, known, target)) };
  }

  bulk(question: BulkQuestion): readonly BulkGrant[] {
    return bulkGrants(this, { ...question, context: { ...attackerContext, ...question.context } });
  }

  trust(role: string): readonly TrustGrant[] {
    const known = this.#trust.get(role);
    if (known !== undefined) return known;
    const grants = readTrust(this, role);
    this.#trust.set(role, grants);
    return grants;
  }

  /** A decision about somebody who is not in the estate: a service, a provider of identities. */
  decide(requester: Requester, action: string, resource: string, context: RequestContext): AccessResult {
    const target = this.resources.of(resource, action);
    const principal = this.bare(requester, factsOf({}));
    const result = evaluate(this.request(principal, action, resource, factsOf(context), false, target));
    return { ...result, decidedBy: result.decidedBy.map((by) => this.#located(by, principal, target)) };
  }

  /**
   * An administrator may change every permission of the account (the actions of `administration`, on any user, role and policy) and is allowed an action that no policy
   * could name, so by `*` or what amounts to it. Denies that leave this whole (a region, leaving the organization, one service) do not unmake an administrator;
   * a boundary, SCP or deny that takes one of these actions does.
   */
  admin(arn: string): ReturnType<IamEngine['admin']> {
    const known = this.#admin.get(arn);
    if (known !== undefined) return known;
    const principal = this.#byArn.get(arn);
    const answer = principal === undefined ? no : this.#administers(principal, principal.identity);
    this.#admin.set(arn, answer);
    return answer;
  }

  principalsFor(): readonly PrincipalInfo[] {
    return this.principals;
  }

  administrations(): readonly Administration[] {
    return this.principals.flatMap((principal): Administration[] => {
      const { verdict, residual, evidence } = this.admin(principal.arn);
      if (verdict === 'no') return [];
      const missing = verdict === 'unknown' ? ['organizations:ListPolicies'] : [];
      return [{ principal: principal.arn, scope: accountNode(principal.account), technique: 'aws.administrator', verdict, residual, missing, evidence }];
    });
  }

  realm(arn: string): string | undefined {
    return this.admin(arn).verdict === 'yes' ? this.#byArn.get(arn)?.info.account : undefined;
  }

  inside(arn: string, id: string): boolean {
    const other = this.snapshot.find(id)?.account ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(id)?.[1] ?? '';
    return other === '' || other === (this.principal(arn)?.account ?? '');
  }

  home(arn: string): string | undefined {
    const account = this.principal(arn)?.account;
    return account === undefined || account === '' ? undefined : accountNode(account);
  }

  /** Wildcards are opened by the catalogue of actions. */
  *questions(arn: string): Generator<{ action: string; resource: string }> {
    const known = this.estatePrincipal(arn);
    for (const [lower, entry] of known === undefined ? [] : actions()) {
      const allowing = known?.identity?.select(lower).allow ?? [];
      const resources = new Set(
        allowing.flatMap(({ statement }) => (statement.rule.resource.negated ? ['*'] : statement.rule.resource.patterns.map((pattern) => pattern.text))),
      );
      for (const resource of resources) yield { action: entry.name, resource };
    }
  }

  uncapped(arn: string): ReturnType<IamEngine['admin']> {
    const known = this.#uncapped.get(arn);
    if (known !== undefined) return known;
    const principal = this.#byArn.get(arn);
    const answer =
      principal === undefined
        ? no
        : this.#administers(principal, new PolicySet([...(principal.identity?.policies ?? []), { name: 'granted', policy: fullAccess }]));
    this.#uncapped.set(arn, answer);
    return answer;
  }

  #administers(principal: EstatePrincipal, identity: PolicySet | undefined): ReturnType<IamEngine['admin']> {
    if (identity === undefined) return no;
    const { account } = principal.info;
    const given = factsOf(attackerContext);
    const questions = [
      ...administration.map((action) => ({
        ...this.request(principal, action, `arn:aws:iam::${account}:${action.includes('policyversion') ? 'policy' : 'role'}/postern-probe`, given, false),
        identity,
      })),
      { ...this.request(principal, anyAction, '*', given, false), identity, scps: undefined },
    ];
    const evidence: Evidence[] = [];
    const residual: { allOf: AccessResult['residual'][number]['allOf'] }[][] = [];
    let verdict: 'yes' | 'conditional' | 'unknown' = 'yes';
    for (const request of questions) {
      const result = evaluate({ ...request, resourcePolicy: undefined, grants: undefined });
      if (result.decision === 'deny') return no;
      if (result.decision === 'unknown') verdict = 'unknown';
      if (result.decision === 'conditional') {
        if (verdict === 'yes') verdict = 'conditional';
        residual.push([...result.residual]);
      }
      for (const by of result.decidedBy) {
        const at = this.#located(by, principal, undefined).evidence;
        if (at !== undefined && by.effect === 'Allow' && !evidence.some((each) => each.resource === at.resource && each.pointer === at.pointer))
          evidence.push(at);
      }
    }
    return { verdict, residual: residual.length === 0 ? [] : conjoin(residual), evidence };
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

  #located(by: DecidedBy, principal: EstatePrincipal, target: EstateResource | undefined): DecidedBy {
    const location =
      by.layer === 'resource'
        ? target?.locations.get(by.policy)
        : by.layer === 'scp' || by.layer === 'rcp'
          ? this.#organizationLocations.get(by.policy)
          : principal.locations.get(by.policy);
    if (location === undefined) return by;
    return { ...by, evidence: statementEvidence(location, by.statement, this.snapshot.find(location.resource) as unknown as Json | undefined) };
  }
}

const no: ReturnType<IamEngine['admin']> = { verdict: 'no', residual: [], evidence: [] };

const withoutAccount = (facts: Facts): Facts => ({ ...facts, values: new Map([...facts.values].filter(([key]) => key !== 'aws:resourceaccount')) });

/** All of several DNFs at once. Equal ones, as they nearly always are, count once. */
export function conjoin(list: readonly AccessResult['residual'][]): AccessResult['residual'] {
  const distinct = [...new Map(list.filter((each) => each.length > 0).map((each) => [JSON.stringify(each), each])).values()];
  let result: AccessResult['residual'] = [{ allOf: [] }];
  for (const each of distinct) {
    result = result
      .flatMap((left) => each.map((right) => ({ allOf: [...new Map([...left.allOf, ...right.allOf].map((atom) => [JSON.stringify(atom), atom])).values()] })))
      .slice(0, 32);
  }
  return distinct.length === 0 ? [] : result;
}

/** The policy engine over an AWS snapshot. */
export function createAwsIamEngine(snapshot: Snapshot): Estate {
  return new Estate(snapshot);
}
