// The policy language, written from the documentation as literally as it goes: no compilation, no sharing with src. Slow on purpose.

/** A complete request context: keys in lower case; a key that is not in it is absent. */
export type SpecContext = ReadonlyMap<string, readonly string[]>;

/** `*` any run, `?` one character; `glob` is a list of tokens so that an escaped star is a plain character. */
type Token = { readonly any: true } | { readonly one: true } | { readonly char: string };

export function matches(tokens: readonly Token[], text: string): boolean {
  // Where in the text the tokens read so far may end.
  let ends = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const end of ends) {
      if ('any' in token) for (let to = end; to <= text.length; to++) next.add(to);
      else if (end < text.length && ('one' in token || token.char === text[end])) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(text.length);
}

const tokensOf = (text: string): Token[] => [...text].map((char) => (char === '*' ? { any: true } : char === '?' ? { one: true } : { char }));
const plainTokens = (text: string): Token[] => [...text].map((char) => ({ char }));

/**
 * reference_policies_variables.html: a variable is replaced by the value of its key, by its default when the key is absent, and has no value otherwise (`undefined`: the
 * text equals nothing). Version 2008-10-17 has no variables.
 */
export function tokensWith(text: string, version: string, context: SpecContext): Token[] | undefined {
  if (version !== '2012-10-17') return tokensOf(text);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const found = /^\$\{([^}]*)\}/.exec(text.slice(at));
    if (found === null) {
      tokens.push(...tokensOf(text[at] ?? ''));
      at++;
      continue;
    }
    at += found[0].length;
    const inner = found[1] ?? '';
    if (inner === '*' || inner === '?' || inner === '$') {
      tokens.push({ char: inner });
      continue;
    }
    const [key = '', fallback] = inner.split(',').map((part) => part.trim());
    const values = context.get(key.toLowerCase()) ?? [];
    const value = values.length === 1 ? values[0] : fallback?.replace(/^'|'$/g, '');
    if (value === undefined) return undefined;
    tokens.push(...plainTokens(value));
  }
  return tokens;
}

