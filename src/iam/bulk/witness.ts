import type { ArnPattern } from '../aws/arn.ts';
import { arnPattern } from '../aws/arn.ts';
import type { Context } from '../aws/context.ts';
import { type Glob, globMatches, ONE, STAR, toGlob } from '../aws/glob.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import { fill as filledIn, plainText, templateGlob } from '../aws/template.ts';
import { actions } from '../catalogue.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateResource } from '../estate/resources.ts';
import { formOf } from './block.ts';
import { meet } from './meet.ts';
import { restOf } from './residue.ts';

const probe = 'postern-probe';

interface Pattern {
  readonly text: string;
  readonly pattern: ArnPattern;
}

/**
 * Concrete resources to ask about when the question is "may it do this on *some* resource of this shape": one made of the shape itself, and one for each pattern that an
 * Allow of the principal names, where it fits the shape. For `*` the shapes are those that the catalogue says the action takes. A grant on some resource of the shape is found
 * by the witness of its own pattern; a deny counts where it covers that witness.
 */
export function* witnesses(shape: string, principal: EstatePrincipal, action: string, target: EstateResource, context: Context): Generator<string> {
  const account = principal.info.account;
  const patterns = patternsFor(principal, action, target, context);
  if (formOf(shape) === 'below') {
    yield* below(shape.slice(0, -1), patterns);
    return;
  }
  const shapes = shape === '*' ? shapesOf(action, account) : [shape];
  const found = new Set<string>();
  for (const each of shapes) {
    for (const text of witnessesOf(each, account, patterns)) {
      if (found.has(text)) continue;
      if (found.size === most) return;
      found.add(text);
      yield text;
    }
  }
}

/** No more than so many are asked: beyond them a grant on some resource of the shape is found by another pattern, or not at all. */
const most = 64;

/** INVARIANT: what stands behind the beginning depends on the rests of the patterns alone, so that equal rests have equal answers. */
function* below(beginning: string, patterns: readonly Pattern[]): Generator<string> {
  yield `${beginning}${probe}`;
  const tails = new Set<string>();
  for (const { pattern } of patterns) {
    const rest = restOf(pattern, beginning);
    if (rest !== 'everything') for (const glob of rest) tails.add(spelled(glob));
  }
  for (const tail of [...tails].sort().slice(0, most)) yield `${beginning}${tail}`;
}

/** A text that fits a pattern: something for each run of wildcards. */
function spelled(glob: Glob): string {
  let text = '';
  for (const [index, unit] of glob.entries()) {
    if (unit === ONE) text += 'x';
    else if (unit !== STAR) text += String.fromCharCode(unit);
    else if (glob[index - 1] !== STAR) text += probe;
  }
  return text;
}

function* witnessesOf(shape: string, account: string, patterns: readonly Pattern[]): Generator<string> {
  yield concrete(shape, account);
  for (const { text } of patterns) {
    const both = text.includes('${') ? undefined : unify(shape, text, account);
    if (both !== undefined) yield both;
  }
}

