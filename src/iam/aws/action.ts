import { type Glob, globMatches, toGlob } from './glob.ts';
import { internTable } from './intern.ts';

/**
 * The Action or NotAction element. "The prefix and the action name are case insensitive" and wildcards may stand anywhere
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html). Equal elements are one object.
 */
export interface ActionMatcher {
  readonly negated: boolean;
  /** Lower case, sorted, distinct. */
  readonly patterns: readonly string[];
  readonly any: boolean;
  readonly exact: ReadonlySet<string>;
  readonly globs: readonly Glob[];
}

const interned = internTable<ActionMatcher>();

/** Compiles action patterns as written. */
export function compileActions(patterns: readonly string[], negated: boolean): ActionMatcher {
  const lower = [...new Set(patterns.map((pattern) => pattern.toLowerCase()))].sort();
  const identity = JSON.stringify([negated, lower]);
  const known = interned.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  // Stryker disable next-line all: a name among the globs means the same, only slower.
  const wild = lower.filter((pattern) => /[*?]/.test(pattern));
  const matcher: ActionMatcher = {
    negated,
    patterns: lower,
    // Stryker disable next-line all: the globs say the same, only slower.
    any: lower.some((pattern) => /^\*+$/.test(pattern) || /^\*+:\*+$/.test(pattern)),
    // Stryker disable next-line all: no action has a wildcard in its name, so that a pattern here means nothing more.
    exact: new Set(lower.filter((pattern) => !/[*?]/.test(pattern))),
    globs: wild.map(toGlob),
  };
  interned.set(identity, matcher);
  return matcher;
}

/** Whether the element covers an action, given in lower case. Any `service:Name` is tested, also one that no table knows yet. */
export function actionMatches(matcher: ActionMatcher, action: string): boolean {
  const named = matcher.any || matcher.exact.has(action) || matcher.globs.some((glob) => globMatches(glob, action));
  return named !== matcher.negated;
}
