import { createHash } from 'node:crypto';
import type { GraphBuilder } from '../graph/graph.ts';
import type { Factor } from '../model/evidence.ts';
import { both, type Fact } from './facts.ts';
import type { Derived } from './planner.ts';
import type { Technique } from './technique.ts';

/** From so many targets on, a class of them gets a hub: the edges to it are then one for each source, not one for each pair. */
const hubSize = 3;

/** Puts the steps of techniques into the graph. Equal target lists share one hub, so that edges grow with sources plus targets, never with their product. */
export class StepEmitter {
  readonly #builder: GraphBuilder;
  readonly #hubs = new Map<string, string>();
  readonly #ofList = new WeakMap<readonly string[], string>();
  readonly #done = new Set<string>();
  /** Gives the node of a principal or resource, making it if it is an outsider; `undefined` drops the step. */
  readonly #node: (id: string) => string | undefined;

  constructor(builder: GraphBuilder, node: (id: string) => string | undefined) {
    this.#builder = builder;
    this.#node = node;
  }

  emit(technique: Technique, derived: Derived): void {
    const from = this.#node(derived.from);
    if (from === undefined) return;
    const { edge } = technique.derives;
    const factors: readonly Factor[] = [
      { name: technique.title, value: technique.likelihood.base, why: technique.notes === '' ? technique.category : technique.notes },
      ...technique.likelihood.factors,
    ];
    const step = (to: string, fact: Fact): void => {
      const key = `${technique.id} ${from} ${to}`;
      const plain = fact.residual.length === 0 && fact.missing.length === 0;
      // An alternative that holds without strings needs no second with strings.
      if (this.#done.has(key)) return;
      // What the whole internet may do, everybody with an account may.
      if (from === 'aws:anyone' && this.#done.has(`${technique.id} internet ${to}`)) return;
      if (plain) this.#done.add(key);
      this.#builder.step({
        from,
        to,
        kind: edge,
        technique: technique.id,
        factors,
        residual: fact.residual,
        missing: fact.missing,
        evidence: fact.evidence,
        label: technique.title,
      });
    };
    if (derived.to.length < hubSize) {
      for (const id of derived.to) {
        const to = this.#node(id);
        if (to !== undefined && to !== from) step(to, both(derived.fact, derived.ofTarget(id)));
      }
      return;
    }
    step(this.#hub(technique, derived), derived.fact);
  }

  #hub(technique: Technique, derived: Derived): string {
    const digest = this.#ofList.get(derived.to) ?? createHash('sha256').update(derived.to.join('\n')).digest('hex').slice(0, 16);
    this.#ofList.set(derived.to, digest);
    const id = `hub:${technique.id}:${digest}`;
    if (this.#hubs.has(id)) return id;
    this.#hubs.set(id, id);
    this.#builder.node({ id, kind: 'Hub', type: 'postern/hub', name: `${derived.to.length} targets of ${technique.id}` });
    for (const target of derived.to) {
      const to = this.#node(target);
      if (to === undefined) continue;
      const fact = derived.ofTarget(target);
      this.#builder.step({
        from: id,
        to,
        kind: technique.derives.edge,
        technique: technique.id,
        factors: [],
        residual: fact.residual,
        missing: fact.missing,
        evidence: fact.evidence,
        label: technique.title,
      });
    }
    return id;
  }
}
