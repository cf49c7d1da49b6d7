import type { Condition } from '../aws/condition.ts';
import type { Rule } from '../aws/policy.ts';
import type { EstateResource } from '../estate/resources.ts';
import type { Use } from './holdings.ts';
import { traitsOf } from './rule-traits.ts';

/** How far a rule covers a run of candidates: 0 not at all, 1 wholly, -1 each in its own way. */
export function codeOf(rule: Rule, places: ReadonlyMap<Rule, number>, codes: readonly number[]): number {
  if (traitsOf(rule).everything) return 1;
  const place = places.get(rule);
  // An element that cannot be settled before: what it says is the candidate's own.
  return place === undefined ? -1 : (codes[place] ?? 0);
}

/** What a layer says of candidates: its conditions, each with how far it covers them. */
export interface Said {
  /** One text for each way, joined by `+`. */
  readonly allow: string;
  readonly deny: string;
  /** Denies without conditions. */
  readonly denies: boolean;
}

export function saidBy(use: Use, code: (rule: Rule) => number, truthOf: (condition: Condition) => number): Said {
  const each = (rules: readonly Rule[]): string[] => {
    const found: string[] = [];
    for (const rule of rules) {
      const covered = code(rule);
      if (covered === 0) continue;
      const { conditionKey, personal } = traitsOf(rule);
      const text = `${conditionKey === '' ? 'always' : conditionKey}${personal.length === 0 ? '' : `:${personal.map(truthOf).join('')}`}${covered === 1 ? '' : `~${covered}`}`;
      if (!found.includes(text)) found.push(text);
    }
    return found.includes('always') ? ['always'] : found.sort();
  };
  const deny = each(use.deny);
  return { allow: each(use.allow).join('+'), deny: deny.join('+'), denies: deny[0] === 'always' };
}

/** Tags of a resource as conditions see them. */
export function tagsOf({ facts }: EstateResource): string {
  const tags = [...facts.values].filter(([key]) => key.includes(':resourcetag/'));
  return JSON.stringify([tags.sort(([a], [b]) => (a < b ? -1 : 1)), facts.closed ?? []]);
}
