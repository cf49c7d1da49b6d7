/**
 * The slow twin of src/paths/search.ts: every loopless way over real nodes is enumerated, then the definition of redundancy is applied word for word.
 * An arc list is all it knows; hubs are expanded first.
 */
export interface PlainArc {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

export interface PlainPath {
  readonly nodes: readonly number[];
  readonly cost: number;
}

const near = 1e-9;

export function allPaths(
  size: number,
  hubs: ReadonlySet<number>,
  arcs: readonly PlainArc[],
  sources: ReadonlyMap<number, number>,
  targets: ReadonlyMap<number, number>,
): PlainPath[] {
  const step = new Map<string, number>();
  const offer = (from: number, to: number, cost: number): void => {
    if (from === to) return;
    const key = `${from} ${to}`;
    step.set(key, Math.min(cost, step.get(key) ?? Number.POSITIVE_INFINITY));
  };
  for (const arc of arcs) {
    if (!hubs.has(arc.from) && !hubs.has(arc.to)) offer(arc.from, arc.to, arc.cost);
    if (!hubs.has(arc.from) && hubs.has(arc.to)) for (const second of arcs) if (second.from === arc.to) offer(arc.from, second.to, arc.cost + second.cost);
  }
  const found: PlainPath[] = [];
  const extend = (nodes: number[], along: number[]): void => {
    const last = nodes.at(-1) ?? 0;
    const cost = along.at(-1) ?? 0;
    const ending = targets.get(last);
    if (ending !== undefined) found.push({ nodes: [...nodes], cost: cost + ending });
    for (let next = 0; next < size; next++) {
      const price = step.get(`${last} ${next}`);
      if (price === undefined || nodes.includes(next)) continue;
      const there = cost + price;
      const shortcut = nodes.some(
        (node, index) => index < nodes.length - 1 && (step.get(`${node} ${next}`) ?? Number.POSITIVE_INFINITY) <= there - (along[index] ?? 0) + near,
      );
      const entry = (sources.get(next) ?? Number.POSITIVE_INFINITY) <= there + near;
      if (!shortcut && !entry) extend([...nodes, next], [...along, there]);
    }
  };
  for (const [source, cost] of sources) extend([source], [cost]);
  return found.sort((a, b) => a.cost - b.cost);
}
