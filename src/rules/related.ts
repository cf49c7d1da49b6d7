import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import { and, type Truth } from '../match/truth.ts';
import type { ResourceType, TypeTable } from '../model/collector.ts';
import { nearest } from '../model/error.ts';
import { type Json, walkPath } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { RuleProblem } from './reader.ts';
import type { Neighbour } from './record-document.ts';
import type { Related } from './rule.ts';

/** The rest of the estate, as a rule that asks for related resources sees it. */
export interface Neighbours {
  /** In the order of the snapshot's records of the type. */
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
  const indexes = new WeakMap<Neighbours, RelatedIndex>();
  const [first, ...others] = Object.entries(spec.link);
  return (self, neighbours) => {
    let index = indexes.get(neighbours);
    if (index === undefined) {
      index = { byPlace: indexBy(neighbours.of(spec.type), first?.[0], spec.in), truths: new Map() };
      indexes.set(neighbours, index);
    }
    const { byPlace, truths } = index;
    const truthOf = (each: Neighbour): Truth => {
      const known = truths.get(each) ?? matcher?.truth(each.document, each) ?? true;
      truths.set(each, known);
      return known;
    };
    const place = placeOf(self, spec.in);
    const own = first === undefined ? [''] : textsAt(self.document, first[1]);
    const ours = others.map(([theirs, here]) => ({ theirs, values: textsAt(self.document, here) }));
    let [linked, sure, unsure] = [0, 0, 0];
    for (const value of own)
      for (const each of byPlace.get(`${value}${place}`) ?? []) {
        if (!ours.every(({ theirs, values }) => textsAt(each.document, theirs).some((text) => values.includes(text)))) continue;
        linked++;
        const truth = truthOf(each);
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

/** What is known of all resources of a type, whoever asks. */
interface RelatedIndex {
  /** By the value that a link names, and the place where it counts. */
  readonly byPlace: ReadonlyMap<string, readonly Neighbour[]>;
  readonly truths: Map<Neighbour, Truth>;
}

/** Neither an account nor a region has a line end. */
const placeOf = ({ account, region }: Neighbour, scope: Related['in']): string =>
  scope === 'snapshot' ? '' : scope === 'account' ? `\n${account}` : `\n${account}\n${region}`;

function indexBy(all: readonly Neighbour[], path: string | undefined, scope: Related['in']): ReadonlyMap<string, readonly Neighbour[]> {
  const found = new Map<string, Neighbour[]>();
  for (const each of all) {
    const place = placeOf(each, scope);
    for (const value of path === undefined ? [''] : new Set(textsAt(each.document, path))) append(found, `${value}${place}`, each);
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
export function snapshotNeighbours(snapshot: Snapshot, types: TypeTable, documentOf: (record: SnapshotRecord, type: ResourceType) => Neighbour): Neighbours {
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
        list = type === undefined ? [] : snapshot.records(name).map((record) => documentOf(record, type));
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
