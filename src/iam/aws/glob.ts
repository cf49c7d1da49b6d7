/** A pattern of code units, `*` as STAR and `?` as ONE, so that an escaped `${*}` can stand beside a wildcard without any special character. */
export type Glob = readonly number[];

export const STAR = -1;
export const ONE = -2;

/** Wildcards as the policy language has them: `*` any run of characters (also none), `?` exactly one. */
export function toGlob(text: string): Glob {
  return [...wild(text)];
}

/** Text in which nothing is a wildcard. */
export function literalGlob(text: string): Glob {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

function* wild(text: string): Generator<number> {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    yield unit === 42 ? STAR : unit === 63 ? ONE : unit;
  }
}

/**
 * Whether `text[from, to)` matches the whole pattern. Two pointers with one place to return to: at most pattern x text steps, whatever the pattern,
 * where a backtracking expression made from a hostile pattern would be exponential.
 */
export function globMatches(glob: Glob, text: string, from = 0, to: number = text.length): boolean {
  let g = 0;
  let t = from;
  let star = -1;
  let mark = 0;
  while (t < to) {
    const want = g < glob.length ? glob[g] : undefined;
    if (want === STAR) {
      star = g++;
      mark = t;
    } else if (want !== undefined && (want === ONE || want === text.charCodeAt(t))) {
      g++;
      t++;
    } else if (star >= 0) {
      g = star + 1;
      t = ++mark;
    } else return false;
  }
  while (g < glob.length && glob[g] === STAR) g++;
  return g === glob.length;
}
