import { createHash } from 'node:crypto';
import { canonicalJson, isArray, isObject, type Json, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { Administration, BulkGrant, BulkQuestion, IamEngine } from './api.ts';
import { trustActions } from './estate/resource-policies.ts';

/** An engine that remembers its bulk answers, for a later snapshot that differs in little. */
export interface RememberingIam extends IamEngine {
  /** The answer to an equal question, if it was asked. */
  recall(question: BulkQuestion): readonly BulkGrant[] | undefined;
}

const digests = new WeakMap<readonly string[], string>();

function digest(list: readonly string[]): string {
  const known = digests.get(list);
  if (known !== undefined) return known;
  const made = list.length < 4 ? list.join('\n') : createHash('sha256').update(list.join('\n')).digest('base64');
  digests.set(list, made);
  return made;
}

const keyOf = ({ action, candidates, context, every, principals }: BulkQuestion): string =>
  `${action}\n${JSON.stringify(context ?? {})}\n${every === true}\n${principals === undefined ? '' : digest(principals)}\n${candidates.length} ${digest(candidates)}`;

export function remembering(engine: IamEngine): RememberingIam {
  const answers = new Map<string, readonly BulkGrant[]>();
  return {
    ...delegate(engine),
    bulk(question) {
      const key = keyOf(question);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = engine.bulk(question);
      answers.set(key, answer);
      return answer;
    },
    recall: (question) => answers.get(keyOf(question)),
  };
}

const delegate = (engine: IamEngine): IamEngine => ({
  principals: engine.principals,
  problems: engine.problems,
  principal: (arn) => engine.principal(arn),
  can: (principal, action, resource, options) => engine.can(principal, action, resource, options),
  bulk: (question) => engine.bulk(question),
  trust: (role) => engine.trust(role),
  admin: (arn) => engine.admin(arn),
  uncapped: (arn) => engine.uncapped(arn),
  powerful: (holder) => engine.powerful(holder),
  principalsFor: (action) => engine.principalsFor(action),
  administrations: (only) => engine.administrations(only),
  realm: (arn) => engine.realm(arn),
  inside: (arn, id) => engine.inside(arn, id),
  home: (arn) => engine.home(arn),
  questions: (arn) => engine.questions(arn),
});

/** What a change of some records means for policy evaluation. */
export interface IamReach {
  /** Principals whose own side of a request may be different. */
  readonly principals: ReadonlySet<string>;
  /** Resources whose side may be different, for any action. */
  readonly resources: ReadonlySet<string>;
  /** Roles of which the trust policy is different: only actions on trust see it. */
  readonly trust: ReadonlySet<string>;
}

/** Keys of a principal's record that say what it may do, not who may do something to it. */
const ownSide = new Set([
  'RolePolicyList',
  'UserPolicyList',
  'GroupPolicyList',
  'AttachedManagedPolicies',
  'GroupList',
  'PermissionsBoundary',
  'ServiceLastAccessed',
  'RoleLastUsed',
  'ListAccessKeys',
  'GetLoginProfile',
  'ListMFADevices',
  'InstanceProfileList',
  'PolicyVersionList',
  'DefaultVersionId',
]);
/** Keys of a principal's record that no decision of its own reads. */
const noSide = new Set([
  'ServiceLastAccessed',
  'RoleLastUsed',
  'ListAccessKeys',
  'GetLoginProfile',
  'ListMFADevices',
  'InstanceProfileList',
  'AssumeRolePolicyDocument',
]);

/**
 * Who and what a change touches, or `undefined` when it may touch everybody: organizations govern every account, a block of public access every bucket, and a new account moves the line
 * between inside and outside.
 */
export function iamReach(before: Snapshot, after: Snapshot, touched: readonly string[]): IamReach | undefined {
  const principals = new Set<string>();
  const resources = new Set<string>();
  const trust = new Set<string>();
  const sources = new Set<string>();
  for (const id of touched) {
    for (const record of [before.find(id), after.find(id)])
      if (
        record !== undefined &&
        (record.type.startsWith('AWS::Organizations::') || record.type === 'AWS::S3::AccountPublicAccessBlock' || !record.type.startsWith('AWS::'))
      )
        return undefined;
    const [old, now] = [recordAt(before, id), recordAt(after, id)];
    const type = (now ?? old)?.type ?? '';
    if (type === 'AWS::IAM::User' || type === 'AWS::IAM::Role') {
      if (
        old === undefined ||
        now === undefined ||
        part(old, (key) => !noSide.has(key)) !== part(now, (key) => !noSide.has(key)) ||
        sessionTags(old) !== sessionTags(now)
      )
        principals.add(id);
      if (
        part(old, (key) => !ownSide.has(key) && key !== 'AssumeRolePolicyDocument') !==
        part(now, (key) => !ownSide.has(key) && key !== 'AssumeRolePolicyDocument')
      )
        resources.add(id);
      if (part(old, (key) => key === 'AssumeRolePolicyDocument') !== part(now, (key) => key === 'AssumeRolePolicyDocument')) trust.add(id);
    } else if (type === 'AWS::IAM::Group' || type === 'AWS::IAM::ManagedPolicy') {
      sources.add(id);
      if (part(old, (key) => !ownSide.has(key)) !== part(now, (key) => !ownSide.has(key))) resources.add(id);
    } else resources.add(id);
  }
  if (sources.size > 0) for (const snapshot of [before, after]) for (const id of holders(snapshot, sources)) principals.add(id);
  const accounts = (snapshot: Snapshot): string =>
    [...new Set(['AWS::IAM::User', 'AWS::IAM::Role'].flatMap((type) => snapshot.records(type).map((record) => record.account)))].sort().join(' ');
  return touched.some((id) => recordAt(before, id) === undefined || recordAt(after, id) === undefined) && accounts(before) !== accounts(after)
    ? undefined
    : { principals, resources, trust };
}

const recordAt = (snapshot: Snapshot, id: string): SnapshotRecord | undefined => {
  const record = snapshot.find(id);
  return record?.id === id ? record : undefined;
};

const part = (record: SnapshotRecord | undefined, wanted: (key: string) => boolean): string =>
  record === undefined ? '' : canonicalJson({ calls: record.calls, ...Object.fromEntries(Object.entries(record.config).filter(([key]) => wanted(key))) });

/** A trust policy that lets sessions bring tags makes the role's own tags uncertain. */
const sessionTags = (record: SnapshotRecord): boolean =>
  JSON.stringify(record.config['AssumeRolePolicyDocument'] ?? '')
    .toLowerCase()
    .includes('tagsession');

/** Principals that hold one of some groups and managed policies, directly or by a group. */
function holders(snapshot: Snapshot, sources: ReadonlySet<string>): readonly string[] {
  const attached = (record: SnapshotRecord): boolean => {
    const list = record.config['AttachedManagedPolicies'];
    return (
      (isArray(list) && list.some((each) => sources.has(textAt(each, 'PolicyArn') ?? ''))) ||
      sources.has(textAt(record.config, 'PermissionsBoundary.PermissionsBoundaryArn') ?? '')
    );
  };
  const groups = new Set<string>();
  for (const group of snapshot.records('AWS::IAM::Group'))
    if (sources.has(group.id) || attached(group)) groups.add(`${group.account}/${textAt(group.config, 'GroupName') ?? ''}`);
  const member = (record: SnapshotRecord): boolean => {
    const list: Json | undefined = record.config['GroupList'];
    return isArray(list) && list.some((name) => groups.has(`${record.account}/${isObject(name) ? '' : String(name)}`));
  };
  return ['AWS::IAM::User', 'AWS::IAM::Role'].flatMap((type) =>
    snapshot
      .records(type)
      .filter((record) => attached(record) || member(record))
      .map((record) => record.id),
  );
}

/**
 * The engine of a changed snapshot that answers from the engine of the old one wherever the change cannot matter. Its answers are those of `fresh`: principals whose side changed are
 * asked anew, and whole questions in which a changed resource stands.
 */
export function reusing(old: RememberingIam, fresh: IamEngine, reach: IamReach): IamEngine {
  const { principals, resources, trust } = reach;
  const owner = (candidate: string): string => /^(arn:[^:]+:s3:::[^/]+)\//.exec(candidate)?.[1] ?? candidate;
  const disturbed = ({ action, candidates }: BulkQuestion): boolean => {
    if (resources.size === 0 && trust.size === 0) return false;
    const trusting = trustActions.has(action.toLowerCase());
    return candidates.some((text) => {
      const id = owner(text);
      if (resources.has(id) || (trusting && trust.has(id))) return true;
      // A text that is no id of a record may name one that is longer or shorter: versions, indexes, shapes.
      for (const each of resources) if (text.startsWith(each) || /[*?]/.test(text)) return true;
      return false;
    });
  };
  return {
    ...delegate(fresh),
    bulk(question) {
      const known = disturbed(question) ? undefined : old.recall(question);
      if (known === undefined) return fresh.bulk(question);
      const again =
        principals.size === 0 ? [] : fresh.bulk({ ...question, principals: [...principals].filter((arn) => question.principals?.includes(arn) ?? true) });
      return interleaved(known, again, principals, fresh);
    },
    trust: (role) => (trust.has(role) || resources.has(role) ? fresh : old).trust(role),
    admin: (arn) => (principals.has(arn) ? fresh : old).admin(arn),
    uncapped: (arn) => (principals.has(arn) ? fresh : old).uncapped(arn),
    realm: (arn) => (principals.has(arn) ? fresh : old).realm(arn),
    administrations: () =>
      principals.size === 0
        ? old.administrations()
        : sorted(
            [
              ...old.administrations().filter((each) => !principals.has(each.principal)),
              ...fresh.administrations(principals).filter((each) => principals.has(each.principal)),
            ],
            fresh,
          ),
  };
}

/** In the order that a whole answer has: principals as the engine lists them, then those outside. */
function interleaved(known: readonly BulkGrant[], again: readonly BulkGrant[], changed: ReadonlySet<string>, engine: IamEngine): readonly BulkGrant[] {
  if (changed.size === 0) return known;
  const inside: BulkGrant[] = [];
  const outside: BulkGrant[] = [];
  for (const grant of [...known.filter((each) => !changed.has(each.principal)), ...again]) (isInside(engine, grant.principal) ? inside : outside).push(grant);
  return [...inside.sort((a, b) => (a.principal < b.principal ? -1 : a.principal > b.principal ? 1 : 0)), ...outside];
}

/** In the order of principals. */
function sorted(list: readonly Administration[], engine: IamEngine): readonly Administration[] {
  const position = new Map(engine.principals.map((principal, index) => [principal.arn, index]));
  return [...list].sort((a, b) => (position.get(a.principal) ?? 0) - (position.get(b.principal) ?? 0));
}

const isInside = (engine: IamEngine, arn: string): boolean => {
  const kind = engine.principal(arn)?.kind;
  return kind === 'user' || kind === 'role';
};
