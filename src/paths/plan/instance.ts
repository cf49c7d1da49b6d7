import type { ExposurePath } from '../../model/assessment.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import { goesOn, type StepProof, stepProofs } from '../proofs.ts';
import type { Ranker } from '../ranking.ts';
import { routeOf } from '../render.ts';
import type { Settings } from '../settings.ts';
import type { Candidate, CandidateContext } from './candidate.ts';
import { candidatesFor } from './candidates.ts';
import type { CutInstance, CutProof } from './cut.ts';

/** Everything that proves a hop in any of the estates that were looked at, in the places of the first one. */
interface KnownHop {
  readonly from: string;
  readonly to: string;
  readonly proofs: Map<string, StepProof>;
}

/** Paths that a plan must reckon with, with the reasons of their steps, and the changes that would break them. Grows while estates with changes applied are looked at. */
export class PlanPool {
  readonly #context: CandidateContext;
  readonly #hops = new Map<string, KnownHop>();
  readonly #paths = new Map<string, { readonly route: readonly string[]; readonly risk: number }>();
  readonly #numbers = new Map<string, number>();
  readonly #candidates: Candidate[] = [];
  /** What a derivation showed not to break what it should. */
  readonly #useless = new Set<string>();
  readonly #made = new Map<string, ReadonlyMap<number, number>>();

  constructor(context: CandidateContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#paths.size;
  }

  candidate(element: number): Candidate {
    const found = this.#candidates[element];
    if (found === undefined) throw new RangeError(`no candidate ${element}`);
    return found;
  }

  /**
   * Takes in paths of an estate. `before` gives the place that a pointer had in the first estate; `applied` are the elements that are in force there, which evidently do not break what still
   * stands. Returns how much was learnt; 0 means that nothing was new.
   */
  add(
    ranker: Ranker,
    settings: Settings,
    paths: readonly ExposurePath[],
    before: (resource: string, pointer: string) => string,
    applied: readonly number[],
  ): number {
    let learnt = 0;
    const seen = new Set<string>();
    for (const path of paths) {
      const route = routeOf(path);
      const key = route.join('\n');
      if (!this.#paths.has(key)) {
        this.#paths.set(key, { route, risk: path.likelihood * path.value });
        learnt++;
      }
      for (const [index, to] of route.slice(1).entries()) {
        const from = route[index] ?? '';
        const name = `${from}\n${to}`;
        if (seen.has(name)) continue;
        seen.add(name);
        learnt += this.#learn(ranker, settings, from, to, before, applied);
      }
    }
    return learnt;
  }

  #learn(
    ranker: Ranker,
    settings: Settings,
    from: string,
    to: string,
    before: (resource: string, pointer: string) => string,
    applied: readonly number[],
  ): number {
    const name = `${from}\n${to}`;
    const hop = this.#hops.get(name) ?? { from, to, proofs: new Map<string, StepProof>() };
    this.#hops.set(name, hop);
    const { graph } = ranker;
    let learnt = 0;
    for (const proof of stepProofs(graph, graph.indexOf(from), graph.indexOf(to), settings)) {
      const placed = { ...proof, evidence: proof.evidence.map((each) => ({ ...each, pointer: before(each.resource, each.pointer) })) };
      const key = `${placed.technique} ${placed.kind} ${canonicalJson(placed.evidence as unknown as Json)}`;
      if (!hop.proofs.has(key)) {
        hop.proofs.set(key, placed);
        learnt++;
      }
      const breaks = this.#breaks(hop, key, placed);
      for (const element of applied) {
        const useless = `${element} ${name} ${key}`;
        if (breaks.get(element) !== 0 || this.#useless.has(useless)) continue;
        this.#useless.add(useless);
        this.#made.delete(`${name}\n${key}`);
        learnt++;
      }
    }
    return learnt;
  }

  /** What each candidate leaves of a proof. */
  #breaks(hop: KnownHop, key: string, proof: StepProof): ReadonlyMap<number, number> {
    const name = `${hop.from}\n${hop.to}`;
    const known = this.#made.get(`${name}\n${key}`);
    if (known !== undefined) return known;
    const breaks = new Map<number, number>();
    for (const candidate of candidatesFor({ from: hop.from, to: hop.to, proof }, this.#context)) {
      const text = canonicalJson(candidate.changes as unknown as Json);
      let number = this.#numbers.get(text);
      if (number === undefined) {
        number = this.#candidates.push(candidate) - 1;
        this.#numbers.set(text, number);
      }
      if (!this.#useless.has(`${number} ${name} ${key}`)) breaks.set(number, Math.min(candidate.factor, breaks.get(number) ?? 1));
    }
    this.#made.set(`${name}\n${key}`, breaks);
    return breaks;
  }

  /** The problem to solve: keep the sum of the `keep` riskiest within `budget`. */
  instance(keep: number, budget: number): CutInstance {
    const proofs = new Map<string, CutProof>();
    const paths = [...this.#paths.values()].map(({ route, risk }) => ({
      risk,
      steps: route.slice(1).map((to, index) => {
        const hop = this.#hops.get(`${route[index] ?? ''}\n${to}`);
        return {
          proofs: [...(hop?.proofs ?? [])]
            .filter(([, proof]) => index === route.length - 2 || goesOn(proof))
            .map(([key, proof]): CutProof => {
              const name = `${hop?.from ?? ''}\n${to}\n${key}`;
              const made = proofs.get(name) ?? {
                likelihood: proof.likelihood,
                breaks: hop === undefined ? new Map<number, number>() : this.#breaks(hop, key, proof),
              };
              proofs.set(name, made);
              return made;
            }),
        };
      }),
    }));
    return { weights: this.#candidates.map((candidate) => 1 + candidate.disruption / 1000), paths, keep, budget };
  }
}
