import { TooLargeHere } from '../match/expression.ts';
import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchLeaf, MatchResult } from '../match/node.ts';
import type { MatchClock } from '../match/tests.ts';
import { and, type Truth } from '../match/truth.ts';
import type { Finding } from '../model/assessment.ts';
import { answeringCall, detailsUnder, type ResourceType, type TypeTable } from '../model/collector.ts';
import { nearest } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject, resolvePointer } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { KeyPath } from '../model/yaml-source.ts';
import { isOrderedFilter } from '../network/effective.ts';
import { compileCondition } from './condition.ts';
import { findingOf, undecided } from './finding.ts';
import type { RuleProblem } from './reader.ts';
import type { Neighbour } from './record-document.ts';
import { allLacking, type CompiledRelated, compileRelated, type Neighbours } from './related.ts';
import type { ResourceRule } from './rule.ts';

export interface CompiledResourceRule {
  readonly rule: ResourceRule;
  readonly lacks: readonly CompiledRelated[];
  /** Whether a resource is wrong; `exempt` where the rule does not speak of it. */
  verdict(resource: Neighbour, neighbours: Neighbours): Truth | 'exempt';
  /** What says so. */
  leaves(resource: Neighbour, verdict: true | 'unknown'): readonly MatchLeaf[];
  /** The message of a finding. */
  readonly message: (document: Json) => string;
}

const nothing: MatchResult = { truth: false, leaves: [] };

const resourceFields = ['id', 'name', 'type', 'account', 'region', 'tags'];

/** Compiles a rule against its type's declaration; every mistake comes back with its place. */
export function compileResourceRule(
  rule: ResourceRule,
  types: TypeTable,
  clock: MatchClock,
  params: Readonly<Record<string, Json>>,
): CompiledResourceRule | readonly RuleProblem[] {
  const type = types.get(rule.match.type);
  if (type === undefined) {
    const near = nearest(rule.match.type, types.keys());
    const message = `no collector declares the type \`${rule.match.type}\``;
    return [{ code: 'R107', path: ['match', 'type'], message, ...(near === undefined ? {} : { help: `did you mean ${near}?` }) }];
  }
  const problems: RuleProblem[] = [];
  const ordered = isOrderedFilter(rule.match.type);
  const values = Object.fromEntries(Object.entries(rule.params).map(([name, parameter]) => [name, params[name] ?? parameter.default]));
  const options = {
    params: values,
    variables: ['config', 'resource', ...(ordered ? ['effective'] : [])],
    resolve: (path: string) => resolveAlias(path, type),
    check: (path: string) => pathProblem(path, type, ordered),
  };
  const matcher = (spec: Json, path: KeyPath): Matcher | undefined => {
    const compiled = compileMatcher(spec, clock, options);
    if ('test' in compiled) return compiled;
    problems.push(
      ...compiled.map((each): RuleProblem => ({ ...each, code: each.message.startsWith('expr') ? 'R109' : 'R104', path: [...path, ...each.path] })),
    );
    return undefined;
  };
  const where = rule.match.where === undefined ? undefined : matcher(rule.match.where, ['match', 'where']);
  const selections = new Map(Object.entries(rule.selections).map(([name, spec]) => [name, matcher(spec, rule.named ? ['flag', name] : ['flag'])]));
  const lacks = rule.lacks.flatMap((spec, index) => {
    const compiled = compileRelated(spec, rule.lacks.length > 1 ? ['lacks', index] : ['lacks'], types, clock, values);
    if ('lacking' in compiled) return [compiled];
    problems.push(...compiled);
    return [];
  });
  // Without `flag` it is what is missing alone that is wrong.
  const condition = rule.condition === '' ? () => true : compileCondition(rule.condition, [...selections.keys()]);
  if ('problem' in condition) problems.push({ code: 'R108', path: ['flag', 'condition'], message: condition.problem });
  for (const [, placeholder = ''] of rule.message.matchAll(/\{([^}]+)\}/g)) {
    const problem = pathProblem(placeholder, type, ordered);
    if (problem !== undefined) problems.push({ code: 'R104', path: ['message'], ...problem });
  }
  for (const [index, path] of rule.evidence.entries()) {
    const problem = pathProblem(path, type, ordered);
    if (problem !== undefined) problems.push({ code: 'R104', path: ['evidence', index], ...problem });
  }
  if (problems.length > 0 || 'problem' in condition) return problems;
  const matchers = [...selections.values()];
  const single = rule.named ? undefined : matchers[0];
  return {
    rule,
    lacks,
    verdict(resource, neighbours) {
      const applies = where?.truth(resource.document, resource) ?? true;
      if (applies === false) return 'exempt';
      const flagged =
        single === undefined ? condition(matchers.map((each) => each?.truth(resource.document, resource) ?? false)) : single.truth(resource.document, resource);
      const wrong = flagged === false || lacks.length === 0 ? flagged : and([flagged, allLacking(lacks, resource, neighbours)]);
      return applies === 'unknown' && wrong !== false ? 'unknown' : wrong;
    },
    leaves(resource, verdict) {
      return matchers.flatMap((each) => {
        const { truth, leaves } = each?.test(resource.document, resource) ?? nothing;
        return truth === verdict ? leaves : [];
      });
    },
    message: messageOf(rule.message, type),
  };
}

