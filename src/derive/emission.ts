import type { GraphBuilder } from '../graph/builder.ts';
import type { Proof, Prover } from '../graph/edge-table.ts';
import { sameList } from '../graph/payloads.ts';
import type { Saying } from '../graph/types.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { certain, distinct, type Fact } from './facts.ts';
import type { Technique } from './technique.ts';

/** Beside a step that nothing that was read allows. */
export const unread: Factor = { name: 'nothing seen', value: 0.1, why: 'nothing that was read allows it; only a policy that was not read could' };

/** What a step said, and the numbers that its builder gave it. */
interface Said extends Pick<Fact, 'residual' | 'missing'> {
  readonly factors: readonly Factor[];
  readonly saying: Saying;
}

/** Who comes out of a hub paid on the way in. */
const noFactors: readonly Factor[] = [];

/** The steps of one technique: what they have in common, and which stand already. */
export class Emission {
  readonly technique: Technique;
  readonly #builder: GraphBuilder;
  readonly #factors: readonly Factor[];
  /** By the number of the node that they leave, the ends of steps that hold without strings: one, or several. */
  readonly #plain = new Map<number, number | Set<number>>();
  /** What was not read of each step of the whole internet that is on no condition. */
  readonly #unreadOfInternet = new Map<number, string>();
  #last: Said | undefined;
  readonly #withUnread = new Map<readonly Factor[], readonly Factor[]>();

  constructor(builder: GraphBuilder, technique: Technique) {
    this.technique = technique;
    this.#builder = builder;
    const { base, factors } = technique.likelihood;
    this.#factors = [{ name: technique.title, value: base, why: technique.notes === '' ? technique.category : technique.notes }, ...factors];
  }

  /** @param source id of the node with the number `from` */
  step(source: string, from: number, to: number, fact: Fact, proof: Proof): void {
    // An alternative that holds without strings needs no second with strings; what the whole internet may do, everybody with an account may.
    const anyone = source === 'aws:anyone';
    if (this.#isPlain(from, to) || (anyone && this.#isPlain(this.#builder.numberOf('internet') ?? -1, to))) return;
    const plain = fact.residual.length === 0;
    if (plain && (anyone || source === 'internet')) {
      const missing = fact.missing.join(' ');
      if (anyone && this.#unreadOfInternet.get(to) === missing) return;
      if (!anyone) this.#unreadOfInternet.set(to, missing);
    }
    if (plain && fact.missing.length === 0) {
      const known = this.#plain.get(from);
      if (known === undefined) this.#plain.set(from, to);
      else if (typeof known === 'number') this.#plain.set(from, new Set([known, to]));
      else known.add(to);
    }
    this.#add(from, to, this.#factors, fact, proof);
  }

  outOfHub(hub: number, to: number, fact: Fact): void {
    this.#add(hub, to, noFactors, fact, fact === certain ? [] : new FactProof(fact));
  }

  #isPlain(from: number, to: number): boolean {
    const known = this.#plain.get(from);
    return typeof known === 'object' ? known.has(to) : known === to;
  }

  #unread(factors: readonly Factor[]): readonly Factor[] {
    const known = this.#withUnread.get(factors);
    if (known !== undefined) return known;
    const made = [...factors, unread];
    this.#withUnread.set(factors, made);
    return made;
  }

  #add(from: number, to: number, factors: readonly Factor[], fact: Fact, evidence: Proof): void {
    const all = fact.basis === undefined ? factors : this.#unread(factors);
    this.#builder.stepSaying(from, to, this.#saying(all, fact), evidence);
  }

  /** What a step says: mostly the same as the one before. */
  #saying(factors: readonly Factor[], { residual, missing }: Fact): Saying {
    const last = this.#last;
    if (last !== undefined && last.factors === factors && sameList(last.residual, residual) && sameList(last.missing, missing)) return last.saying;
    const { id: technique, title: label, derives } = this.technique;
    const saying = this.#builder.saying({ kind: derives.edge, technique, factors, residual, missing, label });
    this.#last = { factors, residual, missing, saying };
    return saying;
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
