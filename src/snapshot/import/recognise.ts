import { itemsOf } from '../../collect/build.ts';
import type { DetailCall, ListCall, ResourceType, TypeTable } from '../../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt } from '../../model/json.ts';
import { appendAll } from '../../model/multimap.ts';

/** Items of one type that an answer holds. */
export interface FoundItems {
  readonly type: string;
  readonly spec: ResourceType;
  readonly call: string;
  readonly items: readonly Json[];
}

/** A follow-up answer, and how to find the record it belongs to: values of the parent's configuration by path. */
export interface FoundDetail {
  readonly type: string;
  readonly spec: ResourceType;
  readonly detail: DetailCall;
  readonly parent: Readonly<Record<string, string>>;
  readonly value: Json;
}

export interface Recogniser {
  /** What one answer holds; keys that nothing claims come back as `unknown`. */
  answer(
    answer: JsonObject,
    request: JsonObject | undefined,
  ): { readonly items: readonly FoundItems[]; readonly details: readonly FoundDetail[]; readonly unknown: readonly string[] };
}

interface ListEntry {
  readonly type: string;
  readonly spec: ResourceType;
  readonly call: string;
  readonly path: string;
}

/** Keys of an answer that carry nothing: paging, counts, metadata. */
const idle =
  /^(NextToken|nextToken|Marker|NextMarker|IsTruncated|ResponseMetadata|\$metadata|PaginationToken|Truncated|MaxResults|MaxItems|Quantity|position|Owner|RequestCharged|Prefix|KeyCount|MaxKeys|EncodingType|Delimiter|CommonPrefixes|Name|failures|tasksNotFound|projectsNotFound|NextPageMarker|nextMarker|ResultMetadata|StagesAvailable|Contents|metadata)$/;

const operation = (call: string): string => call.slice(call.indexOf(':') + 1);

/** Built from the collectors' tables: what a listing, a description of many and a follow-up call answer tells by its keys alone. */
export function createRecogniser(types: TypeTable): Recogniser {
  const lists = new Map<string, ListEntry[]>();
  const whole: ListEntry[] = [];
  const details: { type: string; spec: ResourceType; detail: DetailCall; keys: readonly string[] }[] = [];
  const offer = (key: string, entry: ListEntry): void => {
    const known = lists.get(key);
    if (known === undefined) lists.set(key, [entry]);
    else if (!known.some((each) => each.type === entry.type && each.path === entry.path)) known.push(entry);
  };
  for (const [type, spec] of types) {
    const calls: readonly (ListCall | { call: string; items: string })[] = [
      ...(spec.list ?? []),
      ...(spec.imports ?? []),
      ...(spec.batch === undefined ? [] : [spec.batch]),
    ];
    for (const { call, items } of calls) {
      const top = (items.split('.')[0] ?? '').replace('[]', '');
      if (top === '') whole.push({ type, spec, call, path: '' });
      else offer(top, { type, spec, call, path: items });
    }
    for (const detail of spec.details ?? []) {
      const keys = detail.recognise ?? [detail.keep?.split('.')[0] ?? detail.paginate ?? ''].filter((key) => key !== '');
      details.push({ type, spec, detail, keys });
      if (detail.merge === true && detail.keep !== undefined && detail.keep !== '')
        offer(detail.keep.split('.')[0]?.replace('[]', '') ?? '', { type, spec, call: detail.call, path: detail.keep });
    }
  }
  return {
    answer(answer, request) {
      const items: FoundItems[] = [];
      const found: FoundDetail[] = [];
      const claimed = new Set<string>();
      const keys = Object.keys(answer).filter((key) => !idle.test(key));
      // An answer to a request about one record is not the whole of another, though it may have the same keys: a bucket's block of public access, and the account's.
      const ofOne =
        request !== undefined &&
        details.some(
          ({ detail, keys: marks }) =>
            Object.entries(detail.request).every(([name, path]) => path.startsWith('=') || textAt(request, name) !== undefined) &&
            marks.some((key) => Object.hasOwn(answer, key)),
        );
      for (const entry of ofOne ? [] : whole) {
        const wanted = entry.spec.recognise ?? [];
        if (wanted.length > 0 && wanted.every((key) => Object.hasOwn(answer, key))) {
          items.push({ type: entry.type, spec: entry.spec, call: entry.call, items: [answer] });
          for (const key of Object.keys(answer)) claimed.add(key);
          return { items, details: found, unknown: [] };
        }
      }
      if (request !== undefined) {
        for (const { type, spec, detail, keys: marks } of details) {
          const parameters = Object.entries(detail.request).filter(([, path]) => !path.startsWith('='));
          if (!parameters.every(([name]) => textAt(request, name) !== undefined)) continue;
          if (!constantsFit(detail, request)) continue;
          if (marks.length === 0 ? !namedLikeType(keys, detail) : !marks.some((key) => Object.hasOwn(answer, key))) continue;
          const parent = Object.fromEntries(parameters.map(([name, path]) => [path, textAt(request, name) ?? '']));
          found.push({ type, spec, detail, parent, value: kept(answer, detail) });
          // Where the whole answer is kept, nothing in it is unknown.
          for (const key of marks.length === 0 || (detail.keep ?? detail.paginate) === undefined ? keys : marks) claimed.add(key);
        }
      }
      for (const key of keys) {
        if (claimed.has(key)) continue;
        for (const entry of lists.get(key) ?? []) {
          const all = itemsOf(answer, entry.path);
          const wanted = entry.spec.recognise;
          const fitting = wanted === undefined ? all : all.filter((item) => isObject(item) && wanted.every((name) => Object.hasOwn(item, name)));
          if (fitting.length === 0 && all.length > 0) continue;
          items.push({ type: entry.type, spec: entry.spec, call: entry.call, items: fitting.map((item) => withRequest(item, request, entry)) });
          claimed.add(key);
          if (fitting.length > 0) break;
        }
        // A list may also be what a follow-up call answers: access keys are records, and a part of their user.
        for (const { type, spec, detail, keys: marks } of details) {
          if (!marks.includes(key)) continue;
          const parts = inlineParents(answer, detail);
          if (parts === undefined) continue;
          // The whole answer is kept, whatever its keys.
          for (const each of detail.keep === '' ? keys : [key]) claimed.add(each);
          for (const [parent, value] of parts) found.push({ type, spec, detail, parent, value });
          break;
        }
        if (claimed.has(key)) continue;
        const gathered = gatheredDetails(answer[key], details);
        if (gathered === undefined) continue;
        claimed.add(key);
        appendAll(found, gathered);
      }
      // Small things that stand beside what was recognised: the tags of a task definition, the id of an attribute's instance.
      const beside = items.length + found.length > 0 ? keys.filter((key) => !claimed.has(key) && (typeof answer[key] === 'string' || key === 'tags')) : [];
      return { items, details: found, unknown: keys.filter((key) => !claimed.has(key) && !beside.includes(key)) };
    },
  };
}

