import { type Glob, globMatches, STAR } from './glob.ts';

const COLON = 58;

/** Account field of an ARN, or `undefined` where it is empty or the text is no ARN. */
export function accountOf(arn: string): string | undefined {
  const account = arn.startsWith('arn:') ? arn.split(':', 5)[4] : undefined;
  return account === '' ? undefined : account;
}

/** The six parts of an ARN; the last keeps its colons. `undefined` where there are fewer. */
export function arnParts(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 || parts[0] !== 'arn' ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/**
 * A pattern for ARNs. "You can use wildcard characters (* and ?) within the individual segments of an ARN (the parts separated by colons)"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html); ArnLike: "Each of the six colon-delimited components of the ARN is
 * checked separately" (.../reference_policies_elements_condition_operators.html). So `*` in one of the first five parts never eats a colon; in the sixth it may.
 * `decisions.md` has the sentence that says otherwise.
 */
export type ArnPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact'; readonly text: string }
  /** Only wildcard: a `*` at the end of the sixth part. */
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'parts'; readonly parts: readonly ArnPart[] };

/** One of the six parts: `undefined` for a lone `*`, text without wildcards, or a pattern. */
export type ArnPart = undefined | string | Glob;

const part = (glob: Glob): ArnPart => {
  // An empty part is matched by nothing else; a text is compared faster than a pattern that means it.
  if (glob.length === 0) return '';
  // Stryker disable next-line all: the pattern itself means the same, only slower.
  if (glob.every((unit) => unit === STAR)) return undefined;
  // Stryker disable next-line all: the pattern itself means the same, only slower.
  return glob.every((unit) => unit >= 0) ? String.fromCharCode(...glob) : glob;
};

/**
 * Compiles code units with wildcards into the cheapest matcher that means the same.
 *
 * "When you specify an incomplete ARN ... AWS automatically completes the ARN by adding wildcard characters (*) to all missing fields"
 * (.../reference_policies_elements_resource.html)
 */
export function arnPattern(glob: Glob): ArnPattern {
  if (glob.length > 0 && glob.every((unit) => unit === STAR)) return { kind: 'any' };
  let last: number[] = [];
  const parts = [last];
  for (const unit of glob) {
    if (unit === COLON && parts.length < 6) {
      last = [];
      parts.push(last);
    } else last.push(unit);
  }
  const complete = parts.length === 6;
  // Stryker disable next-line EqualityOperator: no name holds the character of code 0.
  const wild = glob.findIndex((unit) => unit < 0);
  if (complete && wild < 0) return { kind: 'exact', text: String.fromCharCode(...glob) };
  // The last place of a text of six parts lies in the sixth.
  if (complete && wild === glob.length - 1 && glob[wild] === STAR) return { kind: 'prefix', text: String.fromCharCode(...glob.slice(0, -1)) };
  // Stryker disable next-line all: what is not there is matched by anything as well; written out for those who read the parts.
  while (parts.length < 6) parts.push([STAR]);
  return { kind: 'parts', parts: parts.map(part) };
}

/** Case-sensitive match of an ARN against a pattern. A text that is no ARN (fewer than six parts) is matched only by `*`. */
export function arnMatches(pattern: ArnPattern, text: string): boolean {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'exact':
      return text === pattern.text;
    case 'prefix':
      return text.startsWith(pattern.text);
    case 'parts':
      return partsMatch(pattern.parts, text);
  }
}

/** Where the first five colons of the text asked about last stand: one request is matched against many patterns. */
const colons = new Int32Array(5);
let lastText = '';
let lastIsArn = false;
let lastHeader = -1;

function findColons(text: string): boolean {
  // Stryker disable next-line ConditionalExpression: looking again finds the same.
  if (text === lastText) return lastIsArn;
  let found = 0;
  // Stryker disable next-line ConditionalExpression,EqualityOperator: only the first five are kept, and no ARN begins with a colon.
  for (let at = text.indexOf(':'); at >= 0 && found < 5; at = text.indexOf(':', at + 1)) colons[found++] = at;
  lastText = text;
  lastIsArn = found === 5;
  lastHeader = -1;
  return lastIsArn;
}

/** First five parts of ARNs: few, as they hold no name. What does not fit into the table is not numbered. */
const headers = new Map<string, number>();
const mostHeaders = 4_096;

/** Number of the first five parts of an ARN, for tables; `undefined` for what is no ARN, or one too many. */
export function headerOf(text: string): number | undefined {
  // Stryker disable next-line ConditionalExpression,BooleanLiteral: without a number every pattern is asked about, which means the same.
  if (!findColons(text)) return undefined;
  // Stryker disable next-line all: looking again finds the same.
  if (lastHeader >= 0) return lastHeader;
  // Stryker disable next-line MethodExpression: with a number for each text nothing is shared, which means the same.
  const header = text.slice(0, colons[4]);
  let number = headers.get(header);
  if (number === undefined) {
    // Stryker disable next-line all: without a number the table is not used, which means the same.
    if (headers.size >= mostHeaders) return undefined;
    number = headers.size;
    headers.set(header, number);
  }
  lastHeader = number;
  return number;
}

/** Whether an ARN with the first five parts of `text` could fit the pattern. Told of one too many, nothing changes but the time. */
export function headerFits(pattern: ArnPattern, text: string): boolean {
  if (pattern.kind === 'parts') return partsMatch([...pattern.parts.slice(0, 5), undefined], text);
  const header = arnParts(text)?.slice(0, 5).join(':') ?? '';
  return pattern.kind === 'any' || pattern.text.startsWith(header);
}

function partsMatch(parts: readonly ArnPart[], text: string): boolean {
  if (!findColons(text)) return false;
  let from = 0;
  // Stryker disable next-line EqualityOperator: there is no seventh part.
  for (let index = 0; index < 6; index++) {
    const to = index < 5 ? (colons[index] ?? 0) : text.length;
    const part = parts[index];
    if (part !== undefined) {
      if (typeof part !== 'string') {
        if (!globMatches(part, text, from, to)) return false;
      } else if (part.length !== to - from || !text.startsWith(part, from)) return false;
    }
    from = to + 1;
  }
  return true;
}
