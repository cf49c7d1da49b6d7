import type { Graph } from '../graph/graph.ts';
import { type Pattern, parsePattern } from '../graph/pattern.ts';
import { aliasNodes, hopEdges, LeastMatches, type PatternMatch, patternMatches, type StartMatches } from '../graph/pattern-match.ts';
import type { EdgeIndex, NodeIndex, StepView } from '../graph/types.ts';
import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding } from '../model/assessment.ts';
import { nearest } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import { isStep } from '../model/vocabulary.ts';
import { findingOf } from './finding.ts';
import type { RuleProblem } from './reader.ts';
import type { GraphRule } from './rule.ts';

/** Matches of one start that become findings; a start that has more gets an `unknown` finding that says so. */
const maximumPerStart = 1000;

/** A graph rule as both engines ask it. */
export interface GraphQuestion {
  readonly pattern: Pattern;
  readonly per: readonly string[];
  /** What `where` asks of the nodes of an alias, by its position. */
  readonly tests: ReadonlyMap<number, (node: Json) => boolean>;
}

/** The question of a rule that `graphProblems` found nothing wrong with. */
export function graphQuestion(rule: GraphRule, clock: MatchClock): GraphQuestion {
  const pattern = parsePattern(rule.graph.path);
  if ('problem' in pattern) throw new Error(pattern.problem);
  const tests = new Map(
    Object.entries(rule.graph.where).map(([alias, spec]) => {
      const matcher = compiled(spec, clock);
      return [pattern.nodes.findIndex((node) => node.alias === alias), (node: Json) => matcher.truth(node) === true];
    }),
  );
  return { pattern, per: rule.graph.per.length === 0 ? [pattern.nodes.at(-1)?.alias ?? ''] : rule.graph.per, tests };
}

/** Findings of a graph rule over a graph in memory. */
export function graphFindings(rule: GraphRule, graph: Graph, clock: MatchClock): readonly Finding[] {
  const question = graphQuestion(rule, clock);
  const fits = (alias: number, node: NodeIndex): boolean => question.tests.get(alias)?.(nodeDocument(graph, node)) ?? true;
  return matchFindings(rule, question, graph, patternMatches(graph, question.pattern, question.per, fits, maximumPerStart + 1));
}

/**
 * Findings of the matches that an engine found: one for each different combination of the `per` aliases, over the way with the fewest hops. `graph` holds at least what the matches
 * come through.
 */
export function matchFindings(rule: GraphRule, question: GraphQuestion, graph: Graph, starts: Iterable<StartMatches>): readonly Finding[] {
  const least = new LeastMatches(question.pattern, question.per);
  const beyond: Finding[] = [];
  for (const { start, matches, overflow } of starts) {
    for (const match of matches.slice(0, maximumPerStart)) least.add(match);
    if (overflow || matches.length > maximumPerStart) beyond.push(unseen(rule, graph, start));
  }
  return [...least.inOrder().map((match) => finding(rule, graph, question, match)), ...beyond];
}

function finding(rule: GraphRule, graph: Graph, { pattern, per }: GraphQuestion, match: PatternMatch): Finding {
  const nodes = aliasNodes(pattern, match);
  const nodeOf = (alias: string): NodeIndex => graph.indexOf(nodes[pattern.nodes.findIndex((node) => node.alias === alias)] ?? '');
  const subject = graph.node(nodeOf(per[0] ?? ''));
  const evidence: Evidence[] = [];
  const known = new Set<string>();
  const steps: StepView[] = [];
  for (const { edges, target } of hopsOf(graph, pattern, match))
    for (const edge of edges) {
      if (isStep(graph.edgeKind(edge))) steps.push(graph.step(edge, target));
      for (const each of graph.evidence(edge, target)) {
        const key = `${each.resource}#${each.pointer}`;
        if (!known.has(key)) evidence.push(each);
        known.add(key);
      }
    }
  const missing = [...new Set(steps.flatMap((step) => step.missing))].sort();
  const conditional = steps.some((step) => step.residual.length > 0);
  const names = new Map(pattern.nodes.map((node) => [node.alias, graph.node(nodeOf(node.alias)).name]));
  const text = rule.message === '' ? ways(pattern, names) : rule.message.replace(/\{(\w+)\}/g, (all, alias: string) => names.get(alias) ?? all);
  const key = per.map((alias) => graph.id(nodeOf(alias))).join(' ');
  const message = conditional ? `${text}, on conditions` : text;
  const unsure = missing.length > 0;
  return findingOf(rule, subject, unsure ? 'unknown' : 'fail', message, evidence, unsure ? missing : undefined, key);
}

