import { assumedRoleOf } from '../../model/assumed-role.ts';
import { textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { PrincipalInfo } from '../api.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { federatedRequester, parseRequester, type Requester } from '../aws/requester.ts';
import type { Organization } from './organization.ts';
import type { EstatePrincipal } from './principals.ts';

/** Anybody who has an AWS account: all power over there, no relation to here. The id is nobody's. */
const strangerAccount = '000000000000';
const strangerFacts: Facts = factsOf({ 'aws:PrincipalOrgID': [], 'aws:PrincipalOrgPaths': [] }, ['aws:principaltag/']);
const details = 'iam:GetAccountAuthorizationDetails';

/** Look-ups that are not worth a table: an estate after a change is often asked about few. */
const few = 2_000;

/** Finds who is meant by a text: a user or role of the estate, a session of one, or somebody outside. */
export class Askers {
  readonly #snapshot: Snapshot;
  readonly #organization: Organization;
  readonly #list: readonly EstatePrincipal[];
  #byArn: ReadonlyMap<string, EstatePrincipal> | undefined;
  #lookups = 0;
  #byRoleName: ReadonlyMap<string, EstatePrincipal> | undefined;
  #accounts: ReadonlySet<string> | undefined;

  constructor(snapshot: Snapshot, organization: Organization, list: readonly EstatePrincipal[]) {
    this.#snapshot = snapshot;
    this.#organization = organization;
    this.#list = list;
  }

  /** Role names are unique in an account whatever their path. */
  #role(account: string, name: string): EstatePrincipal | undefined {
    this.#byRoleName ??= new Map(
      this.#list.filter(({ info }) => info.kind === 'role').map((principal) => [`${principal.info.account}/${principal.info.name}`, principal]),
    );
    return this.#byRoleName.get(`${account}/${name}`);
  }

  /** A user or role of the snapshot. */
  known(arn: string): EstatePrincipal | undefined {
    if (this.#byArn === undefined && this.#lookups++ < few) return this.#searched(arn);
    this.#byArn ??= new Map(this.#list.map((principal) => [principal.info.arn, principal]));
    return this.#byArn.get(arn);
  }

  /** Whether the estate holds somebody of an account. */
  #isHere(account: string): boolean {
    this.#accounts ??= new Set(this.#list.map((principal) => principal.info.account));
    return this.#accounts.has(account);
  }

  #searched(arn: string): EstatePrincipal | undefined {
    let [low, high] = [0, this.#list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle]?.info.arn ?? '') < arn) low = middle + 1;
      else high = middle;
    }
    return this.#list[low]?.info.arn === arn ? this.#list[low] : undefined;
  }

  info(arn: string): PrincipalInfo | undefined {
    return (
      this.known(arn)?.info ?? (arn === '*' || arn.startsWith('aws:') ? { arn, kind: 'outsider', account: '', name: arn, serviceLinked: false } : undefined)
    );
  }

  /** The principal with its policies; a session has those of its role; outsiders have none, and what their own account allows them is not known. */
  find(text: string): EstatePrincipal | undefined {
    return this.known(text) ?? this.#session(text) ?? this.#outsider(text);
  }

  /** "role-id:caller-specified-role-name" is the `aws:userid` of a session (.../reference_policies_variables.html#principaltable). */
  #session(text: string): EstatePrincipal | undefined {
    const session = assumedRoleOf(text);
    const role = session === undefined ? undefined : this.#role(session.account, session.role);
    const requester = role === undefined ? undefined : parseRequester(text, { roleArn: role.info.arn });
    if (session === undefined || role === undefined || requester === undefined) return undefined;
    const id = textAt(this.#snapshot.find(role.info.arn)?.config, 'RoleId');
    if (id === undefined) return { ...role, requester };
    return { ...role, requester, facts: { ...role.facts, values: new Map([...role.facts.values, ['aws:userid', [`${id}:${session.session}`]]]) } };
  }

  #outsider(text: string): EstatePrincipal | undefined {
    const federated = federatedOf(text);
    if (federated !== undefined) return this.bare(federatedRequester(federated.provider), factsOf(federated.context));
    const account = /^aws:account:(\d{12})$/.exec(text)?.[1] ?? (text === 'aws:anyone' ? strangerAccount : undefined);
    const requester = parseRequester(account ?? text);
    if (requester === undefined) return undefined;
    const outside = account !== undefined && this.#organization.of(account) === undefined;
    const principal = this.bare(requester, outside ? strangerFacts : factsOf({}));
    const elsewhere = requester.account !== undefined && requester.kind !== 'root' && !this.#isHere(requester.account);
    return elsewhere ? { ...principal, unread: [{ layer: 'identity', missing: `${details} in ${requester.account}` }] } : principal;
  }

  /** A role that somebody would create in an account, given by its root: nothing but the organization stands against it. */
  newcomer(root: string): EstatePrincipal | undefined {
    const account = /^arn:[^:]+:iam::(\d{12}):root$/.exec(root)?.[1];
    const requester = account === undefined ? undefined : parseRequester(`arn:aws:iam::${account}:role/postern-probe`);
    return requester === undefined ? undefined : this.bare(requester, factsOf({}));
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
      controls: this.#organization.of(account),
      unread: [],
      locations: new Map(),
      problems: [],
      classKey: '',
    };
  }
}

/**
 * `oidc:<issuer host>:<subject>` and `saml:<provider ARN>`. The provider's ARN lies in the account of the role that is asked for, so only its host is known here; `AssumeRoleWithWebIdentity`
 * carries the token's claims as `<host>:sub` and the like (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif).
 */
function federatedOf(text: string): { provider: string; context: Record<string, readonly string[]> } | undefined {
  const saml = /^saml:(arn:.+:saml-provider\/.+)$/.exec(text)?.[1];
  if (saml !== undefined) return { provider: saml, context: {} };
  const [, host, subject] = /^oidc:([^:]+):(.+)$/.exec(text) ?? [];
  if (host === undefined || subject === undefined) return undefined;
  // A pattern stands for some subject that fits it: which one is not known.
  return { provider: host, context: /[*?]/.test(subject) ? {} : { [`${host}:sub`]: [subject] } };
}

/** The requester as the role's account knows it: an OIDC provider is named by its ARN there, unless AWS builds it in. */
export function providerIn(requester: Requester, account: string | undefined, named: (provider: string) => boolean): Requester {
  if (requester.kind !== 'federated' || requester.arn.startsWith('arn:') || named(requester.arn) || account === undefined) return requester;
  return federatedRequester(`arn:aws:iam::${account}:oidc-provider/${requester.arn}`);
}
