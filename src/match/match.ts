import { nearest } from '../model/error.ts';
import { isArray, isObject, type Json, pointer } from '../model/json.ts';
import { compileExpression, follow } from './expression.ts';
import { leafTests, type MatchClock, spread } from './tests.ts';
import { and, not, or, type Truth } from './truth.ts';

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
  /** Dotted paths that it reads, quantifiers dissolved, for checks against declared properties. */
  readonly paths: readonly string[];
}

export interface MatchOptions {
  /** Whether the value at a path was not collected; the test is then `unknown`. Asked only where nothing stands. */
  readonly unknown?: (path: readonly (string | number)[]) => boolean;
}

/** A test that was made: where, what was expected, what stood there. What decides a match is evidence. */
export interface MatchLeaf {
  readonly pointer: string;
  readonly expected: string;
  readonly actual: Json | undefined;
}

export interface MatchResult {
  readonly truth: Truth;
  /** The tests that held, in the order of the map. For `unknown`: the paths that were not collected. */
  readonly leaves: readonly MatchLeaf[];
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

type Node = (value: Json | undefined, at: readonly (string | number)[], options: MatchOptions) => MatchResult;

const none: readonly MatchLeaf[] = [];
const quantifiers = ['any', 'every', 'none'];

/** Compiles a matcher, or lists everything that is wrong with it. */
export function compileMatcher(map: Json, clock: MatchClock, options: MatcherOptions = {}): Matcher | readonly MatchProblem[] {
  const { params = {}, variables = [], resolve, check } = options;
  const problems: MatchProblem[] = [];
  const paths = new Set<string>();
  const tests = leafTests(clock);
  const node = compile(map, [], []);
  if (problems.length > 0) return problems;
  return { test: (document, options = {}) => node(document, [], options), paths: [...paths].sort() };

  function compile(spec: Json, at: readonly (string | number)[], prefix: readonly string[]): Node {
    if (isArray(spec))
      return combine(
        spec.map((each, index) => compile(each, [...at, index], prefix)),
        or,
      );
    if (!isObject(spec)) {
      problems.push({ path: at, message: 'a matcher is a map or a list of maps' });
      return () => ({ truth: false, leaves: none });
    }
    return combine(
      Object.entries(spec).map(([key, value]) => entry(key, value ?? null, [...at, key], prefix)),
      and,
    );
  }

  function entry(key: string, value: Json, at: readonly (string | number)[], prefix: readonly string[]): Node {
    if (key === 'not') {
      const inner = compile(value, at, prefix);
      return (document, where, options) => {
        const { truth } = inner(document, where, options);
        return { truth: not(truth), leaves: truth === true ? none : [{ pointer: pointer(where), expected: 'not so', actual: undefined }] };
      };
    }
    if (key === 'any_of' || key === 'all_of') {
      const parts = spread(value).map((each, index) => compile(each ?? null, [...at, index], prefix));
      return combine(parts, key === 'any_of' ? or : and);
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
      return () => ({ truth: false, leaves: none });
    }
    const expected = spread(substitute(value, at)).map((each) => each ?? null);
    const prepared = expected.map((each) => test.prepare(each));
    for (const reason of prepared) if (typeof reason === 'string') problems.push({ path: at, message: `\`${key}\` ${reason}` });
    const ready = prepared.filter((each) => typeof each === 'function');
    const all = every || test.every === true;
    const words = `${name === 'eq' ? '' : `${name} `}${expected.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(all ? ' and ' : ' or ')}`;
    return (document, where, options) => {
      const found = locate(document, keys, where, test.whole === true);
      const held: MatchLeaf[] = [];
      const seen: Truth[] = [];
      for (const each of found) {
        if (each.value === undefined && options.unknown?.(each.at) === true) {
          seen.push('unknown');
          continue;
        }
        const holds = all ? ready.every((run) => run(each.value)) : ready.some((run) => run(each.value));
        seen.push(holds);
        if (holds) held.push({ pointer: pointer(each.at), expected: words, actual: each.value });
      }
      const truth = or(seen);
      return {
        truth,
        leaves: truth === true ? held : truth === 'unknown' ? found.map((each) => ({ pointer: pointer(each.at), expected: words, actual: undefined })) : none,
      };
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
      return () => ({ truth: false, leaves: none });
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
    return (document, where, options) => {
      const it = document ?? null;
      const seen = read.map((chain) => ({ chain, ...follow(it, chain) }));
      const leaf = (each: (typeof seen)[number], expected: string): MatchLeaf => ({
        pointer: pointer([...where, ...each.chain]),
        expected,
        actual: each.value,
      });
      const lost = seen.filter((each) => each.value === undefined && options.unknown?.([...where, ...each.chain]) === true);
      if (lost.length > 0) return { truth: 'unknown', leaves: lost.map((each) => leaf(each, `expr ${text}`)) };
      const named = outside && isObject(it) ? Object.fromEntries(variables.map((name) => [name, it[name] ?? null])) : {};
      const { truth, reason } = compiled.evaluate({ ...named, it, params });
      const words = `expr ${text}${reason === undefined ? '' : `: ${reason}`}`;
      const shown = seen.filter((each) => each.value !== undefined).map((each) => leaf(each, words));
      if (truth === false) return { truth, leaves: none };
      return { truth, leaves: shown.length > 0 ? shown : [{ pointer: pointer(where), expected: words, actual: undefined }] };
    };
  }

  function quantified(quantifier: string, keys: readonly string[], inner: Node): Node {
    return (document, where, options) => {
      const results: MatchResult[] = [];
      let unknown = false;
      for (const list of locate(document, keys, where, true)) {
        if (list.value === undefined) {
          unknown ||= options.unknown?.(list.at) === true;
          continue;
        }
        const elements = isArray(list.value) ? [...list.value.entries()] : isObject(list.value) ? Object.entries(list.value) : [];
        for (const [key, element] of elements) results.push(inner(element ?? null, [...list.at, key], options));
      }
      if (unknown) return { truth: 'unknown', leaves: [{ pointer: pointer([...where, ...keys]), expected: quantifier, actual: undefined }] };
      const truths = results.map((result) => result.truth);
      const truth = quantifier === 'any' ? or(truths) : quantifier === 'every' ? and(truths) : not(or(truths));
      const leaves =
        quantifier === 'none'
          ? [{ pointer: pointer([...where, ...keys]), expected: 'none', actual: undefined }]
          : results.filter((result) => result.truth === truth).flatMap((result) => result.leaves);
      return { truth, leaves: truth === false ? none : leaves };
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

function combine(nodes: readonly Node[], join: (values: Iterable<Truth>) => Truth): Node {
  return (document, where, options) => {
    const results = nodes.map((node) => node(document, where, options));
    const truth = join(results.map((result) => result.truth));
    return {
      truth,
      leaves:
        truth === false
          ? none
          : results.filter((result) => result.truth === truth || truth === true).flatMap((result) => (result.truth === false ? none : result.leaves)),
    };
  };
}

interface Located {
  readonly value: Json | undefined;
  readonly at: readonly (string | number)[];
}

/** Values at a path; lists on the way are walked through, and one at the end too unless it is wanted whole. Where nothing stands there is one `undefined`. */
function locate(value: Json | undefined, keys: readonly string[], at: readonly (string | number)[], whole: boolean): readonly Located[] {
  const [key, ...rest] = keys;
  if (key === undefined) {
    if (whole || !isArray(value)) return [{ value, at }];
    return value.length === 0 ? [{ value: undefined, at }] : value.map((each, index) => ({ value: each, at: [...at, index] }));
  }
  if (isArray(value)) {
    const found = value.flatMap((each, index) => locate(each, keys, [...at, index], whole));
    return found.length === 0 ? [{ value: undefined, at }] : found;
  }
  if (isObject(value)) {
    if (Object.hasOwn(value, key)) return locate(value[key], rest, [...at, key], whole);
    // A key may hold dots itself (`tags.team.name` is not such a case, `aws:SourceIp` in a policy is): the longest spelling that exists wins.
    for (let length = keys.length; length > 1; length--) {
      const joined = keys.slice(0, length).join('.');
      if (Object.hasOwn(value, joined)) return locate(value[joined], keys.slice(length), [...at, joined], whole);
    }
  }
  return [{ value: undefined, at: [...at, ...keys] }];
}
