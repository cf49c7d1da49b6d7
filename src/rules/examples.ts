import { GraphBuilder } from '../graph/builder.ts';
import type { BulkGrant, PrincipalInfo } from '../iam/api.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding } from '../model/assessment.ts';
import type { TypeTable } from '../model/collector.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { edgeKindNames, isStep, nodeKindNames } from '../model/vocabulary.ts';
import { effectiveOf, isOrderedFilter } from '../network/effective.ts';
import { graphFindings } from './graph.ts';
import { type IdentityFacts, identityFindings } from './identity.ts';
import { networkRuleFindings, statedNetwork } from './network.ts';
import type { Neighbours } from './related.ts';
import { compileResourceRule } from './resource.ts';
import type { GraphRule, IdentityRule, NetworkRule, ResourceRule, Rule, RuleExample } from './rule.ts';

export interface ExampleOutcome {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly passed: boolean;
}

/** Runs the examples that stand inside a rule. */
export function runExamples(rule: Rule, types: TypeTable, clock: MatchClock): readonly ExampleOutcome[] {
  return rule.tests.map((example) => {
    const actual =
      rule.kind === 'resource'
        ? resourceExample(rule, example, types, clock)
        : rule.kind === 'identity'
          ? identityExample(rule, example, clock)
          : rule.kind === 'network'
            ? networkExample(rule, example, clock)
            : graphExample(rule, example, clock);
    return { name: example.name, expected: example.expect, actual, passed: actual === example.expect };
  });
}

function resourceExample(rule: ResourceRule, example: RuleExample, types: TypeTable, clock: MatchClock): string {
  const compiled = compileResourceRule(rule, types, clock, example.params ?? {});
  if (!('rule' in compiled)) return compiled.map((problem) => problem.message).join('; ');
  const { $missing, $tags, $name, $id, $region, ...config } = example.resource ?? {};
  const missing = new Set(Array.isArray($missing) ? $missing.map(String) : []);
  const record = { type: rule.match.type, id: text($id, 'example'), account: '111122223333', region: text($region, 'eu-west-1'), config, calls: [] };
  const effective = isOrderedFilter(record.type) ? effectiveOf(record) : undefined;
  const document: Json = {
    config,
    ...(effective === undefined ? {} : { effective }),
    resource: {
      id: text($id, 'example'),
      name: text($name, 'example'),
      type: rule.match.type,
      account: '111122223333',
      region: text($region, 'eu-west-1'),
      tags: isObject($tags) ? $tags : {},
    },
  };
  const resource = {
    document,
    unknown: (path: readonly (string | number)[]) => (path[0] === 'effective' ? effective === undefined : path[0] === 'config' && missing.has(String(path[1]))),
    account: '111122223333',
    region: text($region, 'eu-west-1'),
  };
  const verdict = compiled.verdict(resource, exampleNeighbours(example));
  return verdict === true ? 'fail' : verdict === 'unknown' ? 'unknown' : 'pass';
}

/** What stands beside the resource in an example; `$account` and `$region` say where, `$missing` what was not collected of it. */
function exampleNeighbours(example: RuleExample): Neighbours {
  const uncollected = new Set(example.uncollected);
  return {
    of: (type) =>
      (example.others ?? [])
        .filter((other) => other['type'] === type)
        .map(({ type: name, $account, $region, $missing, $tags, ...config }) => ({
          document: { config, resource: { type: text(name, ''), tags: isObject($tags) ? $tags : {} } },
          unknown: (path) => path[0] === 'config' && Array.isArray($missing) && $missing.includes(String(path[1])),
          account: text($account, '111122223333'),
          region: text($region, 'eu-west-1'),
        })),
    collected: (type) => !uncollected.has(type),
  };
}

