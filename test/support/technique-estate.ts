import type { CanPremise, EdgePremise, Premise } from '../../src/derive/premise.ts';
import type { Technique } from '../../src/derive/technique.ts';
import type { ResourceType, TypeTable } from '../../src/model/collector.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, roleArn, userArn } from './estate.ts';

/** What an estate says about its actor: one policy statement for each permission, and where it is limited. Variants change this, then `records` writes it down as an API would. */
export interface ActorPolicy {
  readonly kind: 'user' | 'role';
  readonly arn: string;
  readonly statements: readonly JsonObject[];
  /** Policies of its own beside `statements`: each is an inline policy. */
  readonly more: readonly Json[];
  readonly boundary: readonly JsonObject[] | undefined;
  readonly scp: readonly JsonObject[] | undefined;
  readonly through: 'inline' | 'managed' | 'group' | 'split';
  readonly version: string;
}

/** An estate in which the premises of a technique hold, each by a record. */
export interface TechniqueEstate {
  readonly technique: Technique;
  readonly premises: readonly Premise[];
  readonly actor: ActorPolicy | undefined;
  /** Ids by variable. */
  readonly ids: ReadonlyMap<string, string>;
  readonly others: readonly SnapshotRecord[];
  /** `source -> target` as it must be derived. */
  readonly step: string;
}

export const everything: JsonObject = { Effect: 'Allow', Action: '*', Resource: '*' };
const document = (statements: readonly Json[], version = '2012-10-17'): Json => ({ Version: version, Statement: [...statements] });
const inArrays = new Set(['AttachedManagedPolicies', 'ListAssociatedAccessPolicies', 'Statement']);

