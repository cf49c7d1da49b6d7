import type { Graph } from '../graph/graph.ts';
import { displayName, tagsOf } from '../graph/structure.ts';
import type { IamEngine } from '../iam/api.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding, Severity } from '../model/assessment.ts';
import type { TypeTable } from '../model/collector.ts';
import { type InputError, InputErrors, nearest } from '../model/error.ts';
import type { Json } from '../model/json.ts';
import { appendAll } from '../model/multimap.ts';
import type { Snapshot } from '../model/record.ts';
import type { NetworkEngine, NetworkFinding } from '../network/api.ts';
import { networkFindings } from '../network/findings.ts';
import { findingOf, noSubject } from './finding.ts';
import { graphFindings, graphProblems } from './graph.ts';
import { identityFindings, identityProblems } from './identity.ts';
import { ruleError } from './load.ts';
import { type NetworkFacts, networkProblems, networkRuleFindings } from './network.ts';
import { recordDocument } from './record-document.ts';
import { snapshotNeighbours } from './related.ts';
import { type CompiledResourceRule, compileResourceRule, judge, resourceFindings } from './resource.ts';
import type { Rule } from './rule.ts';
import { Uncollected } from './uncollected.ts';

export interface RuleInput {
  readonly snapshot: Snapshot;
  readonly types: TypeTable;
  readonly graph: Graph;
  readonly iam: IamEngine;
  readonly network: NetworkEngine;
}

export interface RuleOptions {
  /** `name=value` for the parameters of all rules that have one of that name. */
  readonly params: Readonly<Record<string, Json>>;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly compiled: ReadonlyMap<string, CompiledResourceRule>;
}

/** Ages are counted to the end of the collection, so that the same snapshot gives the same findings on any day. */
export const clockOf = (snapshot: Snapshot): MatchClock => ({ now: Date.parse(snapshot.manifest.end) });

/** Checks rules against the declared types and compiles them. Throws InputErrors with everything that is wrong in any of them. */
export function compileRules(rules: readonly Rule[], types: TypeTable, clock: MatchClock, options: RuleOptions): RuleSet {
  const errors: InputError[] = [];
  const compiled = new Map<string, CompiledResourceRule>();
  const ids = new Map<string, string>();
  for (const rule of rules) {
    for (const id of [rule.id, ...rule.aliases]) {
      const other = ids.get(id);
      if (other !== undefined) errors.push(ruleError(rule, 'R105', ['id'], `the id \`${id}\` is taken by ${other}`, 'an id is for ever; choose another'));
      ids.set(id, rule.file);
    }
    for (const [index, name] of rule.needs.entries()) {
      if (types.has(name)) continue;
      const near = nearest(name, types.keys());
      const help = near === undefined ? undefined : `did you mean ${near}?`;
      errors.push(ruleError(rule, 'R107', ['needs', index], `no collector declares the type \`${name}\``, help));
    }
    const problems =
      rule.kind === 'resource'
        ? compileResourceRule(rule, types, clock, options.params)
        : rule.kind === 'identity'
          ? identityProblems(rule, clock)
          : rule.kind === 'network'
            ? networkProblems(rule, clock)
            : graphProblems(rule, clock);
    if ('rule' in problems) compiled.set(rule.id, problems);
    else errors.push(...problems.map(({ code, path, message, help }) => ruleError(rule, code, path, message, help)));
  }
  if (errors.length > 0) throw new InputErrors(errors);
  return { rules, compiled };
}

const rank: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

/** All findings of a set of rules, worst first, then by rule and resource. */
export function evaluateRules(set: RuleSet, input: RuleInput): readonly Finding[] {
  const findings: Finding[] = [];
  for (const each of evaluateEach(set, input)) appendAll(findings, each.findings);
  return findings;
}

/** All rules of a kind ask for the same resources. */
function remembered<T>(of: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined || known.has(id)) return before as T; // boundary: the key has it
    const made = of(id);
    known.set(id, made);
    return made;
  };
}

/** What one rule found, or a part of it. */
export interface RuleFindings {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
}

/**
 * The same rule by rule and part by part, so that whoever writes them out need not hold those of a large estate together. A rule that breaks down gives one `error` finding; the others go on.
 */
