import type { ResourceType } from '../../src/model/collector.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { account, roleArn, userArn } from './estate.ts';

export const everything: JsonObject = { Effect: 'Allow', Action: '*', Resource: '*' };
export const document = (statements: readonly Json[], version = '2012-10-17'): Json => ({ Version: version, Statement: [...statements] });
const inArrays = new Set(['AttachedManagedPolicies', 'ListAssociatedAccessPolicies', 'Statement']);

/** Puts a value at a dotted path; `[]`, and the lists that a matcher looks through, get an element. */
export function put(config: JsonObject, path: string, value: Json): JsonObject {
  const [head = '', ...rest] = path.split('.');
  const listed = head.endsWith('[]') || (inArrays.has(head) && rest.length > 0);
  const key = head.replace('[]', '');
  const old = config[key];
  if (rest.length === 0) return { ...config, [key]: listed ? [...(isArray(old) ? old : []), value] : value };
  if (!listed) return { ...config, [key]: put(isObject(old) ? old : {}, rest.join('.'), value) };
  const list = isArray(old) ? old : [];
  const first = list[0];
  return { ...config, [key]: [put(isObject(first) ? first : {}, rest.join('.'), value), ...list.slice(1)] };
}

/** Makes a configuration fit one entry of a matcher. */
export function fitted(config: JsonObject, entry: string, value: Json): JsonObject {
  if (entry === 'any_of')
    return Object.entries(isArray(value) && isObject(value[0]) ? value[0] : {}).reduce((made, [key, each]) => fitted(made, key, each ?? null), config);
  // What must not stand there does not, in a configuration that is made.
  if (entry === 'not') return config;
  const [path = '', operator = 'is'] = entry.split('|');
  switch (operator) {
    case 'is':
      return put(config, path, value);
    case 'exists':
      return put(config, path, path.endsWith('Arn') ? `arn:aws:iam::${account}:policy/limit` : { set: 'yes' });
    case 'absent':
    case 'none':
    case 'neq':
      return config;
    case 'endswith':
      return put(config, path, `arn:aws:iam::aws${String(value)}`);
    case 'count_lt':
      return put(config, path, []);
    case 'count_gte':
      return put(
        config,
        path,
        Array.from({ length: Number(value) }, (_, index) => ({ Number: index })),
      );
    case 'any': {
      const element = Object.entries(isObject(value) ? value : {}).reduce(
        (made, [key, each]) => fitted(made, key, (isArray(each) ? each[0] : each) ?? null),
        {},
      );
      const old = config[path];
      return { ...config, [path]: [...(isArray(old) ? old : []), element] };
    }
    default:
      throw new Error(`no way known to make ${entry} hold`);
  }
}

/** The id of a resource of some name, and the configuration that it is made of. */
export function idOf(type: string, spec: ResourceType, name: string): { id: string; config: JsonObject } {
  let config: JsonObject = {};
  for (const alias of spec.aliases ?? []) if (!/arn$/i.test(alias) && !alias.includes('[')) config = put(config, alias, name);
  const service = type.split('::')[1]?.toLowerCase() ?? '';
  const id = spec.id
    .replace('$partition', 'aws')
    .replace('$region', 'us-east-1')
    .replace('$account', account)
    .replace(/\{([^}]+)\}/g, (_whole, path: string) => {
      const text = /arn$|^StackId$/i.test(path) ? `arn:aws:${service}:us-east-1:${account}:thing/${name}` : name;
      config = put(config, path, text);
      return text;
    });
  return { id, config };
}

/** A role's configuration with one more statement of trust. */
export function trusting(config: JsonObject, principal: JsonObject, action: string): JsonObject {
  const old = config['AssumeRolePolicyDocument'];
  const statements = isObject(old) && isArray(old['Statement']) ? old['Statement'] : [];
  return { ...config, AssumeRolePolicyDocument: document([...statements, { Effect: 'Allow', Principal: principal, Action: action }]) };
}

/** What is named by IAM's own ARNs. */
export function ofIam(type: string, name: string): { id: string; config: JsonObject } | undefined {
  const arn = (path: string): string => `arn:aws:iam::${account}:${path}/${name}`;
  if (type === 'AWS::IAM::Role')
    return {
      id: roleArn(name),
      config: {
        RoleName: name,
        Arn: roleArn(name),
        AttachedManagedPolicies: [],
        RolePolicyList: [{ PolicyName: 'all', PolicyDocument: document([everything]) }],
        AssumeRolePolicyDocument: document([]),
      },
    };
  if (type === 'AWS::IAM::User')
    return { id: userArn(name), config: { UserName: name, Arn: userArn(name), GroupList: [], AttachedManagedPolicies: [], UserPolicyList: [] } };
  if (type === 'AWS::IAM::Group') return { id: arn('group'), config: { GroupName: name, Arn: arn('group'), GroupPolicyList: [], AttachedManagedPolicies: [] } };
  if (type === 'AWS::IAM::ManagedPolicy') return { id: arn('policy'), config: policyConfig(name, []) };
  return undefined;
}

export const policyConfig = (name: string, statements: readonly Json[], version?: string): JsonObject => ({
  PolicyName: name,
  Arn: `arn:aws:iam::${account}:policy/${name}`,
  DefaultVersionId: 'v1',
  PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(statements, version) }],
});
