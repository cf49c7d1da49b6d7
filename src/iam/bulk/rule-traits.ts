import type { Condition } from '../aws/condition.ts';
import type { Context } from '../aws/context.ts';
import type { Rule } from '../aws/policy.ts';
import { compileResources, type ResourceMatcher } from '../aws/resource.ts';
import { fill, policyText, variablesOf } from '../aws/template.ts';
import { idOf } from './ids.ts';

/** Keys about the caller that are the same for every user, and for every role, of one account. */
const ofAccount: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:principaltype',
]);
const aboutPrincipal = /^(aws:principal|aws:username|aws:userid)/;
const isPersonal = (key: string): boolean => aboutPrincipal.test(key) && !ofAccount.has(key);
const aboutTags = /^[a-z0-9-]+:resourcetag/;
const aboutResource = /^(aws:resource|s3:resourceaccount|aws:requestedregion|[a-z0-9-]+:resourcetag)/;

/** What the answer of a rule depends on, beside the resource that it names. */
export interface RuleTraits {
  /** Equal for rules with the same conditions; empty without any. */
  readonly conditionKey: string;
  /** Fixed conditions on who asks: their truth says all. */
  readonly personal: readonly Condition[];
  /** A condition has variables: the answer is the principal's own. */
  readonly own: boolean;
  /** The element has variables. */
  readonly variables: boolean;
  readonly tags: boolean;
  readonly region: boolean;
  /** Covers everything, whatever it is called. */
  readonly everything: boolean;
}

const known = new WeakMap<Rule, RuleTraits>();

export function traitsOf(rule: Rule): RuleTraits {
  const done = known.get(rule);
  if (done !== undefined) return done;
  const { conditions, resource } = rule;
  const keys = conditions.flatMap((condition) => [condition.key, ...condition.values.flatMap((value) => variablesOf(value.template))]);
  keys.push(...resource.patterns.flatMap((pattern) => variablesOf(pattern.template)));
  const traits: RuleTraits = {
    conditionKey: conditions
      .map(idOf)
      .sort((a, b) => a - b)
      .join('.'),
    personal: conditions.filter((condition) => condition.fixed && isPersonal(condition.key)),
    own: conditions.some((condition) => !condition.fixed),
    variables: resource.variables,
    tags: keys.some((key) => aboutTags.test(key)),
    region: keys.includes('aws:requestedregion'),
    everything: resource.all && !resource.negated,
  };
  known.set(rule, traits);
  return traits;
}

/** An element with its variables put in; `undefined` where one of them is not known before the resource is. */
export function resolved(matcher: ResourceMatcher, context: Context): ResourceMatcher | undefined {
  if (!matcher.variables) return matcher;
  const texts: string[] = [];
  for (const pattern of matcher.patterns) {
    const filled = fill(pattern.template, (key) => (aboutResource.test(key) ? undefined : context.variable(key)));
    if (filled.kind === 'open') return undefined;
    if (filled.kind === 'value') texts.push(policyText(filled.pieces));
  }
  return compileResources(texts, matcher.negated, true);
}
