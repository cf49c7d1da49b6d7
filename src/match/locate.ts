import { isArray, isObject, type Json } from '../model/json.ts';
import type { Truth } from './truth.ts';

type Path = readonly (string | number)[];

export interface Located {
  readonly value: Json | undefined;
  readonly at: Path;
}

/** What is asked of each value at a path. `at` is one list that grows and shrinks: whoever keeps it copies it. */
export type Ask<Context> = (value: Json | undefined, at: (string | number)[], context: Context) => Truth;

/** Values at a path; lists on the way are walked through, and one at the end too unless it is wanted whole. Where nothing stands there is one `undefined`. */
export function locate(value: Json | undefined, keys: readonly string[], at: Path, whole: boolean): readonly Located[] {
  const found: Located[] = [];
  const collect: Ask<undefined> = (each, place) => {
    found.push({ value: each, at: [...place] });
    return false;
  };
  anyAt(value, keys, 0, [...at], whole, collect, undefined);
  return found;
}

/**
 * Whether any of these values will do. Every rule asks this of every resource, so that nothing is made for it.
 *
 * @param from the part of `keys` that is still to be followed
 * @param context what is handed on to `ask`
 */
export function anyAt<Context>(
  value: Json | undefined,
  keys: readonly string[],
  from: number,
  at: (string | number)[],
  whole: boolean,
  ask: Ask<Context>,
  context: Context,
): Truth {
  const key = keys[from];
  if (isArray(value) && !(whole && key === undefined)) {
    if (value.length === 0) return ask(undefined, at, context);
    let result: Truth = false;
    for (let index = 0; index < value.length; index++) {
      at.push(index);
      const each = value[index];
      const truth = key === undefined ? ask(each, at, context) : anyAt(each, keys, from, at, whole, ask, context);
      at.pop();
      if (truth === true) return true;
      if (truth === 'unknown') result = truth;
    }
    return result;
  }
  if (key === undefined) return ask(value, at, context);
  if (isObject(value)) {
    if (Object.hasOwn(value, key)) return below(value[key], key, keys, from + 1, at, whole, ask, context);
    // A key may hold dots itself (`tags.team.name` is not such a case, `aws:SourceIp` in a policy is): the longest spelling that exists wins.
    for (const { text, end } of spellings(keys)[from] ?? [])
      if (Object.hasOwn(value, text)) return below(value[text], text, keys, end, at, whole, ask, context);
  }
  for (let rest = from; rest < keys.length; rest++) at.push(keys[rest] ?? '');
  const truth = ask(undefined, at, context);
  for (let rest = from; rest < keys.length; rest++) at.pop();
  return truth;
}

interface Spelling {
  readonly text: string;
  /** The part of the path that comes after it. */
  readonly end: number;
}

const known = new WeakMap<readonly string[], readonly (readonly Spelling[])[]>();

/** By the part that they begin with, the keys of several parts that a path may mean, longest first. Paths are those of rules, each asked of thousands of records. */
function spellings(keys: readonly string[]): readonly (readonly Spelling[])[] {
  let made = known.get(keys);
  if (made === undefined) {
    made = keys.map((_, from) =>
      Array.from({ length: keys.length - from - 1 }, (_each, less) => {
        const end = keys.length - less;
        return { text: keys.slice(from, end).join('.'), end };
      }),
    );
    known.set(keys, made);
  }
  return made;
}

function below<Context>(
  value: Json | undefined,
  key: string,
  keys: readonly string[],
  from: number,
  at: (string | number)[],
  whole: boolean,
  ask: Ask<Context>,
  context: Context,
): Truth {
  at.push(key);
  const truth = anyAt(value, keys, from, at, whole, ask, context);
  at.pop();
  return truth;
}
