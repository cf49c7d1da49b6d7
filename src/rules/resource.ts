import { createHash } from 'node:crypto';
import { displayName, tagsOf } from '../graph/structure.ts';
import { TooLargeHere } from '../match/expression.ts';
import { compileMatcher, type Matcher, type MatchLeaf } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import { and, type Truth } from '../match/truth.ts';
import type { Finding } from '../model/assessment.ts';
import { answeringCall, type ResourceType, type TypeTable } from '../model/collector.ts';
import { nearest } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject, resolvePointer } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { KeyPath } from '../model/yaml-source.ts';
import { effectiveOf, isOrderedFilter } from '../network/effective.ts';
import { compileCondition } from './condition.ts';
import type { RuleProblem } from './reader.ts';
import { allLacking, type CompiledRelated, compileRelated, type Neighbours } from './related.ts';
import type { ResourceRule, Rule } from './rule.ts';

/** What a matcher of a resource rule reads: the raw answer under `config`, what every resource has under `resource`, and the type's declared properties by their names. */
export interface ResourceDocument {
  readonly document: Json;
  readonly unknown: (path: readonly (string | number)[]) => boolean;
}

export interface CompiledResourceRule {
  readonly rule: ResourceRule;
  readonly lacks: readonly CompiledRelated[];
  evaluate(
    resource: ResourceDocument,
    place?: { readonly account: string; readonly region: string; readonly neighbours: Neighbours },
  ): { readonly truth: Truth; readonly leaves: readonly MatchLeaf[]; readonly applies: Truth };
}

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
  return {
    rule,
    lacks,
    evaluate({ document, unknown }, place) {
      const applies = where?.test(document, { unknown }).truth ?? true;
      if (applies === false) return { truth: false, leaves: [], applies };
      const results = new Map([...selections].map(([name, each]) => [name, each?.test(document, { unknown })]));
      const flagged = condition((name) => results.get(name)?.truth ?? false);
      const wrong = flagged === false || place === undefined ? flagged : and([flagged, allLacking(lacks, { document, unknown, ...place }, place.neighbours)]);
      const truth: Truth = applies === 'unknown' && wrong !== false ? 'unknown' : wrong;
      const leaves = [...results.values()].filter((result) => result !== undefined && result.truth === truth).flatMap((result) => result?.leaves ?? []);
      return { truth, leaves, applies };
    },
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

const worked = new WeakMap<SnapshotRecord, Json | undefined>();

/** What a filter whose rules are asked in order comes to, worked out once. */
function effectiveDocument(record: SnapshotRecord): Json | undefined {
  if (!isOrderedFilter(record.type)) return undefined;
  if (!worked.has(record)) worked.set(record, effectiveOf(record));
  return worked.get(record);
}

const followUpsOf = new WeakMap<ResourceType, ReadonlyMap<string, string>>();

/** The follow-up call that answers each key of a type's records. */
function followUps(type: ResourceType): ReadonlyMap<string, string> {
  const known = followUpsOf.get(type);
  if (known !== undefined) return known;
  const made = new Map((type.details ?? []).map((detail) => [detail.as ?? detail.call.split(':')[1] ?? detail.call, detail.call]));
  followUpsOf.set(type, made);
  return made;
}

/** The document of a record. A key of a follow-up call that was not answered for this record is unknown, not absent. */
export function recordDocument(record: SnapshotRecord, type: ResourceType): ResourceDocument {
  const asked = followUps(type);
  const effective = effectiveDocument(record);
  return {
    document: {
      config: record.config,
      ...(effective === undefined ? {} : { effective }),
      // Most rules read the configuration alone: name and tags are looked for when somebody asks.
      get resource() {
        return {
          id: record.id,
          type: record.type,
          account: record.account,
          region: record.region,
          name: displayName(record, type),
          tags: tagsOf(record.config, type),
        };
      },
    },
    unknown: (path) => {
      const [root, key] = path;
      if (root === 'effective') return effective === undefined;
      if (root !== 'config' || typeof key !== 'string') return false;
      const call = asked.get(key);
      return call !== undefined && !record.calls.includes(call);
    },
  };
}

/**
 * Findings of one rule over a snapshot: `fail`, `pass` and `unknown`, one a resource of the type that the rule applies to, and `error` where one is too large for its expression:
 * whoever can make one such resource must not blind the rule for the others.
 */
export function* resourceFindings(compiled: CompiledResourceRule, snapshot: Snapshot, types: TypeTable, neighbours: Neighbours): Generator<Finding> {
  const { rule } = compiled;
  const type = types.get(rule.match.type);
  if (type === undefined) return;
  const lists = compiled.lacks.flatMap(({ spec }) =>
    (types.get(spec.type)?.list ?? []).slice(0, 1).map((list) => ({ call: list.call, permission: list.permission ?? list.call })),
  );
  for (const record of snapshot.records(rule.match.type)) {
    const document = recordDocument(record, type);
    const asked = evaluated(() => compiled.evaluate(document, { account: record.account, region: record.region, neighbours }));
    if ('tooLarge' in asked) {
      yield { ...findingBase(rule, record.id, record.type, record.account, record.region), result: 'error', message: asked.tooLarge, evidence: [] };
      continue;
    }
    const { truth, leaves, applies } = asked;
    if (applies === false) continue;
    const result = truth === true ? 'fail' : truth === 'unknown' ? 'unknown' : 'pass';
    yield {
      ...findingBase(rule, record.id, record.type, record.account, record.region),
      result,
      message:
        result === 'fail'
          ? fillMessage(rule.message, document.document, type)
          : result === 'unknown'
            ? 'not decided: what it depends on was not collected'
            : rule.title,
      evidence: [
        ...provenLeaves(leaves, document.document).map((leaf) => ({
          resource: record.id,
          pointer: leaf.pointer,
          call: answeringCall(type, leaf.pointer, record.calls),
          expected: leaf.expected,
          ...(leaf.actual === undefined ? {} : { actual: leaf.actual }),
        })),
        ...(result === 'fail'
          ? compiled.lacks.map(({ spec, label }, index) => ({
              resource: record.id,
              pointer: '',
              call: lists[index]?.call ?? '',
              expected: `a ${label} in the same ${spec.in}`,
            }))
          : []),
      ],
      ...(result === 'unknown' ? { missing: [...new Set([...missingCalls(leaves, type), ...lists.map((list) => list.permission)])].sort() } : {}),
    };
  }
}

function evaluated<T extends object>(evaluate: () => T): T | { readonly tooLarge: string } {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof TooLargeHere) return { tooLarge: error.message };
    throw error;
  }
}

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
  const found = leaves.flatMap((leaf) => {
    const key = leaf.pointer.split('/')[2];
    return (type.details ?? []).filter((detail) => (detail.as ?? detail.call.split(':')[1]) === key).map((detail) => detail.permission ?? detail.call);
  });
  return [...new Set(found)].sort();
}

/** What every finding has. Its id is a hash of rule and resource: the same in every run. */
export function findingBase(rule: Rule, resource: string, resourceType: string, account: string, region: string) {
  const id = createHash('sha256').update(`${rule.id}\n${resource}`).digest('hex').slice(0, 16);
  return { id, rule: rule.id, title: rule.title, severity: rule.severity, resource, resourceType, account, region };
}

/** Fills `{path}` in a message. Long values are cut; a message is one line. */
export function fillMessage(message: string, document: Json, type: ResourceType): string {
  return message.replace(/\{([^}]+)\}/g, (_all, path: string) => {
    const value = at(document, resolveAlias(path, type).split('.'));
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
