import type { GraphBuilder } from '../graph/builder.ts';
import type { Prover } from '../graph/edge-table.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Derived } from './derived.ts';
import { Emission } from './emission.ts';
import { both } from './facts.ts';
import { Lists } from './lists.ts';
import type { Places } from './outside.ts';
import type { Technique } from './technique.ts';

/** From so many targets on, a class of them gets a hub: the edges to it are then one for each source, not one for each pair. */
const hubSize = 3;

/** The steps of one technique, and where they stand in the builder. */
export interface Emitted {
  readonly derived: readonly Derived[];
  readonly start: number;
  readonly end: number;
  /** Sources that are outside the estate: nodes, also where each of their steps stands already by another's. */
  readonly outsiders: ReadonlySet<string>;
}

/** A hub by the first step that leads to it. */
interface Hub {
  readonly derived: Derived;
  readonly part: readonly string[];
}

type Parts = ReadonlyMap<readonly string[], readonly (readonly string[])[]>;

/**
 * Puts the steps of techniques into the graph. Equal target lists share one hub, so that edges grow with sources plus targets, never with their product. Lists that are not equal but
 * put together from the same parts (a hundred roles, each with three of forty teams' buckets) share hubs of their parts: resources that one pattern of a policy means stand side by side
 * in the order of ids, so the parts are the runs of a list.
 */
export class StepEmitter {
  readonly #builder: GraphBuilder;
  readonly #lists: Lists;
  readonly #places: Places;
  readonly #sources: Successors;
  readonly #ofOrders = new WeakMap<readonly string[], Uint32Array>();

  /** @param before the emitter of an estate that differs in little, whose lists are known again */
  constructor(builder: GraphBuilder, places: Places, before?: StepEmitter) {
    this.#builder = builder;
    this.#places = places;
    this.#sources = new Successors(builder, places);
    this.#lists = before === undefined ? new Lists() : before.#lists;
  }