const text = (value: Json | undefined, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** `alice can iam:PassRole on *`, with ` if <key>` for a condition and ` unless collected` for something missing; `alice administers` for an administrator. */
function identityExample(rule: IdentityRule, example: RuleExample, clock: MatchClock): string {
  const sentence = /^(\S+) can (\S+) on (\S+)(?: if (\S+))?( unless collected)?$/;
  const grants: { principal: string; action: string; on: string; key: string | undefined; missing: boolean }[] = [];
  const administrators = new Set<string>();
  for (const line of example.can ?? []) {
    const admin = /^(\S+) administers$/.exec(line);
    const found = sentence.exec(line);
    if (admin?.[1] !== undefined) administrators.add(admin[1]);
    else if (found === null) return `cannot read \`${line}\``;
    else grants.push({ principal: found[1] ?? '', action: found[2] ?? '', on: found[3] ?? '', key: found[4], missing: found[5] !== undefined });
  }
  const names = [...new Set([...grants.map((grant) => grant.principal), ...administrators])].sort();
  const facts: IdentityFacts = {
    principalsFor: () => names.map((name): PrincipalInfo => ({ arn: name, kind: 'role', account: '111122223333', name, serviceLinked: false })),
    admin: (name) => ({ verdict: administrators.has(name) ? 'yes' : 'no', residual: [], evidence: [] }),
    bulk: ({ action, candidates }) =>
      grants
        .filter((grant) => grant.action.toLowerCase() === action.toLowerCase() && (grant.on === '*' || candidates.includes(grant.on)))
        .map(
          (grant): BulkGrant => ({
            principal: grant.principal,
            set: { members: Uint32Array.of(0) },
            residual: grant.key === undefined ? [] : [{ allOf: [{ operator: 'StringEquals', key: grant.key, values: ['x'], negated: false }] }],
            missing: grant.missing ? ['x:Y'] : [],
            evidence: [{ resource: grant.principal, pointer: '/config', call: 'example' }],
          }),
        ),
  };
  const documents = (name: string) => ({
    document: { config: example.nodes?.[name]?.['config'] ?? {}, resource: { id: name, name, ...example.nodes?.[name] } } as JsonObject,
    unknown: () => false,
    type: 'AWS::IAM::Role',
    account: '111122223333',
  });
  return overall([...identityFindings(rule, facts, documents, clock)]);
}

function networkExample(rule: NetworkRule, example: RuleExample, clock: MatchClock): string {
  const facts = statedNetwork(example.network ?? [], example.nodes ?? {});
  return typeof facts === 'string' ? facts : overall([...networkRuleFindings(rule, facts, clock)]);
}

/** `(internet:Internet)-[:Reaches]->(web:Compute)`; a node's fields stand in `nodes`. */
function graphExample(rule: GraphRule, example: RuleExample, clock: MatchClock): string {
  const builder = new GraphBuilder();
  const sentence = /^\((\w+):(\w+)\)(?:-\[:(\w+)( if \S+)?\]->\((\w+):(\w+)\))?$/;
  const idOf = (name: string): string => text(example.nodes?.[name]?.['id'], name);
  for (const line of example.graph ?? []) {
    const found = sentence.exec(line);
    if (found === null) return `cannot read \`${line}\``;
    const [, from = '', fromKind, edge, condition, to = '', toKind] = found;
    for (const [name, kindText] of [
      [from, fromKind],
      [to, toKind],
    ] as const) {
      if (name === '') continue;
      const kind = nodeKindNames.find((each) => each === kindText);
      if (kind === undefined) return `\`${kindText}\` is no node kind`;
      builder.node({ type: '', id: name, name, kind, ...(example.nodes?.[name] as object | undefined) });
    }
    if (edge === undefined) continue;
    const kind = edgeKindNames.find((each) => each === edge);
    if (kind === undefined) return `\`${edge}\` is no edge kind`;
    if (isStep(kind)) {
      const residual = condition === undefined ? [] : [{ allOf: [{ operator: 'StringEquals', key: condition.slice(4), values: ['x'], negated: false }] }];
      builder.step({ from: idOf(from), to: idOf(to), kind, technique: 'example', factors: [], residual, evidence: [] });
    } else builder.structure({ from: idOf(from), to: idOf(to), kind });
  }
  return overall([...graphFindings(rule, builder.freeze(), clock)]);
}

const overall = (findings: readonly Finding[]): string =>
  findings.some((finding) => finding.result === 'fail') ? 'fail' : findings.some((finding) => finding.result === 'unknown') ? 'unknown' : 'pass';
