import type { ConditionAtom } from '../../model/evidence.ts';
import { type ArnPattern, arnMatches, arnPattern, headerFits, headerOf } from './arn.ts';
import { FALSE, TRUE, type Truth, UNKNOWN } from './condition.ts';
import type { Context } from './context.ts';
import { globMatches, STAR } from './glob.ts';
import { internTable } from './intern.ts';
import { fill, hasVariables, parseTemplate, policyText, type Template, templateGlob } from './template.ts';

export interface ResourcePattern {
  readonly text: string;
  readonly template: Template;
  /** Present when no variable stands in it. */
  readonly pattern: ArnPattern | undefined;
}

/** The Resource or NotResource element; `all` also where a resource-based policy leaves it out. Equal elements are one object. */
export interface ResourceMatcher {
  readonly negated: boolean;
  readonly all: boolean;
  readonly patterns: readonly ResourcePattern[];
  readonly variables: boolean;
  /** The patterns that could fit an ARN, by the number of its first five parts: of most requests none. */
  readonly byHeader: (readonly ResourcePattern[] | undefined)[];
}

const interned = internTable<ResourceMatcher>();

/** Compiles resource patterns as written. */
export function compileResources(texts: readonly string[], negated: boolean, withVariables: boolean): ResourceMatcher {
  // Stryker disable next-line MethodExpression: in another order an element is only not shared.
  const distinct = texts.length === 1 ? texts : [...new Set(texts)].sort();
  // Stryker disable next-line StringLiteral: an element without variables is only not shared between versions.
  const kind = `${negated ? 'not ' : ''}${withVariables && distinct.some((text) => text.includes('${')) ? 'with variables ' : ''}`;
  // Stryker disable next-line ConditionalExpression: one text and a list of texts begin with another letter.
  const identity = kind + (distinct.length === 1 ? `:${distinct[0]}` : JSON.stringify(distinct));
  const known = interned.get(identity);
  // Stryker disable next-line ConditionalExpression: a new object means the same.
  if (known !== undefined) return known;
  const patterns = distinct.map((text): ResourcePattern => {
    const template = parseTemplate(text, withVariables);
    return { text, template, pattern: hasVariables(template) ? undefined : arnPattern(templateGlob(template)) };
  });
  const matcher: ResourceMatcher = {
    negated,
    all: patterns.some((entry) => entry.pattern?.kind === 'any'),
    patterns,
    variables: patterns.some((entry) => entry.pattern === undefined),
    byHeader: [],
  };
  interned.set(identity, matcher);
  return matcher;
}

const invert = (truth: Truth): Truth => (truth === TRUE ? FALSE : truth === FALSE ? TRUE : UNKNOWN);

/** Whether the element covers a resource; unknown only where a variable in it is. */
export function resourceMatches(matcher: ResourceMatcher, resource: string, context: Context): Truth {
  const positive = matcher.all ? TRUE : covered(matcher, resource, context);
  return matcher.negated ? invert(positive) : positive;
}

function covered(matcher: ResourceMatcher, resource: string, context: Context): Truth {
  let result: Truth = FALSE;
  for (const entry of fitting(matcher, resource)) {
    const truth = entry.pattern === undefined ? openMatch(entry.template, resource, context) : arnMatches(entry.pattern, resource) ? TRUE : FALSE;
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** The patterns that are worth asking about a resource: what is about other services or accounts is left out once for all of its kind. */
function fitting(matcher: ResourceMatcher, resource: string): readonly ResourcePattern[] {
  const header = headerOf(resource);
  if (header === undefined) return matcher.patterns;
  const known = matcher.byHeader[header];
  if (known !== undefined) return known;
  // Stryker disable next-line BooleanLiteral,MethodExpression: a pattern too many is asked about, and does not match.
  const found = matcher.patterns.filter(({ pattern }) => pattern === undefined || headerFits(pattern, resource));
  matcher.byHeader[header] = found;
  return found;
}

/** A variable without a value matches nothing; an unknown one could be anything. */
function openMatch(template: Template, resource: string, context: Context): Truth {
  const filled = fill(template, (key) => context.variable(key));
  if (filled.kind === 'never') return FALSE;
  if (filled.kind === 'value') return arnMatches(arnPattern(templateGlob(filled.pieces)), resource) ? TRUE : FALSE;
  return globMatches([...templateGlob(filled.pieces), STAR], resource) ? UNKNOWN : FALSE;
}

/**
 * What is left of an element that is not known: "the resource of the request is like one of these", with the unknown variables in it. The operator is ours, as no
 * condition operator of AWS compares with the resource.
 */
export function residualResource(matcher: ResourceMatcher, resource: string, context: Context): { atom: ConditionAtom; canonical: string; sign: boolean } {
  const values = matcher.patterns.flatMap((entry): string[] => {
    if (entry.pattern !== undefined) return [];
    const filled = fill(entry.template, (key) => context.variable(key));
    return filled.kind === 'open' && openMatch(entry.template, resource, context) === UNKNOWN ? [policyText(filled.pieces)] : [];
  });
  const atom: ConditionAtom = { operator: 'ResourceLike', key: 'resource', values, negated: false };
  return { atom: matcher.negated ? { ...atom, negated: true } : atom, canonical: JSON.stringify(['resource', [...values].sort()]), sign: !matcher.negated };
}
