import { isArray, isObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { TerraformValues } from '../../../model/terraform.ts';

export interface Open {
  /** Value behind the references of an unknown attribute, if there is exactly one way to read it. */
  resolve(path: readonly (string | number)[]): readonly Json[];
  /** Whether the configuration says something of an attribute. */
  given(path: readonly (string | number)[]): boolean;
  /** An attribute that stays unknown. */
  note(path: string): void;
}

/** Reads planned values; see the interface for what unknown ones give. */
export class Values implements TerraformValues {
  readonly address: string;
  readonly account: string;
  readonly region: string;
  readonly #values: JsonObject;
  readonly #unknown: Json;
  readonly #at: readonly (string | number)[];
  readonly #open: Open;

  constructor(
    place: { readonly address: string; readonly account: string; readonly region: string },
    values: JsonObject,
    unknown: Json,
    open: Open,
    at: readonly (string | number)[] = [],
  ) {
    this.address = place.address;
    this.account = place.account;
    this.region = place.region;
    this.#values = values;
    this.#unknown = unknown;
    this.#open = open;
    this.#at = at;
  }

  text(path: string): string | undefined {
    const value = this.json(path);
    if (typeof value === 'string') return value === '' ? undefined : value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return isArray(value) && value.length === 1 && typeof value[0] === 'string' ? value[0] : undefined;
  }

  number(path: string): number | undefined {
    const value = this.json(path);
    if (typeof value === 'number') return value;
    return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
  }

  flag(path: string): boolean | undefined {
    const value = this.json(path);
    return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
  }

  texts(path: string): readonly string[] {
    const value = this.json(path);
    const list = isArray(value) ? value : value === undefined || value === null ? [] : [value];
    const known = list.filter((each) => typeof each === 'string');
    if (list.length === known.length) return known;
    // A list that is known in part: what is null stands for one that is behind a reference.
    const referred = this.#open.resolve([...this.#at, ...path.split('.')]).filter((each) => typeof each === 'string');
    if (referred.length === 0) this.#open.note([...this.#at, path].join('.'));
    return [...new Set([...known, ...referred])];
  }

  blocks(path: string): readonly Values[] {
    const value = at(this.#values, path);
    const unknown = at(this.#unknown, path);
    const list = isArray(value) ? value : isObject(value) ? [value] : [];
    if (list.length === 0 && unknown === true) this.#open.note([...this.#at, path].join('.'));
    return list.filter(isObject).map((each, index) => {
      const open: Json = isArray(unknown) ? (unknown[index] ?? false) : (unknown ?? false);
      return new Values(this, each, open, this.#open, [...this.#at, ...path.split('.'), index]);
    });
  }

  json(path: string): Json | undefined {
    const value = at(this.#values, path);
    if (!this.unknown(path)) return value ?? undefined;
    const found = this.#open.resolve([...this.#at, ...path.split('.')]);
    if (found.length > 0) return found.length === 1 ? found[0] : found;
    this.#open.note([...this.#at, path].join('.'));
    return undefined;
  }

  document(path: string): Json | undefined {
    if (this.unknown(path)) {
      this.#open.note([...this.#at, path].join('.'));
      return undefined;
    }
    const value = at(this.#values, path);
    if (typeof value !== 'string' || value === '') return value ?? undefined;
    try {
      return JSON.parse(value) as Json;
    } catch {
      // Not JSON: the engine that reads it says so, with its place.
      return value;
    }
  }

  unknown(path: string): boolean {
    const value = at(this.#values, path);
    return (value === undefined || value === null) && at(this.#unknown, path) === true;
  }

  given(path: string): boolean {
    return this.#open.given([...this.#at, ...path.split('.')]);
  }

  identity(path: string): string {
    const value = at(this.#values, path);
    return typeof value === 'string' && value !== '' ? value : this.address;
  }

  tags(): readonly { readonly Key: string; readonly Value: string }[] {
    const all = at(this.#values, 'tags_all');
    const tags = isObject(all) ? all : at(this.#values, 'tags');
    return isObject(tags) ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value: String(Value ?? '') })) : [];
  }
}

function at(value: Json, path: string): Json | undefined {
  let inner: Json | undefined = value;
  for (const key of path.split('.')) {
    if (inner === true) return true;
    if (isArray(inner)) inner = inner[0];
    inner = isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }
  return inner;
}
