/**
 * The slow twin of src/paths/search.ts: every loopless way over real nodes is enumerated, then the definition of redundancy is applied word for word.
 * An arc list is all it knows; hubs are expanded first.
 */
export interface PlainArc {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
  /** Gives no control of `to`: a path may end with it, and not go on. */
  readonly ends?: boolean;
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
  // What leads on, and what a path may end with: over a hub the second arc decides.
  const [onward, ending] = [new Map<string, number>(), new Map<string, number>()];
  const offer = (from: number, to: number, cost: number, ends: boolean): void => {
    if (from === to) return;
    const key = `${from} ${to}`;
    for (const steps of ends ? [ending] : [onward, ending]) steps.set(key, Math.min(cost, steps.get(key) ?? Number.POSITIVE_INFINITY));
  };
  for (const arc of arcs) {
    if (!hubs.has(arc.from) && !hubs.has(arc.to)) offer(arc.from, arc.to, arc.cost, arc.ends === true);
    if (!hubs.has(arc.from) && hubs.has(arc.to))
      for (const second of arcs) if (second.from === arc.to) offer(arc.from, second.to, arc.cost + second.cost, second.ends === true);
  }
  const found: PlainPath[] = [];
  /** The path with one more node by steps of a sort, if that is a step, no loop and not redundant. */
  const extended = (steps: ReadonlyMap<string, number>, nodes: readonly number[], along: readonly number[], next: number): number | undefined => {
    const price = steps.get(`${nodes.at(-1) ?? 0} ${next}`);
    if (price === undefined || nodes.includes(next)) return undefined;
    const there = (along.at(-1) ?? 0) + price;
    const shortcut = nodes.some(
      (node, index) => index < nodes.length - 1 && (steps.get(`${node} ${next}`) ?? Number.POSITIVE_INFINITY) <= there - (along[index] ?? 0) + near,
    );
    const entry = (sources.get(next) ?? Number.POSITIVE_INFINITY) <= there + near;
    return shortcut || entry ? undefined : there;
  };
  const extend = (nodes: number[], along: number[]): void => {
    for (const [target, cost] of targets) {
      const there = extended(ending, nodes, along, target);
      if (there !== undefined) found.push({ nodes: [...nodes, target], cost: there + cost });
    }
    for (let next = 0; next < size; next++) {
      const there = extended(onward, nodes, along, next);
      if (there !== undefined) extend([...nodes, next], [...along, there]);
    }
  };
  for (const [source, cost] of sources) {
    const ending = targets.get(source);
    if (ending !== undefined) found.push({ nodes: [source], cost: cost + ending });
    extend([source], [cost]);
  }
  return found.sort((a, b) => a.cost - b.cost);
}
