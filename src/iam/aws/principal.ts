import { assumedRoleOf } from '../../model/assumed-role.ts';
import type { Json } from '../../model/json.ts';
import { isArray, isObject } from '../../model/json.ts';
import { type Condition, compileCondition } from './condition.ts';
import { internTable } from './intern.ts';
import type { Requester } from './requester.ts';

/**
 * How a Principal element meets a requester. The difference decides what an implicit deny elsewhere can still take away
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
 */
export const NONE = 0;
/** The user, the session, the service or everyone: "an implicit deny in an identity-based policy, a permissions boundary, or a session policy does not impact the final decision". */
export const DIRECT = 1;
/** The role of the session: "limited by an implicit deny in a permissions boundary or session policy". */
export const ROLE = 2;
/** The account: it delegates to the identity side of the principals in it. */
export const ACCOUNT = 4;
export type PrincipalMatch = number;

/** The Principal or NotPrincipal element. Equal elements are one object. */
export interface PrincipalElement {
  readonly negated: boolean;
  /** `*` or `{"AWS": "*"}`, which "are equivalent" (.../reference_policies_elements_principal.html). */
  readonly any: boolean;
  readonly accounts: ReadonlySet<string>;
  /** Full ARNs of users, roles, sessions, and unique ids. */
  readonly arns: ReadonlySet<string>;
  /** `account/name` of the named roles: role names are unique in an account whatever their path, and a session ARN does not tell the path. */
  readonly roles: ReadonlySet<string>;
  /** Session names by `account/role name`. */
  readonly sessions: ReadonlyMap<string, readonly string[]>;
  readonly services: ReadonlySet<string>;
  readonly federated: ReadonlySet<string>;
  readonly canonicalUsers: ReadonlySet<string>;
}

const interned = internTable<PrincipalElement>();
const account = /^\d{12}$/;
const rootArn = /^arn:(aws[a-z-]*):iam::(\d{12}):root$/;
const roleArn = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

/** Compiles the element; a string is the problem with it. */
export function compilePrincipal(value: Json | undefined, negated: boolean): PrincipalElement | string {
  const identity = JSON.stringify([negated, value]);
  const known = interned.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  const lists: Record<'AWS' | 'Service' | 'Federated' | 'CanonicalUser', string[]> = { AWS: [], Service: [], Federated: [], CanonicalUser: [] };
  // The grammar has only `*` or an object here; a bare ARN can mean one thing only, and published documents have it.
  if (typeof value === 'string' && value !== '') lists.AWS.push(value);
  else if (!isObject(value)) return 'must be `*` or an object of AWS, Service, Federated, CanonicalUser';
  else {
    for (const [kind, entry] of Object.entries(value)) {
      if (kind !== 'AWS' && kind !== 'Service' && kind !== 'Federated' && kind !== 'CanonicalUser') return `has the unknown kind \`${kind}\``;
      for (const text of isArray(entry) ? entry : [entry]) {
        if (typeof text !== 'string' || text === '') return `${kind} must be a string or a list of strings`;
        lists[kind].push(text);
      }
    }
  }
  // "You cannot use a wildcard to match part of a principal name or ARN." (.../reference_policies_elements_principal.html)
  const partial = lists.AWS.find((text) => text !== '*' && /[*?]/.test(text));
  if (partial !== undefined) return `\`${partial}\` has a wildcard: only \`*\` alone is a principal`;
  const odd = lists.AWS.find((text) => text !== '*' && !account.test(text) && !text.startsWith('arn:') && !/^A[A-Z0-9]{15,}$/.test(text));
  if (odd !== undefined) return `\`${odd}\` is no ARN, account id or \`*\``;
  const element = build(lists, negated);
  interned.set(identity, element);
  return element;
}

function build(lists: Readonly<Record<'AWS' | 'Service' | 'Federated' | 'CanonicalUser', readonly string[]>>, negated: boolean): PrincipalElement {
  const accounts = new Set<string>();
  const arns = new Set<string>();
  const roles = new Set<string>();
  const sessions = new Map<string, string[]>();
  for (const text of lists.AWS) {
    const root = rootArn.exec(text);
    if (account.test(text)) accounts.add(text);
    else if (root !== null) accounts.add(root[2] ?? '');
    else if (text !== '*') arns.add(text);
    const role = roleArn.exec(text);
    if (role !== null) roles.add(`${role[1]}/${role[2]}`);
    const assumed = assumedRoleOf(text);
    if (assumed !== undefined) {
      const key = `${assumed.account}/${assumed.role}`;
      sessions.set(key, [...(sessions.get(key) ?? []), assumed.session]);
    }
  }
  return {
    negated,
    any: lists.AWS.includes('*'),
    accounts,
    arns,
    roles,
    sessions,
    services: new Set(lists.Service),
    federated: new Set(lists.Federated),
    canonicalUsers: new Set(lists.CanonicalUser),
  };
}

/** How a positive element names the requester: the sum of DIRECT, ROLE and ACCOUNT. */
export function namedBy(element: PrincipalElement, requester: Requester): PrincipalMatch {
  let match = element.any ? DIRECT : NONE;
  switch (requester.kind) {
    case 'anonymous':
      return match;
    case 'service':
      return match | (element.services.has(requester.name) || element.services.has('*') ? DIRECT : NONE);
    case 'federated':
      return match | (element.federated.has(requester.name) || element.federated.has('*') ? DIRECT : NONE);
    case 'role':
      if (element.arns.has(requester.arn)) match |= ROLE;
      break;
    case 'session':
      if (element.arns.has(requester.arn)) match |= DIRECT;
      if (requester.roleArn === undefined ? element.roles.has(requester.roleKey) : element.arns.has(requester.roleArn)) match |= ROLE;
      break;
    case 'user':
    case 'federated-user':
      if (element.arns.has(requester.arn)) match |= DIRECT;
  }
  return element.accounts.has(requester.account) ? match | ACCOUNT : match;
}

/**
 * A role asked about as such has some session whose name is not known; where a policy names sessions of it, that is a test on `aws:userid`
 * ("role-id:caller-specified-role-name" for assumed roles, .../reference_policies_variables.html).
 */
export function sessionTest(element: PrincipalElement, requester: Requester): Condition | undefined {
  if (requester.kind !== 'role') return undefined;
  const names = element.sessions.get(requester.roleKey);
  return names === undefined
    ? undefined
    : compileCondition(
        'StringLike',
        'aws:userid',
        names.map((name) => `*:${name}`),
        false,
      );
}
