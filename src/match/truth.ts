/** Kleene's three values: what was not collected is `unknown`, and stays so through and, or, not. */
export type Truth = true | false | 'unknown';

export const not = (value: Truth): Truth => (value === 'unknown' ? value : !value);

export function and(values: Iterable<Truth>): Truth {
  let result: Truth = true;
  for (const value of values) {
    if (value === false) return false;
    if (value === 'unknown') result = value;
  }
  return result;
}

export function or(values: Iterable<Truth>): Truth {
  let result: Truth = false;
  for (const value of values) {
    if (value === true) return true;
    if (value === 'unknown') result = value;
  }
  return result;
}