/** A declared property stands for the path it comes from. */
function resolveAlias(path: string, type: ResourceType): string {
  const [head = '', ...rest] = path.split('.');
  const property = type.properties?.[head];
  return property === undefined ? path : ['config', property.from ?? head, ...rest].join('.').replaceAll('[]', '');
}

function pathProblem(path: string, type: ResourceType, ordered: boolean): { readonly message: string; readonly help: string } | undefined {
  const [head = '', second = ''] = path.split('.');
  if (head === 'config') return undefined;
  if (head === 'effective' && ordered) return undefined;
  if (head === 'resource') {
    if (resourceFields.includes(second)) return undefined;
    const near = nearest(second, resourceFields);
    return { message: `unknown field \`resource.${second}\``, help: near === undefined ? `known: ${resourceFields.join(', ')}` : `did you mean ${near}?` };
  }
  const properties = Object.keys(type.properties ?? {});
  if (properties.includes(head)) return undefined;
  const known = [...properties, 'config', 'resource', ...(ordered ? ['effective'] : [])];
  const near = nearest(head, known);
  const help = `${near === undefined ? '' : `did you mean ${near}? `}known: ${known.join(', ')}; a raw field starts with config.`;
  return { message: `unknown property \`${head}\` of ${type.label}`, help };
}

/** What a rule says of each resource of its type, in their order. One that is too large for an expression is told of itself: whoever can make one such resource must not blind the rule for the others. */
type Verdict = Truth | 'exempt' | TooLargeHere;
export interface Judged {
  readonly verdicts: readonly Verdict[];
  /** What ended it before the last resource. */
  readonly broken?: unknown;
}

export function judge(compiled: CompiledResourceRule, neighbours: Neighbours): Judged {
  const verdicts: Verdict[] = [];
  for (const resource of neighbours.of(compiled.rule.match.type))
    try {
      verdicts.push(compiled.verdict(resource, neighbours));
    } catch (error) {
      if (!(error instanceof TooLargeHere)) return { verdicts, broken: error };
      verdicts.push(error);
    }
  return { verdicts };
}

/** Findings that are handed on together. */
const partSize = 1000;

