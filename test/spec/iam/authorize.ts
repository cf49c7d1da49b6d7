import { actionMatches, conditionHolds, conditionsHold, resourceMatches, type SpecContext } from './language.ts';

// Who may do what, from the evaluation-logic pages. `decide` is the specification on a complete context; partial evaluation is specified over it by brute force.

type Statement = Readonly<Record<string, unknown>>;
export interface SpecPolicy {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
}
export interface SpecNamed {
  readonly name: string;
  readonly policy: SpecPolicy;
}
export interface SpecCase {
  readonly principal: string | { readonly federated: string };
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly contextComplete?: boolean;
  readonly identityPolicies?: readonly SpecNamed[];
  readonly permissionBoundary?: SpecNamed;
  readonly sessionPolicies?: readonly SpecNamed[];
  readonly resourcePolicy?: SpecNamed;
  readonly scps?: readonly (readonly SpecNamed[])[];
  readonly rcps?: readonly (readonly SpecNamed[])[];
  readonly endpointPolicies?: readonly SpecNamed[];
  readonly managementAccount?: boolean;
}

const arn = (text: unknown): string[] => (typeof text === 'string' ? text.split(':') : []);
const accountIn = (text: unknown): string | undefined => arn(text)[4] || undefined;

type Kind = 'user' | 'role' | 'session' | 'federated-user' | 'root' | 'service' | 'anonymous' | 'federated';
function kindOf(principal: SpecCase['principal']): Kind {
  if (typeof principal !== 'string') return 'federated';
  if (principal === '*') return 'anonymous';
  if (/^\d{12}$/.test(principal) || principal.endsWith(':root')) return 'root';
  if (principal.endsWith('.amazonaws.com')) return 'service';
  const last = arn(principal)[5] ?? '';
  return last.startsWith('user/') ? 'user' : last.startsWith('role/') ? 'role' : last.startsWith('assumed-role/') ? 'session' : 'federated-user';
}
const accountOf = (principal: SpecCase['principal']): string | undefined =>
  typeof principal === 'string' && /^\d{12}$/.test(principal) ? principal : accountIn(principal);
const roleOf = (session: string): string => `arn:aws:iam::${accountIn(session)}:role/${(arn(session)[5] ?? '').split('/')[1]}`;

/** Role names are unique in an account, so the path, which a session ARN lacks, does not matter. */
const isRoleOf = (session: string, role: unknown): boolean =>
  String(role).includes(':role/') && accountIn(role) === accountIn(session) && String(role).split('/').at(-1) === (arn(session)[5] ?? '').split('/')[1];

/** "Principal key values" of reference_policies_variables.html and the global keys' availability: what the kind of principal settles by itself. [] is absent. */
export function toldByPrincipal(principal: SpecCase['principal']): Record<string, readonly string[]> {
  const kind = kindOf(principal);
  const account = accountOf(principal) ?? '';
  const text = typeof principal === 'string' ? principal : principal.federated;
  const signed = { 'aws:principalaccount': [account], 'aws:principalisawsservice': ['false'] };
  switch (kind) {
    case 'user':
      return { ...signed, 'aws:principalarn': [text], 'aws:username': [text.split('/').at(-1) ?? ''], 'aws:principaltype': ['User'] };
    case 'role':
    case 'session':
      return { ...signed, 'aws:principalarn': [kind === 'role' ? text : roleOf(text)], 'aws:username': [], 'aws:principaltype': ['AssumedRole'] };
    case 'federated-user':
      return {
        ...signed,
        'aws:principalarn': [text],
        'aws:username': [],
        'aws:principaltype': ['FederatedUser'],
        'aws:userid': [`${account}:${text.split('/').at(-1)}`],
      };
    case 'root':
      return {
        ...signed,
        'aws:principalarn': [`arn:aws:iam::${account}:root`],
        'aws:username': [],
        'aws:principaltype': ['Account'],
        'aws:userid': [account],
        'aws:principaltag/team': [],
      };
    case 'anonymous':
      return {
        'aws:principalarn': [],
        'aws:principalaccount': ['anonymous'],
        'aws:principaltype': ['Anonymous'],
        'aws:userid': ['anonymous'],
        'aws:username': [],
        'aws:principalisawsservice': [],
        'aws:principaltag/team': [],
        'aws:principalorgid': [],
        'aws:multifactorauthpresent': [],
      };
    case 'service':
      return {
        'aws:principalisawsservice': ['true'],
        'aws:principalservicename': [text],
        'aws:username': [],
        'aws:principaltag/team': [],
        'aws:principalorgid': [],
        'aws:multifactorauthpresent': [],
      };
    case 'federated':
      return { 'aws:principalisawsservice': ['false'], 'aws:username': [] };
  }
}

