import { armId, armLocation, armSubscription } from '../model/arm-id.ts';
import type { ResourceType } from '../model/collector.ts';
import { isArray, isObject, type Json, type JsonObject, textAt, walkPath } from '../model/json.ts';

export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Azure: the tenant, where what stands above all subscriptions is kept. */
  readonly tenant?: string;
}

/** Id, account and region of a record. The id of an Azure resource tells its subscription, its answer its location; elsewhere both are where it was asked. */
export function placeRecord(
  type: ResourceType,
  config: JsonObject,
  place: Place,
): { readonly id: string; readonly account: string; readonly region: string } | undefined {
  const owner = type.owner === undefined ? undefined : textAt(config, type.owner);
  const account = owner !== undefined && /^\d{12}$/.test(owner) ? owner : place.account;
  const made = recordId(type.id, config, { ...place, account });
  if (made === undefined) return undefined;
  if (type.ids !== 'arm') return { id: made, account, region: place.region };
  const id = armId(made);
  return { id, account: armSubscription(id) ?? place.tenant ?? account, region: armLocation(textAt(config, 'location')) };
}

/** The resources inside an answer that are records of their own. They are where the whole is. */
export function* partsOf(type: ResourceType, config: JsonObject): Generator<{ readonly type: string; readonly config: JsonObject }> {
  for (const part of type.parts ?? []) {
    for (const { value } of walkPath(config, part.path)) {
      if (!isObject(value)) continue;
      const location = config['location'];
      yield { type: part.type, config: location === undefined || 'location' in value ? value : { ...value, location } };
    }
  }
}

/** A bare name or ARN as a record's configuration. */
export function itemConfig(item: Json): JsonObject {
  if (isObject(item)) return item;
  if (typeof item === 'string') return item.startsWith('arn:') ? { Arn: item } : { Name: item };
  return {};
}

/**
 * The id of a record: `{path}` stands for a value of its configuration (`{path/}` for what follows its last slash), `$partition`, `$account`, `$region` for where
 * it was asked.
 * `undefined` if a value is not there.
 */
export function recordId(template: string, config: JsonObject, place: Place): string | undefined {
  let missing = false;
  const id = template.replace(/\{([^}]+)\}|\$(partition|account|region)/g, (_all, path: string | undefined, name: string | undefined) => {
    const value =
      path === undefined ? place[name as keyof Place] : path.endsWith('/') ? textAt(config, path.slice(0, -1))?.split('/').at(-1) : textAt(config, path);
    if (value === undefined || value === '') missing = true;
    return value ?? '';
  });
  return missing ? undefined : id;
}

/** Account and region that an ARN names; empty where it does not. */
export function arnPlace(arn: string): Place | undefined {
  const match = /^arn:([a-z-]+):[^:]*:([a-z0-9-]*):(\d{12})?:/.exec(arn);
  return match === null ? undefined : { partition: match[1] ?? 'aws', region: match[2] ?? '', account: match[3] ?? '' };
}

/** Decodes the declared JSON documents of a configuration, so that what they say can be pointed at. What is no JSON stays a text. */
export function decodeDocuments(config: JsonObject, type: ResourceType): JsonObject {
  let result: Json = config;
  for (const path of type.documents ?? []) result = decodeAt(result, path.split('.'));
  return isObject(result) ? result : config;
}

function decodeAt(value: Json, keys: readonly string[]): Json {
  const [head, ...rest] = keys;
  if (head === undefined) return decodeText(value);
  const each = head.endsWith('[]');
  const name = each ? head.slice(0, -2) : head;
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const inner = value[name] ?? null;
  return { ...value, [name]: each && isArray(inner) ? inner.map((item) => decodeAt(item, rest)) : decodeAt(inner, rest) };
}

/** A policy as a provider sends it: JSON text, sometimes percent-encoded (RFC 3986), as IAM does. */
export function decodeText(value: Json): Json {
  if (typeof value !== 'string') return value;
  for (const text of [value, unescaped(value)]) {
    if (text === undefined || !/^\s*[{[]/.test(text)) continue;
    try {
      return JSON.parse(text) as Json;
    } catch {
      // Not JSON in this form; a malformed policy is kept as it is and reported by the engine that reads it.
    }
  }
  return value;
}

function unescaped(text: string): string | undefined {
  if (!text.startsWith('%')) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** SDK answers as JSON: dates as ISO 8601 text, bytes as base64, metadata left out. */
export function plainJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, item]) => key !== '$metadata' && item !== undefined && typeof item !== 'function')
        .map(([key, item]) => [key, plainJson(item)]),
    );
  }
  return null;
}

/** Items of a listing's answer; the empty path means that the answer itself is the one item. */
export function itemsOf(answer: Json, path: string): readonly Json[] {
  if (path === '') return [answer];
  return [...walkPath(answer, path)].flatMap(({ value }) => (isArray(value) ? value : [value]));
}
