import type { Proof, Prover } from '../graph/edge-table.ts';
import type { GraphBuilder } from '../graph/graph.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { certain, distinct, type Fact } from './facts.ts';
import type { Places } from './outside.ts';
import type { Technique } from './technique.ts';

/** Beside a step that nothing that was read allows. */
export const unread: Factor = { name: 'nothing seen', value: 0.1, why: 'nothing that was read allows it; only a policy that was not read could' };

/** The steps of one technique: what they have in common, and which stand already. */
export class Emission {
  readonly technique: Technique;
  readonly #builder: GraphBuilder;
  readonly #places: Places;
  readonly #factors: readonly Factor[];
  readonly #plain = new Map<string, Set<string>>();
  /** What was not read of each step of the whole internet that is on no condition. */
  readonly #unreadOfInternet = new Map<string, string>();
  readonly #withUnread = new Map<readonly Factor[], readonly Factor[]>();

  constructor(builder: GraphBuilder, places: Places, technique: Technique) {
    this.technique = technique;
    this.#builder = builder;
    this.#places = places;
    const { base, factors } = technique.likelihood;
    this.#factors = [{ name: technique.title, value: base, why: technique.notes === '' ? technique.category : technique.notes }, ...factors];
  }

  step(from: string, to: string, fact: Fact, proof: Proof): void {
    // An alternative that holds without strings needs no second with strings; what the whole internet may do, everybody with an account may.
    if (this.#plain.get(from)?.has(to) === true || (from === 'aws:anyone' && this.#plain.get('internet')?.has(to) === true)) return;
    const missing = fact.missing.join(' ');
    if (from === 'aws:anyone' && fact.residual.length === 0 && this.#unreadOfInternet.get(to) === missing) return;
    if (from === 'internet' && fact.residual.length === 0) this.#unreadOfInternet.set(to, missing);
    if (fact.residual.length === 0 && fact.missing.length === 0) {
      const known = this.#plain.get(from);
      if (known === undefined) this.#plain.set(from, new Set([to]));
      else known.add(to);
    }
    this.#add(from, to, this.#factors, fact, proof);
  }

  outOfHub(hub: string, to: string, fact: Fact): void {
    this.#add(hub, to, [], fact, fact === certain ? [] : new FactProof(fact));
  }

  #unread(factors: readonly Factor[]): readonly Factor[] {
    const known = this.#withUnread.get(factors);
    if (known !== undefined) return known;
    const made = [...factors, unread];
    this.#withUnread.set(factors, made);
    return made;
  }

  #add(from: string, to: string, factors: readonly Factor[], fact: Fact, evidence: Proof): void {
    const { id: technique, title: label, derives } = this.technique;
    const { residual, missing } = fact;
    const all = fact.basis === undefined ? factors : this.#unread(factors);
    this.#places.put(to);
    this.#builder.step({ from, to, kind: derives.edge, technique, factors: all, residual, missing, evidence, label });
  }
}

/** What proves a fact, whatever it is asked for. */
class FactProof implements Prover {
  readonly #fact: Fact;

  constructor(fact: Fact) {
    this.#fact = fact;
  }

  proof(): readonly Evidence[] {
    return distinct(this.#fact.evidence);
  }
}
