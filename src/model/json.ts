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
  if (typeof key === 'number') return String(key);
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

/** JSON pointer (RFC 6901) of a path of keys and indexes; `[]` gives the whole document, `''`. */
export function pointer(path: readonly (string | number)[]): string {
  let text = '';
  for (const key of path) text += `/${pointerToken(key)}`;
  return text;
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

/** One value that a dotted path leads to, and its concrete path. */
export interface Found {
  readonly value: Json;
  readonly at: readonly (string | number)[];
}

/** A part of a dotted path: a name, and what of its value is meant. */
interface Part {
  readonly name: string;
  readonly form: '' | '[]' | '{}' | '{key}';
}

interface Path {
  readonly parts: readonly Part[];
  /** The names, if the path consists of nothing else: it leads to one value at most. */
  readonly names: readonly string[] | undefined;
}

const paths = new Map<string, Path>();

/** The paths come from tables and rules, each read for thousands of records: they are taken apart once. */
function pathOf(path: string): Path {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const parts = (path === '' ? [] : path.split('.')).map((text): Part => {
    const form = (['[]', '{}', '{key}'] as const).find((each) => text.endsWith(each)) ?? '';
    return { name: text.slice(0, text.length - form.length), form };
  });
  const plain = parts.every(({ name, form }) => name !== '' && form === '');
  const made: Path = { parts, names: plain ? parts.map(({ name }) => name) : undefined };
  paths.set(path, made);
  return made;
}

/** The value at some names, each below the one before. */
function below(document: Json | undefined, names: readonly string[]): Json | undefined {
  let value = document;
  for (const name of names) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/**
 * Every value a dotted path leads to, with the concrete path of each. `[]` after a name means each element of that array:
 * `Reservations[].Instances[].InstanceId`; `{}` after it each value of that object, and `{key}` each of its keys. A name that holds a dot is not reachable this way; declare a `pointer` instead.
 */
export function walkPath(document: Json | undefined, path: string): readonly Found[] {
  const { parts, names } = pathOf(path);
  if (names !== undefined) {
    const value = below(document, names);
    return value === undefined ? nothing : [{ value, at: names }];
  }
  const found: Found[] = [];
  walk(document, parts, 0, [], (value, at) => {
    found.push({ value, at: [...at] });
    return false;
  });
  return found;
}

const nothing: readonly Found[] = [];

/** Visits in order until the visitor has enough. `at` is one list that grows and shrinks. */
function walk(
  value: Json | undefined,
  path: readonly Part[],
  position: number,
  at: (string | number)[],
  visit: (value: Json, at: readonly (string | number)[]) => boolean,
): boolean {
  if (value === undefined) return false;
  const part = path[position];
  if (part === undefined) return visit(value, at);
  const { name, form } = part;
  const here = name === '' ? value : isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (here === undefined) return false;
  const depth = at.length;
  if (name !== '') at.push(name);
  let enough = false;
  if (form === '') enough = walk(here, path, position + 1, at, visit);
  else if (form === '[]') {
    if (isArray(here)) enough = here.some((item, index) => inside(index, item, path, position, at, visit));
  } else if (isObject(here)) enough = Object.entries(here).some(([key, item]) => inside(key, form === '{}' ? item : key, path, position, at, visit));
  at.length = depth;
  return enough;
}

function inside(
  key: string | number,
  item: Json | undefined,
  path: readonly Part[],
  position: number,
  at: (string | number)[],
  visit: (value: Json, at: readonly (string | number)[]) => boolean,
): boolean {
  at.push(key);
  const enough = walk(item, path, position + 1, at, visit);
  at.pop();
  return enough;
}

/** The first string (or number, as text) at a dotted path, or `undefined`. */
export function textAt(document: Json | undefined, path: string): string | undefined {
  const { parts, names } = pathOf(path);
  if (names !== undefined) return asText(below(document, names));
  let text: string | undefined;
  walk(document, parts, 0, [], (value) => {
    text = asText(value);
    return text !== undefined;
  });
  return text;
}

const asText = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined);

/** JSON text with the keys of every object sorted by code unit, so that equal values give equal bytes. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_key, inner: Json) => {
    if (!isObject(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
