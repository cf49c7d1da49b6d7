import type { Condition } from '../aws/condition.ts';
import { internTable } from '../aws/intern.ts';
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

/** What a layer says of candidates: its conditions, each with how far it covers them. Equal ones are one object. */
export interface Said {
  readonly number: number;
  /** One text for each way, joined by `+`. */
  readonly allow: string;
  readonly deny: string;
  /** Denies without conditions. */
  readonly denies: boolean;
}

const known = internTable<Said>();
let next = 0;

export function saying(allow: string, deny: string): Said {
  const text = `${allow}/${deny}`;
  const old = known.get(text);
  if (old !== undefined) return old;
  const made: Said = { number: next++, allow, deny, denies: deny === 'always' };
  known.set(text, made);
  return made;
}

/** What is said where every rule covers all: most principals name nothing, or what they name is all there is. */
const whole = new WeakMap<Use, Said>();

export function saidBy(use: Use, code: (rule: Rule) => number, truthOf: (condition: Condition) => number): Said {
  if (use.personal.length > 0 || use.rules.some((rule) => code(rule) !== 1)) return said(use, code, truthOf);
  let all = whole.get(use);
  if (all === undefined) {
    all = said(use, code, truthOf);
    whole.set(use, all);
  }
  return all;
}

function said(use: Use, code: (rule: Rule) => number, truthOf: (condition: Condition) => number): Said {
  const each = (rules: readonly Rule[]): string => {
    const found: string[] = [];
    for (const rule of rules) {
      const covered = code(rule);
      if (covered === 0) continue;
      const { conditionKey, personal } = traitsOf(rule);
      const text = `${conditionKey === '' ? 'always' : conditionKey}${personal.length === 0 ? '' : `:${personal.map(truthOf).join('')}`}${covered === 1 ? '' : `~${covered}`}`;
      if (text === 'always') return text;
      if (!found.includes(text)) found.push(text);
    }
    return found.sort().join('+');
  };
  return saying(each(use.allow), each(use.deny));
}

/** Tags of a resource as conditions see them. */
export function tagsOf({ facts }: EstateResource): string {
  const tags = [...facts.values].filter(([key]) => key.includes(':resourcetag/'));
  return JSON.stringify([tags.sort(([a], [b]) => (a < b ? -1 : 1)), facts.closed ?? []]);
}
