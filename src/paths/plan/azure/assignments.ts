import { createHash } from 'node:crypto';
import type { Change } from '../../../model/change.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../../model/json.ts';
import type { SnapshotRecord } from '../../../model/record.ts';
import { type Candidate, type CandidateContext, type Hop, type Place, shortName, texts } from '../candidate.ts';

/** More assignments than these are no narrower scope but a burden. */
const mostScopes = 8;

/** A role assignment: without it, or at the scopes beside the one that the step leads to. */
export function assignmentCandidates(hop: Hop, place: Place, context: CandidateContext): readonly Candidate[] {
  const { record } = place;
  const { role, holder, scope, takes } = readAssignment(record, context);
  const removed: Candidate = {
    changes: [{ op: 'delete', resource: record.id }],
    title: `remove the role assignment ${role} of ${holder} on ${scopeName(scope)}`,
    effort: 'low',
    disruption: breadth(scope, takes.actions),
    factor: 0,
    takes,
  };
  const scopes = besides(scope.toLowerCase(), targetOf(hop, record), context.scopesIn);
  if (scopes === undefined) return [removed];
  return [
    removed,
    {
      changes: [{ op: 'delete', resource: record.id }, ...scopes.map((each) => assignedAt(record, each))],
      title: `narrow the role assignment ${role} of ${holder} from ${scopeName(scope)} to ${scopes.map(scopeName).join(', ')}`,
      effort: 'medium',
      disruption: 2,
      factor: 0,
      takes: { ...takes, actions: takes.actions.map((action) => `${action} on ${scopeName(targetOf(hop, record) ?? scope)}`) },
    },
  ];
}

/** An eligibility that waits to be activated. */
export function eligibilityCandidates(_: Hop, { record }: Place, context: CandidateContext): readonly Candidate[] {
  const { role, holder, scope, takes } = readAssignment(record, context);
  return [
    {
      changes: [{ op: 'delete', resource: record.id }],
      title: `end the eligibility of ${holder} for ${role} on ${scopeName(scope)}`,
      effort: 'low',
      disruption: Math.max(1, breadth(scope, takes.actions) - 2),
      factor: 0,
      takes,
    },
  ];
}

function readAssignment(record: SnapshotRecord, context: CandidateContext) {
  const text = (key: string): string => textAt(record.config, `properties.${key}`) ?? '';
  const [principal, definition] = [
    text('principalId'),
    context.record(
      text('roleDefinitionId')
        .replace(/^\/subscriptions\/[^/]+(?=\/providers\/microsoft\.authorization)/i, '')
        .toLowerCase(),
    ) ?? context.record(text('roleDefinitionId').toLowerCase()),
  ];
  const owner = context.record(principal);
  return {
    role: textAt(definition?.config, 'properties.roleName') ?? shortName(text('roleDefinitionId')),
    holder: textAt(owner?.config, 'displayName') ?? principal,
    scope: text('scope') || record.id.replace(/\/providers\/microsoft\.authorization\/[^/]+\/[^/]+$/i, '') || '/',
    takes: { actions: actionsOf(definition), holders: [principal] },
  };
}

function actionsOf(definition: SnapshotRecord | undefined): readonly string[] {
  const properties = definition?.config['properties'];
  const permissions: Json | undefined = isObject(properties) ? properties['permissions'] : undefined;
  const found = isArray(permissions) ? permissions.flatMap((each) => (isObject(each) ? [...texts(each['actions']), ...texts(each['dataActions'])] : [])) : [];
  return found.length === 0 ? ['*'] : found;
}

/** How much else hangs on an assignment: by how wide its scope and its actions are. */
function breadth(scope: string, actions: readonly string[]): number {
  const wide =
    /\/providers\/microsoft\.management\//i.test(scope) || scope === '/'
      ? 4
      : /\/resourcegroups\/[^/]+\/providers\//i.test(scope)
        ? 0
        : /\/resourcegroups\//i.test(scope)
          ? 2
          : 3;
  return Math.min(9, 2 + wide + (actions.includes('*') ? 3 : 0));
}

const scopeName = (scope: string): string => (scope === '/' ? 'everything' : shortName(scope));

/** What a hop leads to as a place in the tree of scopes: its end, or for a directory object the resource that stands for it. */
function targetOf(hop: Hop, assignment: SnapshotRecord): string | undefined {
  const places = [hop.to, ...hop.proof.evidence.map((each) => each.resource)].map((id) => id.toLowerCase());
  return places.find(
    (id) => /^\/(subscriptions|providers\/microsoft\.management)\//.test(id) && id !== assignment.id.toLowerCase() && !/\/microsoft\.authorization\//.test(id),
  );
}

/** The scopes that are left of one when the way down to a target is left out; `undefined` if there are none or too many. Only scopes that hold scopes can be narrowed. */
export function besides(scope: string, target: string | undefined, scopesIn: (scope: string) => readonly string[]): readonly string[] | undefined {
  if (target === undefined) return undefined;
  const way = wayDown(scope, target, scopesIn, 0);
  if (way === undefined) return undefined;
  const left: string[] = [];
  for (const each of way) {
    for (const inner of scopesIn(each)) if (!way.includes(inner)) left.push(inner);
    if (left.length > mostScopes) return undefined;
  }
  return left.length === 0 ? undefined : left.sort();
}

/** From a scope down to the innermost one that holds the target. */
function wayDown(scope: string, target: string, scopesIn: (scope: string) => readonly string[], depth: number): readonly string[] | undefined {
  if (depth > 10) return undefined;
  if (scope === target) return [scope];
  for (const inner of scopesIn(scope)) {
    const way = wayDown(inner, target, scopesIn, depth + 1);
    if (way !== undefined) return [scope, ...way];
  }
  return target.startsWith(`${scope}/`) ? [scope] : undefined;
}

/** The same assignment at another scope, under an id that is made from both. */
function assignedAt(record: SnapshotRecord, scope: string): Change {
  const hash = createHash('sha256').update(`${record.id}\n${scope}`).digest('hex');
  const name = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  const id = `${scope}/providers/microsoft.authorization/roleassignments/${name}`;
  const properties: JsonObject = { ...(isObject(record.config['properties']) ? record.config['properties'] : {}), scope };
  return {
    op: 'create',
    record: { ...record, id, account: /^\/subscriptions\/([^/]+)/.exec(scope)?.[1] ?? record.account, config: { ...record.config, id, name, properties } },
  };
}
