import { type Json, resolvePointer } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { PolicyUse } from '../aws/policy.ts';
import type { AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { Estate } from '../engine.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import { resourcePolicySpecs } from '../estate/resource-policies.ts';
import { actionsOf, countOf, grantedBy } from '../usage/action-sets.ts';
import { lintPolicy } from './lint.ts';
import type { LintProblem } from './problem.ts';

/** A problem and the document it is in. */
export interface EstateProblem {
  readonly resource: string;
  /** Pointer of the document in the record. */
  readonly pointer: string;
  readonly problem: LintProblem;
}

/** AWS's own documents are as AWS wants them. */
const isOwn = (id: string): boolean => !/^arn:aws[a-z-]*:iam::aws:/.test(id) && !id.includes(':role/aws-service-role/');

/** Every document of a snapshot that its owner wrote: identity policies, boundaries, trust and resource policies, SCPs and RCPs. */
export function lintEstate(snapshot: Snapshot, engine: Estate): { readonly documents: number; readonly problems: readonly EstateProblem[] } {
  const problems: EstateProblem[] = [];
  let documents = 0;
  for (const { resource, pointer, document, use } of documentsOf(snapshot)) {
    documents++;
    for (const problem of lintPolicy(document, use)) problems.push({ resource, pointer, problem });
  }
  for (const principal of engine.list) if (isOwn(principal.info.arn)) problems.push(...stoppedAbove(principal));
  const seen = new Set<string>();
  const distinct = problems.filter((each) => {
    const key = JSON.stringify([each.resource, each.pointer, each.problem]);
    return !seen.has(key) && seen.add(key);
  });
  return { documents, problems: distinct };
}

interface Document {
  readonly resource: string;
  readonly pointer: string;
  readonly document: Json;
  readonly use: PolicyUse;
}

function* documentsOf(snapshot: Snapshot): Generator<Document> {
  const inline: readonly (readonly [string, string])[] = [
    ['AWS::IAM::User', 'UserPolicyList'],
    ['AWS::IAM::Role', 'RolePolicyList'],
    ['AWS::IAM::Group', 'GroupPolicyList'],
  ];
  for (const [type, key] of inline) {
    for (const record of snapshot.records(type)) {
      const list = record.config[key];
      for (const index of (Array.isArray(list) ? list : []).keys()) yield* at(record.id, record.config, `/${key}/${index}/PolicyDocument`, 'identity');
    }
  }
  for (const record of snapshot.records('AWS::IAM::ManagedPolicy')) {
    const versions = record.config['PolicyVersionList'];
    const index = (Array.isArray(versions) ? versions : []).findIndex((each) => resolvePointer(each as Json, '/IsDefaultVersion') === true);
    if (index >= 0) yield* at(record.id, record.config, `/PolicyVersionList/${index}/Document`, 'identity');
  }
  for (const [type, { path }] of Object.entries(resourcePolicySpecs))
    for (const record of snapshot.records(type)) yield* at(record.id, record.config, `/${path.replaceAll('.', '/')}`, 'resource');
  for (const record of snapshot.records('AWS::EC2::VPCEndpoint')) yield* at(record.id, record.config, '/PolicyDocument', 'resource');
  for (const record of snapshot.records('AWS::Organizations::Organization')) {
    const list = record.config['Policies'];
    for (const [index, each] of (Array.isArray(list) ? list : []).entries()) {
      const use = resolvePointer(each as Json, '/PolicySummary/Type') === 'RESOURCE_CONTROL_POLICY' ? 'resource' : 'identity';
      if (resolvePointer(each as Json, '/PolicySummary/AwsManaged') !== true) yield* at(record.id, record.config, `/Policies/${index}/Content`, use);
    }
  }
}

function* at(resource: string, config: Json, pointer: string, use: PolicyUse): Generator<Document> {
  const value = isOwn(resource) ? resolvePointer(config, pointer) : undefined;
  const document = typeof value === 'string' && value !== '' ? parsed(value) : value;
  if (document !== undefined && document !== null && document !== '') yield { resource, pointer: `/config${pointer}`, document, use };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text.startsWith('%7B') ? decodeURIComponent(text) : text) as Json;
  } catch {
    return text;
  }
}

/** Allow statements of which a boundary or a level of SCPs leaves nothing. */
function* stoppedAbove(principal: EstatePrincipal): Generator<EstateProblem> {
  const levels: (readonly [string, PolicySet])[] = [];
  if (principal.boundary !== undefined) levels.push(['the permissions boundary', principal.boundary]);
  if (principal.controls?.management !== true) for (const scp of principal.controls?.scps ?? []) levels.push([`the service control policy ${named(scp)}`, scp]);
  for (const [name, level] of levels) {
    const left = grantedBy([level]);
    for (const attached of principal.identity?.policies ?? []) {
      const location = principal.locations.get(attached.name);
      if (location === undefined || !isOwn(location.resource)) continue;
      for (const { rule, index } of attached.policy.statements) {
        const actions = actionsOf(rule.action);
        if (rule.effect !== 'Allow' || countOf(actions) === 0 || actions.some((word, at) => (word & (left[at] ?? 0)) !== 0)) continue;
        const problem: LintProblem = {
          code: 'stopped-above',
          severity: 'warning',
          path: ['Statement', index],
          message: `${name} always stops what this allows \`${principal.info.name}\``,
          help: 'take the statement away, or let the policy above allow it',
        };
        yield { resource: location.resource, pointer: location.pointer, problem };
      }
    }
  }
}

const named = (set: PolicySet): string => set.policies.map((each: AttachedPolicy) => each.name).join(', ');
