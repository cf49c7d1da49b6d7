import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex } from '../graph/types.ts';
import type { Factor, Residual } from '../model/evidence.ts';
import { longList } from '../model/long-list.ts';
import { firstId } from '../model/technique-ids.ts';
import { edgeKindNames, isStep, type NodeKind } from '../model/vocabulary.ts';
import { type RiskNumber, riskTable } from './risk-table.ts';
import type { Settings } from './settings.ts';

/** A number of the table with the user's override. */
export function riskNumber(name: string, settings: Settings): RiskNumber {
  const known = riskTable[name];
  const own = settings.risk[name];
  if (own !== undefined) return { value: own, why: known === undefined ? 'set in postern.yaml' : `${known.why} (set in postern.yaml)` };
  if (known === undefined) throw new Error(`the risk table has no ${name}`);
  return known;
}

/** Price of one condition key: its own row, the row of its prefix before `/` (`aws:RequestTag/team`), else the default. */
function conditionPrice(key: string, settings: Settings): RiskNumber {
  for (const name of [`condition.${key}`, `condition.${key.split('/')[0] ?? key}`]) {
    if (name in riskTable || settings.risk[name] !== undefined) return riskNumber(name, settings);
  }
  return riskNumber('condition.default', settings);
}

/** The best entry of a residual: the one whose conditions are likeliest to be met. Equal keys count once. */
export function residualFactors(residual: Residual, settings: Settings): readonly Factor[] {
  let best: { product: number; factors: Factor[] } | undefined;
  for (const { allOf } of residual) {
    const factors = [...new Set(allOf.map((atom) => atom.key))].sort().map((key): Factor => {
      const { value, why } = conditionPrice(key, settings);
      return { name: `condition ${key}`, value, why };
    });
    const product = factors.reduce((value, factor) => value * factor.value, 1);
    if (best === undefined || product > best.product) best = { product, factors };
  }
  return best?.factors ?? [];
}

/** Factors of a technique with the user's overrides: `technique.ID` replaces its whole price, `factor.NAME` one factor of it. */
function ownFactors(technique: string, factors: readonly Factor[], settings: Settings): readonly Factor[] {
  const whole = settings.risk[`technique.${technique}`] ?? settings.risk[`technique.${firstId(technique)}`];
  if (whole !== undefined) return [{ name: technique, value: whole, why: 'set in postern.yaml' }];
  return factors.map((factor) => {
    const own = settings.risk[`factor.${factor.name}`];
    return own === undefined ? factor : { ...factor, value: own, why: `${factor.why} (set in postern.yaml)` };
  });
}

/** All factors of a step: those of the technique, then the price of its conditions, then of what is missing. Their product is the step's likelihood in a path. */
export function stepFactors(graph: Graph, edge: EdgeIndex, settings: Settings): readonly Factor[] {
  const step = graph.step(edge);
  const unknown = step.missing.length === 0 ? [] : [{ name: 'not collected', ...riskNumber('unknown.default', settings) }];
  return [...ownFactors(step.technique, step.factors, settings), ...residualFactors(step.residual, settings), ...unknown];
}

/** Prices under some settings, by what a step says: what-if ranks graphs one after the other that say the same. */
const prices = new WeakMap<Settings, WeakMap<object, number>>();

const stepCode = edgeKindNames.map((name) => isStep(name));

/** `-ln(likelihood)` of every edge; `Infinity` for structure edges, which nobody walks. */
export function edgeCosts(graph: Graph, settings: Settings): Float64Array {
  const costs = longList(Float64Array, graph.edgeCount).fill(Number.POSITIVE_INFINITY);
  const known = prices.get(settings) ?? new WeakMap<object, number>();
  prices.set(settings, known);
  const ofPayload = new Float64Array(graph.payloadCount).fill(-1);
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (stepCode[graph.edgeKinds[edge] ?? 0] !== true) continue;
    const payload = graph.payloadOf(edge);
    let cost = ofPayload[payload] ?? -1;
    if (cost < 0) {
      const said = graph.payload(edge);
      cost = known.get(said) ?? Math.abs(Math.log(stepFactors(graph, edge, settings).reduce((product, factor) => product * factor.value, 1)));
      known.set(said, cost);
      ofPayload[payload] = cost;
    }
    costs[edge] = cost;
  }
  return costs;
}

/** Likelihood that an attacker starts at an entry node, with its reason. 0: closed by the user. */
export function entryLikelihood(
  node: { readonly id: string; readonly kind: NodeKind; readonly props: Readonly<Record<string, unknown>> },
  settings: Settings,
): RiskNumber {
  const own = settings.entries[node.id] ?? settings.entries[node.kind];
  if (own !== undefined) return { value: own, why: 'set in postern.yaml' };
  const grade = node.props['breadth'];
  const name = `entry.${node.kind}${typeof grade === 'string' && `entry.${node.kind}.${grade}` in riskTable ? `.${grade}` : ''}`;
  return riskNumber(name, settings);
}
