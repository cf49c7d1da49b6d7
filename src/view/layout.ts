import type { ELK as Elk, ElkNode } from 'elkjs/lib/elk-api.js';
import type { Assessment, ExposurePath } from '../model/assessment.ts';
import { type Diagram, type DiagramGroup, type Placed, pathNodes } from './view-model.ts';

/** Size of a drawn node with its label, in pixels. The page uses the same numbers. */
export const nodeSize = { width: 150, height: 92 } as const;
/** Between neighbours, so that the words on an arrow leave some of the arrow to be seen. */
const gap = '96';

/**
 * Lays the diagrams out, left to right, nodes grouped by account. ELK's layered algorithm (EPL-2.0, unmodified dependency) is deterministic for equal input,
 * so that a report of the same snapshot is the same bytes. Layout happens here and never in the browser.
 */
export async function layoutPaths(assessment: Assessment): Promise<readonly Diagram[]> {
  const { default: ELK } = await import('elkjs/lib/elk.bundled.js');
  const elk = new (ELK as unknown as new () => Elk)();
  const diagrams: Diagram[] = [];
  for (const path of assessment.paths.paths) diagrams.push(await layoutPath(elk, assessment, path));
  return diagrams;
}

async function layoutPath(elk: Elk, assessment: Assessment, path: ExposurePath): Promise<Diagram> {
  const ids = pathNodes(path);
  const groupOf = (id: string): string => assessment.nodes[id]?.account ?? '';
  const groups = new Map<string, string[]>();
  for (const id of new Set(ids)) groups.set(groupOf(id), [...(groups.get(groupOf(id)) ?? []), id]);
  const leaf = (id: string): ElkNode => ({ id: `n:${id}`, width: nodeSize.width, height: nodeSize.height });
  const children: ElkNode[] = [];
  for (const [group, members] of groups) {
    if (group === '') children.push(...members.map(leaf));
    else
      children.push({
        id: `g:${group}`,
        children: members.map(leaf),
        layoutOptions: { 'elk.padding': '[top=44,left=24,bottom=24,right=24]', 'elk.layered.spacing.nodeNodeBetweenLayers': gap },
      });
  }
  const placed: ElkNode = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.layered.spacing.nodeNodeBetweenLayers': gap,
      'elk.spacing.nodeNode': '40',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.randomSeed': '1',
    },
    children,
    edges: path.steps.map((step, index) => ({ id: `e:${index}`, sources: [`n:${step.from}`], targets: [`n:${step.to}`] })),
  });
  const nodes: Placed[] = [];
  const visit = (node: ElkNode, x: number, y: number, group: string): void => {
    const [left, top] = [x + (node.x ?? 0), y + (node.y ?? 0)];
    if (node.id.startsWith('n:')) {
      nodes.push({ id: node.id.slice(2), x: Math.round(left + nodeSize.width / 2), y: Math.round(top + nodeSize.height / 2), group });
      return;
    }
    for (const child of node.children ?? []) visit(child, left, top, node.id.startsWith('g:') ? node.id.slice(2) : group);
  };
  visit(placed, 0, 0, '');
  const order = new Map(ids.map((id, index) => [id, index]));
  nodes.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  const used: DiagramGroup[] = [...groups.keys()]
    .filter((group) => group !== '')
    .sort()
    .map((group) => ({ id: group, label: `account ${accountName(assessment, group)}` }));
  return { path: path.id, nodes, groups: used, width: Math.round(placed.width ?? 0), height: Math.round(placed.height ?? 0) };
}

function accountName(assessment: Assessment, account: string): string {
  const named = Object.values(assessment.nodes).find((node) => node.kind === 'Account' && node.account === account);
  return named === undefined || named.name === account ? account : `${named.name} (${account})`;
}