const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

interface Naming {
  readonly direct: boolean;
  readonly role: boolean;
  readonly account: boolean;
}

/** reference_policies_elements_principal.html: how a Principal element names the requester. */
function naming(element: unknown, { principal, context: told }: SpecCase, context: SpecContext): Naming {
  if (element === '*') return { direct: true, role: false, account: false };
  const of = (kind: string): unknown[] => list((element as Record<string, unknown>)[kind]);
  const aws = of('AWS');
  const text = typeof principal === 'string' ? principal : principal.federated;
  const account = accountOf(principal);
  const kind = kindOf(principal);
  // Of a session the key is the role's ARN with its path, which the session's own leaves out.
  const roleArn = Object.entries(told ?? {}).find(([key]) => key.toLowerCase() === 'aws:principalarn')?.[1][0];
  const userid = context.get('aws:userid')?.[0] ?? '';
  const sessionOfRole = aws.some(
    (each) =>
      kind === 'role' && String(each).includes(':assumed-role/') && roleOf(String(each)) === text && userid.endsWith(`:${String(each).split('/').at(-1)}`),
  );
  return {
    direct:
      aws.includes('*') ||
      (['user', 'session', 'federated-user'].includes(kind) && aws.includes(text)) ||
      (kind === 'service' && (of('Service').includes(text) || of('Service').includes('*'))) ||
      (kind === 'federated' && (of('Federated').includes(text) || of('Federated').includes('*'))) ||
      sessionOfRole,
    role:
      (kind === 'role' && aws.includes(text)) ||
      (kind === 'session' && aws.some((each) => (roleArn?.includes(':role/') ? each === roleArn : isRoleOf(text, each)))),
    account: account !== undefined && (aws.includes(account) || aws.includes(`arn:aws:iam::${account}:root`)),
  };
}

const nobody: Naming = { direct: false, role: false, account: false };
const everybody: Naming = { direct: true, role: false, account: false };

function named(statement: Statement, input: SpecCase, context: SpecContext): Naming {
  if (statement['Principal'] !== undefined) return naming(statement['Principal'], input, context);
  if (statement['NotPrincipal'] === undefined) return everybody;
  const spared = naming(statement['NotPrincipal'], input, context);
  const root = kindOf(input.principal) === 'root';
  if (statement['Effect'] === 'Deny') {
    // "will always deny any IAM principal that has a permissions boundary policy attached"
    if (input.permissionBoundary !== undefined) return everybody;
    return spared.direct || spared.role || (root && spared.account) ? nobody : everybody;
  }
  return spared.direct || spared.role || spared.account ? nobody : everybody;
}

const rcpServices = ['s3', 'sts', 'kms', 'sqs', 'secretsmanager', 'ecr', 'dynamodb', 'logs'];

