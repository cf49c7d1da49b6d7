import { trimmed } from '../../model/trimmed.ts';
import { type ArnPart, type ArnPattern, arnMatches } from '../aws/arn.ts';
import { STAR } from '../aws/glob.ts';
import type { ResourceMatcher, ResourcePattern } from '../aws/resource.ts';
import { resourceMustAllow } from '../aws/services.ts';
import { trustActions } from '../estate/resource-policies.ts';
import type { EstateResource } from '../estate/resources.ts';
import { idOf } from './ids.ts';
import { lastPart, type Residues, restOf, WHOLE } from './residue.ts';
import { append, mapped, nowhere, overlay, type Segments } from './segments.ts';

/**
 * How a candidate is written. `name`: one resource. `below`: everything under a beginning that holds the first five parts of an ARN (`arn:aws:s3:::logs/*`). `shape`: any other text
 * with wildcards, asked about by itself.
 */
export type Form = 'name' | 'below' | 'shape';

export function formOf(text: string): Form {
  const wild = text.search(/[*?]/);
  if (wild < 0) return 'name';
  return wild === text.length - 1 && text.endsWith('*') && lastPart(text) > 0 ? 'below' : 'shape';
}

/** Texts of one header (the first five parts of an ARN) stand together. */
interface Header {
  readonly text: string;
  readonly lo: number;
  readonly hi: number;
}

const MUST_ALLOW = 2;

/** Elements that a block remembers. */
const remembered = 20_000;

/** Candidates of one form, one account and, as far as a question sees, one policy of their own, sorted by text. */
export class Block {
  readonly form: Form;
  /** Owner as the estate tells it; `undefined` where it is not known. */
  readonly account: string | undefined;
  /** Positions in the list of candidates. */
  readonly positions: Uint32Array;
  /** Texts without the star of `below`. */
  readonly texts: readonly string[];
  readonly sample: EstateResource;
  readonly #residues: Residues;
  /** Made when somebody asks: a bucket with a policy of its own is a block, and most actions are never asked on it. */
  #coverage: Map<ResourceMatcher, Segments> | undefined;
  #other: Map<string, Segments> | undefined;
  #inOrder: boolean | undefined;
  #headers: readonly Header[] | undefined;
  #places: ReadonlyMap<string, number> | undefined;
  #lengths: readonly number[] | undefined;

  constructor(form: Form, account: string | undefined, positions: Uint32Array, list: readonly string[], sample: EstateResource, residues: Residues) {
    this.form = form;
    this.account = account;
    this.sample = sample;
    this.#residues = residues;
    this.positions = positions;
    this.texts = Array.from(positions, (position) => (form === 'below' ? (list[position] ?? '').slice(0, -1) : (list[position] ?? '')));
  }

  /** Whether the order of texts is the order of the list. */
  get inOrder(): boolean {
    this.#inOrder ??= this.positions.every((position, index) => index === 0 || (this.positions[index - 1] ?? 0) < position);
    return this.#inOrder;
  }

  get size(): number {
    return this.positions.length;
  }

