import { globMatches, toGlob } from '../iam/aws/glob.ts';
import { globsMeet } from '../iam/lint/meet.ts';
import type { ConditionAtom, Residual } from '../model/evidence.ts';
import { asksPresence, demands, takesWildcards } from './condition-values.ts';

/** What one alternative of a trust policy asks of an identity token, and what it asks of the request besides. */
export interface TokenDemand {
  /** Patterns of the subject, one of which must fit; none when no token can. */
  readonly subjects: readonly string[];
  /** Whom the token must be for; empty where the policy does not say. */
  readonly audiences: readonly string[];
  /** Other claims that must have some value, such as `repository` of GitHub. */
  readonly claims: readonly ConditionAtom[];
  /** What is no matter of the token. */
  readonly residual: Residual;
}

/**
 * Reads what a conjunction asks of the tokens of an issuer. The subject is always there, and what must not be the subject only takes patterns away that it covers: the entry stands for some
 * subject that is left. The keys of an issuer are its host with the claim (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif).
 */
export function tokenDemand(entry: Residual[number], host: string, subject = 'sub', audience = 'aud'): TokenDemand {
  const prefix = `${host.toLowerCase()}:`;
  const claimOf = (atom: ConditionAtom): string | undefined =>
    atom.key.toLowerCase().startsWith(prefix) ? atom.key.slice(prefix.length).toLowerCase() : undefined;
  const rest = entry.allOf.filter((atom) => claimOf(atom) === undefined);
  const own = entry.allOf.filter((atom) => claimOf(atom) !== undefined);
  const valued = own.filter((atom) => !asksPresence(atom));
  const wanted = valued.filter(demands);
  return {
    subjects: own.some((atom) => claimOf(atom) === subject && asksAbsence(atom)) ? [] : subjectsOf(valued.filter((atom) => claimOf(atom) === subject)),
    audiences: wanted.flatMap((atom) => (claimOf(atom) === audience ? atom.values : [])),
    claims: wanted.filter((atom) => claimOf(atom) !== subject && claimOf(atom) !== audience),
    residual: rest.length === 0 ? [] : [{ allOf: rest }],
  };
}

const asksAbsence = (atom: ConditionAtom): boolean => asksPresence(atom) && atom.values.some((value) => value.toLowerCase() === 'true') !== atom.negated;

/** No subject has a `*` or `?` in it: compared as it stands, `repo:corp/*` is met by no token. */
const usable = (atom: ConditionAtom): readonly string[] => (takesWildcards(atom) ? atom.values : atom.values.filter((value) => !/[*?]/.test(value)));

function subjectsOf(atoms: readonly ConditionAtom[]): readonly string[] {
  let patterns: readonly string[] = ['*'];
  for (const atom of atoms) {
    if (!demands(atom)) continue;
    patterns = patterns.flatMap((pattern) => usable(atom).flatMap((value) => common(pattern, value)));
  }
  const excluded = atoms.filter((atom) => !demands(atom)).flatMap(usable);
  return [...new Set(patterns)].filter((pattern) => !excluded.some((each) => covers(each, pattern)));
}

/**
 * Whether a pattern matches all that another does: what stands for its wildcards is a character that no pattern has, more of them for a `*` than the `?` of the pattern could take, and none.
 */
function covers(pattern: string, other: string): boolean {
  const glob = toGlob(pattern);
  const filled = (run: string): string => other.replace(/\?/g, '\0').replace(/\*/g, run);
  return globMatches(glob, filled('\0'.repeat(pattern.length + 1))) && globMatches(glob, filled(''));
}

/** The narrower of two patterns; of two that only overlap, the first: it is too wide then, never too narrow. */
function common(a: string, b: string): readonly string[] {
  if (covers(a, b)) return [b];
  if (covers(b, a) || globsMeet(a, b)) return [a];
  return [];
}
