import type { IamEngine } from '../iam/api.ts';
import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding } from '../model/assessment.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import { findingOf, undecided } from './finding.ts';
import type { RuleProblem } from './reader.ts';
import type { ResourceDocument } from './record-document.ts';
import type { IdentityRule } from './rule.ts';

/** What the engine must answer for an identity rule; the examples give it from texts. */
export type IdentityFacts = Pick<IamEngine, 'principalsFor' | 'bulk' | 'admin'>;

/** A principal as the matchers of `who` and `unless` see it: its record, where there is one. */
export type PrincipalDocument = (arn: string) => (ResourceDocument & { readonly type: string; readonly account: string }) | undefined;

/** What an expression may read of a principal. */
const variables = ['config', 'resource'];

interface Held {
  readonly evidence: readonly Evidence[];
  readonly residual: Residual;
  readonly missing: readonly string[];
}

/** Findings of an identity rule: one a principal that `who` fits; `pass` for those who may not. */
export function* identityFindings(rule: IdentityRule, facts: IdentityFacts, documents: PrincipalDocument, clock: MatchClock): Generator<Finding> {
  const [who, unless] = [principalMatcher(rule.can.who, clock), principalMatcher(rule.can.unless, clock)];
  const all = rule.can.allOf.map((action) => holders(rule, facts, action));
  const any = rule.can.anyOf.map((action) => holders(rule, facts, action));
  for (const principal of facts.principalsFor(rule.can.allOf[0] ?? rule.can.anyOf[0] ?? '')) {
    if (principal.kind === 'root' || principal.kind === 'outsider') continue;
    if (principal.serviceLinked) continue;
    const document = documents(principal.arn);
    if (document !== undefined) {
      if (who !== undefined && who.truth(document.document, document) === false) continue;
      if (unless !== undefined && unless.truth(document.document, document) === true) continue;
    }
    const parts = partsOf(all, any, principal.arn);
    const administrator = parts !== undefined && !rule.can.administrators && facts.admin(principal.arn).verdict === 'yes';
    const subject = { id: principal.arn, type: document?.type ?? '', account: principal.account, region: 'global' };
    if (parts === undefined || administrator) {
      yield findingOf(rule, subject, 'pass', rule.title, []);
      continue;
    }
    const held = together(parts);
    if (held.missing.length > 0) yield findingOf(rule, subject, 'unknown', undecided, held.evidence, held.missing);
    else {
      const conditions = [...new Set(held.residual.flatMap((entry) => entry.allOf.map((atom) => atom.key)))].sort();
      const message = rule.message.replaceAll('{principal}', principal.name);
      const conditional = conditions.length === 0 ? message : `${message}, on conditions over ${conditions.join(', ')}`;
      yield findingOf(rule, subject, 'fail', conditional, held.evidence);
    }
  }
}

function holders(rule: IdentityRule, facts: IdentityFacts, action: string): ReadonlyMap<string, Held> {
  const found = new Map<string, Held>();
  for (const grant of facts.bulk({ action, candidates: [rule.can.on], context: rule.can.context, every: true })) {
    const known = found.get(grant.principal);
    // The grant with the fewest strings attached counts.
    if (known !== undefined && known.residual.length === 0 && known.missing.length === 0) continue;
    found.set(grant.principal, grant);
  }
  return found;
}

/** What lets a principal do what the rule asks about; none where it may not. */
function partsOf(all: readonly ReadonlyMap<string, Held>[], any: readonly ReadonlyMap<string, Held>[], arn: string): readonly Held[] | undefined {
  const parts: Held[] = [];
  for (const map of all) {
    const held = map.get(arn);
    if (held === undefined) return undefined;
    parts.push(held);
  }
  if (any.length > 0) {
    const options = any.flatMap((map) => map.get(arn) ?? []);
    const [best] = options.sort((a, b) => a.missing.length - b.missing.length || a.residual.length - b.residual.length);
    if (best === undefined) return undefined;
    parts.push(best);
  }
  return parts;
}

/** The same as one. What proves a grant is worked out when it is asked for, and so not for administrators. */
function together(parts: readonly Held[]): Held {
  const seen = new Set<string>();
  const evidence = parts
    .flatMap((part) => part.evidence)
    .filter((each) => {
      const key = `${each.resource}#${each.pointer}`;
      return seen.has(key) ? false : seen.add(key) !== undefined;
    });
  return { evidence, residual: parts.flatMap((part) => part.residual), missing: [...new Set(parts.flatMap((part) => part.missing))].sort() };
}

function principalMatcher(spec: Json | undefined, clock: MatchClock): Matcher | undefined {
  if (spec === undefined) return undefined;
  const compiled = compileMatcher(spec, clock, { variables });
  if ('test' in compiled) return compiled;
  throw new Error(compiled.map((problem) => problem.message).join('; '));
}

/** What is wrong with the matchers of an identity rule. */
export function identityProblems(rule: IdentityRule, clock: MatchClock): readonly RuleProblem[] {
  const check = (path: string) =>
    /^(config|resource)\b/.test(path)
      ? undefined
      : { message: `unknown field \`${path}\` of a principal`, help: 'paths start with `config.` or `resource.`, as principals are of several types' };
  return (['who', 'unless'] as const).flatMap((key) => {
    const spec = rule.can[key];
    const compiled = spec === undefined ? undefined : compileMatcher(spec, clock, { check, variables });
    if (compiled === undefined || 'test' in compiled) return [];
    return compiled.map((problem): RuleProblem => ({ ...problem, code: 'R104', path: ['can', key, ...problem.path] }));
  });
}