/** Patterns of the Allow statements that may speak for the principal, and of what its Deny statements spare, sorted. */
function patternsFor(principal: EstatePrincipal, action: string, target: EstateResource, context: Context): readonly Pattern[] {
  const found = new Map<string, Pattern>();
  for (const set of [principal.identity, principal.boundary, ...(principal.controls?.scps ?? []), target.policy, target.grants])
    for (const pattern of patternsOf(set, action, context)) found.set(pattern.text, pattern);
  return [...found.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}

function* patternsOf(set: PolicySet | undefined, action: string, context: Context): Generator<Pattern> {
  const selected = set?.select(action);
  for (const { statement } of [...(selected?.allow ?? []), ...(selected?.deny ?? [])]) {
    // `NotResource` of an Allow leaves most names; that of a Deny names the few that it leaves.
    if (statement.rule.resource.negated !== (statement.rule.effect === 'Deny')) continue;
    for (const { text, pattern, template } of statement.rule.resource.patterns) {
      if (pattern !== undefined) {
        yield { text, pattern };
        continue;
      }
      const filled = filledIn(template, (key) => context.variable(key));
      if (filled.kind === 'value') yield { text: plainText(filled.pieces), pattern: arnPattern(templateGlob(filled.pieces)) };
    }
  }
}

/** A resource of no particular name for each shape: what is allowed on it is allowed whatever the name. */
export function probes(shape: string, principal: EstatePrincipal, action: string): readonly string[] {
  const account = principal.info.account;
  return (shape === '*' ? shapesOf(action, account) : [shape]).map((each) => concrete(each, account));
}
function shapesOf(action: string, account: string): readonly string[] {
  const entry = actions().get(action);
  if (entry === undefined || entry.resources.length === 0) return ['*'];
  return entry.resources.map((format) =>
    format
      .replace('${Partition}', 'aws')
      .replace('${Account}', account)
      .replace(/\$\{[^}]+\}/g, '*'),
  );
}

const concrete = (shape: string, account: string): string => (shape === '*' ? '*' : fill(shape, account));

/** Puts something for every wildcard: the region and account of the caller where they stand, a probe elsewhere. */
function fill(pattern: string, account: string): string {
  return segments(pattern)
    .map((part, index) => fillPart(part, index, account))
    .join(':');
}

const segments = (arn: string): string[] => {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};

interface Part {
  readonly text: string;
  /** With something for every wildcard. */
  readonly filled: string;
  readonly wild: boolean;
  readonly glob: Glob;
}

/** Shapes and patterns come again for every principal and action. */
const split = new Map<string, readonly Part[]>();
const mostSplit = 200_000;

function partsOf(text: string): readonly Part[] {
  const known = split.get(text);
  if (known !== undefined) return known;
  const parts = segments(text).map((part): Part => ({ text: part, filled: filledPart(part), wild: /[*?]/.test(part), glob: toGlob(part) }));
  if (split.size >= mostSplit) split.clear();
  split.set(text, parts);
  return parts;
}

/** A resource that fits both patterns, if one is found part by part: a part of the one where it fits the other's. */
function unify(shape: string, pattern: string, account: string): string | undefined {
  if (/^\*+$/.test(pattern)) return concrete(shape, account);
  if (shape === '*') return fill(pattern, account);
  const [left, right] = [partsOf(shape), partsOf(pattern)];
  if (left.length !== right.length) return undefined;
  // Most pairs differ in the name, so that is looked at first.
  const parts = new Array<string>(left.length);
  for (let index = left.length - 1; index >= 0; index--) {
    const [mine, other] = [left[index], right[index]];
    const fitting = mine === undefined || other === undefined ? undefined : fitBoth(mine, other, index, account);
    if (fitting === undefined) return undefined;
    parts[index] = fitting;
  }
  return parts.join(':');
}

function fitBoth(mine: Part, other: Part, index: number, account: string): string | undefined {
  // A part without wildcards fits nothing but itself.
  if (!mine.wild) return mine.text === other.text || (other.wild && globMatches(other.glob, mine.text)) ? mine.text : undefined;
  if (!other.wild) return globMatches(mine.glob, other.text) ? other.text : undefined;
  for (const part of [other, mine]) {
    const text = part.text === '*' && index === 3 ? 'us-east-1' : part.text === '*' && index === 4 ? account : part.filled;
    if (globMatches(mine.glob, text) && globMatches(other.glob, text)) return text;
  }
  return meet(mine.glob, other.glob);
}

const filledPart = (part: string): string => part.replace(/\*+/g, probe).replaceAll('?', 'x');
const fillPart = (part: string, index: number, account: string): string =>
  part === '*' && index === 3 ? 'us-east-1' : part === '*' && index === 4 ? account : filledPart(part);
