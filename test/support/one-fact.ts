import type { Json, JsonObject } from '../../src/model/json.ts';
import { account } from './estate.ts';
import { everything } from './technique-config.ts';
import type { ActorPolicy, TechniqueEstate } from './technique-records.ts';

/** An estate that differs by one fact, and what must become of the step. */
export interface Variant {
  readonly name: string;
  readonly step: 'gone' | 'kept' | 'conditional' | 'unknown';
  readonly estate: TechniqueEstate;
}

const actionOf = (statement: JsonObject): string => String(statement['Action']);
const service = (action: string): string => action.split(':')[0] ?? '';
const deny = (action: Json, more: JsonObject = {}): JsonObject => ({ Effect: 'Deny', Action: action, Resource: '*', ...more });
const policy = (...statements: readonly JsonObject[]): Json => ({ Version: '2012-10-17', Statement: [...statements] });
/** Another resource of the same sort. */
const other = (resource: string): string => resource.replace(/(\/\*)?$/, '-other$1');
const condition = (statement: JsonObject, operator: string, key: string, value: string): JsonObject => {
  const old = (statement['Condition'] ?? {}) as JsonObject;
  const before = (old[operator] ?? {}) as JsonObject;
  return { ...statement, Condition: { ...old, [operator]: { ...before, [key]: value } } };
};

