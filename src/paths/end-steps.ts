import type { NodeIndex } from '../graph/types.ts';
import { longList } from '../model/long-list.ts';

/** Steps in compressed rows: what leads away from each node. */
export interface StepRows {
  readonly size: number;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly costs: Float64Array;
  /** The graph edge that each arc stands for. */
  readonly edges: Uint32Array;
  /** 1 for nodes that stand for a class and are no hop of their own. */
  readonly virtual: Uint8Array;
  /** Second nodes of those that a path may end at by a step that gives no control of them (`withEndSteps`). */
  readonly endOf: ReadonlyMap<NodeIndex, NodeIndex>;
}

/** A step that does not give control of its target: a path may end with it, and not go on (whoever deletes a bucket does not read what is in it). */
export interface EndStep {
  readonly from: NodeIndex;
  readonly target: NodeIndex;
  readonly cost: number;
  readonly edge: number;
}

interface Arc {
  readonly target: number;
  readonly cost: number;
  readonly edge: number;
}

/**
 * Adds the end steps. A target that leads on gets a second node without steps of its own, where paths to it end: all ways to the target lead there too, and the end steps there alone. What
 * leads nowhere needs no second node. INVARIANT: real nodes and hubs keep their numbers; second nodes come behind them.
 */
export function withEndSteps(rows: StepRows, ends: readonly EndStep[]): StepRows {
  if (ends.length === 0) return rows;
  const leads = new Uint8Array(rows.size);
  for (let node = 0; node < rows.size; node++) if ((rows.offsets[node + 1] ?? 0) > (rows.offsets[node] ?? 0)) leads[node] = 1;
  for (const { from } of ends) leads[from] = 1;
  const endOf = new Map<NodeIndex, NodeIndex>();
  for (const { target } of ends) if (leads[target] === 1 && rows.virtual[target] === 0 && !endOf.has(target)) endOf.set(target, rows.size + endOf.size);
  // Rows that nothing is added to, most of them, are taken over as they are.
  const added = new Map<NodeIndex, Arc[]>();
  const add = (from: NodeIndex, arc: Arc): void => {
    const known = added.get(from);
    if (known === undefined) added.set(from, [arc]);
    else known.push(arc);
  };
  if (endOf.size > 0)
    for (let node = 0; node < rows.size; node++)
      for (let at = rows.offsets[node] ?? 0; at < (rows.offsets[node + 1] ?? 0); at++) {
        const end = endOf.get(rows.targets[at] ?? 0);
        if (end !== undefined) add(node, { target: end, cost: rows.costs[at] ?? 0, edge: rows.edges[at] ?? 0 });
      }
  for (const { from, target, cost, edge } of ends) add(from, { target: endOf.get(target) ?? target, cost, edge });
  return merged(rows, added, endOf);
}

function merged(rows: StepRows, added: ReadonlyMap<NodeIndex, readonly Arc[]>, endOf: StepRows['endOf']): StepRows {
  const size = rows.size + endOf.size;
  let most = rows.targets.length;
  for (const arcs of added.values()) most += arcs.length;
  const offsets = longList(Uint32Array, size + 1);
  const [targets, costs, edges] = [longList(Uint32Array, most), longList(Float64Array, most), longList(Uint32Array, most)];
  let count = 0;
  // Where the rows begin that have not been taken over yet: those between two that something is added to go together.
  let begin = 0;
  const takeOver = (end: number): void => {
    targets.set(rows.targets.subarray(begin, end), count);
    costs.set(rows.costs.subarray(begin, end), count);
    edges.set(rows.edges.subarray(begin, end), count);
    count += end - begin;
    begin = end;
  };
  for (let node = 0; node < rows.size; node++) {
    const [first, last] = [rows.offsets[node] ?? 0, rows.offsets[node + 1] ?? 0];
    const more = added.get(node);
    if (more === undefined) {
      offsets[node] = count + first - begin;
      continue;
    }
    takeOver(first);
    offsets[node] = count;
    begin = last;
    const own: Arc[] = [];
    for (let at = first; at < last; at++) own.push({ target: rows.targets[at] ?? 0, cost: rows.costs[at] ?? 0, edge: rows.edges[at] ?? 0 });
    // Of several arcs to one target the cheapest stays, and the first of those.
    for (const arc of more) own.push(arc);
    own.sort((a, b) => a.target - b.target || a.cost - b.cost);
    let before = -1;
    for (const arc of own) {
      if (arc.target === before) continue;
      before = arc.target;
      [targets[count], costs[count], edges[count]] = [arc.target, arc.cost, arc.edge];
      count++;
    }
  }
  takeOver(rows.targets.length);
  offsets.fill(count, rows.size);
  const virtual = new Uint8Array(size);
  virtual.set(rows.virtual);
  return { size, offsets, targets: targets.subarray(0, count), costs: costs.subarray(0, count), edges: edges.subarray(0, count), virtual, endOf };
}

/** Where paths to a node end. */
export const endNode = ({ endOf }: Pick<StepRows, 'endOf'>, node: NodeIndex): NodeIndex => endOf.get(node) ?? node;
