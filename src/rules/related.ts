import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import { and, type Truth } from '../match/truth.ts';
import type { ResourceType, TypeTable } from '../model/collector.ts';
import { nearest } from '../model/error.ts';
import { type Json, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { RuleProblem } from './reader.ts';
import type { Related } from './rule.ts';

/** A resource as a matcher reads it, with where it belongs. */
export interface Neighbour {
  readonly document: Json;
  readonly unknown: (path: readonly (string | number)[]) => boolean;
  readonly account: string;
  readonly region: string;
}

/** The rest of the estate, as a rule that asks for related resources sees it. */
export interface Neighbours {
  of(type: string): readonly Neighbour[];
  /** Whether the listing of a type was answered in an account, in one region or (`undefined`) in all that were asked. */
  collected(type: string, account: string, region: string | undefined): boolean;
}

export interface CompiledRelated {
  readonly spec: Related;
  readonly label: string;
  /** `true`: nothing there fits. */
  lacking(self: Neighbour, neighbours: Neighbours): Truth;
}

/** Compiles what must not be missing; mistakes come back with their places. */
export function compileRelated(
  spec: Related,
  path: readonly (string | number)[],
  types: TypeTable,
  clock: MatchClock,
  params: Readonly<Record<string, Json>>,
): CompiledRelated | readonly RuleProblem[] {
  const type = types.get(spec.type);
  if (type === undefined) {
    const near = nearest(spec.type, types.keys());
    return [
      {
        code: 'R107',
        path: [...path, 'type'],
        message: `no collector declares the type \`${spec.type}\``,
        ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
      },
    ];
  }
  const matcher = spec.where === undefined ? undefined : compileMatcher(spec.where, clock, { params, variables: ['config', 'resource'] });
  if (matcher !== undefined && !('test' in matcher))
    return matcher.map((each): RuleProblem => ({ ...each, code: 'R104', path: [...path, 'where', ...each.path] }));
  return { spec, label: type.label, lacking: lackingOf(spec, matcher) };
}

function lackingOf(spec: Related, matcher: Matcher | undefined): CompiledRelated['lacking'] {
  const indexes = new WeakMap<Neighbours, ReadonlyMap<string, readonly Neighbour[]>>();
  const [first, ...others] = Object.entries(spec.link);
  return (self, neighbours) => {
    let index = indexes.get(neighbours);
    if (index === undefined) {
      index = indexBy(neighbours.of(spec.type), first?.[0]);
      indexes.set(neighbours, index);
    }
    const own = first === undefined ? [''] : textsAt(self.document, first[1]);
    const here = own
      .flatMap((value) => index.get(value) ?? [])
      .filter((each) => (spec.in === 'snapshot' || each.account === self.account) && (spec.in !== 'region' || each.region === self.region));
    let [linked, sure, unsure] = [0, 0, 0];
    for (const each of here) {
      if (!others.every(([theirs, ours]) => textsAt(each.document, theirs).some((value) => textsAt(self.document, ours).includes(value)))) continue;
      linked++;
      const truth: Truth = matcher === undefined ? true : matcher.test(each.document, { unknown: each.unknown }).truth;
      if (truth === true) sure++;
      if (truth === 'unknown') unsure++;
      if (sure >= spec.atLeast && spec.atMost === Number.POSITIVE_INFINITY) return false;
    }
    if (sure > spec.atMost) return true;
    const all = spec.in === 'snapshot' || neighbours.collected(spec.type, self.account, spec.in === 'region' ? self.region : undefined);
    if (!all || unsure > 0) return 'unknown';
    // Of the one that a link names nothing may be wrong; where it is not in the snapshot at all nobody can say.
    if (first !== undefined && linked === 0 && spec.atLeast === 0) return 'unknown';
    return sure < spec.atLeast;
  };
}

function indexBy(all: readonly Neighbour[], path: string | undefined): ReadonlyMap<string, readonly Neighbour[]> {
  if (path === undefined) return new Map([['', all]]);
  const found = new Map<string, Neighbour[]>();
  for (const each of all)
    for (const value of new Set(textsAt(each.document, path))) {
      const list = found.get(value);
      if (list === undefined) found.set(value, [each]);
      else list.push(each);
    }
  return found;
}

function textsAt(document: Json, path: string): readonly string[] {
  return [...walkPath(document, path)].flatMap(({ value }) => (typeof value === 'string' ? [folded(value)] : typeof value === 'number' ? [String(value)] : []));
}

/** Ids of Azure's resources are the same in any case, and its services write them in different ones. */
const folded = (text: string): string => (/^\/(?:subscriptions|providers)\//i.test(text) ? text.toLowerCase() : text);

/** All of them are lacking. */
export const allLacking = (related: readonly CompiledRelated[], self: Neighbour, neighbours: Neighbours): Truth =>
  and(related.map((each) => each.lacking(self, neighbours)));

/** The neighbours in a snapshot. Documents are made once for each type. */
export function snapshotNeighbours(
  snapshot: Snapshot,
  types: TypeTable,
  documentOf: (record: Parameters<typeof neighbour>[0], type: ResourceType) => Pick<Neighbour, 'document' | 'unknown'>,
): Neighbours {
  const known = new Map<string, readonly Neighbour[]>();
  const places = new Map<string, Map<string, boolean>>();
  const asked = new Set(snapshot.manifest.calls.map((call) => call.account));
  const everywhere = new Map<string, boolean>();
  for (const { call, account, region, state } of snapshot.manifest.calls) {
    const key = `${call} ${account}`;
    const regions = places.get(key) ?? new Map<string, boolean>();
    places.set(key, regions);
    const answered = state === 'ok' || state === 'absent';
    regions.set(region, (regions.get(region) ?? true) && answered);
    everywhere.set(call, (everywhere.get(call) ?? true) && answered);
  }
  return {
    of(name) {
      let list = known.get(name);
      if (list === undefined) {
        const type = types.get(name);
        list = type === undefined ? [] : snapshot.records(name).map((record) => neighbour(record, documentOf(record, type)));
        known.set(name, list);
      }
      return list;
    },
    collected(name, account, region) {
      const calls = (types.get(name)?.list ?? []).map((list) => list.call);
      return calls.some((call) => {
        const regions = places.get(`${call} ${account}`);
        // What is listed through what stands above an account, as role assignments of subscriptions are through their tenant, was not asked of the account itself.
        if (regions === undefined) return (!asked.has(account) || types.get(name)?.collector.scope === 'tenant') && (everywhere.get(call) ?? false);
        if (region === undefined) return regions.size > 0 && [...regions.values()].every((answered) => answered);
        return regions.get(region) ?? regions.get('global') ?? false;
      });
    },
  };
}

const neighbour = (record: ReturnType<Snapshot['records']>[number], document: Pick<Neighbour, 'document' | 'unknown'>): Neighbour => ({
  ...document,
  account: record.account,
  region: record.region,
});
