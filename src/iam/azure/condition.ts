/**
 * Conditions of role assignments and role definitions ("Azure role assignment condition format and syntax",
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format): attributes of the request, the resource, the principal and the environment, compared
 * with values; actions matched; AND, OR, NOT and their signs.
 */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'action'; readonly pattern: string }
  | {
      readonly kind: 'test';
      readonly source: string;
      readonly attribute: string;
      readonly quantifier: string;
      readonly operator: string;
      readonly values: readonly string[];
    }
  /** What is not understood: never guessed. */
  | { readonly kind: 'opaque'; readonly text: string };

/** `undefined` where there is none. A condition that cannot be read is opaque as a whole. */
export function parseCondition(text: string | undefined): Condition | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const parser = new Parser(tokens(text));
    const condition = parser.any();
    parser.end();
    return condition;
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'opaque', text: text.replace(/\s+/g, ' ').trim() };
    throw error;
  }
}

class Unreadable extends Error {}

const token = /\s*(&&|\|\||[!(){},]|'(?:[^'\\]|\\.)*'|@\w+\s*\[[^\]]*\]|[^\s!(){},'&|]+)/gy;

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const match = token.exec(text);
    if (match === null) throw new Unreadable();
    found.push(match[1] ?? '');
  }
  return found;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(list: readonly string[]) {
    this.#tokens = list;
  }

  any(): Condition {
    const of = [this.#all()];
    while (this.#take('OR', '||')) of.push(this.#all());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'any', of };
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Unreadable();
  }

  #all(): Condition {
    const of = [this.#not()];
    while (this.#take('AND', '&&')) of.push(this.#not());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'all', of };
  }

  #not(): Condition {
    if (this.#take('NOT', '!')) return { kind: 'not', of: this.#not() };
    if (this.#take('(')) {
      const inner = this.any();
      this.#expect(')');
      return inner;
    }
    return this.#leaf();
  }

  #leaf(): Condition {
    const next = this.#next();
    const lower = next.toLowerCase();
    if (lower === 'actionmatches') return { kind: 'action', pattern: (this.#values()[0] ?? '').toLowerCase() };
    if (lower === 'suboperationmatches')
      return { kind: 'test', source: 'Request', attribute: 'SubOperation', quantifier: '', operator: 'StringEqualsIgnoreCase', values: this.#values() };
    const exists = lower === 'exists' || lower === 'notexists';
    const attribute = /^@(\w+)\s*\[(.*)\]$/.exec(exists ? this.#next() : next);
    if (attribute === null) throw new Unreadable();
    const [, source = '', name = ''] = attribute;
    const common = { kind: 'test' as const, source, attribute: name.trim() };
    if (exists) return { ...common, quantifier: '', operator: lower === 'exists' ? 'Exists' : 'NotExists', values: [] };
    const words = this.#next().split(':');
    const operator = words.at(-1) ?? '';
    if (!/^[A-Za-z]+$/.test(operator)) throw new Unreadable();
    return { ...common, quantifier: words.length > 1 ? (words[0] ?? '') : '', operator, values: this.#values() };
  }

  #values(): readonly string[] {
    if (!this.#take('{')) return [unquote(this.#next())];
    const values: string[] = [];
    while (!this.#take('}')) {
      if (!this.#take(',')) values.push(unquote(this.#next()));
    }
    return values;
  }

  #next(): string {
    const next = this.#tokens[this.#at++];
    if (next === undefined) throw new Unreadable();
    return next;
  }

  #take(...words: readonly string[]): boolean {
    const next = this.#tokens[this.#at]?.toUpperCase();
    if (next === undefined || !words.includes(next)) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw new Unreadable();
  }
}

const unquote = (text: string): string => (text.startsWith("'") ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);
