import type { Core } from 'cytoscape';
import { looks } from '../../src/view/lanes.ts';
import type { Diagram } from '../../src/view/view-model.ts';
import { placeAround, readPlaces, type Spot, writePlaces } from './explore-place.ts';

/** Cytoscape's node is the badge, which lies above the middle of our cards. */
const { axis } = looks.token;

export function spotOf(core: Core, key: string): Spot {
  const { x, y } = core.getElementById(`n:${key}`).position();
  return { x, y: y - axis };
}

/** Where the cards of an exploration lie: where the address says, where a reader dragged them, or where they lie by themselves. */
export class GraphPlaces {
  readonly #moved: (places: string, byHand: boolean) => void;
  /** What was last said, or taken out of the address. */
  #told = '';

  constructor(moved: (places: string, byHand: boolean) => void) {
    this.#moved = moved;
  }

  forget(): void {
    this.#told = '';
  }

  /** Puts cards where the address says, or leaves those where they are that were there and puts the fresh ones around them. */
  place(core: Core, diagram: Diagram, places: string, fresh: ReadonlySet<string>): void {
    const cards = diagram.nodes.map((node) => node.key);
    const before = new Map(cards.flatMap((key) => (fresh.has(key) ? [] : [[key, spotOf(core, key)] as const])));
    const given = places === this.#told ? undefined : places === '' ? byThemselves(diagram) : readPlaces(cards, places);
    put(core, given ?? placeAround(cards, diagram.edges, before));
    this.tell(core, diagram, false);
  }

  /** Everything back to where it lies by itself. */
  tidy(core: Core, diagram: Diagram): void {
    put(core, byThemselves(diagram));
    this.tell(core, diagram, true);
  }

  /** Says where the cards lie, if they do not lie where they would by themselves. */
  tell(core: Core, diagram: Diagram, byHand: boolean): void {
    const cards = diagram.nodes.map((node) => node.key);
    const origin = spotOf(core, cards[0] ?? '');
    const now = new Map(cards.map((key) => [key, seenFrom(origin, spotOf(core, key))]));
    const [text = '', itself = ''] = [now, byThemselves(diagram)].map((each) => writePlaces(cards, each));
    const places = text === itself ? '' : text;
    if (places === this.#told) return;
    this.#told = places;
    this.#moved(places, byHand);
  }
}

function put(core: Core, places: ReadonlyMap<string, Spot>): void {
  core.batch(() => {
    for (const [key, { x, y }] of places) core.getElementById(`n:${key}`).position({ x, y: y + axis });
  });
}

/** From the first card on. */
function byThemselves({ nodes }: Diagram): ReadonlyMap<string, Spot> {
  const [first] = nodes;
  return new Map(first === undefined ? [] : nodes.map((node) => [node.key, seenFrom(first, node)]));
}

const seenFrom = (origin: Spot, { x, y }: Spot): Spot => ({ x: x - origin.x, y: y - origin.y });
