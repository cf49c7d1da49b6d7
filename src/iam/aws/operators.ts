import { type ArnPattern, arnMatches, arnParts, arnPattern } from './arn.ts';
import { globMatches } from './glob.ts';
import { ipContains, parseIpRange } from './ip.ts';
import { plainText, type Template, templateGlob } from './template.ts';

/** Tests one value of the request. */
export type ValueTest = (text: string) => boolean;

interface OperatorSpec {
  /** Name as AWS spells it, without set prefix and `IfExists`. */
  readonly name: string;
  /** The operator it is the exact opposite of; a missing key makes the positive one false and this one true. */
  readonly opposite?: string;
  /** Policy variables are read in its values: only string and ARN operators. */
  readonly variables: boolean;
  readonly compile: (pieces: Template) => ValueTest;
}

const nothing: ValueTest = () => false;

/**
 * Whether a text could be meant by a value in which some variables are still unknown: the variables as `*`. A wider test than the operator's own, so "no" is sure.
 */
export function couldMatch(pieces: Template, wildcards: boolean, ignoreCase: boolean): ValueTest {
  const glob = templateGlob(pieces, wildcards);
  if (!ignoreCase) return (text) => globMatches(glob, text);
  const folded = glob.map((unit) => (unit < 0 ? unit : String.fromCharCode(unit).toLowerCase().charCodeAt(0)));
  return (text) => globMatches(folded, text.toLowerCase());
}

const equals = (pieces: Template): ValueTest => {
  const want = plainText(pieces);
  return (text) => text === want;
};

const equalsIgnoreCase = (pieces: Template): ValueTest => {
  const want = plainText(pieces).toLowerCase();
  return (text) => text.toLowerCase() === want;
};

const like = (pieces: Template): ValueTest => {
  const glob = templateGlob(pieces);
  return (text) => globMatches(glob, text);
};

/** "ArnEquals, ArnLike ... behave identically" (.../reference_policies_elements_condition_operators.html). A value short of six parts is no ARN and matches nothing, save `*`. */
const arn = (pieces: Template): ValueTest => {
  const glob = templateGlob(pieces);
  const pattern: ArnPattern = arnPattern(glob);
  if (pattern.kind !== 'any' && glob.filter((unit) => unit === 58).length < 5) return nothing;
  return (text) => arnParts(text) !== undefined && arnMatches(pattern, text);
};

/** Only in decimals: a script's number may also be hexadecimal, infinite or nothing at all. */
const decimal = (text: string): number => (/[^-+.\de\s]/i.test(text) || !/\d/.test(text) ? Number.NaN : Number(text));

/**
 * "The value must be a date/time in one of the W3C implementations of the ISO 8601 date formats or in epoch (UNIX) time". Gives milliseconds, NaN where it is neither.
 * Four digits are a year, other digits are seconds.
 */
