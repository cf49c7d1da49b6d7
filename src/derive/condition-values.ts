import { globMatches, toGlob } from '../iam/aws/glob.ts';
import type { ConditionAtom, Residual } from '../model/evidence.ts';

/** Whether an atom asks for some value of its key, rather than for another than some. */
export const demands = ({ operator, negated }: ConditionAtom): boolean => /(^|:)(String|Arn)Not/i.test(operator) === negated;

/** Whether an atom asks whether its key is there at all. */
export const asksPresence = ({ operator }: ConditionAtom): boolean => /(^|:)Null$/i.test(operator);

/** Whether a `Null` atom holds for a key that is there: `"Null": {"key": "false"}` asks that it be (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). */
const holdsWhenPresent = ({ values, negated }: ConditionAtom): boolean => values.some((value) => value.toLowerCase() === 'false') !== negated;

/** Whether `*` and `?` are wildcards in the values of an atom: they are for the `Like` operators and for ARNs; `StringEquals` compares them as they stand. */
export const takesWildcards = ({ operator }: ConditionAtom): boolean => /Like|Arn/i.test(operator);

/** Whether a value of a condition means a text, by the atom's operator. */
function means(atom: ConditionAtom, value: string, text: string): boolean {
  if (takesWildcards(atom)) return globMatches(toGlob(value), text);
  return /IgnoreCase/i.test(atom.operator) ? value.toLowerCase() === text.toLowerCase() : value === text;
}

/** Whether an atom holds when its key, there in the request, has one known value. */
function holdsFor(atom: ConditionAtom, text: string): boolean {
  if (asksPresence(atom)) return holdsWhenPresent(atom);
  return atom.values.some((value) => means(atom, value, text)) === demands(atom);
}

/** What is left of a condition when some keys (in lower case) are known; `undefined` when it cannot hold. */
export function knowing(residual: Residual, told: Readonly<Record<string, string>>): Residual | undefined {
  const entries = (residual.length === 0 ? [{ allOf: [] }] : residual).flatMap((entry) => {
    const rest = [];
    for (const atom of entry.allOf) {
      const value = told[atom.key.toLowerCase()];
      if (value === undefined) rest.push(atom);
      else if (!holdsFor(atom, value)) return [];
    }
    return [{ allOf: rest }];
  });
  if (entries.length === 0) return undefined;
  return entries.some((entry) => entry.allOf.length === 0) ? [] : entries;
}
