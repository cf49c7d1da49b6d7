import type { DetailCall, ListCall } from '../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt, walkPath } from '../model/json.ts';
import type { Place } from './build.ts';

/** The requests that a listing takes: one, or one for each record of another type; `extra` is what the answers do not repeat. */
export function* requests(
  list: ListCall,
  known: ReadonlyMap<string, readonly { config: JsonObject }[]>,
  place: Place,
): Generator<{ request: JsonObject; extra: JsonObject }> {
  const fixed = substitute(list.request ?? {}, place);
  if (list.per === undefined) {
    yield { request: fixed, extra: {} };
    return;
  }
  for (const { config } of known.get(list.per.type) ?? []) {
    let extras: readonly Readonly<Record<string, Json>>[] = [{}];
    for (const [name, path] of Object.entries(list.per.request)) {
      if (path.includes('[]')) {
        const values = [...walkPath(config, path)].map(({ value }) => value);
        extras = extras.flatMap((extra) => values.map((value) => ({ ...extra, [name]: value })));
        continue;
      }
      const value = textAt(config, path);
      if (value !== undefined) extras = extras.map((extra) => ({ ...extra, [name]: value }));
    }
    for (const extra of extras) yield { request: { ...fixed, ...extra }, extra };
  }
}

function substitute(request: JsonObject, place: Place): JsonObject {
  return Object.fromEntries(
    Object.entries(request).map(([key, value]) => [key, value === '$account' ? place.account : value === '$region' ? place.region : value]),
  );
}

/** Parameters of a follow-up call; `undefined` if the record lacks one of them. */
export function detailRequest(detail: DetailCall, config: JsonObject, place: Place): JsonObject | undefined {
  const request: Record<string, Json> = {};
  for (const [name, path] of Object.entries(detail.request)) {
    if (path.startsWith('=')) {
      request[name] = path === '=$account' ? place.account : constant(path.slice(1));
      continue;
    }
    const one = /^\[(.+)\]$/.exec(path)?.[1];
    const value = textAt(config, one ?? path);
    if (value === undefined) return undefined;
    request[name] = one === undefined ? value : [value];
  }
  return request;
}

const constant = (text: string): Json => {
  if (!/^[[{]/.test(text)) return text;
  return JSON.parse(text) as Json;
};

/** The part of an answer that is kept. */
export function kept(answer: JsonObject, detail: DetailCall): Json {
  if (detail.paginate !== undefined) {
    const value = answer[detail.paginate];
    return isArray(value) ? value : [];
  }
  if (detail.keep === undefined || detail.keep === '') return answer;
  let value: Json = answer;
  for (const key of detail.keep.split('.')) value = isObject(value) ? (value[key] ?? null) : null;
  return value;
}
