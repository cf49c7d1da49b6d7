import { type ArnPattern, arnMatches } from '../aws/arn.ts';
import { type Glob, literalGlob, ONE, STAR } from '../aws/glob.ts';

/** Nothing below fits. */
export const NOTHING = 0;
/** Everything below fits. */
export const WHOLE = 1;

/** What a pattern still asks of a name whose beginning is known: any of these, or everything. */
export type Rest = readonly Glob[] | 'everything';

/**
 * The rest of a pattern behind a beginning that holds the first five parts of an ARN (`arn:aws:s3:::logs/`). Two beginnings with an equal rest are told apart by no name below them, so that
 * "some object below" has one answer for both.
 */
export function restOf(pattern: ArnPattern, beginning: string): Rest {
  switch (pattern.kind) {
    case 'any':
      return 'everything';
    case 'exact':
      return pattern.text.startsWith(beginning) ? [literalGlob(pattern.text.slice(beginning.length))] : [];
    case 'prefix':
      if (beginning.startsWith(pattern.text)) return 'everything';
      return pattern.text.startsWith(beginning) ? [[...literalGlob(pattern.text.slice(beginning.length)), STAR]] : [];
    case 'parts': {
      if (!arnMatches(headOf(pattern), beginning)) return [];
      const tail = pattern.parts[5];
      if (tail === undefined) return 'everything';
      return consumed(typeof tail === 'string' ? literalGlob(tail) : tail, beginning, lastPart(beginning));
    }
  }
}

/** Where the sixth part of an ARN begins; 0 for a text with fewer. */
export function lastPart(arn: string): number {
  let at = -1;
  for (let part = 0; part < 5; part++) {
    at = arn.indexOf(':', at + 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

const heads = new WeakMap<ArnPattern, ArnPattern>();
/** The first five parts of a pattern, with anything after them. */
function headOf(pattern: ArnPattern & { readonly kind: 'parts' }): ArnPattern {
  const known = heads.get(pattern);
  if (known !== undefined) return known;
  const head: ArnPattern = { kind: 'parts', parts: [...pattern.parts.slice(0, 5), undefined] };
  heads.set(pattern, head);
  return head;
}

/** Every place in a pattern where it may stand after reading `text` from `from`. */
export function consumed(glob: Glob, text: string, from: number): Rest {
  let places = new Set(open(glob, [0]));
  for (let at = from; at < text.length && places.size > 0; at++) {
    const unit = text.charCodeAt(at);
    const next: number[] = [];
    for (const place of places) {
      const want = glob[place];
      if (want === STAR) next.push(place);
      else if (want === ONE || want === unit) next.push(place + 1);
    }
    places = new Set(open(glob, next));
  }
  // What stands behind a star of the set is what the star takes as nothing.
  const kept = [...places].filter((place) => !(glob[place - 1] === STAR && places.has(place - 1))).sort((a, b) => a - b);
  if (kept.some((place) => place < glob.length && glob.slice(place).every((unit) => unit === STAR))) return 'everything';
  return kept.map((place) => glob.slice(place));
}

/** A star may also take nothing. */
function* open(glob: Glob, places: readonly number[]): Generator<number> {
  for (let place of places) {
    yield place;
    while (glob[place] === STAR) yield ++place;
  }
}

/** Numbers for rests: equal rests have one number, whatever pattern and beginning they come from. */
export class Residues {
  readonly #numbers = new Map<string, number>([
    ['', NOTHING],
    ['everything', WHOLE],
  ]);
  readonly #keys: string[] = ['', 'everything'];

  of(rest: Rest): number {
    return this.#number(rest === 'everything' ? rest : [...new Set(rest.map((glob) => `${glob.join('.')};`))].sort().join(''));
  }

  /** One or the other. */
  readonly either = (a: number, b: number): number => {
    if (a === WHOLE || b === WHOLE) return WHOLE;
    if (a === b || b === NOTHING) return a;
    if (a === NOTHING) return b;
    const parts = [a, b].flatMap((each) => (this.#keys[each] ?? '').match(/[^;]*;/g) ?? []);
    return this.#number([...new Set(parts)].sort().join(''));
  };

  /** Everything else. */
  readonly not = (code: number): number => (code === NOTHING ? WHOLE : code === WHOLE ? NOTHING : this.#number(`!${this.#keys[code]}`));

  #number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#keys.length);
    this.#keys.push(key);
    return this.#keys.length - 1;
  }
}