export function decide(input: SpecCase, context: SpecContext): 'allow' | 'implicit' | 'explicit' {
  const kind = kindOf(input.principal);
  const account = accountOf(input.principal);
  const owner = input.resourceAccount ?? context.get('aws:resourceaccount')?.[0] ?? accountIn(input.resource) ?? account;
  const service = input.action.split(':')[0] ?? '';
  // example-policies-s3.html grants s3:ListAllMyBuckets on arn:aws:s3:::*
  const resource = input.action.toLowerCase() === 's3:listallmybuckets' && input.resource === '*' ? 'arn:aws:s3:::*' : input.resource;

  const applies = (statement: Statement, policy: SpecPolicy): boolean =>
    actionMatches(statement, input.action) &&
    resourceMatches(statement, resource, policy.Version ?? '2008-10-17', context) &&
    conditionsHold(statement['Condition'], policy.Version ?? '2008-10-17', context);
  const found = (policies: readonly SpecNamed[], effect: string, who: (naming: Naming) => boolean): boolean =>
    policies.some(({ policy }) =>
      policy.Statement.some((statement) => statement['Effect'] === effect && who(named(statement, input, context)) && applies(statement, policy)),
    );
  const any = (naming: Naming): boolean => naming.direct || naming.role || naming.account;
  const allows = (policies: readonly SpecNamed[]): boolean => found(policies, 'Allow', any);
  const denies = (policies: readonly SpecNamed[]): boolean => found(policies, 'Deny', any);
  const one = (policy: SpecNamed | undefined): readonly SpecNamed[] => (policy === undefined ? [] : [policy]);

  const serviceLinked = (kind === 'role' || kind === 'session') && /role\/(aws-service-role\/|AWSServiceRoleFor)/.test(String(input.principal));
  const scps = account === undefined || input.managementAccount || serviceLinked ? [] : (input.scps ?? []);
  const ownerIsManagement = input.managementAccount === true && (account === undefined || owner === account);
  const rcps =
    ownerIsManagement || serviceLinked || !rcpServices.includes(service) || input.action.toLowerCase() === 'kms:retiregrant' ? [] : (input.rcps ?? []);
  const bucketPolicy = kind === 'root' && owner === account && /^s3:(get|put|delete)bucketpolicy$/i.test(input.action);

  if (
    [...scps, ...rcps].some(denies) ||
    denies(input.endpointPolicies ?? []) ||
    (!bucketPolicy && denies(one(input.resourcePolicy))) ||
    denies(input.identityPolicies ?? []) ||
    denies(one(input.permissionBoundary)) ||
    denies(input.sessionPolicies ?? [])
  ) {
    return 'explicit';
  }

  const direct = found(one(input.resourcePolicy), 'Allow', (naming) => naming.direct);
  const toRole = found(one(input.resourcePolicy), 'Allow', (naming) => naming.role);
  const toAccount = found(one(input.resourcePolicy), 'Allow', (naming) => naming.account);
  const identity = kind === 'root' || allows(input.identityPolicies ?? []);
  const boundary = input.permissionBoundary === undefined || allows([input.permissionBoundary]);
  const session = input.sessionPolicies === undefined ? kind !== 'federated-user' : allows(input.sessionPolicies);
  const guarded = scps.every(allows) && (input.endpointPolicies === undefined || allows(input.endpointPolicies));
  const strict =
    (service === 'kms' && resource.includes(':key/')) || (/^sts:(AssumeRole|TagSession|SetSourceIdentity)/i.test(input.action) && resource.includes(':role/'));

  let granted: boolean;
  if (account === undefined) granted = direct;
  else if (owner !== account) granted = identity && boundary && session && (direct || toRole || toAccount);
  else granted = direct || (boundary && session && (toRole || (strict ? toAccount && identity : identity)));
  return guarded && granted ? 'allow' : 'implicit';
}

/** Whether an atom of a residual holds on a complete context. */
export function atomHolds(
  atom: { readonly operator: string; readonly key: string; readonly values: readonly string[]; readonly negated: boolean },
  input: SpecCase,
  context: SpecContext,
): boolean {
  const plain =
    atom.operator === 'ResourceLike'
      ? resourceMatches({ Resource: atom.values }, input.resource, '2012-10-17', context)
      : conditionHolds(atom.operator, atom.key, atom.values, '2012-10-17', context);
  return plain !== atom.negated;
}