/** Puts a value at a dotted path; `[]`, and the lists that a matcher looks through, get an element. */
function put(config: JsonObject, path: string, value: Json): JsonObject {
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
function fitted(config: JsonObject, entry: string, value: Json): JsonObject {
  if (entry === 'any_of')
    return Object.entries(isArray(value) && isObject(value[0]) ? value[0] : {}).reduce((made, [key, each]) => fitted(made, key, each ?? null), config);
  const [path = '', operator = 'is'] = entry.split('|');
  switch (operator) {
    case 'is':
      return put(config, path, value);
    case 'exists':
      return put(config, path, path.endsWith('Arn') ? `arn:aws:iam::${account}:policy/limit` : { set: 'yes' });
    case 'absent':
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

function idOf(type: string, spec: ResourceType, name: string): { id: string; config: JsonObject } {
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

/** An estate in which a conjunction of a technique holds. */
export function techniqueEstate(technique: Technique, premises: readonly Premise[], types: TypeTable): TechniqueEstate {
  const { from, to } = technique.derives;
  const cans = premises.filter((premise): premise is CanPremise => premise.kind === 'can');
  const outside = premises.some((premise) => premise.kind === 'outsider');
  const hasActor = technique.where[from]?.[0] === 'principal' && !outside;
  const kind = premises.some(
    (premise) =>
      premise.kind === 'can' && premise.on !== undefined && 'variable' in premise.on && premise.on.variable === from && premise.action.includes('Role'),
  )
    ? 'role'
    : 'user';
  const actorArn = kind === 'role' ? roleArn('ada') : userArn('ada');
  const ids = new Map<string, string>();
  const configs = new Map<string, { type: string; config: JsonObject }>();
  for (const [name, domain] of Object.entries(technique.where)) {
    if (name === from && hasActor) ids.set(name, actorArn);
    else if (name === from && outside) ids.set(name, 'aws:anyone');
    else if (domain[0] === 'account') ids.set(name, `arn:aws:iam::${account}:root`);
    else {
      const type = domain[0] === 'compute' ? 'AWS::Lambda::Function' : typeOf(name, domain, premises, types, technique);
      const spec = types.get(type);
      if (spec === undefined) throw new Error(`no collector declares ${type}`);
      const { id, config } = ofIam(type, name) ?? idOf(type, spec, name);
      ids.set(name, id);
      configs.set(name, { type, config });
    }
  }
  let actorConfig: JsonObject = {};
  const change = (name: string, make: (config: JsonObject) => JsonObject): void => {
    const known = configs.get(name);
    if (known !== undefined) configs.set(name, { ...known, config: make(known.config) });
    else if (name === from) actorConfig = make(actorConfig);
  };
  for (const premise of cans) {
    if (hasActor || premise.on === undefined || 'text' in premise.on) continue;
    // An outsider is let in by the resource's own policy.
    const Resource = ids.get(premise.on.variable) ?? '';
    const Policy = document([{ Effect: 'Allow', Principal: '*', Action: premise.action, Resource }]);
    change(premise.on.variable, (config) => ({ ...config, GetPolicy: { Policy } }));
  }
  for (const premise of premises) {
    if (premise.kind === 'trusts') change(premise.role, (config) => trusting(config, { Service: premise.service }, 'sts:AssumeRole'));
    if (premise.kind === 'can' && premise.action === 'sts:AssumeRole' && premise.on !== undefined && 'variable' in premise.on)
      change(premise.on.variable, (config) => trusting(config, { AWS: `arn:aws:iam::${account}:root` }, 'sts:AssumeRole'));
    if (premise.kind === 'has')
      for (const [entry, value] of Object.entries(isObject(premise.where) ? premise.where : {}))
        change(premise.on, (config) => fitted(config, entry, value ?? null));
    if (premise.kind === 'powerful') {
      const all = { PolicyName: 'all', PolicyDocument: document([everything]) };
      if (premise.who === from) actorConfig = { ...actorConfig, powerful: true };
      else
        change(premise.who, (config) => ({
          ...config,
          ...('GroupName' in config ? { GroupPolicyList: [all] } : { PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/limit` } }),
        }));
    }
    if (premise.kind === 'edge') connect(premise, ids, configs, from, types, change);
  }
  for (const premise of premises) {
    const spec = premise.kind === 'exists' ? types.get(premise.type) : undefined;
    if (premise.kind !== 'exists' || spec === undefined) continue;
    const { id, config } = idOf(premise.type, spec, 'there');
    ids.set(`there ${premise.type}`, id);
    configs.set(`there ${premise.type}`, { type: premise.type, config });
  }
  const statements = cans.map((premise): JsonObject => {
    const resource = premise.on === undefined || 'text' in premise.on ? '*' : `${ids.get(premise.on.variable) ?? '*'}${premise.on.suffix}`;
    // What the attacker leaves out of the request (an empty list) stands in no condition.
    const liftedKeys = Object.keys(premise.context).filter((key) => key.endsWith('/*'));
    const condition = Object.entries(premise.context).flatMap(([key, values]): (readonly [string, Json])[] => {
      // Tags that the attacker sets first: the condition asks for one that is not there yet.
      if (key.endsWith('/*')) return key === liftedKeys[0] ? [[key.replace('/*', '/lift'), 'open']] : [];
      return values.length === 0 ? [] : [[key, [...values]]];
    });
    return {
      Effect: 'Allow',
      Action: premise.action,
      Resource: resource,
      ...(condition.length === 0 ? {} : { Condition: { StringEquals: Object.fromEntries(condition) } }),
    };
  });
  const others = [...configs].map(([name, { type, config }]): SnapshotRecord => finish(ids.get(name) ?? '', type, config, types));
  // A boundary that is to be taken off: it stands on the actor, who is an administrator but for it, or on the role.
  const bounded = premises.some((premise) => premise.kind === 'powerful' && premise.who === from);
  if (premises.some((premise) => premise.kind === 'powerful'))
    others.push(managed('limit', [{ Effect: 'Allow', Action: cans.map((each) => each.action), Resource: '*' }]));
  const actor: ActorPolicy | undefined = hasActor
    ? {
        kind,
        arn: actorArn,
        statements,
        more: bounded ? [document([everything])] : [],
        boundary: undefined,
        scp: undefined,
        through: 'inline',
        version: '2012-10-17',
      }
    : undefined;
  return {
    technique,
    premises,
    actor,
    ids,
    others:
      hasActor && Object.keys(actorConfig).length > 0
        ? [...others, { type: 'actor', id: actorArn, account, region: 'global', calls: [], config: actorConfig }]
        : others,
    step: `${ids.get(from) ?? ''} -> ${ids.get(to) ?? ''}`,
  };
}

/** Of several types that a variable may have, the first whose references give the edges that are asked. */
function typeOf(name: string, domain: readonly string[], premises: readonly Premise[], types: TypeTable, technique: Technique): string {
  const edges = premises.filter((premise): premise is EdgePremise => premise.kind === 'edge' && premise.from === name);
  const fits = domain.find((type) =>
    edges.every((edge) =>
      (types.get(type)?.references ?? []).some(
        (reference) => reference.edge === edge.edge && reference.reverse !== true && pointsTo(reference.to, technique.where[edge.to] ?? []),
      ),
    ),
  );
  return fits ?? domain[0] ?? '';
}

const pointsTo = (to: readonly string[] | undefined, domain: readonly string[]): boolean => to === undefined || to.some((type) => domain.includes(type));

function connect(
  edge: EdgePremise,
  ids: ReadonlyMap<string, string>,
  configs: ReadonlyMap<string, { type: string; config: JsonObject }>,
  actor: string,
  types: TypeTable,
  change: (name: string, make: (config: JsonObject) => JsonObject) => void,
): void {
  const typeAt = (name: string): string =>
    configs.get(name)?.type ?? (name === actor ? ((ids.get(name) ?? '').includes(':role/') ? 'AWS::IAM::Role' : 'AWS::IAM::User') : '');
  for (const [holder, other, reverse] of [
    [edge.from, edge.to, false],
    [edge.to, edge.from, true],
  ] as const) {
    const reference = (types.get(typeAt(holder))?.references ?? []).find(
      (each) => each.edge === edge.edge && (each.reverse === true) === reverse && (each.to === undefined || each.to.includes(typeAt(other))),
    );
    if (reference === undefined) continue;
    const { match } = reference;
    const plain = match === undefined ? (ids.get(other) ?? '') : `match-${other}`;
    const value = reference.part === undefined ? plain : written(plain, reference.part);
    change(holder, (config) => put(config, reference.path, reference.path === 'GroupList[]' ? (value.split('/').at(-1) ?? '') : value));
    if (match !== undefined) change(other, (config) => put(config, match, plain));
    return;
  }
  // What no single reference names: tags that a filter chooses.
  if (edge.edge === 'RefersTo' && typeAt(edge.from) === 'AWS::CodeDeploy::DeploymentGroup') {
    change(edge.from, (config) => ({ ...config, ec2TagFilters: [{ Key: 'app', Value: 'shop', Type: 'KEY_AND_VALUE' }] }));
    change(edge.to, (config) => ({ ...config, Tags: [{ Key: 'app', Value: 'shop' }] }));
    return;
  }
  // Text that takes something from an object: it was replaced, and what it names was kept.
  const text = { 'AWS::EC2::Instance': 'UserData', 'AWS::CloudFormation::Stack': 'GetTemplate' }[typeAt(edge.from)];
  if (text !== undefined && edge.edge === 'UsesArtifact') {
    const objects = [(ids.get(edge.to) ?? '').split(':::')[1] ?? ''];
    change(edge.from, (config) => ({ ...config, [text]: { Value: { $redacted: { hash: '', kind: 'text', length: 9, objects } } } }));
    return;
  }
  // A key of the user beside a secret, which was replaced.
  if (edge.edge === 'UsesSecret' && typeAt(edge.to) === 'AWS::IAM::User') {
    const AccessKeyId = 'AKIAEXAMPLEEXAMPLE23';
    change(edge.from, (config) => ({ ...config, Stored: { $redacted: { hash: '', kind: 'text', length: 9, accessKeyIds: [AccessKeyId] } } }));
    change(edge.to, (config) => ({ ...config, ListAccessKeys: [{ AccessKeyId, Status: 'Active' }] }));
    return;
  }
  throw new Error(`no reference gives ${edge.edge} from ${typeAt(edge.from)} to ${typeAt(edge.to)}`);
}

/** A text of which a reference's expression takes the part that names the target. */
function written(target: string, part: string): string {
  const name = target.split(':').at(-1) ?? target;
  const texts = [`s3://${name}`, `${target}:v1`, `s3://${name}/code.zip`, `${name}/code.zip`, `${target}/code.zip`];
  return texts.find((text) => [target, name].includes(new RegExp(part).exec(text)?.[1] ?? '')) ?? target;
}

function trusting(config: JsonObject, principal: JsonObject, action: string): JsonObject {
  const old = config['AssumeRolePolicyDocument'];
  const statements = isObject(old) && isArray(old['Statement']) ? old['Statement'] : [];
  return { ...config, AssumeRolePolicyDocument: document([...statements, { Effect: 'Allow', Principal: principal, Action: action }]) };
}

function ofIam(type: string, name: string): { id: string; config: JsonObject } | undefined {
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

const policyConfig = (name: string, statements: readonly Json[], version?: string): JsonObject => ({
  PolicyName: name,
  Arn: `arn:aws:iam::${account}:policy/${name}`,
  DefaultVersionId: 'v1',
  PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(statements, version) }],
});

function managed(name: string, statements: readonly Json[], version?: string): SnapshotRecord {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    id: `arn:aws:iam::${account}:policy/${name}`,
    account,
    region: 'global',
    calls: ['iam:GetAccountAuthorizationDetails'],
    config: policyConfig(name, statements, version),
  };
}

function finish(id: string, type: string, config: JsonObject, types: TypeTable): SnapshotRecord {
  const spec = types.get(type);
  const calls = [...(spec?.list ?? []).map((each) => each.call), ...(spec?.details ?? []).map((each) => each.call)];
  const keys: JsonObject =
    type === 'AWS::KMS::Key' ? { GetKeyPolicy: { Policy: document([{ ...everything, Principal: { AWS: `arn:aws:iam::${account}:root` } }]) } } : {};
  return { type, id, account, region: id.split(':')[3] === '' ? 'global' : 'us-east-1', calls, config: { ...keys, ...config } };
}

/** The estate as records of a snapshot. */
export function recordsOf(estate: TechniqueEstate): readonly SnapshotRecord[] {
  const { actor, others } = estate;
  const asked = others.find((record) => record.type === 'actor');
  const records = others.filter((record) => record.type !== 'actor');
  if (actor === undefined) return records;
  const own = asked?.config ?? {};
  const name = actor.arn.split('/').at(-1) ?? '';
  const attached: JsonObject[] = isArray(own['AttachedManagedPolicies']) ? own['AttachedManagedPolicies'].filter(isObject) : [];
  const groups: Json[] = isArray(own['GroupList']) ? [...own['GroupList']] : [];
  const inline: Json[] = [...actor.more];
  if (actor.through === 'inline') inline.push(document(actor.statements, actor.version));
  if (actor.through === 'split') for (const statement of actor.statements) inline.push(document([statement], actor.version));
  if (actor.through === 'managed') {
    records.push(managed('of-ada', actor.statements, actor.version));
    attached.push({ PolicyName: 'of-ada', PolicyArn: `arn:aws:iam::${account}:policy/of-ada` });
  }
  if (actor.through === 'group') {
    const arn = `arn:aws:iam::${account}:group/staff`;
    const policies = [{ PolicyName: 'staff', PolicyDocument: document(actor.statements, actor.version) }];
    records.push({
      type: 'AWS::IAM::Group',
      id: arn,
      account,
      region: 'global',
      calls: ['iam:GetAccountAuthorizationDetails'],
      config: { GroupName: 'staff', Arn: arn, GroupPolicyList: policies, AttachedManagedPolicies: [] },
    });
    groups.push('staff');
  }
  const limit =
    own['powerful'] === true
      ? { PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/limit`, PermissionsBoundaryType: 'Policy' } }
      : {};
  const boundary =
    actor.boundary === undefined
      ? limit
      : { PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/boundary`, PermissionsBoundaryType: 'Policy' } };
  if (actor.boundary !== undefined) records.push(managed('boundary', actor.boundary));
  const policies = inline.map((each, index) => ({ PolicyName: `p${index}`, PolicyDocument: each }));
  const { powerful: _powerful, ...rest } = own;
  const common = { Arn: actor.arn, ...rest, AttachedManagedPolicies: attached, Tags: [{ Key: 'team', Value: 'blue' }], ...boundary };
  const config: JsonObject =
    actor.kind === 'user'
      ? { UserName: name, ...common, GroupList: groups, UserPolicyList: policies, ListAccessKeys: own['ListAccessKeys'] ?? [] }
      : { RoleName: name, AssumeRolePolicyDocument: document([]), ...common, RolePolicyList: policies };
  records.push({
    type: actor.kind === 'user' ? 'AWS::IAM::User' : 'AWS::IAM::Role',
    id: actor.arn,
    account,
    region: 'global',
    calls: ['iam:GetAccountAuthorizationDetails', 'iam:ListAccessKeys', 'iam:GetLoginProfile', 'iam:ListMFADevices'],
    config,
  });
  if (actor.scp !== undefined) records.push(organization(actor.scp));
  return records;
}

function organization(statements: readonly JsonObject[]): SnapshotRecord {
  return {
    type: 'AWS::Organizations::Organization',
    id: 'arn:aws:organizations::999988887777:organization/o-example',
    account: '999988887777',
    region: 'global',
    calls: ['organizations:DescribeOrganization'],
    config: {
      Organization: { Id: 'o-example', MasterAccountId: '999988887777' },
      Root: { Id: 'r-1' },
      OrganizationalUnits: [],
      Accounts: [{ Id: account, ParentId: 'r-1' }],
      Policies: [
        { PolicySummary: { Id: 'p-FullAWSAccess' }, Content: document([everything]) },
        { PolicySummary: { Id: 'p-limit' }, Content: document(statements) },
      ],
      PoliciesForTarget: { 'r-1': { SERVICE_CONTROL_POLICY: ['p-FullAWSAccess'] }, [account]: { SERVICE_CONTROL_POLICY: ['p-limit'] } },
    },
  };
}
