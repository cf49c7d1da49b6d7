import { globMatches, toGlob } from '../aws/glob.ts';
import { actions } from '../catalogue.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateResource } from '../estate/resources.ts';

const probe = 'postern-probe';

/**
 * Concrete resources to ask about when the question is "may it do this on *some* resource of this shape": one made of the shape itself, and one for each pattern that an
 * Allow of the principal names, where it fits the shape. For `*` the shapes are those that the catalogue says the action takes. A grant on some resource of the shape is found
 * by the witness of its own pattern; a deny counts where it covers that witness.
 */
export function witnesses(shape: string, principal: EstatePrincipal, action: string, target: EstateResource): readonly string[] {
  const account = principal.info.account;
  const shapes = shape === '*' ? shapesOf(action, account) : [shape];
  const patterns = new Set<string>();
  const sets = [principal.identity, target.policy, target.grants, principal.boundary, ...(principal.controls?.scps ?? [])];
  for (const set of sets) {
    for (const { statement } of set?.select(action).allow ?? []) {
      if (statement.rule.resource.negated) continue;
      for (const { text } of statement.rule.resource.patterns) if (!text.includes('${')) patterns.add(text);
    }
  }
  const found = new Set<string>();
  for (const each of shapes) {
    found.add(concrete(each, account));
    for (const pattern of [...patterns].sort()) {
      const both = unify(each, pattern, account);
      if (both !== undefined) found.add(both);
    }
  }
  return [...found].slice(0, 64);
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

/** A resource that fits both patterns, if one is found part by part: a part of the one where it fits the other's. */
function unify(shape: string, pattern: string, account: string): string | undefined {
  if (/^\*+$/.test(pattern)) return concrete(shape, account);
  if (shape === '*') return fill(pattern, account);
  const [left, right] = [segments(shape), segments(pattern)];
  if (left.length !== right.length) return undefined;
  const parts: string[] = [];
  for (const [index, mine] of left.entries()) {
    const other = right[index] ?? '';
    const options = [fillPart(other, index, account), fillPart(mine, index, account)];
    const fitting = options.find((text) => globMatches(toGlob(mine), text) && globMatches(toGlob(other), text));
    if (fitting === undefined) return undefined;
    parts.push(fitting);
  }
  return parts.join(':');
}

const fillPart = (part: string, index: number, account: string): string =>
  part === '*' && index === 3 ? 'us-east-1' : part === '*' && index === 4 ? account : part.replace(/\*+/g, probe).replaceAll('?', 'x');