export function parseDate(text: string): number {
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed) && !/^\d{4}$/.test(trimmed)) return Number(trimmed) * 1000;
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i.exec(trimmed);
  if (match === null) return Number.NaN;
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`);
}

const compare =
  (parse: (text: string) => number, holds: (value: number, want: number) => boolean) =>
  (pieces: Template): ValueTest => {
    const want = parse(plainText(pieces));
    return (text) => holds(parse(text), want);
  };

const numeric = (holds: (value: number, want: number) => boolean) => compare(decimal, holds);
const date = (holds: (value: number, want: number) => boolean) => compare(parseDate, holds);

const bool = (pieces: Template): ValueTest => {
  const want = plainText(pieces).trim().toLowerCase();
  return (text) => text.trim().toLowerCase() === want;
};

const ip = (pieces: Template): ValueTest => {
  const want = parseIpRange(plainText(pieces).trim());
  if (want === undefined) return nothing;
  return (text) => {
    const value = parseIpRange(text.trim());
    return value !== undefined && ipContains(want, value);
  };
};

/** Base64 with and without padding is the same value. */
const binary = (pieces: Template): ValueTest => {
  const bare = (text: string): string => text.replace(/=+$/, '');
  const want = bare(plainText(pieces));
  return (text) => bare(text) === want;
};

const table: readonly OperatorSpec[] = [
  { name: 'ArnEquals', variables: true, compile: arn },
  { name: 'ArnLike', variables: true, compile: arn },
  { name: 'ArnNotEquals', opposite: 'ArnEquals', variables: true, compile: arn },
  { name: 'ArnNotLike', opposite: 'ArnLike', variables: true, compile: arn },
  { name: 'BinaryEquals', variables: false, compile: binary },
  { name: 'Bool', variables: false, compile: bool },
  { name: 'DateEquals', variables: false, compile: date((a, b) => a === b) },
  { name: 'DateGreaterThan', variables: false, compile: date((a, b) => a > b) },
  { name: 'DateGreaterThanEquals', variables: false, compile: date((a, b) => a >= b) },
  { name: 'DateLessThan', variables: false, compile: date((a, b) => a < b) },
  { name: 'DateLessThanEquals', variables: false, compile: date((a, b) => a <= b) },
  { name: 'DateNotEquals', opposite: 'DateEquals', variables: false, compile: date((a, b) => a === b) },
  { name: 'IpAddress', variables: false, compile: ip },
  { name: 'NotIpAddress', opposite: 'IpAddress', variables: false, compile: ip },
  { name: 'Null', variables: false, compile: bool },
  { name: 'NumericEquals', variables: false, compile: numeric((a, b) => a === b) },
  { name: 'NumericGreaterThan', variables: false, compile: numeric((a, b) => a > b) },
  { name: 'NumericGreaterThanEquals', variables: false, compile: numeric((a, b) => a >= b) },
  { name: 'NumericLessThan', variables: false, compile: numeric((a, b) => a < b) },
  { name: 'NumericLessThanEquals', variables: false, compile: numeric((a, b) => a <= b) },
  { name: 'NumericNotEquals', opposite: 'NumericEquals', variables: false, compile: numeric((a, b) => a === b) },
  { name: 'StringEquals', variables: true, compile: equals },
  { name: 'StringEqualsIgnoreCase', variables: true, compile: equalsIgnoreCase },
  { name: 'StringLike', variables: true, compile: like },
  { name: 'StringNotEquals', opposite: 'StringEquals', variables: true, compile: equals },
  { name: 'StringNotEqualsIgnoreCase', opposite: 'StringEqualsIgnoreCase', variables: true, compile: equalsIgnoreCase },
  { name: 'StringNotLike', opposite: 'StringLike', variables: true, compile: like },
];

const byName = new Map(table.map((spec) => [spec.name.toLowerCase(), spec]));

/** How a condition treats a key with several values: `one` without a set operator. */
export type SetQuantifier = 'one' | 'any' | 'all';

/** An operator as written in a policy, taken apart. */
export interface Operator {
  /** Spelled as AWS does: `ForAnyValue:StringNotLikeIfExists`. */
  readonly text: string;
  /** The positive operator: `StringLike`. */
  readonly base: string;
  readonly negated: boolean;
  readonly set: SetQuantifier;
  readonly ifExists: boolean;
  readonly variables: boolean;
  readonly compile: (pieces: Template) => ValueTest;
}

/** Takes an operator's name apart, whatever its case; `undefined` where AWS has no such operator (`NullIfExists` included). */
export function parseOperator(text: string): Operator | undefined {
  const match = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/i.exec(text);
  const spec = byName.get((match?.[2] ?? '').toLowerCase());
  if (match === null || spec === undefined) return undefined;
  const ifExists = match[3] !== undefined;
  if (spec.name === 'Null' && ifExists) return undefined;
  const prefix = match[1]?.toLowerCase();
  const set = prefix === undefined ? 'one' : prefix === 'foranyvalue' ? 'any' : 'all';
  const spelled = `${set === 'one' ? '' : set === 'any' ? 'ForAnyValue:' : 'ForAllValues:'}${spec.name}${ifExists ? 'IfExists' : ''}`;
  return {
    text: spelled,
    base: spec.opposite ?? spec.name,
    negated: spec.opposite !== undefined,
    set,
    ifExists,
    variables: spec.variables,
    compile: spec.compile,
  };
}

/** Every operator's name, for "did you mean". */
export const operatorNames: readonly string[] = table.map((spec) => spec.name);
