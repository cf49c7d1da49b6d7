import { trimmed } from '../../model/trimmed.ts';
import { type Glob, ONE, STAR } from './glob.ts';

/**
 * A policy value cut into text and variables. "You can use policy variables in the Resource element and in string comparisons in the Condition element" and
 * "`${*}` - use where you need a * character; `${?}`; `${$}`"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `${*}`, `${?}`, `${$}`: the character itself, never a wildcard. */
  | { readonly kind: 'escape'; readonly text: string }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined; readonly source: string };

export type Template = readonly Piece[];

/** What a variable stands for: its text, `null` when it has none (so that nothing equals it), `undefined` when that is not known. */
export type VariableLookup = (key: string) => string | null | undefined;

/** An escape, or a key with or without a default. Keys hold no quotes, commas, braces or dollar signs. */
const placeholder = /\$\{(?:([*?$])|\s*([^,'"{}$\s](?:[^,'"{}$]*[^,'"{}$\s])?)\s*(?:,\s*'([^'}]*)'\s*)?)\}/g;

/**
 * Cuts `${...}` out of a text. "Version 2008-10-17 ... does not support policy variables; `${aws:username}` is treated as a literal string"
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html), hence `withVariables`.
 */
export function parseTemplate(text: string, withVariables: boolean): Template {
  if (!withVariables || !text.includes('${')) return [{ kind: 'text', text }];
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(placeholder)) {
    const [source, sign, key, fallback] = match;
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
    pieces.push(key === undefined ? { kind: 'escape', text: sign ?? '' } : { kind: 'variable', key: key.toLowerCase(), fallback, source });
    at = match.index + source.length;
  }
  return at < text.length || at === 0 ? [...pieces, { kind: 'text', text: text.slice(at) }] : trimmed(pieces);
}

export const hasVariables = (template: Template): boolean => template.some((piece) => piece.kind === 'variable');

/** Keys of the variables in it, lower case. */
export const variablesOf = (template: Template): string[] => template.flatMap((piece) => (piece.kind === 'variable' ? [piece.key] : []));

/** `*`, `?` and `$` as a policy has to write them to mean themselves. */
export const escapeWild = (text: string): string => text.replace(/[*?$]/g, (sign) => `\${${sign}}`);

/**
 * Fills in what is known. `value`: every variable is known. `never`: a variable has no value and no default, so the text equals nothing. `open`: some are unknown;
 * the new text keeps those as `${...}`, known text escaped, so that it means the same when it is read again.
 */
export function fill(template: Template, lookup: VariableLookup): { kind: 'value'; pieces: Template } | { kind: 'never' } | { kind: 'open'; pieces: Template } {
  const pieces: Piece[] = [];
  let open = false;
  for (const piece of template) {
    if (piece.kind !== 'variable') {
      pieces.push(piece);
      continue;
    }
    const value = lookup(piece.key);
    if (value === undefined) {
      open = true;
      pieces.push(piece);
    } else if (value !== null) pieces.push({ kind: 'escape', text: value });
    else if (piece.fallback !== undefined) pieces.push({ kind: 'escape', text: piece.fallback });
    else return { kind: 'never' };
  }
  return { kind: open ? 'open' : 'value', pieces };
}

/** The text with no wildcard in it: escapes stand for their character. */
export const plainText = (pieces: Template): string => pieces.map((piece) => (piece.kind === 'variable' ? piece.source : piece.text)).join('');

/** The text as a policy would write it. */
export const policyText = (pieces: Template): string =>
  pieces.map((piece) => (piece.kind === 'variable' ? piece.source : piece.kind === 'escape' ? escapeWild(piece.text) : piece.text)).join('');

/** Pattern of a text with wildcards. An unknown variable becomes `*`: the widest it could be. */
export function templateGlob(pieces: Template, wildcards = true): Glob {
  const glob: number[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'variable') {
      glob.push(STAR);
      continue;
    }
    for (let index = 0; index < piece.text.length; index++) {
      const unit = piece.text.charCodeAt(index);
      const wild = wildcards && piece.kind === 'text';
      glob.push(wild && unit === 42 ? STAR : wild && unit === 63 ? ONE : unit);
    }
  }
  return glob;
}
