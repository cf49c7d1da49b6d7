import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { actionMatches } from '../aws/action.ts';
import type { Policy, Statement } from '../aws/policy.ts';
import type { AttachedPolicy } from '../aws/policy-set.ts';
import { actionsLike, actionsOf, countOf, namesOf, setOf, within } from './action-sets.ts';
import type { Use } from './usage.ts';

/** A policy that is attached, with the document it was compiled from. */
export interface SourcePolicy extends AttachedPolicy {
  readonly document: Json;
}

export interface SuggestedPolicy {
  readonly document: JsonObject;
  /** "IAM doesn't count white space when calculating the size of a policy" (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
  readonly characters: number;
}

export interface Suggestion {
  readonly policies: readonly SuggestedPolicy[];
  /** Actions kept, of these the ones whose use nobody reports, and those that are no longer granted. */
  readonly kept: readonly string[];
  readonly unreported: readonly string[];
  readonly removed: readonly string[];
}

/** "Managed policies: 6,144 characters" (the same page). */
const managedLimit = 6144;

/**
 * Smaller policies that keep what was used. Each Allow statement keeps its resources and conditions and loses the actions that AWS reports as unused; Deny statements stay as
 * they are. INVARIANT: what a statement names afterwards it named before (nothing new is allowed), and an action that is not reported as unused stays in every statement
 * that named it (everything used stays allowed, under the same conditions).
 */
export function rightsize(policies: readonly SourcePolicy[], use: (action: string) => Use, reported: Iterable<string>): Suggestion {
  const kept = new Set<string>();
  const removed = new Set<string>();
  const known = [...reported];
  const byVersion = new Map<Policy['version'], JsonObject[]>();
  for (const { policy, document } of policies) {
    for (const statement of policy.statements) {
      const source = sourceOf(document, statement.index);
      const narrowed = statement.rule.effect === 'Deny' ? source : narrow(statement, source, use, known, kept, removed);
      if (narrowed === undefined) continue;
      const list = byVersion.get(policy.version) ?? [];
      if (!list.some((each) => JSON.stringify(each) === JSON.stringify(narrowed))) list.push(narrowed);
      byVersion.set(policy.version, list);
    }
  }
  for (const name of kept) removed.delete(name);
  const names = [...kept].sort();
  return {
    policies: [...byVersion].sort(([a], [b]) => (a < b ? 1 : -1)).flatMap(([version, statements]) => documents(version, statements)),
    kept: names,
    unreported: names.filter((name) => use(name.toLowerCase()) === 'unknown'),
    removed: [...removed].sort(),
  };
}

function sourceOf(document: Json, index: number): JsonObject {
  const list = isObject(document) ? document['Statement'] : undefined;
  const statement = isArray(list) ? list[index] : list;
  return isObject(statement) ? statement : {};
}

function narrow(
  { rule }: Statement,
  source: JsonObject,
  use: (action: string) => Use,
  reported: readonly string[],
  kept: Set<string>,
  removed: Set<string>,
): JsonObject | undefined {
  const wanted = (name: string): boolean => use(name.toLowerCase()) !== 'unused';
  // An action that the table does not know is named by the policy itself or by AWS's report.
  const exact = rule.action.negated ? [] : texts(source['Action']).filter((text) => !/[*?]/.test(text));
  const named = new Map(
    [...exact, ...reported.filter((name) => actionMatches(rule.action, name.toLowerCase())), ...namesOf(actionsOf(rule.action))].map((name) => [
      name.toLowerCase(),
      name,
    ]),
  );
  const keep = [...named.values()].filter(wanted);
  for (const name of named.values()) (wanted(name) ? kept : removed).add(name);
  if (keep.length === 0) return undefined;
  const { NotAction: _dropped, ...rest } = source;
  return { ...rest, Action: compact(rule.action.negated ? [] : texts(source['Action']), keep, named.size === keep.length) };
}

const texts = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/**
 * The statement's patterns that lose nothing, else the services and verbs below a broader pattern that lose nothing, then the names that none of them covers. INVARIANT: every
 * pattern lies within one of the statement's own, so it allows nothing new; like that one it also keeps what AWS adds later.
 */
function compact(patterns: readonly string[], keep: readonly string[], whole: boolean): Json {
  const covering = whole && patterns.length > 0 ? patterns : wholePatterns(patterns, keep);
  const covered = new Set(covering.flatMap((pattern) => [pattern, ...namesOf(actionsLike(pattern))]).map((name) => name.toLowerCase()));
  const rest = whole && patterns.length > 0 ? [] : keep.filter((name) => !covered.has(name.toLowerCase()));
  const list = [...new Set([...covering, ...rest])].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return list.length === 1 ? (list[0] ?? '') : list;
}

function wholePatterns(patterns: readonly string[], keep: readonly string[]): string[] {
  const kept = setOf(keep);
  const isWhole = (pattern: string, least = 1): boolean => countOf(actionsLike(pattern)) >= least && within(actionsLike(pattern), kept);
  const own = patterns.filter((pattern) => /[*?]/.test(pattern) && isWhole(pattern));
  const found = new Set<string>();
  const tried = new Set<string>();
  for (const name of keep) {
    const [service = '', action = ''] = name.split(':');
    // `*` and `s3:*` alone are broad: what begins with a service or a verb lies within them.
    if (!patterns.some((pattern) => /^\*+$/.test(pattern) || pattern.toLowerCase() === `${service.toLowerCase()}:*`)) continue;
    const all = `${service}:*`;
    const verb = `${service}:${/^[A-Z]+[a-z]*/.exec(action)?.[0] ?? action}*`;
    if (tried.has(verb)) continue;
    tried.add(verb);
    if (isWhole(all)) found.add(all);
    else if (isWhole(verb, 2)) found.add(verb);
  }
  return [...own, ...found];
}

/** Statements in documents that are no longer than a managed policy may be. A statement that alone is too long stands alone. */
function documents(version: Policy['version'], statements: readonly JsonObject[]): SuggestedPolicy[] {
  const found: SuggestedPolicy[] = [];
  let current: JsonObject[] = [];
  const make = (list: readonly JsonObject[]): SuggestedPolicy => {
    const document = { Version: version, Statement: list };
    return { document, characters: JSON.stringify(document).replace(/\s/g, '').length };
  };
  for (const statement of statements) {
    if (current.length > 0 && make([...current, statement]).characters > managedLimit) {
      found.push(make(current));
      current = [];
    }
    current.push(statement);
  }
  return current.length === 0 ? found : [...found, make(current)];
}
