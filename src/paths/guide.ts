import type { NodeIndex } from '../graph/types.ts';
import { cheapest } from './cheapest.ts';
import { type ReverseTree, reverseTree, type Until, type Weighted } from './reverse-tree.ts';
import type { StepNetwork } from './step-network.ts';

/**
 * The reverse tree that guides the searches to some targets. It may begin small: where many ask for few paths each, a tenth of them is enough, as whoever is farther off finds the tree soon.
 * When the searches have looked at more than there are nodes, it pays to make it whole. Either way every search is exact.
 */
export class Guide {
  readonly #network: StepNetwork;
  readonly #targets: readonly Weighted[];
  readonly #closed: readonly NodeIndex[];
  readonly #starts: readonly NodeIndex[];
  #whole: boolean;
  #spent = 0;
  #tree: ReverseTree;

  /**
   * @param bounds `share`: of the starts, how many the tree reaches at first; `within`: no path that costs more is wanted; `before`: what it costs at least to come to each node
   */
  constructor(
    network: StepNetwork,
    targets: readonly Weighted[],
    closed: readonly NodeIndex[],
    sources: readonly Weighted[],
    { share = 1, within, before }: Partial<Omit<Until, 'nodes'>> = {},
  ) {
    this.#network = network;
    this.#targets = targets;
    this.#closed = closed;
    this.#starts = [...cheapest(sources).keys()];
    this.#whole = share === 1;
    this.#tree = reverseTree(network, targets, closed, { nodes: this.#starts, share, within, before });
  }

  get tree(): ReverseTree {
    return this.#tree;
  }

  get whole(): boolean {
    return this.#whole;
  }

  /** Says that a search looked at so many nodes. */
  spend(nodes: number): void {
    this.#spent += nodes;
    if (this.#whole || this.#spent < this.#network.size) return;
    this.#whole = true;
    this.#tree = reverseTree(this.#network, this.#targets, this.#closed, { nodes: this.#starts, share: 1 });
  }
}