/** Tools that gather the answers of one follow-up call under a key of their own keep the parent's name in each: `[{TransitGatewayRouteTableId, Routes: []}]`. */
function gatheredDetails(
  value: Json | undefined,
  details: readonly { readonly type: string; readonly spec: ResourceType; readonly detail: DetailCall; readonly keys: readonly string[] }[],
): readonly FoundDetail[] | undefined {
  if (!isArray(value) || value.length === 0) return undefined;
  const out: FoundDetail[] = [];
  for (const item of value) {
    if (!isObject(item)) return undefined;
    const fitting = details.find(
      ({ detail, keys }) =>
        keys.some((key) => Object.hasOwn(item, key)) &&
        Object.entries(detail.request).every(([name, path]) => path.startsWith('=') || typeof item[name] === 'string'),
    );
    const parts = fitting === undefined ? undefined : inlineParents(item, fitting.detail);
    if (fitting === undefined || parts === undefined) return undefined;
    for (const [parent, part] of parts) out.push({ type: fitting.type, spec: fitting.spec, detail: fitting.detail, parent, value: part });
  }
  return out;
}

/** Listings that are asked per parent carry the parent's name in the request only. */
function withRequest(item: Json, request: JsonObject | undefined, entry: ListEntry): Json {
  if (request === undefined || !isObject(item)) return item;
  const per = [...(entry.spec.list ?? []), ...(entry.spec.imports ?? [])].find((list) => list.call === entry.call)?.per;
  if (per === undefined) return item;
  const extra = Object.fromEntries(
    Object.keys(per.request)
      .filter((name) => !Object.hasOwn(item, name) && request[name] !== undefined)
      .map((name) => [name, request[name]]),
  );
  return { ...item, ...extra };
}

const constantsFit = (detail: DetailCall, request: JsonObject): boolean =>
  Object.entries(detail.request).every(
    ([name, path]) => !path.startsWith('=') || path.startsWith('=$') || textAt(request, name) === undefined || textAt(request, name) === path.slice(1),
  );

/** An answer without a key of its own to know it by: `GetBucketVersioning` answers `{Status}`, or nothing. Told by the operation's noun. */
function namedLikeType(keys: readonly string[], detail: DetailCall): boolean {
  const known = bareAnswers[operation(detail.call)];
  return known !== undefined && keys.length > 0 && keys.every((key) => known.includes(key));
}

const bareAnswers: Readonly<Record<string, readonly string[]>> = {
  GetBucketVersioning: ['Status', 'MFADelete'],
  GetBucketLogging: ['LoggingEnabled'],
  GetBucketNotificationConfiguration: ['TopicConfigurations', 'QueueConfigurations', 'LambdaFunctionConfigurations', 'EventBridgeConfiguration'],
};

/** The part of an answer that is kept in the record. */
export function kept(answer: JsonObject, detail: DetailCall): Json {
  const path = detail.keep ?? detail.paginate;
  if (path === undefined || path === '') return answer;
  if (detail.paginate !== undefined) return [...itemsOf(answer, detail.paginate)];
  let value: Json = answer;
  for (const key of path.split('.')) value = isObject(value) ? (value[key] ?? null) : null;
  return value;
}

/** A follow-up answer without its request can still name its parent itself: `{LoginProfile: {UserName}}`, `{AccessKeyMetadata: [{UserName}]}`. */
function inlineParents(answer: JsonObject, detail: DetailCall): readonly (readonly [Readonly<Record<string, string>>, Json])[] | undefined {
  const parameters = Object.entries(detail.request).filter(([, path]) => !path.startsWith('='));
  const value = kept(answer, detail);
  const read = (from: Json): Record<string, string> | undefined => {
    const parent: Record<string, string> = {};
    for (const [name, path] of parameters) {
      const text = textAt(from, name) ?? textAt(from, path.split('.').at(-1) ?? path) ?? textAt(answer, name);
      if (text === undefined) return undefined;
      parent[path] = text;
    }
    return parent;
  };
  if (!isArray(value)) {
    const parent = read(value);
    return parent === undefined ? undefined : [[parent, value]];
  }
  const groups = new Map<string, { parent: Record<string, string>; values: Json[] }>();
  for (const item of value) {
    const parent = read(item);
    if (parent === undefined) return undefined;
    const key = JSON.stringify(parent);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { parent, values: [item] });
    else group.values.push(item);
  }
  if (groups.size === 0) {
    const parent = read(answer);
    return parent === undefined ? [] : [[parent, []]];
  }
  return [...groups.values()].map(({ parent, values }) => [parent, values]);
}
