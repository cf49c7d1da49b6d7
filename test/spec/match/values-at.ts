import { isArray, isObject, type Json } from '../../../src/model/json.ts';

interface Located {
  readonly value: Json | undefined;
  readonly at: readonly (string | number)[];
}

/** The values at a path by its definition, each list made anew. */
export function valuesAt(value: Json | undefined, keys: readonly string[], at: readonly (string | number)[], whole: boolean): readonly Located[] {
  const [key, ...rest] = keys;
  if (key === undefined) {
    if (whole || !isArray(value)) return [{ value, at }];
    return value.length === 0 ? [{ value: undefined, at }] : value.map((each, index) => ({ value: each, at: [...at, index] }));
  }
  if (isArray(value)) {
    const found = value.flatMap((each, index) => valuesAt(each, keys, [...at, index], whole));
    return found.length === 0 ? [{ value: undefined, at }] : found;
  }
  if (isObject(value)) {
    if (Object.hasOwn(value, key)) return valuesAt(value[key], rest, [...at, key], whole);
    for (let length = keys.length; length > 1; length--) {
      const joined = keys.slice(0, length).join('.');
      if (Object.hasOwn(value, joined)) return valuesAt(value[joined], keys.slice(length), [...at, joined], whole);
    }
  }
  return [{ value: undefined, at: [...at, ...keys] }];
}
