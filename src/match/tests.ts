import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import { isArray, isObject, type Json } from '../model/json.ts';

/** Tests one value against one expected value. `undefined`: the path leads nowhere. */
export interface LeafTest {
  readonly means: string;
  /** Checks and prepares the expected value once; a text is the reason why it will not do. */
  readonly prepare: (expected: Json) => ((actual: Json | undefined) => boolean) | string;
  /** Looks at the value as a whole (an array is not spread over its elements). */
  readonly whole?: true;
  /** Several expected values: all must hold instead of any. */
  readonly every?: true;
}

export interface MatchClock {
  /** Milliseconds since 1970 at the end of the collection; ages are counted to it, never to the present. */
  readonly now: number;
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

const onText =
  (compare: (actual: string, expected: string) => boolean): LeafTest['prepare'] =>
  (expected) => {
    const wanted = text(expected);
    if (wanted === undefined) return 'takes a text';
    return (actual) => {
      const given = text(actual);
      return given !== undefined && compare(given, wanted);
    };
  };

const number = (value: Json | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
};

const onNumber =
  (compare: (actual: number, expected: number) => boolean): LeafTest['prepare'] =>
  (expected) => {
    const wanted = number(expected);
    if (wanted === undefined) return 'takes a number';
    return (actual) => {
      const given = number(actual);
      return given !== undefined && compare(given, wanted);
    };
  };

/** Elements of a list, keys of a map, 0 for what is not there. */
const size = (value: Json | undefined): number =>
  isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : value === undefined || value === null || value === '' ? 0 : 1;

const onSize =
  (compare: (actual: number, expected: number) => boolean): LeafTest['prepare'] =>
  (expected) =>
    typeof expected === 'number' ? (actual) => compare(size(actual), expected) : 'takes a number';

const equals = (actual: Json | undefined, expected: Json): boolean => {
  if (typeof actual === 'boolean' || typeof expected === 'boolean') return String(actual) === String(expected);
  if (typeof actual === 'number' || typeof expected === 'number') return number(actual) === number(expected) && number(expected) !== undefined;
  return actual === expected;
};

/** `*` any text, `?` one character; two pointers, never exponential. */
function like(pattern: string, value: string): boolean {
  let [p, v, star, mark] = [0, 0, -1, 0];
  while (v < value.length) {
    const character = pattern[p];
    if (character === '*') [star, mark, p] = [p, v, p + 1];
    else if (character !== undefined && (character === '?' || character === value[v])) [p, v] = [p + 1, v + 1];
    else if (star >= 0) [p, mark, v] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function within(network: string, value: string): boolean {
  if (!ipaddr.isValidCIDR(network)) return false;
  const range = ipaddr.parseCIDR(network);
  const address = value.includes('/')
    ? ipaddr.isValidCIDR(value)
      ? ipaddr.parseCIDR(value)
      : undefined
    : ipaddr.isValid(value)
      ? ipaddr.parse(value)
      : undefined;
  if (address === undefined) return false;
  const [start, bits] = Array.isArray(address) ? address : [address, Number.POSITIVE_INFINITY];
  return start.kind() === range[0].kind() && bits >= range[1] && start.match(range as [never, number]);
}

const flag =
  (test: (actual: Json | undefined) => boolean): LeafTest['prepare'] =>
  (expected) =>
    typeof expected === 'boolean' ? (actual) => test(actual) === expected : 'takes true or false';

const present = (value: Json | undefined): boolean => value !== undefined && value !== null;
const day = 86_400_000;

/** Time is linear in the text for each character of a pattern: a pattern of thousands would still be slow over long texts. */
const longestPattern = 1000;

/** Every modifier of the matcher grammar. A key is `path|modifier`; without one it is `eq`. */
export const leafTests = (clock: MatchClock): Readonly<Record<string, LeafTest>> => ({
  eq: {
    means: 'is the value; several: any of them',
    prepare: (expected) => (isObject(expected) ? 'takes a value, not a map' : (actual) => equals(actual, expected)),
  },
  neq: {
    means: 'is not the value, or is not there; several: none of them',
    whole: true,
    every: true,
    prepare: (expected) => (actual) => !spread(actual).some((each) => equals(each, expected)),
  },
  ieq: { means: 'is the text, whatever its case', prepare: onText((actual, expected) => actual.toLowerCase() === expected.toLowerCase()) },
  contains: { means: 'contains the text', prepare: onText((actual, expected) => actual.includes(expected)) },
  icontains: { means: 'contains the text, whatever its case', prepare: onText((actual, expected) => actual.toLowerCase().includes(expected.toLowerCase())) },
  startswith: { means: 'starts with the text', prepare: onText((actual, expected) => actual.startsWith(expected)) },
  endswith: { means: 'ends with the text', prepare: onText((actual, expected) => actual.endsWith(expected)) },
  like: { means: 'matches the pattern: * any text, ? one character', prepare: onText((actual, expected) => like(expected, actual)) },
  re: {
    means: 'matches the regular expression (RE2, linear time)',
    prepare: (expected) => {
      if (typeof expected !== 'string') return 'takes a regular expression';
      if (expected.length > longestPattern) return `has ${expected.length} characters; at most ${longestPattern}`;
      try {
        const compiled = RE2JS.compile(expected);
        return (actual) => {
          const given = text(actual);
          return given !== undefined && compiled.matcher(given).find();
        };
      } catch (error) {
        return `is no regular expression: ${error instanceof Error ? error.message : ''}`;
      }
    },
  },
  cidr: { means: 'is an address or network inside the network', prepare: onText((actual, expected) => within(expected, actual)) },
  gt: { means: 'is greater', prepare: onNumber((actual, expected) => actual > expected) },
  gte: { means: 'is greater or equal', prepare: onNumber((actual, expected) => actual >= expected) },
  lt: { means: 'is less', prepare: onNumber((actual, expected) => actual < expected) },
  lte: { means: 'is less or equal', prepare: onNumber((actual, expected) => actual <= expected) },
  exists: { means: 'is there (true) or not (false)', whole: true, prepare: flag(present) },
  absent: { means: 'is not there (true) or is (false)', whole: true, prepare: flag((actual) => !present(actual)) },
  empty: { means: 'is not there or has nothing in it (true), or has (false)', whole: true, prepare: flag((actual) => size(actual) === 0) },
  count: { means: 'has so many elements', whole: true, prepare: onSize((actual, expected) => actual === expected) },
  count_gt: { means: 'has more elements', whole: true, prepare: onSize((actual, expected) => actual > expected) },
  count_gte: { means: 'has at least so many elements', whole: true, prepare: onSize((actual, expected) => actual >= expected) },
  count_lt: { means: 'has fewer elements', whole: true, prepare: onSize((actual, expected) => actual < expected) },
  count_lte: { means: 'has at most so many elements', whole: true, prepare: onSize((actual, expected) => actual <= expected) },
  older_days: {
    means: 'is a date more than so many days before the end of the collection',
    prepare: (expected) =>
      typeof expected === 'number' ? (actual) => typeof actual === 'string' && clock.now - Date.parse(actual) > expected * day : 'takes a number of days',
  },
  within_days: {
    means: 'is a date at most so many days before or after the end of the collection',
    prepare: (expected) =>
      typeof expected === 'number'
        ? (actual) => typeof actual === 'string' && Math.abs(Date.parse(actual) - clock.now) <= expected * day
        : 'takes a number of days',
  },
});

export const spread = (value: Json | undefined): readonly (Json | undefined)[] => (isArray(value) ? value : [value]);
