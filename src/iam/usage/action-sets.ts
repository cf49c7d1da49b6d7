import type { ActionMatcher } from '../aws/action.ts';
import { globMatches, toGlob } from '../aws/glob.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import { actions } from '../catalogue.ts';

/** A set of actions of the catalogue, by place. */
export type ActionSet = Uint32Array;

interface Index {
  /** Lower case, sorted. */
  readonly names: readonly string[];
  /** As AWS spells them, at the same places. */
  readonly spelled: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly words: number;
}

let index: Index | undefined;
const byMatcher = new WeakMap<ActionMatcher, ActionSet>();
const byPattern = new Map<string, ActionSet>();

function catalogueIndex(): Index {
  if (index !== undefined) return index;
  const names = [...actions().keys()].sort();
  index = {
    names,
    spelled: names.map((name) => actions().get(name)?.name ?? name),
    places: new Map(names.map((name, at) => [name, at])),
    words: Math.ceil(names.length / 32),
  };
  return index;
}

export const noActions = (): ActionSet => new Uint32Array(catalogueIndex().words);

/** Every action of the catalogue that a pattern covers; each pattern is opened once. */
export function actionsLike(pattern: string): ActionSet {
  const lower = pattern.toLowerCase();
  const known = byPattern.get(lower);
  if (known !== undefined) return known;
  const { names } = catalogueIndex();
  const set = noActions();
  const star = lower.search(/[*?]/);
  // The names are sorted, so those with the pattern's plain start stand together.
  const start = star < 0 ? lower : lower.slice(0, star);
  const glob = toGlob(lower);
  for (let at = lowerBound(names, start); at < names.length && names[at]?.startsWith(start) === true; at++)
    if (globMatches(glob, names[at] ?? '')) set[at >> 5] = (set[at >> 5] ?? 0) | (1 << (at & 31));
  byPattern.set(lower, set);
  return set;
}

function lowerBound(names: readonly string[], text: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What an Action or NotAction element names. */
export function actionsOf(matcher: ActionMatcher): ActionSet {
  const known = byMatcher.get(matcher);
  if (known !== undefined) return known;
  const set = noActions();
  for (const pattern of matcher.patterns) join(set, actionsLike(pattern));
  if (matcher.negated) for (let word = 0; word < set.length; word++) set[word] = ~(set[word] ?? 0);
  byMatcher.set(matcher, set);
  return set;
}

/** Adds `other` to `set`, in place. */
export function join(set: ActionSet, other: ActionSet): void {
  for (let word = 0; word < set.length; word++) set[word] = (set[word] ?? 0) | (other[word] ?? 0);
}

function keep(set: ActionSet, other: ActionSet): void {
  for (let word = 0; word < set.length; word++) set[word] = (set[word] ?? 0) & (other[word] ?? 0);
}

/** The actions in a set, as AWS spells them, sorted. */
export function namesOf(set: ActionSet): string[] {
  const { spelled } = catalogueIndex();
  return spelled.filter((_, at) => (((set[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1);
}

/** Whether every action of `small` is in `large`. */
export const within = (small: ActionSet, large: ActionSet): boolean => small.every((word, at) => (word & ~(large[at] ?? 0)) === 0);

/** The actions of the catalogue that have these names. */
export function setOf(names: Iterable<string>): ActionSet {
  const { places } = catalogueIndex();
  const set = noActions();
  for (const name of names) {
    const at = places.get(name.toLowerCase());
    if (at !== undefined) set[at >> 5] = (set[at >> 5] ?? 0) | (1 << (at & 31));
  }
  return set;
}

/** How many actions are in a set. */
export function countOf(set: ActionSet): number {
  let count = 0;
  for (let word of set) for (; word !== 0; word &= word - 1) count++;
  return count;
}

/**
 * Actions that layers allow on something: named by an Allow of each of them and by no Deny that always applies to everything. What a narrower Deny or a condition leaves
 * is granted still.
 */
export function grantedBy(layers: readonly (PolicySet | undefined)[]): ActionSet {
  let granted: ActionSet | undefined;
  const denied = noActions();
  for (const layer of layers) {
    if (layer === undefined) continue;
    const allowed = noActions();
    for (const { policy } of layer.policies) {
      for (const { rule } of policy.statements) {
        if (rule.effect === 'Allow') join(allowed, actionsOf(rule.action));
        else if (rule.resource.all && !rule.resource.negated && rule.conditions.length === 0) join(denied, actionsOf(rule.action));
      }
    }
    if (granted === undefined) granted = allowed;
    else keep(granted, allowed);
  }
  const result = granted ?? noActions();
  for (let word = 0; word < result.length; word++) result[word] = (result[word] ?? 0) & ~(denied[word] ?? 0);
  return result;
}
