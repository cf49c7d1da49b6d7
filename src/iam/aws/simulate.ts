import { InputError, nearest } from '../../model/error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AccessResult, PolicyLayer } from '../api.ts';
import { accountOf } from './arn.ts';
import { allOf } from './combine.ts';
import { Context, type Facts, factsOf } from './context.ts';
import { evaluate } from './evaluate.ts';
import { compilePolicy, type PolicyUse } from './policy.ts';
import { type AttachedPolicy, PolicySet } from './policy-set.ts';
import type { AccessRequest } from './request.ts';
import { federatedRequester, parseRequester, type Requester } from './requester.ts';
import { reportsResourceAccount, resourceToMatch } from './services.ts';

/** One result of `iam simulate`. `problems` lists policies that AWS would reject; they count for nothing. */
export interface Simulation extends Omit<AccessResult, 'decision' | 'missing'> {
  readonly name: string;
  readonly decision: AccessResult['decision'] | 'error';
  readonly missing?: readonly string[];
  readonly message?: string;
  readonly problems?: readonly { readonly policy: string; readonly at: string; readonly message: string }[];
}

const caseKeys = [
  'name',
  'principal',
  'action',
  'resource',
  'resourceAccount',
  'context',
  'contextComplete',
  'identityPolicies',
  'permissionBoundary',
  'sessionPolicies',
  'resourcePolicy',
  'scps',
  'rcps',
  'endpointPolicies',
  'managementAccount',
];

