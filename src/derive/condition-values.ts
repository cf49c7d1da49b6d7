import type { ConditionAtom, Residual } from '../model/evidence.ts';

/** Whether an atom asks for some value of its key, rather than for another than some. */
export const demands = ({ operator, negated }: ConditionAtom): boolean => /(^|:)(String|Arn)Not/i.test(operator) === negated;

/** A pattern with `*`, part by part, in time linear in the text. */
export function fits(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return first === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = parts.pop() ?? '';
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** What is left of a condition when some keys (in lower case) are known; `undefined` when it cannot hold. */
export function knowing(residual: Residual, told: Readonly<Record<string, string>>): Residual | undefined {
  const entries = (residual.length === 0 ? [{ allOf: [] }] : residual).flatMap((entry) => {
    const rest = [];
    for (const atom of entry.allOf) {
      const value = told[atom.key.toLowerCase()];
      if (value === undefined) rest.push(atom);
      else if (atom.values.some((pattern) => fits(pattern, value)) !== demands(atom)) return [];
    }
    return [{ allOf: rest }];
  });
  if (entries.length === 0) return undefined;
  return entries.some((entry) => entry.allOf.length === 0) ? [] : entries;
}