export function* evaluateEach(set: RuleSet, input: RuleInput): Generator<RuleFindings> {
  const { snapshot, types, graph, iam, network } = input;
  const clock = clockOf(snapshot);
  const documents = remembered((arn: string) => {
    const record = snapshot.find(arn);
    const type = record === undefined ? undefined : types.get(record.type);
    return record === undefined || type === undefined ? undefined : { ...recordDocument(record, type), type: record.type };
  });
  const neighbours = snapshotNeighbours(snapshot, types, recordDocument);
  let odd: readonly NetworkFinding[] | undefined;
  const facts: NetworkFacts = {
    classes: () => network.classes(),
    audit: () => {
      odd ??= networkFindings(snapshot, network);
      return odd;
    },
    document: remembered((id) => {
      const record = snapshot.find(id);
      const type = record === undefined ? undefined : types.get(record.type);
      if (record === undefined || type === undefined) return { id, name: id, type: '', account: '', region: '', tags: {} };
      const { account, region } = record;
      return { id, name: displayName(record, type), type: record.type, account, region, tags: tagsOf(record.config, type) };
    }),
  };
  const { providers } = snapshot.manifest.scope;
  const lacking = new Uncollected(snapshot, types);
  for (const rule of set.rules.toSorted(compareRules)) {
    const findings: Finding[] = [];
    if (rule.status === 'deprecated' || (rule.provider !== 'any' && !providers.includes(rule.provider))) continue;
    let rest: Iterable<readonly Finding[]> = [];
    try {
      const needed = rule.kind === 'resource' ? [rule.match.type, ...rule.needs] : rule.needs;
      for (const type of new Set(needed)) appendAll(findings, lacking.findings(rule, type));
      if (rule.kind === 'resource') {
        const compiled = set.compiled.get(rule.id);
        if (compiled !== undefined) {
          const judged = judge(compiled, neighbours);
          rest = resourceFindings(compiled, snapshot, types, neighbours, judged);
          if (judged.broken !== undefined) throw judged.broken;
        }
      } else if (rule.kind === 'identity') appendAll(findings, identityFindings(rule, iam, documents, clock));
      else if (rule.kind === 'network') appendAll(findings, networkRuleFindings(rule, facts, clock));
      else appendAll(findings, graphFindings(rule, graph, clock));
    } catch (error) {
      findings.push(brokenDown(rule, error));
    }
    // INVARIANT: the findings of a rule have its severity, so that those of all rules one after the other are in the order of `inOrder`.
    for (const part of merged(inOrder(findings), guarded(rule, rest))) yield { rule, findings: part };
  }
}

const brokenDown = (rule: Rule, error: unknown): Finding =>
  findingOf(rule, noSubject, 'error', `the rule broke down: ${error instanceof Error ? error.message : String(error)}`, []);

/** What breaks down while its evidence is gathered is told behind what was found. */
function* guarded(rule: Rule, parts: Iterable<readonly Finding[]>): Generator<readonly Finding[]> {
  try {
    yield* parts;
  } catch (error) {
    yield [brokenDown(rule, error)];
  }
}

/** A few findings, and many that come in parts, of one rule and both in their order, as parts in the order of all. */
function* merged(few: readonly Finding[], parts: Iterable<readonly Finding[]>): Generator<readonly Finding[]> {
  let next = 0;
  for (const part of parts) {
    const from = next;
    const last = part.at(-1);
    for (let first = few[next]; first !== undefined && last !== undefined && compareFindings(first, last) <= 0; first = few[++next]);
    yield from === next ? part : inOrder([...few.slice(from, next), ...part]);
  }
  if (next < few.length) yield few.slice(next);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareRules = (a: Rule, b: Rule): number => rank[a.severity] - rank[b.severity] || compare(a.id, b.id);
const compareFindings = (a: Finding, b: Finding): number =>
  rank[a.severity] - rank[b.severity] || compare(a.rule, b.rule) || compare(a.resource, b.resource) || compare(a.id, b.id);

/** Findings worst first, then by rule and resource. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  // Most rules look at records in their order, and a list that is in order is not sorted again.
  const sorted = findings.every((each, index) => index === 0 || compareFindings(findings[index - 1] ?? each, each) <= 0);
  return sorted ? findings : findings.toSorted(compareFindings);
}
