import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import { compileMatcher, type Matcher } from '../match/match.ts';
import type { MatchClock } from '../match/tests.ts';
import type { Finding } from '../model/assessment.ts';
import { nearest } from '../model/error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import { edgeKindNames, isStep, nodeKindSpec } from '../model/vocabulary.ts';
import { type Pattern, type PatternEdge, parsePattern } from './pattern.ts';
import type { RuleProblem } from './reader.ts';
import { findingBase } from './resource.ts';
import type { GraphRule } from './rule.ts';

interface Walk {
  readonly node: NodeIndex;
  readonly edges: readonly EdgeIndex[];
}

/** Matches of a pattern that are looked at for one start, so that no rule can hang a scan; a start that has more gets an `unknown` finding that says so. */
const maximumPerStart = 1000;

/** Findings of a graph rule: one for each different combination of the `per` aliases, over the likeliest-first walk with the fewest hops. */
export function* graphFindings(rule: GraphRule, graph: Graph, clock: MatchClock): Generator<Finding> {
  const pattern = parsePattern(rule.graph.path);
  if ('problem' in pattern) throw new Error(pattern.problem);
  const matchers = new Map(Object.entries(rule.graph.where).map(([alias, spec]) => [alias, compiled(spec, clock)]));
  const per = rule.graph.per.length === 0 ? [pattern.nodes.at(-1)?.alias ?? ''] : rule.graph.per;
  const positions = per.map((alias) => pattern.nodes.findIndex((node) => node.alias === alias));
  const seen = new Set<string>();
  const fits = (index: number, node: NodeIndex): boolean => {
    const wanted = pattern.nodes[index];
    if (wanted === undefined || (wanted.kind !== undefined && graph.kind(node) !== wanted.kind)) return false;
    const matcher = matchers.get(wanted.alias);
    return matcher === undefined || matcher.test(nodeDocument(graph, node)).truth === true;
  };
  for (let start = 0; start < graph.nodeCount; start++) {
    if (!fits(0, start)) continue;
    let budget = maximumPerStart;
    for (const match of walk(graph, pattern, 0, [start], [], fits)) {
      if (budget-- === 0) {
        yield beyond(rule, graph, start, match);
        break;
      }
      const key = positions.map((position) => match.nodes[position]).join(' ');
      if (seen.has(key)) continue;
      seen.add(key);
      yield finding(rule, graph, pattern, match, positions);
    }
  }
}

interface Match {
  readonly nodes: readonly NodeIndex[];
  readonly edges: readonly EdgeIndex[];
}

function* walk(
  graph: Graph,
  pattern: Pattern,
  at: number,
  nodes: readonly NodeIndex[],
  edges: readonly EdgeIndex[],
  fits: (index: number, node: NodeIndex) => boolean,
): Generator<Match> {
  const edge = pattern.edges[at];
  if (edge === undefined) {
    yield { nodes, edges };
    return;
  }
  for (const reached of reach(graph, nodes.at(-1) ?? 0, edge)) {
    if (nodes.includes(reached.node) && reached.edges.length > 0) continue;
    if (fits(at + 1, reached.node)) yield* walk(graph, pattern, at + 1, [...nodes, reached.node], [...edges, ...reached.edges], fits);
  }
}

/** Nodes within the length of an edge, breadth first: each once, by a shortest way. A hub is no hop. */
function reach(graph: Graph, start: NodeIndex, edge: PatternEdge): readonly Walk[] {
  const found: Walk[] = edge.least === 0 ? [{ node: start, edges: [] }] : [];
  const seen = new Set<NodeIndex>([start]);
  let front: Walk[] = [{ node: start, edges: [] }];
  for (let hops = 1; hops <= edge.most && front.length > 0; hops++) {
    const next: Walk[] = [];
    for (const here of front) {
      for (const there of neighbours(graph, here.node, edge)) {
        if (seen.has(there.node)) continue;
        seen.add(there.node);
        next.push({ node: there.node, edges: [...here.edges, ...there.edges] });
      }
    }
    if (hops >= edge.least) found.push(...next);
    front = next;
  }
  return found;
}

function* neighbours(graph: Graph, node: NodeIndex, edge: PatternEdge): Generator<Walk> {
  const admits = (index: EdgeIndex): boolean => {
    const kind = edgeKindNames[graph.edgeKinds[index] ?? 0];
    return kind !== undefined && (edge.kinds.length === 0 ? isStep(kind) : edge.kinds.includes(kind));
  };
  for (const first of graph.out(node)) {
    if (!admits(first)) continue;
    const target = graph.targets[first] ?? 0;
    if (nodeKindSpec(graph.kind(target)).virtual !== true) yield { node: target, edges: [first] };
    else for (const second of graph.out(target)) if (admits(second)) yield { node: graph.targets[second] ?? 0, edges: [first, second] };
  }
}

function finding(rule: GraphRule, graph: Graph, pattern: Pattern, match: Match, positions: readonly number[]): Finding {
  const subject = graph.node(match.nodes[positions[0] ?? 0] ?? 0);
  const steps = match.edges.filter((edge) => isStep(graph.edgeKind(edge))).map((edge) => graph.step(edge));
  const missing = [...new Set(steps.flatMap((step) => step.missing))].sort();
  const conditional = steps.some((step) => step.residual.length > 0);
  const names = new Map(pattern.nodes.map((node, index) => [node.alias, graph.node(match.nodes[index] ?? 0).name]));
  const text =
    rule.message === '' ? `${[...names.values()].join(' -> ')}` : rule.message.replace(/\{(\w+)\}/g, (all, alias: string) => names.get(alias) ?? all);
  const evidence: Evidence[] = [];
  const known = new Set<string>();
  for (const each of match.edges.flatMap((edge) => graph.evidence(edge))) {
    const key = `${each.resource}#${each.pointer}`;
    if (!known.has(key)) evidence.push(each);
    known.add(key);
  }
  const base = findingBase(rule, positions.map((position) => graph.id(match.nodes[position] ?? 0)).join(' '), subject.type, subject.account, subject.region);
  return {
    ...base,
    resource: subject.id,
    result: missing.length > 0 ? 'unknown' : 'fail',
    message: conditional ? `${text}, on conditions` : text,
    evidence,
    ...(missing.length > 0 ? { missing } : {}),
  };
}

/** That not every match from a start was looked at: what lies beyond is unknown, not absent. */
function beyond(rule: GraphRule, graph: Graph, start: NodeIndex, match: Match): Finding {
  const { id, name, type, account, region } = graph.node(start);
  return {
    ...findingBase(rule, `${id} and beyond`, type, account, region),
    resource: id,
    result: 'unknown',
    message: `More than ${maximumPerStart} ways from ${name} match; the rest was not looked at`,
    evidence: match.edges.slice(0, 1).flatMap((edge) => graph.evidence(edge)),
    missing: [`the matches from ${id} after the first ${maximumPerStart}`],
  };
}

/** What a matcher of `where` reads of a node. */
export function nodeDocument(graph: Graph, node: NodeIndex): Json {
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
