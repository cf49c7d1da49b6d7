import type { Residual } from '../model/evidence.ts';
import type { NetworkEngine, PortSet, ReachClass } from '../network/api.ts';
import { better, type Fact } from './facts.ts';

const nobody: ReadonlyMap<string, Fact> = new Map();

/**
 * Who reaches whom, asked by source. The engine's classes are read once and found again by their sources; a class is a fact of its own, shared by all its pairs, so that memory follows the
 * estate and only the pairs that somebody asks for are written out.
 */
export class ReachFacts {
  readonly #network: NetworkEngine;
  readonly #answers = new Map<string, ReadonlyMap<string, Fact>>();
  readonly #facts = new Map<ReachClass, Fact>();
  #bySource: ReadonlyMap<string, readonly ReachClass[]> | undefined;

  constructor(network: NetworkEngine) {
    this.#network = network;
  }

  /** What `from` reaches on any of the TCP ports, or on any port at all where none is named, each with the fact that has the fewest strings attached. */
  from(from: string, ports: readonly number[]): ReadonlyMap<string, Fact> {
    this.#bySource ??= bySource(this.#network.classes());
    const own = this.#bySource.get(from);
    if (own === undefined) return nobody;
    const key = `${from} ${ports.join(',')}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const found = new Map<string, Fact>();
    for (const each of own) {
      if (!opens(each.flows, ports)) continue;
      const fact = this.#fact(each);
      for (const to of each.destinations) {
        const old = found.get(to);
        if (to !== from && (old === undefined || better(fact, old))) found.set(to, fact);
      }
    }
    this.#answers.set(key, found);
    return found;
  }

  #fact(each: ReachClass): Fact {
    const known = this.#facts.get(each);
    if (known !== undefined) return known;
    const fact: Fact = { residual: plain(each.residual), missing: each.missing, evidence: each.evidence };
    this.#facts.set(each, fact);
    return fact;
  }
}

/** An alternative without atoms holds always; as a fact that is no condition at all. */
const plain = (residual: Residual): Residual => (residual.some((entry) => entry.allOf.length === 0) ? [] : residual);

const opens = (flows: readonly PortSet[], ports: readonly number[]): boolean =>
  ports.length === 0
    ? flows.length > 0
    : flows.some((flow) => flow.protocol === 'tcp' && flow.ranges.some(([low, high]) => ports.some((port) => low <= port && port <= high)));

function bySource(classes: readonly ReachClass[]): ReadonlyMap<string, readonly ReachClass[]> {
  const out = new Map<string, ReachClass[]>();
  for (const each of classes) {
    for (const source of each.sources) {
      const known = out.get(source);
      if (known === undefined) out.set(source, [each]);
      else known.push(each);
    }
  }
  return out;
}
