import { append } from '../../model/multimap.ts';
/** One reason why a step holds, and which elements (changes) touch it: what is left of its likelihood when the element is chosen, 0 when it breaks. */
export interface CutProof {
  /** In (0, 1]. */
  readonly likelihood: number;
  readonly breaks: ReadonlyMap<number, number>;
}

/** A step holds as long as one of its proofs does: a plan must break every one of them. */
export interface CutStep {
  readonly proofs: readonly CutProof[];
}

export interface CutPath {
  readonly risk: number;
  readonly steps: readonly CutStep[];
}

/** Choose elements so that the `keep` riskiest of the paths that are left sum up to no more than `budget`. */
export interface CutInstance {
  /** Cost of each element; all in [1, 2), so that fewer elements always win and the cheaper of equally many. */
  readonly weights: readonly number[];
  readonly paths: readonly CutPath[];
  readonly keep: number;
  readonly budget: number;
}

export interface CutSolution {
  /** Ascending; empty where `feasible` is no. */
  readonly chosen: readonly number[];
  readonly feasible: 'yes' | 'no';
  /** Risk that is left under the instance. */
  readonly residual: number;
  /** No choice has fewer elements than this. Equal to the number chosen when that is proved the least. */
  readonly bound: number;
}

const tolerance = 1e-9;

/** What is left of each path when some elements are chosen. */
export function leftRisks(instance: CutInstance, chosen: ReadonlySet<number>): Float64Array {
  return Float64Array.from(instance.paths, (path) => path.steps.reduce((risk, step) => (risk === 0 ? 0 : risk * leftOfStep(step, chosen)), path.risk));
}

function leftOfStep(step: CutStep, chosen: ReadonlySet<number>): number {
  let [before, after] = [0, 0];
  for (const { likelihood, breaks } of step.proofs) {
    let left = likelihood;
    for (const element of chosen.size < breaks.size ? chosen : breaks.keys()) {
      const factor = chosen.has(element) ? breaks.get(element) : undefined;
      if (factor !== undefined) left = Math.min(left, likelihood * factor);
    }
    before = Math.max(before, likelihood);
    after = Math.max(after, left);
  }
  return before === 0 ? 1 : after / before;
}

function residualOf(instance: CutInstance, risks: Float64Array): number {
  if (risks.length <= instance.keep) return risks.reduce((sum, risk) => sum + risk, 0);
  return Float64Array.from(risks)
    .sort()
    .subarray(risks.length - instance.keep)
    .reduce((sum, risk) => sum + risk, 0);
}

/**
 * The fewest elements, and among as few the cheapest, that keep within the budget. Exact by iterative deepening and branch and bound; after `nodes` steps of search the best that was
 * found (greedy, made smaller) with the bound that was proved. The limit is a count, never a time, so that equal input gives equal output.
 */
export function solveCut(instance: CutInstance, nodes = 20_000): CutSolution {
  const search = new Search(instance, nodes);
  return search.solve();
}

class Search {
  readonly #instance: CutInstance;
  /** Paths that an element touches. */
  readonly #touches = new Map<number, readonly number[]>();
  /** Elements that touch a path. */
  readonly #elements: readonly (readonly number[])[];
  readonly #banned = new Set<number>();
  #nodes: number;
  #best: readonly number[] | undefined;

