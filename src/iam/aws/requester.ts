import { type AssumedRole, assumedRoleOf } from '../../model/assumed-role.ts';
import { type Facts, factsOf } from './context.ts';
import { internTable } from './intern.ts';

/** Who asks. */
export type Requester =
  | { readonly kind: 'user' | 'federated-user'; readonly arn: string; readonly account: string; readonly name: string; readonly facts: Facts }
  | {
      readonly kind: 'role';
      readonly arn: string;
      readonly account: string;
      readonly name: string;
      /** `account/name`. */
      readonly roleKey: string;
      readonly serviceLinked: boolean;
      readonly facts: Facts;
    }
  | {
      readonly kind: 'session';
      readonly arn: string;
      readonly account: string;
      /** Name of the role. */
      readonly name: string;
      readonly roleKey: string;
      /** Known only from the estate or the caller: a session ARN leaves the role's path out. */
      readonly roleArn: string | undefined;
      readonly serviceLinked: boolean;
      readonly facts: Facts;
    }
  /** The root user, or an account as a whole: its identity side allows everything. */
  | { readonly kind: 'root'; readonly arn: string; readonly account: string; readonly name: string; readonly facts: Facts }
  | { readonly kind: 'service' | 'federated' | 'anonymous'; readonly arn: string; readonly account: undefined; readonly name: string; readonly facts: Facts };

/**
 * Keys that the kind of principal alone settles, as "Principal key values" tabulates them
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable) and the global keys' "Availability" say
 * (.../reference_policies_condition-keys.html). Unique ids (`aws:userid` of users and roles) are not in an ARN, so they stay unknown; so do tags, MFA, organization.
 */
const signed = { 'aws:PrincipalIsAWSService': ['false'], 'aws:PrincipalServiceName': [], 'aws:PrincipalServiceNamesList': [] };

const absentKeys = {
  'aws:PrincipalOrgID': [],
  'aws:PrincipalOrgPaths': [],
  'aws:username': [],
  'aws:MultiFactorAuthPresent': [],
  'aws:MultiFactorAuthAge': [],
  'aws:TokenIssueTime': [],
  'aws:FederatedProvider': [],
};

const user = /^arn:aws[a-z-]*:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/;
const role = /^arn:aws[a-z-]*:iam::(\d{12}):role\/((?:.*\/)?)([^/]+)$/;
const federatedUser = /^arn:aws[a-z-]*:sts::(\d{12}):federated-user\/(.+)$/;
const root = /^arn:aws[a-z-]*:iam::(\d{12}):root$/;
const service = /^[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal|aws\.com|api\.aws)$/i;

/** What the caller knows beyond the ARN. */
export interface RequesterOptions {
  /** ARN of the role behind a session. */
  readonly roleArn?: string;
}

/**
 * Reads a principal as `iam simulate` takes it: ARN of a user, role, assumed-role or federated-user session or root, a 12-digit account, `*`, or a service.
 * `undefined` where it is none of them.
 */
export function parseRequester(text: string, options: RequesterOptions = {}): Requester | undefined {
  if (text === '*' || text === 'anonymous') return anonymous;
  if (/^\d{12}$/.test(text)) return rootOf(text, `arn:aws:iam::${text}:root`);
  const isUser = user.exec(text);
  if (isUser !== null) return named('user', text, isUser[1] ?? '', isUser[2] ?? '');
  const isRole = role.exec(text);
  if (isRole !== null) return roleOf(text, isRole[1] ?? '', isRole[3] ?? '', isRole[2] ?? '');
  const session = assumedRoleOf(text);
  if (session !== undefined) return sessionOf(text, session, options.roleArn);
  const isFederated = federatedUser.exec(text);
  if (isFederated !== null) return named('federated-user', text, isFederated[1] ?? '', isFederated[2] ?? '');
  const isRoot = root.exec(text);
  if (isRoot !== null) return rootOf(isRoot[1] ?? '', text);
  return service.test(text) ? serviceOf(text) : undefined;
}