  /** Adds every step of one technique. */
  emit(technique: Technique, derived: readonly Derived[]): Emitted {
    const start = this.#builder.edgeCount;
    const parts = this.#parts(derived);
    const emission = new Emission(this.#builder, technique);
    const names = new HubNames(technique, this.#lists);
    const starts = this.#sources.numbers(derived);
    const standing = derived.filter((_, index) => starts[index] !== undefined);
    for (const [id, hub] of hubsOf(names, standing, parts)) this.#hub(emission, id, hub);
    const outsiders = new Set<string>();
    for (const [index, each] of derived.entries()) this.#steps(emission, names, each, starts[index], parts, outsiders);
    return { derived, start, end: this.#builder.edgeCount, outsiders };
  }

  /**
   * Adds the steps of a technique of which most stood in the builder before: only those of some sources are put in anew. INVARIANT: the same edges as `emit` adds.
   *
   * @param sources whose steps are others than before
   */
  emitAgain(technique: Technique, derived: readonly Derived[], before: Emitted, sources: ReadonlySet<string>): Emitted {
    const start = this.#builder.edgeCount;
    if (sources.size === 0) {
      this.#builder.takeOver(before.start, before.end, () => true);
      for (const id of before.outsiders) this.#places.put(id);
      return { ...before, start, end: this.#builder.edgeCount };
    }
    const [then, now] = [this.#parts(before.derived), this.#parts(derived)];
    // What one list is cut into hangs on how many have it.
    if (derived.some(({ from, to }) => !sources.has(from) && then.get(to) !== now.get(to))) return this.emit(technique, derived);
    const emission = new Emission(this.#builder, technique);
    const names = new HubNames(technique, this.#lists);
    // Who is gone has no node any more, and its hubs are hubs that do not stay.
    const standing = derived.filter(({ from }) => this.#places.of(from) !== undefined);
    const [old, hubs] = [hubsOf(names, before.derived, then), hubsOf(names, standing, now)];
    const stays = (id: string): boolean => old.get(id) !== undefined && old.get(id)?.derived === hubs.get(id)?.derived;
    const nodes = new Set([...sources].map(sourceNode));
    // What the internet may do decides about what anybody with an account is shown to do.
    if (nodes.has('internet') || nodes.has('aws:anyone')) nodes.add('internet').add('aws:anyone');
    this.#builder.takeOver(before.start, before.end, (from) => (old.has(from) ? stays(from) : !nodes.has(from)));
    for (const [id, hub] of hubs) if (!stays(id)) this.#hub(emission, id, hub);
    const outsiders = new Set([...before.outsiders].filter((id) => !nodes.has(id)));
    for (const id of outsiders) this.#places.put(id);
    for (const each of derived) if (nodes.has(sourceNode(each.from))) this.#steps(emission, names, each, this.#places.number(each.from), now, outsiders);
    return { derived, start, end: this.#builder.edgeCount, outsiders };
  }

  /** @param start number of the node that the steps leave; `undefined`: there is none */
  #steps(emission: Emission, names: HubNames, derived: Derived, start: number | undefined, parts: Parts, outsiders: Set<string>): void {
    if (start === undefined) return;
    const from = sourceNode(derived.from);
    if (this.#places.made(from)) outsiders.add(from);
    for (const part of parts.get(derived.to) ?? [derived.to]) {
      if (part.length >= hubSize) {
        const hub = this.#builder.numberOf(names.of(derived, part));
        if (hub !== undefined) emission.step(from, start, hub, derived.fact, new PartProof(derived, part));
        continue;
      }
      for (const id of part) {
        const to = this.#places.number(id);
        if (to !== undefined && to !== start)
          emission.step(from, start, to, both(derived.fact, derived.ofTarget(id)), sourceNode(id) === id ? derived : { proof: () => derived.proof(id) });
      }
    }
  }

  /**
   * Lists that are cheaper in parts. A list of its own costs an edge for each source and one for each target; its parts cost an edge for each source and part, and the hubs of the parts are
   * shared by all lists that have them.
   */
  #parts(all: readonly Derived[]): Parts {
    const uses = new Map<readonly string[], { sources: number; order: readonly string[] }>();
    for (const { to, order, about } of all) {
      if (to.length < hubSize || order.length === 0 || about !== '') continue;
      const known = uses.get(to);
      if (known === undefined) uses.set(to, { sources: 1, order });
      else known.sources++;
    }
    const parts = new Map<readonly string[], readonly (readonly string[])[]>();
    for (const [list, { sources, order }] of uses) {
      const runs = this.#lists.runs(list, order);
      if (runs.length * sources < list.length + sources) parts.set(list, runs);
    }
    return parts;
  }

  #hub(emission: Emission, id: string, { derived, part }: Hub): void {
    this.#builder.node({ id, kind: 'Hub', type: 'postern/hub', name: `${part.length} targets of ${emission.technique.id}` });
    const hub = this.#builder.numberOf(id);
    if (hub === undefined) return;
    const numbers = this.#numbers(part);
    for (const [index, target] of part.entries()) {
      const known = numbers?.[index] ?? 0;
      const to = known > 0 ? known - 1 : this.#places.number(target);
      if (to !== undefined) emission.outOfHub(hub, to, derived.ofTarget(target));
    }
  }

  /** One more than the number of each node of a part, 0 where it has none yet; `undefined`: the part was cut from no list. Hundreds of parts are cut from one list, which is looked up once. */
  #numbers(part: readonly string[]): Uint32Array | undefined {
    const places = this.#lists.places(part);
    if (places === undefined) return undefined;
    let all = this.#ofOrders.get(places.order);
    if (all === undefined) {
      all = Uint32Array.from(places.order, (id) => (this.#builder.numberOf(id) ?? -1) + 1);
      this.#ofOrders.set(places.order, all);
    }
    const numbers = new Uint32Array(part.length);
    let at = 0;
    for (let span = 0; span < places.spans.length; span += 2) {
      const start = places.spans[span] ?? 0;
      const end = start + (places.spans[span + 1] ?? 0);
      for (let place = start; place < end; place++) numbers[at++] = all[place] ?? 0;
    }
    return numbers;
  }
}

/**
 * Numbers of the sources of steps. One technique after the other leaves the same thirty thousand principals in the same order, so it is noted who followed whom: to see that it is so again costs
 * much less than to look an id up in the table of all.
 */
class Successors {
  readonly #builder: GraphBuilder;
  readonly #places: Places;
  /** By the number of a source, one more than that of the source that came after it. */
  #next = new Uint32Array(1024);

  constructor(builder: GraphBuilder, places: Places) {
    this.#builder = builder;
    this.#places = places;
  }

  /** The numbers of the sources of some steps; `undefined` where there is no node. */
  numbers(derived: readonly Derived[]): readonly (number | undefined)[] {
    const found: (number | undefined)[] = [];
    let last = 0;
    for (const { from } of derived) {
      const guess = (this.#next[last] ?? 0) - 1;
      if (this.#builder.isNumberOf(last, from)) found.push(last);
      else if (guess >= 0 && this.#builder.isNumberOf(guess, from)) {
        found.push(guess);
        last = guess;
      } else {
        const number = this.#places.number(from);
        found.push(number);
        if (number === undefined) continue;
        this.#note(last, number);
        last = number;
      }
    }
    return found;
  }

  #note(before: number, number: number): void {
    if (before >= this.#next.length) {
      const more = new Uint32Array(Math.max(before + 1, this.#next.length * 2));
      more.set(this.#next);
      this.#next = more;
    }
    this.#next[before] = number + 1;
  }
}

/** Ids of the hubs of one technique; most steps lead to few of them. */
class HubNames {
  readonly #technique: string;
  readonly #lists: Lists;
  readonly #known = new Map<readonly string[], string>();

  constructor({ id }: Technique, lists: Lists) {
    this.#technique = id;
    this.#lists = lists;
  }

  of({ about }: Derived, part: readonly string[]): string {
    if (about !== '') return `hub:${this.#technique}:${this.#lists.digest(part)}:${this.#lists.digest([about])}`;
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const made = `hub:${this.#technique}:${this.#lists.digest(part)}`;
    this.#known.set(part, made);
    return made;
  }
}

/** The hubs that steps lead to, by id. What several steps say of a hub's targets is equal but for the alternative that it comes from: the first one tells. */
function hubsOf(names: HubNames, all: readonly Derived[], parts: Parts): ReadonlyMap<string, Hub> {
  const hubs = new Map<string, Hub>();
  for (const derived of all) {
    for (const part of parts.get(derived.to) ?? [derived.to]) {
      if (part.length < hubSize) continue;
      const id = names.of(derived, part);
      if (!hubs.has(id)) hubs.set(id, { derived, part });
    }
  }
  return hubs;
}

const members = new WeakMap<readonly string[], ReadonlySet<string>>();

/** A class as a set, made when somebody asks for a proof: whoever reads all proofs of a class asks for each of its nodes. */
function membersOf(part: readonly string[]): ReadonlySet<string> {
  const known = members.get(part) ?? new Set(part);
  members.set(part, known);
  return known;
}

/** Who came to the hub itself sees the proof of its first target. */
class PartProof implements Prover {
  readonly #derived: Derived;
  readonly #part: readonly string[];

  constructor(derived: Derived, part: readonly string[]) {
    this.#derived = derived;
    this.#part = part;
  }

  proof(target: string): readonly Evidence[] {
    return this.#derived.proof(membersOf(this.#part).has(target) ? target : (this.#part[0] ?? ''));
  }
}

/** `*` is the whole internet. */
const sourceNode = (id: string): string => (id === '*' ? 'internet' : id);
