import type { Evidence } from '../../model/evidence.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';

/** The text under the first of the keys that holds one: answers spell some keys in two ways. */
export function text(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  if (!isObject(value)) return undefined;
  for (const key of keys) {
    const found = value[key];
    if (typeof found === 'string' && found !== '') return found;
    if (typeof found === 'number') return String(found);
  }
  return undefined;
}

export function number(value: Json | undefined, key: string): number | undefined {
  const found = isObject(value) ? value[key] : undefined;
  if (typeof found === 'number') return found;
  return typeof found === 'string' && /^-?\d+$/.test(found) ? Number(found) : undefined;
}

export const flag = (value: Json | undefined, key: string): boolean | undefined => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'boolean' ? found : undefined;
};

export const child = (value: Json | undefined, key: string): JsonObject => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};

/** The objects of the list under the first key that is there; the list may stand inside an answer of the same name. */
export function objects(value: Json | undefined, ...keys: readonly string[]): readonly JsonObject[] {
  return list(value, ...keys).filter(isObject);
}

export const strings = (value: Json | undefined, ...keys: readonly string[]): readonly string[] =>
  list(value, ...keys).filter((item): item is string => typeof item === 'string');

export function list(value: Json | undefined, ...keys: readonly string[]): readonly Json[] {
  if (!isObject(value)) return [];
  for (const key of keys) {
    const found = value[key];
    if (isArray(found)) return found;
    if (isObject(found)) {
      const inner = Object.values(found).find(isArray);
      if (inner !== undefined) return inner;
    }
  }
  return [];
}

/** The key that `list` would read, for pointers. */
export const keyOf = (value: JsonObject, ...keys: readonly string[]): string => keys.find((key) => value[key] !== undefined) ?? keys[0] ?? '';

export const evidence = (record: SnapshotRecord, pointer: string): Evidence => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });

/** `i-…` of an ARN or of itself. */
export const shortId = (id: string): string => (id.startsWith('arn:') ? (id.split(/[/:]/).at(-1) ?? id) : id);