/** A web identity or SAML provider that asks for a role session: its ARN, or the name of a provider that AWS builds in. */
export function federatedRequester(provider: string): Requester {
  return {
    kind: 'federated',
    arn: provider,
    account: undefined,
    name: provider,
    facts: factsOf({ 'aws:PrincipalIsAWSService': ['false'], 'aws:username': [] }),
  };
}

const anonymous: Requester = {
  kind: 'anonymous',
  arn: '*',
  account: undefined,
  name: '*',
  // "Anonymous requests return anonymous" (aws:PrincipalAccount, aws:userid), PrincipalType "Anonymous"; the other principal keys are in signed requests only.
  facts: factsOf(
    {
      ...absentKeys,
      'aws:PrincipalArn': [],
      'aws:PrincipalIsAWSService': [],
      'aws:PrincipalAccount': ['anonymous'],
      'aws:PrincipalType': ['Anonymous'],
      'aws:userid': ['anonymous'],
    },
    ['aws:principaltag/'],
  ),
};

function named(kind: 'user' | 'federated-user', arn: string, account: string, name: string): Requester {
  const own =
    kind === 'user'
      ? { 'aws:username': [name], 'aws:PrincipalType': ['User'] }
      : { 'aws:username': [], 'aws:PrincipalType': ['FederatedUser'], 'aws:userid': [`${account}:${name}`] };
  return { kind, arn, account, name, facts: factsOf({ ...signed, ...own, 'aws:PrincipalArn': [arn], 'aws:PrincipalAccount': [account] }) };
}

function roleOf(arn: string, account: string, name: string, path: string): Requester {
  return {
    kind: 'role',
    arn,
    account,
    name,
    roleKey: `${account}/${name}`,
    serviceLinked: path.startsWith('aws-service-role/'),
    facts: sessionFacts(arn, account),
  };
}

function sessionOf(arn: string, { partition, account, role: name }: AssumedRole, roleArn: string | undefined): Requester {
  // Without the role's path its ARN is taken to be the plain one; a service-linked role is known by its reserved prefix.
  const linked = roleArn === undefined ? name.startsWith('AWSServiceRoleFor') : roleArn.includes(':role/aws-service-role/');
  return {
    kind: 'session',
    arn,
    account,
    name,
    roleKey: `${account}/${name}`,
    roleArn,
    serviceLinked: linked,
    facts: sessionFacts(roleArn ?? `arn:${partition}:iam::${account}:role/${name}`, account),
  };
}

/** "IAM role – The request context contains the ARN of the role that was assumed" (aws:PrincipalArn); `aws:username` is "not present". */
const sessionFacts = (roleArn: string, account: string): Facts =>
  factsOf({ ...signed, 'aws:username': [], 'aws:PrincipalType': ['AssumedRole'], 'aws:PrincipalArn': [roleArn], 'aws:PrincipalAccount': [account] });

function rootOf(account: string, arn: string): Requester {
  const facts = factsOf(
    { ...signed, 'aws:username': [], 'aws:PrincipalType': ['Account'], 'aws:PrincipalArn': [arn], 'aws:PrincipalAccount': [account], 'aws:userid': [account] },
    ['aws:principaltag/'],
  );
  return { kind: 'root', arn, account, name: 'root', facts };
}

/**
 * "aws:PrincipalIsAWSService ... true if the request is made directly by an AWS service principal"; it carries no user, tag or organization. Roles Anywhere alone puts the names of a
 * certificate into tags: "session tags ... aws:PrincipalTag/x509Subject/CN" (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html).
 */
function serviceOf(name: string): Requester {
  const known = services.get(name);
  if (known !== undefined) return known;
  const tags = name === 'rolesanywhere.amazonaws.com' ? [] : ['aws:principaltag/'];
  const facts = factsOf({ ...absentKeys, 'aws:PrincipalIsAWSService': ['true'], 'aws:PrincipalServiceName': [name] }, tags);
  const made: Requester = { kind: 'service', arn: name, account: undefined, name, facts };
  services.set(name, made);
  return made;
}

/** One object for each service: most roles trust one of a few. */
const services = internTable<Requester>();
