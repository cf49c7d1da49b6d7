import { nearest } from '../model/error.ts';
import { isArray, isObject, type Json, pointer } from '../model/json.ts';
import { compileExpression, follow } from './expression.ts';
import { anyAt, locate } from './locate.ts';
import { combine, type MatchLeaf, type MatchOptions, type MatchResult, type Node, negated, never, none, quantified } from './node.ts';
import { leafTests, type MatchClock, spread } from './tests.ts';
import { or, type Truth } from './truth.ts';

/**
 * The one matcher grammar: resource checks, node filters, technique premises, suppressions. After Sigma's field maps (public domain), with quantifiers of our own.
 *
 * - a map: every entry holds; a list of maps: any of them; `not:` a map that must not hold; `any_of:` / `all_of:` lists of maps
 * - `path: value`: the value at the dotted path is it; a list: any of them. A path through a list asks each element, any may fit.
 * - `path|modifier: value`, see `leafTests`; `|all` after it asks that every expected value is met
 * - `path|any: map`, `|every`, `|none`: elements of a list (or values of a map) that fit a map; `|every` holds of an empty list
 * - `expr: text`: a CEL expression over `it` (the document or element), `params`, `now` and, outside quantifiers, the document's own names
 */
export interface Matcher {
  test(document: Json, options?: MatchOptions): MatchResult;
  /** What `test` comes to, without the leaves and so several times as fast: most of what is tested does not fit. */
  truth(document: Json, options?: MatchOptions): Truth;
  /** Dotted paths that it reads, quantifiers dissolved, for checks against declared properties. */
  readonly paths: readonly string[];
}

/** Where in the map an error is, and what. */
export interface MatchProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly help?: string;
}

export interface MatcherOptions {
  /** Values of `$name` texts. */
  readonly params?: Readonly<Record<string, Json>>;
  /** Writes out a short name at the start of a path; not asked inside a quantifier, where paths start at the element. */
  readonly resolve?: (path: string) => string;
  /** What an `expr` may read of the document outside a quantifier, beside `it`. */
  readonly variables?: readonly string[];
  /** Says what is wrong with a path that is read, before it is written out. */
  readonly check?: (path: string) => { readonly message: string; readonly help?: string } | undefined;
}

const quantifiers = ['any', 'every', 'none'];

/** Compiles a matcher, or lists everything that is wrong with it. */
export function compileMatcher(map: Json, clock: MatchClock, options: MatcherOptions = {}): Matcher | readonly MatchProblem[] {
  const compiled = compileParts(map, clock, options);
  if (!('node' in compiled)) return compiled;
  const { node, paths } = compiled;
  // One list for all documents. What breaks off in the middle of one leaves it as it was there.
  const at: (string | number)[] = [];
  const truth = (document: Json, options: MatchOptions = {}): Truth => {
    if (at.length > 0) at.length = 0;
    return node.truth(document, at, options);
  };
  return {
    // What does not fit has no leaves, and that it does not is told sooner without looking for them.
    test: (document, options = {}) => (truth(document, options) === false ? unfit : node.test(document, [], options)),
    truth,
    paths,
  };
}

const unfit: MatchResult = { truth: false, leaves: none };

