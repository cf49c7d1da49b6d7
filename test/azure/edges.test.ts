import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/cli/package-path.ts';
import { loadTechniques } from '../../src/derive/load.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import {
  application,
  assignment,
  directoryAssignment,
  directoryRole,
  entity,
  graph,
  groupId,
  managementGroup,
  oid,
  permitted,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  team,
  tenant,
} from '../support/azure-estate.ts';
import { bestPath, types, verdictsOf } from '../support/azure-paths.ts';

/** One thing of a world. In its texts `@name` stands for the id of something in the directory, `#name` for that of a resource of the world. */
interface Thing {
  readonly type?: string;
  readonly name?: string;
  /** Names of what it is below: the registry of a task. */
  readonly in?: readonly string[];
  readonly properties?: JsonObject;
  readonly config?: JsonObject;
  readonly person?: string;
  readonly team?: string;
  readonly members?: readonly string[];
  readonly principal?: string;
  readonly application?: string;
  readonly device?: string;
  readonly entity?: string;
  readonly id?: string;
}

interface Edge {
  readonly edge: string;
  /** Actions of one role of ada's: of Azure, `data:` of its data plane, of the directory; `graph:` is an application permission of `bot`. */
  readonly holds: readonly string[];
  /** Sets of actions that each do as well. */
  readonly or?: readonly (readonly string[])[];
  /** Where the role is held; without it on the resource group. */
  readonly at?: 'subscription' | 'root';
  /** Of the assignment. */
  readonly condition?: string;
  /** The role of ada's is built in, so that it is not it that she edits. */
  readonly mine?: 'builtin';
  readonly also?: { readonly holder: string; readonly role: string; readonly actions: readonly string[] };
  readonly from?: string;
  readonly world?: readonly Thing[];
  readonly to: string;
  /** First technique of each step of the best path, with what is not proven of it. */
  readonly path: readonly string[];
  /** Other techniques that prove the first step as well. */
  readonly beside?: readonly string[];
  /** What is left when an action is taken away; without it nothing. */
  readonly less?: Readonly<Record<string, readonly string[]>>;
  /** Worlds in which there is no path. */
  readonly not?: readonly { readonly name: string; readonly world: readonly Thing[] }[];
  /** Types that do the same in place of the first thing's. */
  readonly alike?: readonly string[];
}

const folder = path.join(import.meta.dirname, '../cases/azure-edges');
const read = <T>(file: string): readonly T[] => parse(readFileSync(path.join(folder, file), 'utf8')) as readonly T[]; // boundary: our own data

const idOf = (thing: Thing): string => {
  const [provider = '', ...types] = (thing.type ?? '').split('/');
  const names = [...(thing.in ?? []), thing.name ?? ''];
  return resourceId(
    provider,
    types
      .map((type, index) => `${type}/${names[index]}`)
      .join('/')
      .toLowerCase(),
  ).replaceAll('//', '/');
};

function filled(json: Json, ids: ReadonlyMap<string, string>): Json {
  const text = (value: string): string => (value.startsWith('@') ? oid(value.slice(1)) : (ids.get(value) ?? value));
  if (typeof json === 'string') return text(json);
  if (Array.isArray(json)) return json.map((each: Json) => filled(each, ids));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [text(key), filled(value ?? null, ids)]));
}

function recordOf(thing: Thing, ids: ReadonlyMap<string, string>): SnapshotRecord {
  const config = filled({ ...thing.config, ...(thing.properties === undefined ? {} : { properties: thing.properties }) }, ids) as JsonObject;
  if (thing.person !== undefined) return person(thing.person, config);
  if (thing.team !== undefined) return team(thing.team, thing.members ?? [], config);
  if (thing.principal !== undefined) return principal(thing.principal, config);
  if (thing.application !== undefined) return application(thing.application, config);
  if (thing.device !== undefined) return entity('device', oid(thing.device), { displayName: thing.device, ...config });
  if (thing.entity !== undefined) return entity(thing.entity, thing.id ?? thing.entity, config);
  const { type = '', name = '' } = thing;
  const id = idOf(thing);
  const made = resource(type, name, config);
  const answered = (types.get(type)?.details ?? []).filter((detail) => (detail.as ?? '') in config).map((detail) => detail.call);
  return { ...made, id, config: { id, name, ...config }, calls: [...made.calls, ...answered] };
}

const scopes = { subscription: subscriptionId, root: managementGroup(tenant) } as const;

