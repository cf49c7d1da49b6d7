import { createHash } from 'node:crypto';
import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import type { ExposurePath, PathEnd, PathStep } from '../model/assessment.ts';
import type { Evidence } from '../model/evidence.ts';
import { firstId } from '../model/technique-ids.ts';
import { nodeKindSpec } from '../model/vocabulary.ts';
import { endNode } from './end-steps.ts';
import type { Jewel } from './jewels.ts';
import { entryLikelihood, stepFactors } from './risk.ts';
import type { Settings } from './settings.ts';
import type { FoundPath } from './spur.ts';
import { type StepNetwork, stepEdges } from './step-network.ts';

export interface RenderContext {
  readonly graph: Graph;
  readonly network: StepNetwork;
  readonly settings: Settings;
  /** Titles of techniques, used as labels of their steps. */
  readonly titles: ReadonlyMap<string, string>;
}

const routes = new WeakMap<ExposurePath, readonly string[]>();

/** Ids of all real nodes of a rendered path, also of an account at its end that the reader is not shown as a step. */
export function routeOf(path: ExposurePath): readonly string[] {
  return routes.get(path) ?? [path.entry.id, ...path.steps.map((step) => step.to)];
}

/** Rounded so that the last bits of a product never show in output. */
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/**
 * A found path as people and machines read it. An edge into a hub and the edge out of it are one step. A last step from a principal who administers an account anyway to that account
 * is no step: the target is then the principal.
 */
export function renderPath(context: RenderContext, found: FoundPath, jewel: Jewel): ExposurePath {
  const { graph, settings } = context;
  const start = found.nodes[0] ?? 0;
  const steps = found.nodes
    .slice(1)
    .map((to, index) => renderStep(context, found.nodes[index] ?? 0, found.hubs[index] ?? -1, to, index === found.nodes.length - 2));
  const entryNode = graph.node(start);
  const entry = nodeKindSpec(entryNode.kind).entry === true ? entryLikelihood(entryNode, settings) : { value: 1, why: 'the start that was asked for' };
  const likelihood = steps.reduce((product, step) => product * step.likelihood, entry.value);
  const administers = steps.at(-1)?.kind === 'Administers';
  const shown = administers ? steps.slice(0, -1) : steps;
  const targetNode = administers ? (found.nodes.at(-2) ?? start) : (found.nodes.at(-1) ?? start);
  const verdicts = steps.map((step) => step.verdict);
  const path: ExposurePath = {
    id: pathId(shown, graph.id(start)),
    risk: rounded(likelihood * jewel.value, 2),
    likelihood: rounded(likelihood, 6),
    value: rounded(jewel.value, 2),
    verdict: verdicts.includes('unknown') ? 'unknown' : verdicts.includes('conditional') ? 'conditional' : 'proven',
    entry: { ...end(graph, start), why: entry.why },
    target: { ...end(graph, targetNode), why: jewel.why },
    steps: shown,
    ...(administers ? restingOn(steps.at(-1)) : {}),
  };
  routes.set(
    path,
    found.nodes.map((node) => graph.id(node)),
  );
  return path;
}

/** What the administration rests on that a path ends in: it is no step, so the path itself says under which conditions it holds and what of it was not collected. */
function restingOn(step: PathStep | undefined): Pick<ExposurePath, 'conditions' | 'missing'> {
  const { conditions = [], missing = [] } = step ?? {};
  return { ...(conditions.length === 0 ? {} : { conditions }), ...(missing.length === 0 ? {} : { missing }) };
}

function end(graph: Graph, node: NodeIndex): PathEnd {
  const { id, kind, name } = graph.node(node);
  return { id, kind, name };
}

/** SHA-256, shortened, of the ends, kinds and techniques: stable over runs, machines and other resources. */
function pathId(steps: readonly PathStep[], start: string): string {
  const text = [start, ...steps.map((step) => `${step.kind} ${firstId(step.techniques[0] ?? '')} ${step.to}`)].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function renderStep(context: RenderContext, from: NodeIndex, hub: number, to: NodeIndex, last: boolean): PathStep {
  const { graph, network, settings, titles } = context;
  const edges = stepEdges(network, from, hub, last ? endNode(network, to) : to);
  const views = edges.map((edge) => graph.step(edge, to));
  const [first] = views;
  if (first === undefined) throw new Error('a step without an edge');
  const factors = edges.flatMap((edge) => stepFactors(graph, edge, settings));
  const missing = unique(views.flatMap((view) => view.missing));
  const conditions = views.flatMap((view) => view.conditions);
  const label = views.find((view) => view.label !== '')?.label ?? titles.get(first.technique) ?? first.technique;
  const ports = views.find((view) => view.ports !== '')?.ports;
  return {
    from: graph.id(from),
    to: graph.id(to),
    kind: first.kind,
    label,
    techniques: unique([first.technique, ...alternatives(graph, from, to, first.kind)]),
    likelihood: rounded(
      factors.reduce((product, factor) => product * factor.value, 1),
      6,
    ),
    factors,
    verdict: missing.length > 0 ? 'unknown' : conditions.length > 0 ? 'conditional' : 'proven',
    conditions,
    missing,
    evidence: distinctEvidence(views.flatMap((view) => view.evidence)),
    ...(ports === undefined ? {} : { ports }),
  };
}

/** Other techniques that prove a step of the same kind between the same nodes: a fix must break every one of them. */
function alternatives(graph: Graph, from: NodeIndex, to: NodeIndex, kind: string): string[] {
  const found: string[] = [];
  const take = (edge: EdgeIndex): void => {
    if (graph.edgeKind(edge) === kind) found.push(graph.step(edge).technique);
  };
  for (const edge of graph.out(from)) {
    const target = graph.targets[edge] ?? 0;
    if (target === to) take(edge);
    else if (nodeKindSpec(graph.kind(target)).virtual === true) for (const second of graph.out(target)) if (graph.targets[second] === to) take(second);
  }
  return found.sort();
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

function distinctEvidence(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence.filter((each) => {
    const key = `${each.resource}\n${each.pointer}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