/** Decides one case of `iam simulate`. Never throws: a bad case gives `error` with what is wrong. */
export function simulateCase(input: Json | undefined, index: number): Simulation {
  const name = isObject(input) && typeof input['name'] === 'string' ? input['name'] : `case ${index}`;
  try {
    if (!isObject(input)) throw new InputError('a case must be an object');
    const { requests, problems } = readCase(input);
    const { missing, ...result } = allOf(requests.map(evaluate));
    return { name, ...result, ...(missing.length > 0 ? { missing } : {}), ...(problems.length > 0 ? { problems } : {}) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = error.help === undefined ? error.message : `${error.message} (${error.help})`;
    return { name, decision: 'error', explicit: false, residual: [], decidedBy: [], message };
  }
}

type Problem = { readonly policy: string; readonly at: string; readonly message: string };

/** Reads one case into the requests it makes, one a resource, and what is wrong with its policies. Throws InputError. */
export function readCase(input: JsonObject): { requests: readonly AccessRequest[]; problems: readonly Problem[] } {
  for (const key of Object.keys(input)) {
    const near = caseKeys.includes(key) ? undefined : nearest(key, caseKeys);
    if (near !== undefined) throw new InputError(`unknown key \`${key}\``, { help: `did you mean ${near}?` });
  }
  const { requester, given } = readRequester(input);
  const action = text(input, 'action').toLowerCase();
  if (!/^[^\s:*?]+:[^\s:*?]+$/.test(action))
    throw new InputError(`\`${text(input, 'action')}\` is no action`, { help: 'write service:Name, without wildcards' });
  const resources = isArray(input['resource']) ? input['resource'] : [input['resource']];
  if (resources.length === 0) throw new InputError('`resource` is empty');
  const problems: Problem[] = [];
  const unread: { layer: PolicyLayer; missing: string }[] = [];
  const layer = (key: string, name: PolicyLayer, use: PolicyUse, single = false): PolicySet | undefined => {
    const value = input[key];
    if (value === undefined || value === null) return undefined;
    return readSet(single ? [value] : listOf(value, key), key, name, use, problems, unread, single);
  };
  const levels = (key: string, name: 'scp' | 'rcp', use: PolicyUse): readonly PolicySet[] | undefined => {
    const value = input[key];
    if (value === undefined || value === null) return undefined;
    return listOf(value, key).map((level, index) => readSet(listOf(level, `${key}[${index}]`), `${key}[${index}]`, name, use, problems, unread, false));
  };
  const management = input['managementAccount'] === true;
  const shared = {
    requester,
    action,
    identity: layer('identityPolicies', 'identity', 'identity'),
    boundary: layer('permissionBoundary', 'boundary', 'identity', true),
    session: layer('sessionPolicies', 'session', 'identity'),
    resourcePolicy: layer('resourcePolicy', 'resource', 'resource', true),
    grants: undefined,
    scps: levels('scps', 'scp', 'identity'),
    rcps: levels('rcps', 'rcp', 'resource'),
    endpoint: layer('endpointPolicies', 'endpoint', 'resource'),
    requesterInManagementAccount: management,
    unread,
  };
  const requests = resources.map((entry): AccessRequest => {
    if (typeof entry !== 'string' || entry === '') throw new InputError('`resource` must be an ARN or `*`');
    const told = readAccount(input, given, entry);
    const facts: Facts[] = [given, requester.facts];
    if (told !== undefined && reportsResourceAccount(action)) facts.push(factsOf({ 'aws:ResourceAccount': [told], 's3:ResourceAccount': [told] }));
    return {
      ...shared,
      resource: resourceToMatch(action, entry),
      resourceAccount: told,
      context: new Context(facts, input['contextComplete'] === true),
      // The flag is about the requester's account; the resource's is the same one unless it is told apart.
      resourceInManagementAccount: management && (told === undefined || requester.account === undefined || told === requester.account),
    };
  });
  return { requests, problems };
}

function text(input: JsonObject, key: string): string {
  const value = input[key];
  if (typeof value !== 'string' || value === '') throw new InputError(`\`${key}\` must be a string`);
  return value;
}

function listOf(value: Json | undefined, key: string): readonly Json[] {
  if (!isArray(value)) throw new InputError(`\`${key}\` must be a list`);
  return value;
}

function readRequester(input: JsonObject): { requester: Requester; given: Facts } {
  const context = input['context'] ?? {};
  if (!isObject(context)) throw new InputError('`context` must be an object of keys, each with a list of strings');
  const values: Record<string, readonly string[]> = {};
  for (const [key, value] of Object.entries(context)) {
    values[key] = (isArray(value) ? value : [value]).map((item) => {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return String(item);
      throw new InputError(`\`context\` has no list of strings for \`${key}\``);
    });
  }
  const given = factsOf(values);
  const principal = input['principal'];
  if (isObject(principal)) {
    const { federated, service } = principal;
    if (typeof federated === 'string' && federated !== '') return { requester: federatedRequester(federated), given };
    if (typeof service === 'string' && service !== '') return { requester: known(service), given };
    throw new InputError('`principal` must be a string or {"federated": "…"}');
  }
  const [roleArn] = given.values.get('aws:principalarn') ?? [];
  return { requester: known(text(input, 'principal'), roleArn), given };
}

function known(principal: string, roleArn?: string): Requester {
  const requester = parseRequester(principal, roleArn?.includes(':role/') === true ? { roleArn } : {});
  if (requester !== undefined) return requester;
  throw new InputError(`\`${principal}\` is no principal`, {
    help: 'ARN of a user, role, assumed-role or federated-user session or root, a 12-digit account, `*`, a service such as lambda.amazonaws.com, or {"federated": "…"}',
  });
}

/** The account that owns the resource, where the case or the ARN tells it. */
function readAccount(input: JsonObject, given: Facts, resource: string): string | undefined {
  const account = input['resourceAccount'];
  if (account === undefined || account === null) return given.values.get('aws:resourceaccount')?.[0] ?? accountOf(resource);
  if (typeof account !== 'string' || !/^\d{12}$/.test(account)) throw new InputError('`resourceAccount` must be 12 digits');
  return account;
}

/** A layer whose every document is malformed limits in a way that nobody can read: it can make an allow unknown, and never makes one. */
const limiting: readonly PolicyLayer[] = ['boundary', 'session', 'scp', 'endpoint'];

function readSet(
  entries: readonly Json[],
  key: string,
  layer: PolicyLayer,
  use: PolicyUse,
  problems: Problem[],
  unread: { layer: PolicyLayer; missing: string }[],
  single: boolean,
): PolicySet {
  const attached = entries.map((entry, index): AttachedPolicy => {
    const named = isObject(entry) && entry['policy'] !== undefined && entry['Statement'] === undefined;
    const label = named && typeof entry['name'] === 'string' ? entry['name'] : single ? key : `${key}[${index}]`;
    return { name: label, policy: compilePolicy(named ? entry['policy'] : entry, use) };
  });
  for (const { name, policy } of attached) for (const problem of policy.problems) problems.push({ policy: name, ...problem });
  const [first] = attached;
  if (first !== undefined && limiting.includes(layer) && attached.every((each) => each.policy.problems.length > 0)) {
    unread.push({ layer, missing: `a readable policy: \`${first.name}\` is malformed` });
  }
  return new PolicySet(attached);
}