/** The parts of a matcher, each with its two ways of being asked, and the paths that they read. */
export function compileParts(
  map: Json,
  clock: MatchClock,
  options: MatcherOptions = {},
): { readonly node: Node; readonly paths: readonly string[] } | readonly MatchProblem[] {
  const { params = {}, variables = [], resolve, check } = options;
  const problems: MatchProblem[] = [];
  const paths = new Set<string>();
  const tests = leafTests(clock);
  const node = compile(map, [], []);
  if (problems.length > 0) return problems;
  return { node, paths: [...paths].sort() };

  function compile(spec: Json, at: readonly (string | number)[], prefix: readonly string[]): Node {
    if (isArray(spec))
      return combine(
        spec.map((each, index) => compile(each, [...at, index], prefix)),
        true,
      );
    if (!isObject(spec)) {
      problems.push({ path: at, message: 'a matcher is a map or a list of maps' });
      return never;
    }
    return combine(
      Object.entries(spec).map(([key, value]) => entry(key, value ?? null, [...at, key], prefix)),
      false,
    );
  }

  function entry(key: string, value: Json, at: readonly (string | number)[], prefix: readonly string[]): Node {
    if (key === 'not') return negated(compile(value, at, prefix));
    if (key === 'any_of' || key === 'all_of') {
      const parts = spread(value).map((each, index) => compile(each ?? null, [...at, index], prefix));
      return combine(parts, key === 'any_of');
    }
    if (key === 'expr') return expression(value, at, prefix);
    const [written = '', ...modifiers] = key.split('|');
    const wrong = prefix.length === 0 && written !== '' ? check?.(written) : undefined;
    if (wrong !== undefined) problems.push({ path: at, ...wrong });
    // Such a key is none that a document has, and the matcher would be one that never fits.
    if (written.includes('[]'))
      problems.push({ path: at, message: `\`${written}\` holds \`[]\``, help: 'a path through a list asks each element: leave `[]` away' });
    const path = prefix.length === 0 ? (resolve?.(written) ?? written) : written;
    const keys = path === '' ? [] : path.split('.');
    const full = [...prefix, ...keys];
    const [first] = modifiers;
    if (first !== undefined && quantifiers.includes(first)) return quantified(first, keys, compile(value, at, full));
    if (full.length > 0) paths.add(full.join('.'));
    const name = first === undefined || first === 'all' ? 'eq' : first;
    const every = modifiers.includes('all');
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
    const known = [...Object.keys(tests), ...quantifiers, 'all'];
    const strange = modifiers.find((modifier) => !known.includes(modifier));
    if (test === undefined || strange !== undefined) {
      const near = nearest(strange ?? name, known);
      problems.push({
        path: at,
        message: `unknown modifier \`${strange ?? name}\``,
        help: near === undefined ? `known: ${known.join(', ')}` : `did you mean ${near}?`,
      });
      return never;
    }
    const expected = spread(substitute(value, at)).map((each) => each ?? null);
    const prepared = expected.map((each) => test.prepare(each));
    for (const reason of prepared) if (typeof reason === 'string') problems.push({ path: at, message: `\`${key}\` ${reason}` });
    const ready = prepared.filter((each) => typeof each === 'function');
    const all = every || test.every === true;
    const words = `${name === 'eq' ? '' : `${name} `}${expected.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(all ? ' and ' : ' or ')}`;
    const whole = test.whole === true;
    const [single] = ready;
    const holds: (value: Json | undefined) => boolean =
      single !== undefined && ready.length === 1 ? single : all ? (value) => ready.every((run) => run(value)) : (value) => ready.some((run) => run(value));
    const ask = (value: Json | undefined, at: readonly (string | number)[], options: MatchOptions): Truth =>
      value === undefined && options.unknown?.(at) === true ? 'unknown' : holds(value);
    return {
      test(document, where, options) {
        const found = locate(document, keys, where, whole);
        const truths = found.map((each) => ask(each.value, each.at, options));
        const truth = or(truths);
        if (truth === false) return unfit;
        const leaves: MatchLeaf[] = [];
        for (const [index, { value, at: place }] of found.entries())
          if (truth === 'unknown' || truths[index] === true)
            leaves.push({ pointer: pointer(place), expected: words, actual: truth === 'unknown' ? undefined : value });
        return { truth, leaves };
      },
      truth: (document, where, options) => anyAt(document, keys, 0, where, whole, ask, options),
      throws: false,
    };
  }

  function expression(text: Json, at: readonly (string | number)[], prefix: readonly string[]): Node {
    const outside = prefix.length === 0;
    if (typeof text !== 'string') problems.push({ path: at, message: 'an expression is a text' });
    const compiled = typeof text === 'string' ? compileExpression(text, ['it', 'params', ...(outside ? variables : [])], clock) : [];
    if (!('evaluate' in compiled)) {
      problems.push(
        ...compiled.map(({ message, offset, help }) => ({
          path: at,
          message: `expr, at character ${offset + 1}: ${message}`,
          ...(help === undefined ? {} : { help }),
        })),
      );
      return never;
    }
    const read = compiled.paths.flatMap((chain) => (chain[0] === 'it' ? [chain.slice(1)] : chain[0] === 'params' ? [] : [chain]));
    for (const chain of compiled.paths) {
      const name = chain[0] === 'params' && chain[1] !== undefined && !Object.hasOwn(params, chain[1]) ? `$${chain[1]}` : undefined;
      if (name !== undefined) problems.push({ path: at, message: `unknown parameter \`${name}\`` });
    }
    for (const chain of read) {
      const wrong = outside && chain.length > 0 ? check?.(chain.join('.')) : undefined;
      if (wrong !== undefined) problems.push({ path: at, ...wrong });
      if (chain.length > 0) paths.add([...prefix, ...chain].join('.'));
    }
    const names = variables.filter((name) => compiled.paths.some(([head]) => head === name));
    const lostOf = (seen: readonly Seen[], where: readonly (string | number)[], { unknown }: MatchOptions): readonly Seen[] =>
      seen.filter((each) => each.value === undefined && unknown?.([...where, ...each.chain]) === true);
    // What fits is asked for its leaves later, and is not evaluated again for them.
    const known = new WeakMap<object, ReturnType<typeof compiled.evaluate>>();
    const evaluated = (it: Json): ReturnType<typeof compiled.evaluate> => {
      const before = isObject(it) ? known.get(it) : undefined;
      if (before !== undefined) return before;
      const named = outside && isObject(it) ? Object.fromEntries(names.map((name) => [name, it[name] ?? null])) : {};
      const result = compiled.evaluate({ ...named, it, params });
      if (isObject(it) && result.truth !== false) known.set(it, result);
      return result;
    };
    const seenIn = (it: Json): readonly Seen[] => read.map((chain) => ({ chain, value: follow(it, chain).value }));
    return {
      test(document, where, options) {
        const it = document ?? null;
        const seen = seenIn(it);
        const leaf = (each: Seen, expected: string): MatchLeaf => ({ pointer: pointer([...where, ...each.chain]), expected, actual: each.value });
        const lost = lostOf(seen, where, options);
        if (lost.length > 0) return { truth: 'unknown', leaves: lost.map((each) => leaf(each, `expr ${text}`)) };
        const { truth, reason } = evaluated(it);
        const words = `expr ${text}${reason === undefined ? '' : `: ${reason}`}`;
        const shown = seen.filter((each) => each.value !== undefined).map((each) => leaf(each, words));
        if (truth === false) return { truth, leaves: none };
        return { truth, leaves: shown.length > 0 ? shown : [{ pointer: pointer(where), expected: words, actual: undefined }] };
      },
      truth(document, where, options) {
        const it = document ?? null;
        return lostOf(seenIn(it), where, options).length > 0 ? 'unknown' : evaluated(it).truth;
      },
      throws: true,
    };
  }

  function substitute(value: Json, at: readonly (string | number)[]): Json {
    if (isArray(value)) {
      return value.flatMap((each) => {
        const inner = substitute(each, at);
        return isArray(inner) ? inner : [inner];
      });
    }
    if (typeof value !== 'string' || !value.startsWith('$') || value.startsWith('${')) return value;
    const name = value.slice(1);
    const given = Object.hasOwn(params, name) ? params[name] : undefined;
    if (given !== undefined) return given;
    const near = nearest(name, Object.keys(params));
    problems.push({ path: at, message: `unknown parameter \`${value}\``, ...(near === undefined ? {} : { help: `did you mean $${near}?` }) });
    return value;
  }
}

/** A path that an expression reads, and what stands there. */
interface Seen {
  readonly chain: readonly string[];
  readonly value: Json | undefined;
}
