/** A JSON value as it stands in a snapshot record. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** One reference token of a JSON pointer, escaped as RFC 6901 section 3 demands. */
export function pointerToken(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** JSON pointer (RFC 6901) of a path of keys and indexes; `[]` gives the whole document, `''`. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${pointerToken(key)}`).join('');
}

/** The value a JSON pointer (RFC 6901) names, or `undefined` where nothing stands. */
export function resolvePointer(document: Json, text: string): Json | undefined {
  if (text === '') return document;
  let value: Json | undefined = document;
  for (const raw of text.slice(1).split('/')) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isArray(value)) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/**
 * Every value a dotted path leads to, with the concrete path of each. `[]` after a name means each element of that array:
 * `Reservations[].Instances[].InstanceId`; `{}` after it each value of that object, and `{key}` each of its keys. A name that holds a dot is not reachable this way; declare a `pointer` instead.
 */
export function* walkPath(document: Json | undefined, path: string): Generator<{ value: Json; at: readonly (string | number)[] }> {
  yield* walk(document, path === '' ? [] : path.split('.'), []);
}

function* walk(
  value: Json | undefined,
  rest: readonly string[],
  at: readonly (string | number)[],
): Generator<{ value: Json; at: readonly (string | number)[] }> {
  if (value === undefined) return;
  const [head, ...tail] = rest;
  if (head === undefined) {
    yield { value, at };
    return;
  }
  const form = /(?:\[\]|\{\}|\{key\})$/.exec(head)?.[0] ?? '';
  const name = form === '' ? head : head.slice(0, -form.length);
  const here = name === '' ? value : isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const path = name === '' ? at : [...at, name];
  if (form.startsWith('{')) {
    if (isObject(here)) for (const [key, item] of Object.entries(here)) yield* walk(form === '{}' ? item : key, tail, [...path, key]);
  } else if (form === '') yield* walk(here, tail, path);
  else if (isArray(here)) for (const [index, item] of here.entries()) yield* walk(item, tail, [...path, index]);
}

/** The first string (or number, as text) at a dotted path, or `undefined`. */
export function textAt(document: Json | undefined, path: string): string | undefined {
  for (const { value } of walkPath(document, path)) {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

/** JSON text with the keys of every object sorted by code unit, so that equal values give equal bytes. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, inner: Json) => {
    if (!isObject(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