/** `net -> web -> role; web -> orders`: every path of a pattern by the names of its nodes. */
function ways({ nodes, edges }: Pattern, names: ReadonlyMap<string, string>): string {
  const nameOf = (alias: number): string => names.get(nodes[alias]?.alias ?? '') ?? '';
  let text = nameOf(0);
  for (const [index, { from, to }] of edges.entries()) {
    const on = index === 0 || edges[index - 1]?.to === from;
    text += `${on ? '' : `; ${nameOf(from)}`} -> ${nameOf(to)}`;
  }
  return text;
}

/** The edges of every hop of a match, and the node that they lead to. */
function* hopsOf(graph: Graph, pattern: Pattern, match: PatternMatch): Generator<{ readonly edges: readonly EdgeIndex[]; readonly target: NodeIndex }> {
  const nodes = aliasNodes(pattern, match);
  for (const [hop, edge] of pattern.edges.entries()) {
    let here = graph.indexOf(nodes[edge.from] ?? '');
    for (const id of match.segments[hop + 1] ?? []) {
      const target = graph.indexOf(id);
      yield { edges: hopEdges(graph, edge, here, target), target };
      here = target;
    }
  }
}

/** That not every match from a start was looked at: what lies beyond is unknown, not absent. */
function unseen(rule: GraphRule, graph: Graph, start: string): Finding {
  const node = graph.node(graph.indexOf(start));
  const message = `More than ${maximumPerStart} ways from ${node.name} match; the rest was not looked at`;
  return findingOf(rule, node, 'unknown', message, [], [`the matches from ${node.id} after the first ${maximumPerStart}`], `${node.id} and beyond`);
}

/** What a matcher of `where` reads of a node. */
function nodeDocument(graph: Graph, node: NodeIndex): Json {
  const { id, name, type, kind, account, region, tags, props } = graph.node(node);
  return { id, name, type, kind, account, region, tags, props };
}

function compiled(spec: Json, clock: MatchClock): Matcher {
  const matcher = compileMatcher(spec, clock, { variables: fields });
  if ('test' in matcher) return matcher;
  throw new Error(matcher.map((problem) => problem.message).join('; '));
}

const fields = ['id', 'name', 'type', 'kind', 'account', 'region', 'tags', 'props'];

/** What is wrong with a graph rule. */
export function graphProblems(rule: GraphRule, clock: MatchClock): readonly RuleProblem[] {
  const pattern = parsePattern(rule.graph.path);
  if ('problem' in pattern) return [{ code: 'R110', path: ['graph', 'path'], message: pattern.problem }];
  const aliases = pattern.nodes.map((node) => node.alias);
  const named = (text: string) => {
    const near = nearest(text, aliases);
    return { message: `\`${text}\` is no alias of the pattern`, help: near === undefined ? `known: ${aliases.join(', ')}` : `did you mean ${near}?` };
  };
  const problems: RuleProblem[] = [];
  for (const [index, alias] of rule.graph.per.entries())
    if (!aliases.includes(alias)) problems.push({ code: 'R104', path: ['graph', 'per', index], ...named(alias) });
  for (const [, alias = ''] of rule.message.matchAll(/\{([^}]+)\}/g))
    if (!aliases.includes(alias)) problems.push({ code: 'R104', path: ['message'], ...named(alias) });
  const check = (path: string) => {
    const [head = ''] = path.split('.');
    if (fields.includes(head)) return undefined;
    const near = nearest(head, fields);
    return { message: `unknown field \`${head}\` of a node`, help: near === undefined ? `known: ${fields.join(', ')}` : `did you mean ${near}?` };
  };
  for (const [alias, spec] of Object.entries(rule.graph.where)) {
    if (!aliases.includes(alias)) problems.push({ code: 'R104', path: ['graph', 'where', alias], ...named(alias) });
    const matcher = compileMatcher(spec, clock, { check, variables: fields });
    if (!('test' in matcher))
      problems.push(...matcher.map((problem): RuleProblem => ({ ...problem, code: 'R104', path: ['graph', 'where', alias, ...problem.path] })));
  }
  return problems;
}