/** Findings of one rule over a snapshot, made part by part: `fail`, `pass`, `unknown` and `error`, one a resource of the type that the rule applies to. */
export function* resourceFindings(
  compiled: CompiledResourceRule,
  snapshot: Snapshot,
  types: TypeTable,
  neighbours: Neighbours,
  { verdicts } = judge(compiled, neighbours),
): Generator<readonly Finding[]> {
  const { rule, lacks } = compiled;
  const type = types.get(rule.match.type);
  if (type === undefined) return;
  const lists = lacks.map(({ spec }) => types.get(spec.type)?.list?.[0]);
  const permissions = lists.flatMap((list) => (list === undefined ? [] : [list.permission ?? list.call]));
  const lacking = lacks.map(({ spec, label }, index) => ({ call: lists[index]?.call ?? '', expected: `a ${label} in the same ${spec.in}` }));
  const records = snapshot.records(rule.match.type);
  const resources = neighbours.of(rule.match.type);
  const made = (record: SnapshotRecord, resource: Neighbour, verdict: Exclude<Verdict, 'exempt'>): Finding => {
    if (verdict === false) return findingOf(rule, record, 'pass', rule.title, none);
    if (verdict instanceof TooLargeHere) return findingOf(rule, record, 'error', verdict.message, none);
    const leaves = compiled.leaves(resource, verdict);
    const evidence = provenLeaves(leaves, resource.document).map(({ pointer, expected, actual }) => {
      const call = answeringCall(type, pointer, record.calls);
      return actual === undefined ? { resource: record.id, pointer, call, expected } : { resource: record.id, pointer, call, expected, actual };
    });
    if (verdict === 'unknown')
      return findingOf(rule, record, verdict, undecided, evidence, [...new Set([...missingCalls(leaves, type), ...permissions])].sort());
    for (const each of lacking) evidence.push({ resource: record.id, pointer: '', ...each });
    return findingOf(rule, record, 'fail', compiled.message(resource.document), evidence);
  };
  for (let from = 0; from < verdicts.length; from += partSize) {
    const part: Finding[] = [];
    try {
      for (let position = from; position < Math.min(from + partSize, verdicts.length); position++) {
        const [record, resource, verdict] = [records[position], resources[position], verdicts[position]];
        if (record !== undefined && resource !== undefined && verdict !== undefined && verdict !== 'exempt') part.push(made(record, resource, verdict));
      }
    } finally {
      // What was made before something breaks down is kept.
      if (part.length > 0) yield part;
    }
  }
}

const none: Finding['evidence'] = [];

/** Evidence stands in the record: what was worked out names the place that it comes from, each once. */
function provenLeaves(leaves: readonly MatchLeaf[], document: Json): readonly MatchLeaf[] {
  if (!leaves.some((leaf) => leaf.pointer.startsWith('/effective/'))) return leaves;
  const found = new Map<string, MatchLeaf>();
  for (const leaf of leaves) {
    const [, root = '', list = '', index = ''] = leaf.pointer.split('/');
    const entry = root === 'effective' ? resolvePointer(document, `/${root}/${list}/${index}`) : undefined;
    const { pointer = leaf.pointer, ...rest } = isObject(entry) ? (entry as { readonly pointer?: string } & JsonObject) : {};
    if (entry === undefined) found.set(`${leaf.pointer} ${leaf.expected}`, leaf);
    else found.set(pointer, { pointer, expected: 'not admitted from the whole internet', actual: rest });
  }
  return [...found.values()];
}

function missingCalls(leaves: readonly MatchLeaf[], type: ResourceType): readonly string[] {
  return leaves.flatMap((leaf) => detailsUnder(type, leaf.pointer.split('/')[2] ?? '').map((detail) => detail.permission ?? detail.call));
}

const placeholder = /\{([^}]+)\}/g;

/** Fills each `{path}` of a message. Long values are cut; a message is one line. */
function messageOf(message: string, type: ResourceType): (document: Json) => string {
  const paths = new Map([...message.matchAll(placeholder)].map(([, path = '']) => [path, resolveAlias(path, type).split('.')]));
  if (paths.size === 0) return () => message;
  return (document) =>
    message.replace(placeholder, (_all, path: string) => {
      const value = at(document, paths.get(path) ?? []);
      const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
      return (text.length > 120 ? `${text.slice(0, 119)}…` : text).replace(/[\r\n]+/g, ' ');
    });
}

function at(value: Json | undefined, keys: readonly string[]): Json | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (isArray(value)) {
    const inner = value.map((each) => at(each, keys)).filter((each) => each !== undefined);
    return inner.length === 1 ? inner[0] : inner.length === 0 ? undefined : inner;
  }
  return isObject(value) && Object.hasOwn(value, key) ? at(value[key], rest) : undefined;
}
