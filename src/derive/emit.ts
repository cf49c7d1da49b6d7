import type { GraphBuilder } from '../graph/graph.ts';
import type { Factor } from '../model/evidence.ts';
import type { Derived } from './derived.ts';
import { both, distinct, type Fact } from './facts.ts';
import { Lists } from './lists.ts';
import type { Technique } from './technique.ts';

/** From so many targets on, a class of them gets a hub: the edges to it are then one for each source, not one for each pair. */
const hubSize = 3;

/**
 * Puts the steps of techniques into the graph. Equal target lists share one hub, so that edges grow with sources plus targets, never with their product. Lists that are not equal but
 * put together from the same parts (a hundred roles, each with three of forty teams' buckets) share hubs of their parts: resources that one pattern of a policy means stand side by side
 * in the order of ids, so the parts are the runs of a list.
 */
export class StepEmitter {
  readonly #builder: GraphBuilder;
  readonly #hubs = new Set<string>();
  readonly #lists = new Lists();
  /** Gives the node of a principal or resource, making it if it is an outsider; `undefined` drops the step. */
  readonly #node: (id: string) => string | undefined;

  constructor(builder: GraphBuilder, node: (id: string) => string | undefined) {
    this.#builder = builder;
    this.#node = node;
  }

  /** Adds every step of one technique. */
  emit(technique: Technique, steps: Iterable<Derived>): void {
    const all = [...steps];
    const parts = this.#parts(all);
    const emission = new Emission(this.#builder, technique);
    for (const derived of all) {
      const from = this.#node(derived.from);
      if (from === undefined) continue;
      for (const part of parts.get(derived.to) ?? [derived.to]) {
        if (part.length >= hubSize) {
          // Who came to the hub itself sees the proof of its first target.
          const proof = (target: string) => derived.proof(part.includes(target) ? target : (part[0] ?? ''));
          emission.step(from, this.#hub(emission, { ...derived, to: part }), derived.fact, proof);
          continue;
        }
        for (const id of part) {
          const to = this.#node(id);
          if (to !== undefined && to !== from) emission.step(from, to, both(derived.fact, derived.ofTarget(id)), () => derived.proof(id));
        }
      }
    }
  }

  /**
   * Lists that are cheaper in parts. A list of its own costs an edge for each source and one for each target; its parts cost an edge for each source and part, and the hubs of the parts are
   * shared by all lists that have them.
   */
  #parts(all: readonly Derived[]): ReadonlyMap<readonly string[], readonly (readonly string[])[]> {
    const uses = new Map<readonly string[], { sources: number; order: readonly string[] }>();
    for (const { to, order, about } of all) {
      if (to.length < hubSize || order.length === 0 || about !== '') continue;
      const known = uses.get(to);
      if (known === undefined) uses.set(to, { sources: 1, order });
      else known.sources++;
    }
    const parts = new Map<readonly string[], readonly (readonly string[])[]>();
    for (const [list, { sources, order }] of uses) {
      const runs = this.#runs(list, order);
      if (runs.length * sources < list.length + sources) parts.set(list, runs);
    }
    return parts;
  }

  /** A list cut where the order of ids has others between. */
  #runs(list: readonly string[], order: readonly string[]): readonly (readonly string[])[] {
    const runs: (readonly string[])[] = [];
    let start = 0;
    let last = this.#lists.position(list[0] ?? '', order);
    for (let at = 1; at <= list.length; at++) {
      const position = at < list.length ? this.#lists.position(list[at] ?? '', order) : -1;
      if (position !== last + 1) {
        runs.push(start === 0 && at === list.length ? list : this.#lists.intern(list.slice(start, at)));
        start = at;
      }
      last = position;
    }
    return runs;
  }

  #hub(emission: Emission, derived: Derived): string {
    const { technique } = emission;
    const about = derived.about === '' ? '' : `:${this.#lists.digest([derived.about])}`;
    const id = `hub:${technique.id}:${this.#lists.digest(derived.to)}${about}`;
    if (this.#hubs.has(id)) return id;
    this.#hubs.add(id);
    this.#builder.node({ id, kind: 'Hub', type: 'postern/hub', name: `${derived.to.length} targets of ${technique.id}` });
    for (const target of derived.to) {
      const to = this.#node(target);
      if (to !== undefined) emission.outOfHub(id, to, derived.ofTarget(target));
    }
    return id;
  }
}

const unread: Factor = { name: 'nothing seen', value: 0.1, why: 'nothing that was read allows it; only a policy that was not read could' };

/** The steps of one technique: what they have in common, and which stand already. */
class Emission {
  readonly technique: Technique;
  readonly #builder: GraphBuilder;
  readonly #factors: readonly Factor[];
  readonly #plain = new Map<string, Set<string>>();
  readonly #withUnread = new Map<readonly Factor[], readonly Factor[]>();

  constructor(builder: GraphBuilder, technique: Technique) {
    this.technique = technique;
    this.#builder = builder;
    const { base, factors } = technique.likelihood;
    this.#factors = [{ name: technique.title, value: base, why: technique.notes === '' ? technique.category : technique.notes }, ...factors];
  }

  step(from: string, to: string, fact: Fact, proof: Derived['proof']): void {
    // An alternative that holds without strings needs no second with strings; what the whole internet may do, everybody with an account may.
    if (this.#plain.get(from)?.has(to) === true || (from === 'aws:anyone' && this.#plain.get('internet')?.has(to) === true)) return;
    if (fact.residual.length === 0 && fact.missing.length === 0) {
      const known = this.#plain.get(from);
      if (known === undefined) this.#plain.set(from, new Set([to]));
      else known.add(to);
    }
    this.#add(from, to, this.#factors, fact, proof);
  }

  outOfHub(hub: string, to: string, fact: Fact): void {
    this.#add(hub, to, [], fact, () => distinct(fact.evidence));
  }

  #unread(factors: readonly Factor[]): readonly Factor[] {
    const known = this.#withUnread.get(factors);
    if (known !== undefined) return known;
    const made = [...factors, unread];
    this.#withUnread.set(factors, made);
    return made;
  }

  #add(from: string, to: string, factors: readonly Factor[], fact: Fact, evidence: Derived['proof']): void {
    const { id: technique, title: label, derives } = this.technique;
    const { residual, missing } = fact;
    const all = fact.basis === undefined ? factors : this.#unread(factors);
    this.#builder.step({ from, to, kind: derives.edge, technique, factors: all, residual, missing, evidence, label });
  }
}
