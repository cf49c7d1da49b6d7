import type { Graph } from '../graph/graph.ts';
import type { NodeIndex, NodeView } from '../graph/types.ts';
import { nodeKindSpec } from '../model/vocabulary.ts';
import { riskNumber } from './risk.ts';
import { globMatches, type NodeSelector, type Settings } from './settings.ts';

export interface Jewel {
  readonly node: NodeIndex;
  /** Business value, 0–100. */
  readonly value: number;
  readonly why: string;
}

const sensitivity: readonly (readonly [RegExp, 'restricted' | 'confidential' | 'public'])[] = [
  [/^(restricted|secret|top-?secret|highly-?confidential|critical|pii|pci|phi|hipaa|gdpr|cardholder|regulated)$/i, 'restricted'],
  [/^(confidential|sensitive|internal-?confidential|private|high)$/i, 'confidential'],
  [/^(public|open)$/i, 'public'],
];
const classificationTag = /^(data-?|information-?)?(classification|class|sensitivity|confidentiality|category)$/i;
const environmentTag = /^(env|environment|stage|tier)$/i;
const nonProduction = /(^|[-_./])(dev|develop|development|test|testing|qa|sandbox|sbx|playground|demo|staging|stg|nonprod|non-prod)([-_./]|$)/i;
const telling =
  /(customer|payment|card|invoice|payroll|salary|patient|medical|pii|backup|archive|audit|billing|ledger|prod(uction)?[-_]?(db|data|secret)|credential|password|private-?key|master|root)/i;

/** Whether a node is meant by a selector of the settings. */
export function selects(selector: NodeSelector, node: NodeView): boolean {
  const { id, name, type, kind, account, tags } = selector;
  return (
    (id === undefined || globMatches(id, node.id)) &&
    (name === undefined || globMatches(name, node.name)) &&
    (type === undefined || globMatches(type, node.type)) &&
    (kind === undefined || kind === node.kind) &&
    (account === undefined || account === node.account) &&
    (tags === undefined || Object.entries(tags).every(([key, value]) => node.tags[key] !== undefined && globMatches(value, node.tags[key])))
  );
}

/**
 * What an attacker wants, with its value. The settings come first, the first selector that fits; then inference by kind, classification tag, environment and telling names.
 * Value 0 takes a node off the list.
 */
export function jewels(graph: Graph, settings: Settings): readonly Jewel[] {
  const found: Jewel[] = [];
  for (let index = 0; index < graph.nodeCount; index++) {
    const kind = graph.kind(index);
    if (nodeKindSpec(kind).jewel !== true && settings.jewels.length === 0) continue;
    const node = graph.node(index);
    const own = settings.jewels.find((selector) => selects(selector, node));
    if (own !== undefined) {
      if (own.value > 0) found.push({ node: index, value: own.value, why: own.why ?? `valued ${own.value} in the settings` });
    } else if (nodeKindSpec(kind).jewel === true) {
      const inferred = infer(node, settings);
      if (inferred.value > 0) found.push({ node: index, ...inferred });
    }
  }
  return found;
}

function infer(node: NodeView, settings: Settings): { value: number; why: string } {
  if (node.kind === 'Account') {
    const management = node.props['management'] === true;
    const { value } = riskNumber(management ? 'value.Account.management' : 'value.Account', settings);
    return scaled(value, `administrator of ${node.account || node.id}${management ? ', the management account' : ''}`, node, settings);
  }
  for (const key of Object.keys(node.tags)
    .filter((tag) => classificationTag.test(tag))
    .sort()) {
    const value = node.tags[key] ?? '';
    const level = sensitivity.find(([pattern]) => pattern.test(value))?.[1];
    if (level !== undefined) return scaled(riskNumber(`value.${level}`, settings).value, `tagged ${key}=${value}`, node, settings);
  }
  const base = riskNumber(`value.${node.kind}`, settings).value;
  if (node.kind !== 'Compute' && telling.test(node.name)) {
    return scaled(Math.max(base, riskNumber('value.named', settings).value), `its name says ${telling.exec(node.name)?.[0].toLowerCase()}`, node, settings);
  }
  return scaled(base, nodeKindSpec(node.kind).label.toLowerCase(), node, settings);
}

function scaled(value: number, why: string, node: NodeView, settings: Settings): { value: number; why: string } {
  const key = Object.keys(node.tags).find((tag) => environmentTag.test(tag));
  const tag = key === undefined ? undefined : node.tags[key];
  const low = tag === undefined ? nonProduction.test(node.name) : nonProduction.test(tag);
  if (!low) return { value, why };
  return { value: value * riskNumber('factor.nonproduction', settings).value, why: `${why}, not production` };
}
