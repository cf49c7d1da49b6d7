import type { EstateData, StepClass } from '../../src/view/view-model.ts';

export interface Neighbour {
  readonly node: number;
  readonly step: StepClass;
}

/** The estate with what is worked out from its columns: neighbours both ways, search. */
export class Estate {
  readonly data: EstateData;
  readonly #starts: Uint32Array;
  readonly #hubs: ReadonlySet<number>;
  readonly #index: ReadonlyMap<string, number>;
  #into: readonly (readonly number[])[] | undefined;
  #texts: readonly string[] | undefined;

  constructor(data: EstateData) {
    this.data = data;
    this.#starts = new Uint32Array(data.ids.length + 1);
    for (const [node, count] of data.outs.entries()) this.#starts[node + 1] = (this.#starts[node] ?? 0) + count;
    this.#hubs = new Set(data.hubs);
    this.#index = new Map(data.ids.map((id, index) => [id, index]));
  }

  indexOf(id: string): number {
    return this.#index.get(id) ?? -1;
  }
  id(node: number): string {
    return this.data.ids[node] ?? '';
  }
  name(node: number): string {
    return this.data.names[node] ?? '';
  }
  kind(node: number): string {
    return this.data.kindTable[this.data.kinds[node] ?? 0] ?? '';
  }
  type(node: number): string {
    return this.data.typeTable[this.data.types[node] ?? 0] ?? '';
  }
  account(node: number): string {
    return this.data.accountTable[this.data.accounts[node] ?? 0] ?? '';
  }

  /** What a node can do, at most `most`; steps over a hub are steps to what is behind it. */
  outs(node: number, most = 400): readonly Neighbour[] {
    const found = new Map<string, Neighbour>();
    const add = (to: number, step: StepClass): void => {
      if (to !== node && found.size < most) found.set(`${to} ${step.kind} ${step.technique}`, { node: to, step });
    };
    for (const [to, step] of this.#steps(node)) {
      if (!this.#hubs.has(to)) add(to, step);
      else for (const [behind] of this.#steps(to)) add(behind, step);
    }
    return [...found.values()];
  }

  /** Who can come to a node. */
  ins(node: number, most = 400): readonly Neighbour[] {
    const found = new Map<string, Neighbour>();
    const add = (from: number, to: number): void => {
      for (const [target, step] of this.#steps(from))
        if (target === to && from !== node && found.size < most) found.set(`${from} ${step.kind} ${step.technique}`, { node: from, step });
    };
    for (const from of this.#sources()[node] ?? []) {
      if (!this.#hubs.has(from)) add(from, node);
      else for (const before of this.#sources()[from] ?? []) add(before, from);
    }
    return [...found.values()];
  }

  /** Everything that an attacker in control of a node comes to, by how few steps. */
  reach(node: number): ReadonlyMap<number, number> {
    const seen = new Map<number, number>([[node, 0]]);
    const queue = [node];
    for (const each of queue) {
      for (const [to] of this.#steps(each)) {
        if (seen.has(to)) continue;
        seen.set(to, (seen.get(each) ?? 0) + (this.#hubs.has(to) ? 0 : 1));
        queue.push(to);
      }
    }
    for (const hub of this.#hubs) seen.delete(hub);
    seen.delete(node);
    return seen;
  }

  /** Nodes whose name, id, kind, type or tags have every word; those whose name begins with it first. */
  search(text: string, most: number): { readonly nodes: readonly number[]; readonly total: number } {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const [first] = words;
    if (first === undefined) return { nodes: [], total: 0 };
    this.#texts ??= this.data.ids.map((id, node) =>
      `${this.name(node)}\n${id}\n${this.kind(node)}\n${this.type(node)}\n${this.data.tags[node] ?? ''}`.toLowerCase(),
    );
    const found: { node: number; rank: number }[] = [];
    for (const [node, each] of this.#texts.entries()) {
      if (this.#hubs.has(node) || !words.every((word) => each.includes(word))) continue;
      found.push({
        node,
        rank: each.startsWith(`${text.toLowerCase()}\n`) ? 0 : each.startsWith(first) ? 1 : each.slice(0, each.indexOf('\n')).includes(first) ? 2 : 3,
      });
    }
    found.sort((a, b) => a.rank - b.rank || a.node - b.node);
    return { nodes: found.slice(0, most).map((each) => each.node), total: found.length };
  }

  *#steps(node: number): Generator<readonly [number, StepClass]> {
    for (let step = this.#starts[node] ?? 0; step < (this.#starts[node + 1] ?? 0); step++) {
      const way = this.data.classTable[this.data.classes[step] ?? 0];
      if (way !== undefined) yield [this.data.targets[step] ?? 0, way];
    }
  }

  #sources(): readonly (readonly number[])[] {
    if (this.#into === undefined) {
      const into: number[][] = this.data.ids.map(() => []);
      for (let node = 0; node < into.length; node++) {
        for (let step = this.#starts[node] ?? 0; step < (this.#starts[node + 1] ?? 0); step++) {
          const list = into[this.data.targets[step] ?? 0];
          if (list?.at(-1) !== node) list?.push(node);
        }
      }
      this.#into = into;
    }
    return this.#into;
  }
}
