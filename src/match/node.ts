import { isArray, isObject, type Json, pointer } from '../model/json.ts';
import { type Ask, anyAt, locate } from './locate.ts';
import { and, not, or, type Truth } from './truth.ts';

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

/** A part of a matcher. INVARIANT: `truth` is the truth of `test`. */
export interface Node {
  readonly test: (value: Json | undefined, at: readonly (string | number)[], options: MatchOptions) => MatchResult;
  /** `at` is one list for all parts, which grows and shrinks. */
  readonly truth: (value: Json | undefined, at: (string | number)[], options: MatchOptions) => Truth;
  /** Whether asking it may throw. Then it is asked even where the answer is known already, so that the same documents throw. */
  readonly throws: boolean;
}

export const never: Node = { test: () => ({ truth: false, leaves: none }), truth: () => false, throws: false };

export const none: readonly MatchLeaf[] = [];

/** What must not hold. */
export function negated(inner: Node): Node {
  return {
    test(document, where, options) {
      const { truth } = inner.test(document, where, options);
      return { truth: not(truth), leaves: truth === true ? none : [{ pointer: pointer(where), expected: 'not so', actual: undefined }] };
    },
    truth: (document, where, options) => not(inner.truth(document, where, options)),
    throws: inner.throws,
  };
}

/** Elements of a list, or values of a map, that fit: any, every or none. */
export function quantified(quantifier: string, keys: readonly string[], inner: Node): Node {
  return {
    test(document, where, options) {
      const results: MatchResult[] = [];
      let unknown = false;
      for (const list of locate(document, keys, where, true)) {
        if (list.value === undefined) {
          unknown ||= options.unknown?.(list.at) === true;
          continue;
        }
        for (const [key, element] of elementsOf(list.value)) results.push(inner.test(element ?? null, [...list.at, key], options));
      }
      if (unknown) return { truth: 'unknown', leaves: [{ pointer: pointer([...where, ...keys]), expected: quantifier, actual: undefined }] };
      const truths = results.map((result) => result.truth);
      const truth = quantifier === 'any' ? or(truths) : quantifier === 'every' ? and(truths) : not(or(truths));
      const leaves =
        quantifier === 'none'
          ? [{ pointer: pointer([...where, ...keys]), expected: 'none', actual: undefined }]
          : results.filter((result) => result.truth === truth).flatMap((result) => result.leaves);
      return { truth, leaves: truth === false ? none : leaves };
    },
    truth(document, where, options) {
      // Of `every` it is asked whether any does not fit.
      const every = quantifier === 'every';
      let [unknown, found]: [boolean, Truth] = [false, false];
      const ask: Ask<MatchOptions> = (list, at) => {
        if (list === undefined) unknown ||= options.unknown?.(at) === true;
        else
          for (const [key, element] of elementsOf(list)) {
            if (found === true && !inner.throws) break;
            at.push(key);
            const truth = inner.truth(element ?? null, at, options);
            at.pop();
            const hit = every ? not(truth) : truth;
            if (hit !== false && found !== true) found = hit;
          }
        return false;
      };
      anyAt(document, keys, 0, where, true, ask, options);
      return unknown ? 'unknown' : quantifier === 'any' ? found : not(found);
    },
    throws: inner.throws,
  };
}

const elementsOf = (value: Json): Iterable<readonly [string | number, Json | undefined]> =>
  isArray(value) ? value.entries() : isObject(value) ? Object.entries(value) : [];

/** Any of the parts, or all of them. */
export function combine(nodes: readonly Node[], any: boolean): Node {
  const [only] = nodes;
  const join = any ? or : and;
  const throwing = nodes.map((_, index) => nodes.slice(index + 1).some((node) => node.throws));
  return {
    test(document, where, options) {
      const results = nodes.map((node) => node.test(document, where, options));
      const truth = join(results.map((result) => result.truth));
      return {
        truth,
        leaves:
          truth === false
            ? none
            : results.filter((result) => result.truth === truth || truth === true).flatMap((result) => (result.truth === false ? none : result.leaves)),
      };
    },
    truth:
      only !== undefined && nodes.length === 1
        ? only.truth
        : (document, where, options) => {
            let result: Truth = !any;
            for (let index = 0; index < nodes.length; index++) {
              const truth = nodes[index]?.truth(document, where, options);
              // Decided by a part that fits among several, or by one that does not where all must.
              if (truth === any) result = any;
              else if (truth === 'unknown' && result !== any) result = truth;
              if (result === any && throwing[index] !== true) return result;
            }
            return result;
          },
    throws: nodes.some((node) => node.throws),
  };
}