  constructor(instance: CutInstance, nodes: number) {
    this.#instance = instance;
    this.#nodes = nodes;
    const dominated = dominatedElements(instance);
    const touches = new Map<number, number[]>();
    this.#elements = instance.paths.map((path, index) => {
      const own = new Set<number>();
      for (const step of path.steps) for (const proof of step.proofs) for (const element of proof.breaks.keys()) if (!dominated.has(element)) own.add(element);
      for (const element of own) append(touches, element, index);
      return [...own].sort((a, b) => a - b);
    });
    this.#touches = touches;
  }

  solve(): CutSolution {
    const everything = new Set(this.#touches.keys());
    const none = leftRisks(this.#instance, new Set());
    if (residualOf(this.#instance, none) <= this.#instance.budget + tolerance) return this.#solution([], 0);
    const all = residualOf(this.#instance, leftRisks(this.#instance, everything));
    if (all > this.#instance.budget + tolerance) return { chosen: [], feasible: 'no', residual: all, bound: everything.size };
    let found = this.#greedy();
    let bound = Math.max(1, this.#least(none));
    while (bound < found.length) {
      const better = this.#within(new Set(), bound, undefined);
      if (better === 'spent') return this.#solution(found, bound);
      if (better === 'none') bound++;
      else found = better;
    }
    this.#best = found;
    this.#within(new Set(), found.length, this.#weight(found));
    return this.#solution(this.#best, bound);
  }

  #solution(chosen: readonly number[], bound: number): CutSolution {
    const list = [...chosen].sort((a, b) => a - b);
    return { chosen: list, feasible: 'yes', residual: residualOf(this.#instance, leftRisks(this.#instance, new Set(list))), bound };
  }

  #weight(chosen: Iterable<number>): number {
    let sum = 0;
    for (const element of chosen) sum += this.#instance.weights[element] ?? 1;
    return sum;
  }

  /** The most that each element could take away, by what it touches; most first. */
  #gains(risks: Float64Array): { element: number; gain: number }[] {
    const gains: { element: number; gain: number }[] = [];
    for (const [element, paths] of this.#touches) {
      if (this.#banned.has(element)) continue;
      let gain = 0;
      for (const path of paths) gain += risks[path] ?? 0;
      if (gain > 0) gains.push({ element, gain });
    }
    return gains.sort((a, b) => b.gain - a.gain || a.element - b.element);
  }

  /** A lower bound on how many more elements are needed: by the most that each can take away, and by paths that share no element where all must go. */
  #least(risks: Float64Array, gains = this.#gains(risks)): number {
    let missing = residualOf(this.#instance, risks) - this.#instance.budget;
    let count = 0;
    for (const { gain } of gains) {
      if (missing <= tolerance) break;
      missing -= gain;
      count++;
    }
    if (missing > tolerance) return Number.POSITIVE_INFINITY;
    return this.#instance.budget > 0 ? count : Math.max(count, this.#disjoint(risks));
  }

  #disjoint(risks: Float64Array): number {
    const used = new Set<number>();
    let count = 0;
    const order = [...this.#elements.keys()]
      .filter((path) => (risks[path] ?? 0) > 0)
      .sort((a, b) => (this.#elements[a]?.length ?? 0) - (this.#elements[b]?.length ?? 0) || a - b);
    for (const path of order) {
      const own = (this.#elements[path] ?? []).filter((element) => !this.#banned.has(element));
      if (own.length === 0) return Number.POSITIVE_INFINITY;
      if (own.some((element) => used.has(element))) continue;
      for (const element of own) used.add(element);
      count++;
    }
    return count;
  }

  /** Depth-first over choices of at most `left` more elements; with a `weight`, improves on it and remembers the best. */
  #within(chosen: Set<number>, left: number, weight: number | undefined): readonly number[] | 'none' | 'spent' {
    if (this.#nodes-- <= 0) return 'spent';
    const risks = leftRisks(this.#instance, chosen);
    if (residualOf(this.#instance, risks) <= this.#instance.budget + tolerance) {
      if (weight === undefined) return [...chosen];
      if (this.#weight(chosen) < this.#weight(this.#best ?? []) - tolerance) this.#best = [...chosen];
      return 'none';
    }
    const gains = this.#gains(risks);
    if (this.#least(risks, gains) > left) return 'none';
    if (weight !== undefined && this.#weight(chosen) + 1 >= this.#weight(this.#best ?? []) - tolerance) return 'none';
    const options = this.#options(risks, gains, chosen);
    const banned: number[] = [];
    let result: readonly number[] | 'none' | 'spent' = 'none';
    for (const element of options) {
      chosen.add(element);
      result = this.#within(chosen, left - 1, weight);
      chosen.delete(element);
      if (result !== 'none') break;
      this.#banned.add(element);
      banned.push(element);
    }
    for (const element of banned) this.#banned.delete(element);
    return result;
  }

  /** Elements of which one must be chosen: where all paths must go, those of the path with the fewest; else all, the strongest first. */
  #options(risks: Float64Array, gains: readonly { element: number }[], chosen: ReadonlySet<number>): readonly number[] {
    const free = gains.map(({ element }) => element).filter((element) => !chosen.has(element));
    if (this.#instance.budget > 0) return free;
    let fewest: readonly number[] | undefined;
    for (const [path, elements] of this.#elements.entries()) {
      if ((risks[path] ?? 0) === 0) continue;
      const own = elements.filter((element) => !this.#banned.has(element) && !chosen.has(element));
      if (fewest === undefined || own.length < fewest.length) fewest = own;
    }
    const wanted = new Set(fewest ?? []);
    return free.filter((element) => wanted.has(element));
  }

  /** Always what takes most away for what it costs, looking one and (for steps with two proofs) two elements ahead; then without what turned out not to be needed. */
  #greedy(): readonly number[] {
    const chosen = new Set<number>();
    for (;;) {
      const risks = leftRisks(this.#instance, chosen);
      const now = residualOf(this.#instance, risks);
      if (now <= this.#instance.budget + tolerance) break;
      const next = this.#bestNext(chosen, risks, now);
      for (const element of next) chosen.add(element);
    }
    for (const element of [...chosen].sort((a, b) => (this.#instance.weights[b] ?? 1) - (this.#instance.weights[a] ?? 1) || a - b)) {
      chosen.delete(element);
      if (residualOf(this.#instance, leftRisks(this.#instance, chosen)) > this.#instance.budget + tolerance) chosen.add(element);
    }
    return [...chosen];
  }

  #bestNext(chosen: Set<number>, risks: Float64Array, now: number): readonly number[] {
    const best: { elements: readonly number[] | undefined; rate: number } = { elements: undefined, rate: 0 };
    const offer = (elements: readonly number[]): void => {
      for (const element of elements) chosen.add(element);
      // The whole sum counts, not only the paths that are kept: below the last kept one there is as much again.
      const after = leftRisks(this.#instance, chosen);
      const gain = now - residualOf(this.#instance, after) + 1e-6 * (risks.reduce((a, b) => a + b, 0) - after.reduce((a, b) => a + b, 0));
      for (const element of elements) chosen.delete(element);
      const rate = gain / this.#weight(elements);
      if (gain <= tolerance || rate <= best.rate + tolerance) return;
      best.elements = elements;
      best.rate = rate;
    };
    const gains = this.#gains(risks).filter(({ element }) => !chosen.has(element));
    for (const { element } of gains.slice(0, 60)) offer([element]);
    if (best.elements !== undefined) return best.elements;
    // No single element helps: some step has several proofs. Break a whole step of the riskiest path.
    const order = [...risks.keys()].sort((a, b) => (risks[b] ?? 0) - (risks[a] ?? 0) || a - b);
    for (const path of order) {
      for (const step of this.#instance.paths[path]?.steps ?? []) {
        const cover = coverOf(step, chosen, this.#instance.weights);
        if (cover !== undefined && cover.length > 0) offer(cover);
      }
      if (best.elements !== undefined) return best.elements;
    }
    return gains.map(({ element }) => element);
  }
}

/** The cheapest breaking element of each proof of a step; `undefined` if one has none. */
function coverOf(step: CutStep, chosen: ReadonlySet<number>, weights: readonly number[]): readonly number[] | undefined {
  const cover = new Set<number>();
  for (const { breaks } of step.proofs) {
    const zero = [...breaks].filter(([, factor]) => factor === 0).map(([element]) => element);
    if (zero.some((element) => chosen.has(element) || cover.has(element))) continue;
    const [cheapest] = zero.sort((a, b) => (weights[a] ?? 1) - (weights[b] ?? 1) || a - b);
    if (cheapest === undefined) return undefined;
    cover.add(cheapest);
  }
  return [...cover];
}

/** Elements that another one outdoes: it touches all the same proofs at least as hard and costs no more. */
function dominatedElements(instance: CutInstance): ReadonlySet<number> {
  const effects = new Map<number, Map<CutProof, number>>();
  for (const path of instance.paths)
    for (const step of path.steps)
      for (const proof of step.proofs)
        for (const [element, factor] of proof.breaks) {
          const own = effects.get(element) ?? new Map<CutProof, number>();
          own.set(proof, factor);
          effects.set(element, own);
        }
  const dominated = new Set<number>();
  const weight = (element: number): number => instance.weights[element] ?? 1;
  for (const [element, own] of effects) {
    const [proof] = own.keys();
    for (const rival of proof?.breaks.keys() ?? []) {
      const other = effects.get(rival);
      if (rival === element || other === undefined || dominated.has(rival) || other.size < own.size || weight(rival) > weight(element)) continue;
      let covers = true;
      for (const [each, factor] of own) if ((other.get(each) ?? 2) > factor) covers = false;
      const equal = other.size === own.size && weight(rival) === weight(element) && [...other].every(([each, factor]) => own.get(each) === factor);
      if (covers && (!equal || rival < element)) {
        dominated.add(element);
        break;
      }
    }
  }
  return dominated;
}
