import type { CanPremise, Premise } from '../../src/derive/premise.ts';
import type { Technique } from '../../src/derive/technique.ts';
import { resourcePolicySpecs } from '../../src/iam/estate/resource-policies.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, roleArn, userArn } from './estate.ts';
import { document, everything, fitted, idOf, ofIam, put, trusting } from './technique-config.ts';
import { connect, typeOf } from './technique-links.ts';
import { reached } from './technique-reach.ts';
import { type ActorPolicy, managed, type TechniqueEstate } from './technique-records.ts';

/** An estate in which a conjunction of a technique holds. */
export function techniqueEstate(technique: Technique, premises: readonly Premise[], types: TypeTable): TechniqueEstate {
  const { from, to } = technique.derives;
  const permissions = premises.filter((premise): premise is CanPremise => premise.kind === 'can');
  const cans = permissions.filter(({ who }) => who === from);
  const outside = premises.some((premise) => premise.kind === 'outsider');
  const hasActor = technique.where[from]?.[0] === 'principal' && !outside;
  // A role that Identity Center keeps for a permission set is known by its name.
  const signsOn = premises.some(
    (premise) => premise.kind === 'edge' && premise.from === from && technique.where[premise.to]?.includes('AWS::SSO::PermissionSet') === true,
  );
  const kind =
    signsOn ||
    premises.some(
      (premise) =>
        premise.kind === 'can' && premise.on !== undefined && 'variable' in premise.on && premise.on.variable === from && premise.action.includes('Role'),
    )
      ? 'role'
      : 'user';
  const actorArn = signsOn ? roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_ada_0123456789abcdef') : kind === 'role' ? roleArn('ada') : userArn('ada');
  const ids = new Map<string, string>();
  const configs = new Map<string, { type: string; config: JsonObject }>();
  for (const [name, domain] of Object.entries(technique.where)) {
    if (name === from && hasActor) ids.set(name, actorArn);
    else if (name === from && outside) ids.set(name, 'aws:anyone');
    else if (domain[0] === 'internet') ids.set(name, 'internet');
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
  const network: SnapshotRecord[] = [];
  let actorConfig: JsonObject = {};
  const change = (name: string, make: (config: JsonObject) => JsonObject): void => {
    const known = configs.get(name);
    if (known !== undefined) configs.set(name, { ...known, config: make(known.config) });
    else if (name === from) actorConfig = make(actorConfig);
  };
  for (const premise of cans) {
    if (hasActor || premise.on === undefined || 'text' in premise.on) continue;
    // An outsider is let in by the resource's own policy.
    const { variable, suffix } = premise.on;
    const policy = document([{ Effect: 'Allow', Principal: '*', Action: premise.action, Resource: `${ids.get(variable) ?? ''}${suffix}` }]);
    const path = resourcePolicySpecs[configs.get(variable)?.type ?? '']?.path ?? 'GetPolicy.Policy';
    change(variable, (config) => put(config, path, policy));
  }
  // What a role that the step leads to may do by itself.
  for (const { who, action } of permissions.filter(({ who }) => who !== from))
    change(who, (config) => ({
      ...config,
      RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document([{ Effect: 'Allow', Action: action, Resource: '*' }]) }],
    }));
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
    if (premise.kind === 'reaches') {
      const { records, instance } = reached(premise.ports);
      network.push(...records);
      change(premise.to, (config) => ({ ...config, ...instance }));
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
  const others = [...network, ...[...configs].map(([name, { type, config }]): SnapshotRecord => finish(ids.get(name) ?? '', type, config, types))];
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

function finish(id: string, type: string, config: JsonObject, types: TypeTable): SnapshotRecord {
  const spec = types.get(type);
  const calls = [...(spec?.list ?? []).map((each) => each.call), ...(spec?.details ?? []).map((each) => each.call), ...[spec?.governedBy?.call ?? []].flat()];
  const keys: JsonObject =
    type === 'AWS::KMS::Key' ? { GetKeyPolicy: { Policy: document([{ ...everything, Principal: { AWS: `arn:aws:iam::${account}:root` } }]) } } : {};
  return { type, id, account, region: id.split(':')[3] === '' ? 'global' : 'us-east-1', calls, config: { ...keys, ...config } };
}