/** Six parts, each on its own; the last takes what is left, colons included. */
export function arnMatches(pattern: readonly Token[], text: string, complete: boolean): boolean {
  if (pattern.length > 0 && pattern.every((token) => 'any' in token)) return true;
  const parts: Token[][] = [[]];
  for (const token of pattern) {
    if ('char' in token && token.char === ':' && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  if (parts.length < 6 && !complete) return false;
  while (parts.length < 6) parts.push([{ any: true }]);
  const pieces = text.split(':');
  if (pieces.length < 6) return false;
  const segments = [...pieces.slice(0, 5), pieces.slice(5).join(':')];
  return parts.every((part, index) => matches(part, segments[index] ?? ''));
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

export function actionMatches(statement: Readonly<Record<string, unknown>>, action: string): boolean {
  const one = (pattern: string): boolean => pattern === '*' || matches(tokensOf(pattern.toLowerCase()), action.toLowerCase());
  return statement['NotAction'] === undefined ? texts(statement['Action']).some(one) : !texts(statement['NotAction']).some(one);
}

export function resourceMatches(statement: Readonly<Record<string, unknown>>, resource: string, version: string, context: SpecContext): boolean {
  const one = (pattern: string): boolean => {
    const tokens = tokensWith(pattern, version, context);
    return tokens !== undefined && arnMatches(tokens, resource, true);
  };
  if (statement['NotResource'] !== undefined) return !texts(statement['NotResource']).some(one);
  return statement['Resource'] === undefined || texts(statement['Resource']).some(one);
}

const ipNumber = (text: string): { bits: string } => {
  if (text.includes(':')) {
    const [head = '', tail] = text.split('::');
    const front = head === '' ? [] : head.split(':');
    const back = tail === undefined || tail === '' ? [] : tail.split(':');
    const words = tail === undefined ? front : [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
    return { bits: words.map((word) => Number.parseInt(word, 16).toString(2).padStart(16, '0')).join('') };
  }
  return {
    bits: text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join(''),
  };
};

const inRange = (address: string, range: string): boolean => {
  const [base = '', length] = range.split('/');
  const [a, b] = [ipNumber(address).bits, ipNumber(base).bits];
  return a.length === b.length && a.startsWith(b.slice(0, length === undefined ? b.length : Number(length)));
};

const seconds = (text: string): number => (/^\d{5,}$/.test(text) ? Number(text) : new Date(text).getTime() / 1000);

/** One value of the policy against one of the request, for a positive operator. */
function valueMatches(operator: string, wanted: string, given: string, version: string, context: SpecContext): boolean {
  const filled = (): Token[] | undefined => tokensWith(wanted, version, context);
  const literal = (): string | undefined => {
    const tokens = filled();
    return tokens?.map((token) => ('any' in token ? '*' : 'one' in token ? '?' : token.char)).join('');
  };
  switch (operator) {
    case 'StringEquals':
      return literal() === given;
    case 'StringEqualsIgnoreCase':
      return literal()?.toLowerCase() === given.toLowerCase();
    case 'StringLike': {
      const tokens = filled();
      return tokens !== undefined && matches(tokens, given);
    }
    case 'ArnEquals':
    case 'ArnLike': {
      const tokens = filled();
      return tokens !== undefined && given.startsWith('arn:') && given.split(':').length >= 6 && arnMatches(tokens, given, false);
    }
    case 'NumericEquals':
      return decimal(given) === decimal(wanted);
    case 'NumericLessThan':
      return decimal(given) < decimal(wanted);
    case 'NumericLessThanEquals':
      return decimal(given) <= decimal(wanted);
    case 'NumericGreaterThan':
      return decimal(given) > decimal(wanted);
    case 'NumericGreaterThanEquals':
      return decimal(given) >= decimal(wanted);
    case 'DateEquals':
      return seconds(given) === seconds(wanted);
    case 'DateLessThan':
      return seconds(given) < seconds(wanted);
    case 'DateLessThanEquals':
      return seconds(given) <= seconds(wanted);
    case 'DateGreaterThan':
      return seconds(given) > seconds(wanted);
    case 'DateGreaterThanEquals':
      return seconds(given) >= seconds(wanted);
    case 'Bool':
      return wanted.toLowerCase() === given.toLowerCase();
    case 'BinaryEquals':
      return wanted === given;
    case 'IpAddress':
      return inRange(given, wanted);
    default:
      throw new Error(`no operator ${operator}`);
  }
}

/** An empty text is no number. */
const decimal = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** reference_policies_elements_condition_operators.html and ..._condition-single-vs-multi-valued-context-keys.html, one line of a Condition block. */
export function conditionHolds(operatorText: string, key: string, wanted: readonly string[], version: string, context: SpecContext): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.+?)(IfExists)?$/.exec(operatorText) ?? [];
  let given = context.get(key.toLowerCase()) ?? [];
  if (name === 'Null') return wanted.some((value) => value.toLowerCase() === (given.length === 0 ? 'true' : 'false'));
  if (set !== undefined) given = given.filter((value) => value !== '');
  const negated = /Not/.test(name);
  const positive = name.replace('Not', '');
  const matchesAny = (value: string): boolean => wanted.some((each) => valueMatches(positive, each, value, version, context));
  if (given.length === 0) {
    if (ifExists !== undefined) return true;
    if (set === 'ForAllValues') return true;
    if (set === 'ForAnyValue') return false;
    return negated;
  }
  const good = (value: string): boolean => (negated ? !matchesAny(value) : matchesAny(value));
  if (set === 'ForAllValues') return given.every(good);
  if (set === 'ForAnyValue') return given.some(good);
  return negated ? !given.some(matchesAny) : given.some(matchesAny);
}

export function conditionsHold(block: unknown, version: string, context: SpecContext): boolean {
  return Object.entries((block ?? {}) as Record<string, Record<string, unknown>>).every(([operator, lines]) =>
    Object.entries(lines).every(([key, value]) => conditionHolds(operator, key, Array.isArray(value) ? value.map(String) : [String(value)], version, context)),
  );
}
