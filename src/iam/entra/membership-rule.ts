import { isArray, type Json } from '../../model/json.ts';

/** A rule of dynamic membership (https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership), as far as it is read: what is not understood is `opaque`. */
export type MembershipRule =
  | { readonly kind: 'and' | 'or'; readonly of: readonly MembershipRule[] }
  | { readonly kind: 'not'; readonly of: MembershipRule }
  | { readonly kind: 'compare'; readonly property: string; readonly operator: string; readonly value: Json }
  | { readonly kind: 'opaque' };

/** What is known of a property: its value, that whoever is asked about chooses it, or nothing. */
export type Known = { readonly is: 'value'; readonly value: Json } | { readonly is: 'chosen' } | { readonly is: 'unknown' };

const token = /\s*("(?:[^"`]|`.)*"|'[^']*'|\[|\]|\(|\)|,|-?[A-Za-z_][\w.]*|-?\d+(?:\.\d+)?)/y;
const operators = new Set(['eq', 'ne', 'startswith', 'notstartswith', 'contains', 'notcontains', 'match', 'notmatch', 'in', 'notin']);
const word = (text: string | undefined): string => (text ?? '').toLowerCase().replace(/^-/, '');

/** Reads a rule. The hyphen of an operator is optional, and neither properties nor operators mind case. */
export function parseMembershipRule(text: string): MembershipRule {
  const tokens: string[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null) return { kind: 'opaque' };
    tokens.push(match[1] ?? '');
  }
  const reader = new Reader(tokens);
  const rule = reader.either();
  return reader.done ? rule : { kind: 'opaque' };
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(): MembershipRule {
    return this.#joined('or', () => this.#all());
  }

  #all(): MembershipRule {
    return this.#joined('and', () => this.#one());
  }

  #joined(kind: 'and' | 'or', next: () => MembershipRule): MembershipRule {
    const of = [next()];
    while (word(this.#tokens[this.#at]) === kind) {
      this.#at++;
      of.push(next());
    }
    return of.length === 1 ? (of[0] ?? { kind: 'opaque' }) : { kind, of };
  }

  #one(): MembershipRule {
    if (word(this.#tokens[this.#at]) === 'not') {
      this.#at++;
      return { kind: 'not', of: this.#one() };
    }
    if (this.#tokens[this.#at] === '(') {
      this.#at++;
      const inner = this.either();
      if (this.#tokens[this.#at] !== ')') return this.#lost();
      this.#at++;
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): MembershipRule {
    const property = /^user\.([\w]+)$/i.exec(this.#tokens[this.#at] ?? '')?.[1]?.toLowerCase();
    const operator = word(this.#tokens[this.#at + 1]);
    if (property === undefined || !operators.has(operator)) return this.#lost();
    this.#at += 2;
    const value = this.#value();
    return value === undefined ? this.#lost() : { kind: 'compare', property, operator, value };
  }

  #value(): Json | undefined {
    const text = this.#tokens[this.#at++];
    if (text === undefined) return undefined;
    if (text === '[') {
      const list: Json[] = [];
      while (this.#tokens[this.#at] !== ']') {
        const each = this.#value();
        if (each === undefined) return undefined;
        list.push(each);
        if (this.#tokens[this.#at] === ',') this.#at++;
      }
      this.#at++;
      return list;
    }
    if (/^["']/.test(text)) return text.slice(1, -1).replace(/`(.)/g, '$1');
    if (/^-?\d/.test(text)) return Number(text);
    return { true: true, false: false, null: null }[text.toLowerCase()];
  }

  /** What is not understood ends the reading: the whole rule is opaque then. */
  #lost(): MembershipRule {
    this.#at = Number.POSITIVE_INFINITY;
    return { kind: 'opaque' };
  }
}

type Answer = 'yes' | 'maybe' | 'no';
const rank: Readonly<Record<Answer, number>> = { no: 0, maybe: 1, yes: 2 };

/** Whether somebody of whom so much is known can come to fit a rule. A property that he chooses fits whatever one comparison asks, and perhaps whatever several ask. */
export function mayFit(rule: MembershipRule, known: (property: string, operator: string) => Known): Answer {
  const chosen = new Map<string, number>();
  const answer = fits(rule, true, (property, operator) => {
    const found = known(property, operator);
    if (found.is === 'chosen') chosen.set(property, (chosen.get(property) ?? 0) + 1);
    return found;
  });
  return answer === 'yes' && [...chosen.values()].some((count) => count > 1) ? 'maybe' : answer;
}

function fits(rule: MembershipRule, wanted: boolean, known: (property: string, operator: string) => Known): Answer {
  switch (rule.kind) {
    case 'opaque':
      return 'maybe';
    case 'not':
      return fits(rule.of, !wanted, known);
    case 'and':
    case 'or': {
      const answers = rule.of.map((each) => fits(each, wanted, known));
      const all = (rule.kind === 'and') === wanted;
      return answers.reduce((a, b) => (rank[a] < rank[b] === all ? a : b));
    }
    case 'compare': {
      const found = known(rule.property, rule.operator);
      if (found.is === 'chosen') return 'yes';
      if (found.is === 'unknown') return 'maybe';
      const holds = compare(found.value, rule.operator, rule.value);
      return holds === undefined ? 'maybe' : holds === wanted ? 'yes' : 'no';
    }
  }
}

const folded = (value: Json): string => (value === null ? '' : String(value).toLowerCase());

/** Text is compared without regard to case. `undefined` for what no text decides: a pattern that does not compile. */
function compare(left: Json, operator: string, right: Json): boolean | undefined {
  const negated = operator === 'ne' || operator.startsWith('not');
  const plain = operator === 'ne' ? 'eq' : operator.replace(/^not/, '');
  const [a, b] = [folded(left), folded(right)];
  const holds = (): boolean | undefined => {
    if (plain === 'eq') return a === b;
    if (plain === 'startswith') return a.startsWith(b);
    if (plain === 'contains') return a.includes(b);
    if (plain === 'in') return isArray(right) && right.some((each) => folded(each) === a);
    try {
      return new RegExp(String(right), 'i').test(a);
    } catch {
      return undefined;
    }
  };
  const found = holds();
  return found === undefined ? undefined : found !== negated;
}