/** Records of who holds the actions, and who that is. */
function holding(edge: Edge, actions: readonly string[]): { readonly holder: string; readonly records: readonly SnapshotRecord[] } {
  const permissions = actions.filter((action) => action.startsWith('graph:')).map((action) => action.slice('graph:'.length));
  if (edge.holds.some((action) => action.startsWith('graph:')))
    return { holder: 'bot', records: [graph(permissions), principal('bot', { appRoleAssignments: permitted(...permissions) })] };
  const entra = actions.filter((action) => /^microsoft\.[a-z]/.test(action));
  const data = actions.filter((action) => action.startsWith('data:')).map((action) => action.slice('data:'.length));
  const control = actions.filter((action) => /^Microsoft\./.test(action));
  const scope = edge.at === undefined ? groupId('main') : scopes[edge.at];
  const { also, condition, mine } = edge;
  const more = { ...(condition === undefined ? {} : { condition, conditionVersion: '2.0' }) };
  const place = { assignableScopes: [scope] };
  const kind = mine === 'builtin' ? { type: 'BuiltInRole' } : place;
  return {
    holder: 'ada',
    records: [
      person('ada'),
      ...(entra.length === 0 ? [] : [directoryRole('held', entra), directoryAssignment('ada', oid('held'))]),
      ...(control.length + data.length === 0
        ? []
        : [roleDefinition('held', { actions: control, dataActions: data }, kind), assignment('ada', 'held', scope, more)]),
      ...(also === undefined ? [] : [roleDefinition(also.role, { actions: also.actions }, place), assignment(also.holder, also.role, scope)]),
    ],
  };
}

const found = async (...question: Parameters<typeof asked>): Promise<readonly string[]> => verdictsOf(...asked(...question));

/** The world with its holder, from where and to where. */
function asked(edge: Edge, actions: readonly string[], world: readonly Thing[]): Parameters<typeof verdictsOf> {
  const ids = new Map(world.flatMap((thing) => (thing.type === undefined ? [] : [[`#${thing.name}`, idOf(thing)] as const])));
  const { holder, records } = holding(edge, actions);
  const named = (text: string): string => {
    if (text === 'admin:subscription') return `admin:${subscription}`;
    if (text === 'admin:tenant') return `admin:${tenant}`;
    return text === 'main' ? groupId('main') : text.startsWith('@') ? oid(text.slice(1)) : (ids.get(`#${text}`) ?? text);
  };
  return [[...records, ...world.map((thing) => recordOf(thing, ids))], named(edge.from ?? `@${holder}`), named(edge.to)];
}

const files = readdirSync(folder).filter((file) => file !== 'elsewhere.yaml');
const edges = files.flatMap((file) => read<Edge>(file));
const worldsOf = ({ world = [], alike = [] }: Edge): readonly (readonly Thing[])[] => [
  world,
  ...alike.map((type) => world.map((thing, index) => (index === 0 ? { ...thing, type } : thing))),
];

describe.each(edges.map((edge) => [`${edge.edge}: ${edge.path.join(', ')}`, edge] as const))('%s', (_name, edge) => {
  const sets = [edge.holds, ...(edge.or ?? [])];
  test.each(sets.flatMap((set) => worldsOf(edge).map((world) => [set.join(' and ') || world[0]?.type || 'as configured', set, world] as const)))(
    'by %s',
    async (_set, set, world) => {
      expect(await found(edge, set, world)).toEqual(edge.path);
    },
  );

  const fewer = new Map(
    sets.flatMap((set) =>
      set.map((action) => {
        const rest = set.filter((each) => each !== action);
        return [rest.join(), { action, rest }] as const;
      }),
    ),
  );
  if (edge.path[0] !== 'no path' && fewer.size > 0)
    test.each([...fewer.values()])('not without $action', async ({ action, rest }) => {
      expect(await found(edge, rest, edge.world ?? [])).toEqual(edge.less?.[action] ?? ['no path']);
    });

  if (edge.beside !== undefined)
    test('the same step is proven by more', async () => {
      const best = await bestPath(...asked(edge, edge.holds, edge.world ?? []));
      expect(best?.steps[0]?.techniques).toEqual(expect.arrayContaining([...(edge.beside ?? [])]));
    });

  if (edge.not !== undefined)
    test.each(edge.not)('not: $name', async ({ world }) => {
      expect(await found(edge, edge.holds, world)).toEqual(['no path']);
    });
});

interface Elsewhere {
  readonly edge: string;
  readonly technique?: string;
  readonly in: string;
  readonly test: string;
}
const elsewhere = read<Elsewhere>('elsewhere.yaml');

test('every technique of Azure and Entra ID is a step of some case', async () => {
  const shown = new Set([
    ...edges.flatMap((edge) => [...edge.path, ...(edge.beside ?? [])]).map((step) => step.replace(/ .*$/, '')),
    ...elsewhere.flatMap(({ technique }) => technique ?? []),
  ]);
  const all = await loadTechniques(packagePath('rules', 'techniques'));
  const missing = all.map(({ id }) => id).filter((id) => /^(azure|entra)\./.test(id) && !shown.has(id));
  expect(missing).toEqual([]);
});

test.each(elsewhere)('$edge is shown by $in', ({ in: file, test: title }) => {
  const text = readFileSync(path.join(import.meta.dirname, file), 'utf8');
  expect(text.includes(`'${title}'`)).toBe(true);
});