  /**
   * What an element covers: 0 nothing, 1 the whole candidate, another number what it leaves to ask of a name below (equal numbers, equal rests). Elements with variables are not asked
   * about.
   */
  coverage(matcher: ResourceMatcher): Segments {
    const known = this.#coverage?.get(matcher);
    if (known !== undefined) return known;
    const made = trimmed(this.#cover(matcher));
    if (this.#coverage === undefined || this.#coverage.size >= remembered) this.#coverage = new Map();
    this.#coverage.set(matcher, made);
    return made;
  }

  /** Runs of an equal property of the candidates, by name of the property; numbers from 1. */
  property(name: string, of: (text: string, position: number) => number): Segments {
    const known = this.#other?.get(name);
    if (known !== undefined) return known;
    const made: number[] = [];
    for (const [index, position] of this.positions.entries()) append(made, index, index + 1, of(this.texts[index] ?? '', position));
    this.#other ??= new Map();
    this.#other.set(name, made);
    return made;
  }

  /** Candidates that nobody is allowed anything on but by their own policies, apart from the others; `undefined` where an action has none. */
  mustAllow(action: string): Segments | undefined {
    const kind = action.startsWith('kms:') ? 'kms' : trustActions.has(action) ? 'trust' : undefined;
    return kind === undefined ? undefined : this.property(`must allow ${kind}`, (text) => (resourceMustAllow(action, text) ? MUST_ALLOW : 1));
  }

  /** Whether all candidates are such. */
  allMustAllow(action: string): boolean {
    const list = this.mustAllow(action) ?? nowhere;
    return list.length === 3 && list[1] === this.size && list[2] === MUST_ALLOW;
  }

  #cover(matcher: ResourceMatcher): Segments {
    // Of a shape it only matters whether two principals have the same elements.
    if (this.form === 'shape') return [0, this.size, 2 + idOf(matcher)];
    let positive: Segments = nowhere;
    for (const pattern of matcher.patterns)
      positive = overlay(positive, this.form === 'below' ? this.#below(pattern) : this.#named(pattern), this.#residues.either);
    return matcher.negated ? mapped(positive, this.size, this.#residues.not) : positive;
  }

  #named({ pattern }: ResourcePattern): Segments {
    if (pattern === undefined) return nowhere;
    switch (pattern.kind) {
      case 'any':
        return [0, this.size, WHOLE];
      case 'exact':
        return this.#one(pattern.text);
      case 'prefix':
        return this.#starting(pattern.text, 0, this.size);
      case 'parts': {
        const made: number[] = [];
        for (const header of this.#fitting(pattern)) {
          const tail: ArnPart = pattern.parts[5];
          if (tail === undefined) append(made, header.lo, header.hi, WHOLE);
          else if (typeof tail === 'string') {
            const [lo = 0, hi = 0] = this.#one(header.text + tail);
            append(made, lo, hi, WHOLE);
          } else {
            const fixed = tail.findIndex((unit) => unit < 0);
            const [lo = 0, hi = 0] = this.#starting(header.text + String.fromCharCode(...tail.slice(0, fixed)), header.lo, header.hi);
            if (fixed === tail.length - 1 && tail[fixed] === STAR) append(made, lo, hi, WHOLE);
            else for (let at = lo; at < hi; at++) if (arnMatches(pattern, this.texts[at] ?? '')) append(made, at, at + 1, WHOLE);
          }
        }
        return made;
      }
    }
  }

  /** Beginnings that go on where the pattern's fixed text ends, and those that end within it. */
  #below({ pattern }: ResourcePattern): Segments {
    if (pattern === undefined) return nowhere;
    if (pattern.kind === 'any') return [0, this.size, WHOLE];
    const made: [number, number, number][] = [];
    const ask = (lo: number, hi: number): void => {
      for (let at = lo; at < hi; at++) made.push([at, at + 1, this.#residues.of(restOf(pattern, this.texts[at] ?? ''))]);
    };
    const along = (fixed: string, from: number): void => {
      this.#places ??= new Map(this.texts.map((text, index) => [text, index]));
      this.#lengths ??= [...new Set(this.texts.map((text) => text.length))];
      for (const length of this.#lengths) {
        if (length < from || length >= fixed.length) continue;
        const at = this.#places.get(fixed.slice(0, length));
        if (at !== undefined) ask(at, at + 1);
      }
    };
    if (pattern.kind === 'exact' || pattern.kind === 'prefix') {
      const [lo = 0, hi = 0] = this.#starting(pattern.text, 0, this.size);
      if (pattern.kind === 'prefix') made.push([lo, hi, WHOLE]);
      else ask(lo, hi);
      along(pattern.text, lastPart(pattern.text));
    } else {
      const tail = pattern.parts[5];
      for (const header of this.#fitting(pattern)) {
        const fixed = tail === undefined ? 0 : typeof tail === 'string' ? tail.length : tail.findIndex((unit) => unit < 0);
        const text = header.text + (tail === undefined ? '' : typeof tail === 'string' ? tail : String.fromCharCode(...tail.slice(0, fixed)));
        const [lo = 0, hi = 0] = this.#starting(text, header.lo, header.hi);
        if (tail === undefined) made.push([lo, hi, WHOLE]);
        else ask(lo, hi);
        along(text, header.text.length);
      }
    }
    const sorted: number[] = [];
    for (const [lo, hi, code] of made.sort((a, b) => a[0] - b[0])) append(sorted, lo, hi, code);
    return sorted;
  }

  /** Headers that the first five parts of a pattern fit. */
  #fitting(pattern: ArnPattern & { readonly kind: 'parts' }): readonly Header[] {
    this.#headers ??= headersOf(this.texts);
    const head: ArnPattern = { kind: 'parts', parts: [...pattern.parts.slice(0, 5), undefined] };
    return this.#headers.filter((header) => arnMatches(head, header.text));
  }

  #one(text: string): Segments {
    const at = lowerBound(this.texts, text, 0, this.size);
    return this.texts[at] === text ? [at, at + 1, WHOLE] : nowhere;
  }

  #starting(text: string, from: number, to: number): readonly number[] {
    const lo = lowerBound(this.texts, text, from, to);
    let [low, high] = [lo, to];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.texts[middle]?.startsWith(text) === true) low = middle + 1;
      else high = middle;
    }
    return lo === low ? nowhere : [lo, low, WHOLE];
  }
}

function headersOf(texts: readonly string[]): readonly Header[] {
  const headers: { text: string; lo: number; hi: number }[] = [];
  for (const [index, text] of texts.entries()) {
    const last = headers.at(-1);
    const header = text.slice(0, lastPart(text));
    if (last?.text === header) last.hi = index + 1;
    else headers.push({ text: header, lo: index, hi: index + 1 });
  }
  return headers;
}

/** First place in a sorted list that is not before a text. */
export function lowerBound(texts: readonly string[], text: string, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((texts[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