/** Everything that one changed fact about the actor's permissions closes, and everything that only spells them in another way. `bounded`: a boundary is part of the technique. */
export function* permissionVariants(estate: TechniqueEstate, own: readonly string[]): Generator<Variant> {
  const { actor } = estate;
  if (actor === undefined) return;
  const bounded = estate.others.some((record) => record.type === 'actor' && record.config['powerful'] === true);
  const of = (change: Partial<ActorPolicy>): TechniqueEstate => ({ ...estate, actor: { ...actor, ...change } });
  const gone = (name: string, change: Partial<ActorPolicy>): Variant => ({ name, step: 'gone', estate: of(change) });
  const kept = (name: string, change: Partial<ActorPolicy>): Variant => ({ name, step: 'kept', estate: of(change) });
  const all = actor.statements;
  const replace = (index: number, statement: JsonObject): Partial<ActorPolicy> => ({ statements: all.map((each, at) => (at === index ? statement : each)) });

  for (const [index, statement] of all.entries()) {
    const action = actionOf(statement);
    const verb = action.split(':')[1] ?? '';
    const lifted = JSON.stringify(statement['Condition'] ?? '').includes('aws:PrincipalTag/lift');
    // Where a boundary is part of it the permission comes from the attached administrator policy: only what takes away closes it.
    yield gone(`deny ${action}`, { more: [...actor.more, policy(deny(action))] });
    yield gone(`deny ${action} by a glob in other case`, {
      more: [...actor.more, policy(deny(`${service(action).toUpperCase()}:${verb.slice(0, 3).toLowerCase()}*`))],
    });
    yield gone(`deny all but others than ${action}`, {
      more: [...actor.more, policy({ Effect: 'Deny', NotAction: ['s3:ListAllMyBuckets', 'health:*'], Resource: '*' })],
    });
    if (!lifted)
      yield gone(`deny ${action} where a known tag fits`, {
        more: [...actor.more, policy(deny(action, { Condition: { StringEquals: { 'aws:PrincipalTag/team': ['red', 'blue'] } } }))],
      });
    yield gone(`deny ${action} by the principal's ARN`, {
      more: [
        ...actor.more,
        policy(deny(action, { Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:*/${actor.arn.split('/').at(-1)}` } } })),
      ],
    });
    yield gone(`scp denies ${action}`, { scp: [everything, deny(action)] });
    yield gone(`scp allows all but ${action}`, { scp: [{ Effect: 'Allow', NotAction: [action], Resource: '*' }] });
    const reads = all.every((each) => /:(Describe|List)/.test(actionOf(each)));
    yield (reads ? kept : gone)('scp allows reading only', {
      scp: [{ Effect: 'Allow', Action: ['*:Describe*', '*:List*', 'organizations:*'], Resource: '*' }],
    });
    if (bounded) continue;
    yield gone(`without ${action}`, { statements: all.filter((_, at) => at !== index) });
    yield gone(`boundary denies ${action}`, { boundary: [everything, deny(action)] });
    yield gone(`boundary allows all but ${action}`, { boundary: [{ Effect: 'Allow', NotAction: action, Resource: '*' }] });
    yield gone('boundary allows other things only', { boundary: [{ Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: '*' }] });
    if (!lifted)
      yield gone(
        `${action} with a condition that a known tag does not meet`,
        replace(index, condition(statement, 'StringEquals', 'aws:PrincipalTag/team', 'red')),
      );
    yield gone(`${action} for another account's resources`, replace(index, condition(statement, 'StringEquals', 'aws:PrincipalAccount', '999988887777')));
    yield {
      name: `${action} from one network`,
      step: 'conditional',
      estate: of(replace(index, condition(statement, 'IpAddress', 'aws:SourceIp', '10.0.0.0/8'))),
    };
    if (!JSON.stringify(statement['Condition'] ?? '').includes('MultiFactor'))
      yield {
        name: `${action} denied without a second factor`,
        step: 'conditional',
        estate: of({ more: [...actor.more, policy(deny(action, { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }))] }),
      };
    if (JSON.stringify(statement['Condition'] ?? '').includes('iam:PassedToService')) {
      yield gone(
        `${action} for another service`,
        replace(index, { ...statement, Condition: { StringEquals: { 'iam:PassedToService': 'inspector.amazonaws.com' } } }),
      );
      yield gone(`${action} denied for the service`, { more: [...actor.more, policy(deny(action, { Condition: statement['Condition'] as JsonObject }))] });
      yield kept(`${action} without naming the service`, replace(index, without(statement, 'Condition')));
      yield kept(`${action} by a glob of services`, replace(index, { ...statement, Condition: { StringLike: { 'iam:PassedToService': '*.amazonaws.com' } } }));
    }
    const resource = String(statement['Resource']);
    if (resource !== '*') {
      yield gone(`${action} on another resource`, replace(index, { ...statement, Resource: other(resource) }));
      yield gone(
        `${action} on a resource in other case`,
        replace(index, { ...statement, Resource: resource.replace(/[a-z]+(?:\/\*)?$/, (text) => text.toUpperCase()) }),
      );
      yield gone(`${action} on all but the resource`, replace(index, { ...without(statement, 'Resource'), NotResource: [resource] }));
      yield gone(`${action} denied on the resource`, { more: [...actor.more, policy({ Effect: 'Deny', Action: action, Resource: resource })] });
      yield kept(`${action} on a glob`, replace(index, { ...statement, Resource: resource.replace(/.(\/\*)?$/, '*') }));
      yield kept(`${action} with one letter open`, replace(index, { ...statement, Resource: resource.replace(/[a-z](\/\*)?$/, '?$1') }));
      yield kept(`${action} on one of several`, replace(index, { ...statement, Resource: ['arn:aws:s3:::elsewhere', resource] }));
      yield kept(`${action} on all but others`, replace(index, { ...without(statement, 'Resource'), NotResource: 'arn:aws:s3:::elsewhere' }));
      yield kept(`${action} on everything`, replace(index, { ...statement, Resource: '*' }));
      yield kept(`${action} denied on another resource`, { more: [...actor.more, policy({ Effect: 'Deny', Action: action, Resource: other(resource) })] });
    }
    yield kept(`${action} in other case`, replace(index, { ...statement, Action: action.toUpperCase() }));
    yield kept(`${action} as a glob`, replace(index, { ...statement, Action: `${service(action)}:${verb.slice(0, 4)}*` }));
    yield kept(`${action} with one letter open`, replace(index, { ...statement, Action: `${action.slice(0, -2)}?${action.slice(-1)}` }));
    yield kept(`${action} as the whole service`, replace(index, { ...statement, Action: [`${service(action)}:*`] }));
    // Not everything: an administrator gains nothing in his own account.
    yield kept(
      `${action} by NotAction`,
      replace(index, {
        ...without(statement, 'Action'),
        NotAction: ['health:*', action === 'iam:CreatePolicyVersion' ? 'iam:PutRolePolicy' : 'iam:CreatePolicyVersion'],
      }),
    );
    yield kept(`${action} with a condition that a known tag meets`, replace(index, condition(statement, 'StringLike', 'aws:PrincipalTag/team', 'bl*')));
    yield kept(`${action} denied where a known tag does not fit`, {
      more: [...actor.more, policy(deny(action, { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } } }))],
    });
  }
  yield kept('scp allows everything', { scp: [everything] });
  yield kept('scp denies something else', { scp: [everything, deny('organizations:LeaveOrganization')] });
  yield kept('something else is denied', { more: [...actor.more, policy(deny('health:*'))] });
  if (bounded) return;
  yield kept('boundary allows everything', { boundary: [everything] });
  yield kept('each permission in its own policy', { through: 'split' });
  yield kept('by a managed policy', { through: 'managed' });
  yield kept('written in 2008', { version: '2008-10-17' });
  yield kept('said twice', { more: [policy(...all)] });
  if (actor.kind === 'user' && !own.includes('GroupList')) yield kept('through a group', { through: 'group' });
  if (all.every((each) => each['Condition'] === undefined))
    yield kept('as one statement', { statements: [{ ...all[0], Action: all.map(actionOf), Resource: all.map((each) => String(each['Resource'])) }] });
  if (estate.technique.derives.to !== 'account') return;
  // To grant oneself everything is worth nothing where a boundary or an SCP keeps it from counting.
  const escalates = estate.premises.some((premise) => premise.kind === 'uncapped' && premise.who === estate.technique.derives.from);
  if (escalates) yield gone('boundary allows no more than this', { boundary: all.map((each) => without(each, 'Condition')) });
}

function without(statement: JsonObject, key: string): JsonObject {
  const { [key]: _left, ...rest } = statement;
  return rest;
}

/** One fact of the world around the actor that closes the way: what a role trusts, what runs where, in which state something is. */
export function* worldVariants(estate: TechniqueEstate): Generator<Variant> {
  const gone = (name: string, others: TechniqueEstate['others']): Variant => ({ name, step: 'gone', estate: { ...estate, others } });
  for (const premise of estate.premises) {
    if (premise.kind === 'trusts') {
      const id = estate.ids.get(premise.role);
      const trust = (name: string, change: (statements: readonly JsonObject[]) => readonly JsonObject[]): Variant =>
        gone(
          name,
          estate.others.map((record) => {
            if (record.id !== id) return record;
            const old = record.config['AssumeRolePolicyDocument'] as { Statement: JsonObject[] };
            return { ...record, config: { ...record.config, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [...change(old.Statement)] } } };
          }),
        );
      const named = { Service: premise.service };
      yield trust(`the role does not trust ${premise.service}`, (statements) =>
        statements.filter((each) => JSON.stringify(each['Principal']) !== JSON.stringify(named)),
      );
      yield trust(`the role trusts another service than ${premise.service}`, (statements) =>
        statements.map((each) =>
          JSON.stringify(each['Principal']) === JSON.stringify(named) ? { ...each, Principal: { Service: 'inspector.amazonaws.com' } } : each,
        ),
      );
      yield trust(`the role denies ${premise.service}`, (statements) => [...statements, { Effect: 'Deny', Principal: named, Action: 'sts:AssumeRole' }]);
    }
    if (premise.kind === 'exists') {
      const there = estate.ids.get(`there ${premise.type}`);
      // Nobody listed the type here, so that none may be there is not known.
      yield {
        ...gone(
          `no ${premise.type} is known`,
          estate.others.filter((record) => record.id !== there),
        ),
        step: 'unknown',
      };
      const elsewhere = estate.others.map((record) => (record.id === there ? { ...record, account: '999988887777' } : record));
      yield { ...gone(`${premise.type} in another account only`, elsewhere), step: 'unknown' };
    }
    if (premise.kind === 'sameAccount') {
      // Another role of the name, in an account that lists the same.
      const id = estate.ids.get(premise.to) ?? '';
      const elsewhere = id.replace(`:${account}:`, ':999988887777:');
      yield gone(
        `${premise.to} is of another account`,
        estate.others.map((record) => (record.id === id ? { ...record, id: elsewhere, account: '999988887777' } : record)),
      );
    }
    if (premise.kind === 'edge' || premise.kind === 'has') {
      const names = premise.kind === 'edge' ? [premise.from, premise.to] : [premise.on];
      for (const name of names) {
        const id = estate.ids.get(name) ?? '';
        if (id === estate.actor?.arn || name === estate.technique.derives.to || name === estate.technique.derives.from) continue;
        yield gone(
          `there is no ${name}`,
          estate.others.filter((record) => record.id !== id),
        );
      }
    }
  }
}
