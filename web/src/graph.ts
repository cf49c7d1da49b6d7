import type { CollectionReturnValue, Core, ElementDefinition, NodeCollection } from 'cytoscape';
import { wrap } from '../../src/view/draw/text.ts';
import type { Diagram } from '../../src/view/view-model.ts';
import { colours } from './colours.ts';
import { cytoscape } from './cytoscape.ts';
import { fill, h } from './dom.ts';
import { fromOrigin } from './from-origin.ts';
import { GraphPlaces, spotOf } from './graph-places.ts';
import { caption, graphStyle, labelWidth, picture } from './graph-style.ts';
import { Minimap } from './minimap.ts';
import { Spots } from './spots.ts';
import type { Shown } from './take.ts';

interface Picks {
  node(key: string): void;
  expand(keys: readonly string[]): void;
  nothing(): void;
  tell(text: string): void;
  /** Cards lie elsewhere than they would by themselves; as `Around.places` takes it back. */
  moved(places: string, byHand: boolean): void;
}

/** What is chosen, what has been opened and where cards lie, besides the diagram. */
export interface Around {
  readonly chosen: string;
  readonly opened: ReadonlySet<string>;
  /** Empty: where they lie by themselves. */
  readonly places: string;
}

const still = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * The exploration, drawn by Cytoscape: cards are dragged, boxed and opened where they are. It is loaded when the view is first shown. Each card has a button above it that the keyboard and
 * screen readers find; the table below says the same.
 */
export class Graph {
  readonly host: HTMLElement;
  readonly #picks: Picks;
  readonly #places: GraphPlaces;
  readonly #spots: Spots;
  readonly #container = h('div', { class: 'cy', 'aria-hidden': 'true' });
  readonly #minimap = new Minimap((x, y) => this.#middle(x, y));
  #core: Core | undefined;
  #wanted: { readonly shown: Shown; readonly around: Around } | undefined;
  #loading = false;

  constructor(picks: Picks) {
    this.#picks = picks;
    this.#places = new GraphPlaces((places, byHand) => picks.moved(places, byHand));
    this.#spots = new Spots({
      pick: (key) => picks.node(key),
      expand: (key) => picks.expand(this.selected(key)),
      nudge: (key, dx, dy) => this.#nudge(key, dx, dy),
      pan: (dx, dy) => this.#core?.panBy({ x: dx, y: dy }),
      zoom: (factor) => this.zoom(factor),
      fit: () => this.fit(),
    });
    this.host = h('div', { class: 'canvas graph', role: 'group' }, this.#container, this.#spots.host, this.#minimap.host);
    this.host.hidden = true;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#show());
    new MutationObserver(() => this.#show()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  draw(shown: Shown, around: Around): void {
    this.#wanted = { shown, around };
    this.host.setAttribute('aria-label', `Diagram: ${shown.title}. The table below says the same.`);
    if (this.#core !== undefined) this.#show();
    else if (!this.#loading) {
      this.#loading = true;
      this.#load().catch(() => {
        this.#loading = false;
        fill(this.#spots.host, h('p', { class: 'failed', role: 'alert' }, 'The drawing could not be started. The table below says the same.'));
      });
    }
  }

  /** Forgets where everything was: other words, another start. */
  clear(): void {
    this.#wanted = undefined;
    this.#places.forget();
    this.#core?.elements().remove();
    this.#spots.show([]);
  }

  async #load(): Promise<void> {
    const make = await cytoscape();
    const core = make({
      container: this.#container,
      minZoom: 0.08,
      maxZoom: 3,
      boxSelectionEnabled: true,
      selectionType: 'single',
      layout: { name: 'null' },
    });
    core.on('tap', 'node', (event) => this.#picks.node(String(event.target.data('key'))));
    core.on('tap', 'edge', (event) => this.#picks.node(String(event.target.data('end'))));
    core.on('dbltap', 'node', (event) => this.#picks.expand([String(event.target.data('key'))]));
    core.on('tap', (event) => {
      if (event.target === core) this.#picks.nothing();
    });
    core.on('boxend', () => setTimeout(() => this.#picks.tell(`${core.nodes(':selected').length} cards selected: drag one to move all, E to expand them`), 0));
    core.on('dragfree', 'node', () => this.#dropped());
    core.on('viewport resize', () => {
      this.#spots.follow();
      this.#look();
    });
    core.on('position', 'node', () => this.#spots.follow());
    new ResizeObserver(() => core.resize()).observe(this.#container);
    this.#core = core;
    this.#show();
  }

  #show(): void {
    const core = this.#core;
    if (core === undefined || this.#wanted === undefined) return;
    const { shown, around } = this.#wanted;
    const { diagram, context } = shown;
    const first = core.nodes().empty();
    core.style(graphStyle(colours()));
    const fresh = this.#sync(core, shown, around);
    this.#places.place(core, diagram, around.places, fresh);
    this.#route(core);
    core.batch(() => {
      core.elements().removeClass('dim near chosen');
      const chosen = core.getElementById(`n:${around.chosen}`);
      if (chosen.empty()) return;
      chosen.addClass('chosen');
      chosen.connectedEdges().addClass('near');
      core.elements().difference(chosen.closedNeighborhood()).addClass('dim');
    });
    if (first) this.#begin(core, core.nodes());
    else if (fresh.size > 0) this.#bringIn(core, fresh);
    this.#overview();
    this.#spots.show(
      diagram.nodes.map((node) => {
        const { title, subtitle } = context.card(node);
        const opened = around.opened.has(node.key);
        return {
          key: node.key,
          name: `${title}, ${subtitle}${opened ? ', expanded' : ''}`,
          chosen: node.key === around.chosen,
          element: core.getElementById(`n:${node.key}`),
        };
      }),
    );
  }

  /** Arrows that lead back are drawn otherwise than those that lead on: the two ways between a pair are two lines. */
  #route(core: Core): void {
    core.batch(() => {
      for (const edge of core.edges().toArray()) edge.toggleClass('back', edge.target().position('x') < edge.source().position('x'));
    });
  }

  /** Makes the elements those of the diagram; what stays, stays where it is. Gives the keys that came. */
  #sync(core: Core, { diagram, context }: Shown, { opened }: Around): ReadonlySet<string> {
    const palette = colours();
    const fresh = new Set<string>();
    const wanted = new Map<string, ElementDefinition>();
    for (const node of diagram.nodes) {
      const text = context.card(node);
      const id = `n:${node.key}`;
      wanted.set(id, { data: { id, key: node.key, label: caption(text), picture: picture(text, opened.has(node.key), palette) } });
      if (core.getElementById(id).empty()) fresh.add(node.key);
    }
    for (const edge of diagram.edges) {
      const id = `e:${edge.from}\n${edge.to}\n${edge.kind}`;
      const lines = wrap(edge.count > 1 ? `${edge.label} ×${edge.count}` : edge.label, labelWidth, 11, 4);
      const lift = (lines.length * 11 * 1.15) / 2 + 5;
      const classes = `${context.family(edge)} ${edge.verdict} ${opened.has(edge.from) ? 'outwards' : 'inwards'}${context.labels === 'all' ? ' labelled' : ''}`;
      wanted.set(id, {
        data: { id, source: `n:${edge.from}`, target: `n:${edge.to}`, end: edge.to, label: lines.join('\n'), above: -lift },
        classes,
      });
    }
    core.batch(() => {
      for (const element of core.elements().toArray()) if (!wanted.has(element.id())) element.remove();
      for (const [id, definition] of wanted) {
        const known = core.getElementById(id);
        if (known.empty()) core.add(definition);
        else {
          known.data(definition.data);
          if (definition.classes !== undefined) known.classes(definition.classes);
        }
      }
    });
    return fresh;
  }

  /** Everything back to where it lies by itself. */
  tidy(): void {
    const core = this.#core;
    if (core === undefined || this.#wanted === undefined) return;
    const { diagram } = this.#wanted.shown;
    this.#places.tidy(core, diagram);
    this.#route(core);
    this.#overview();
    this.fit();
  }

  #bringIn(core: Core, fresh: ReadonlySet<string>): void {
    const { x1, y1, x2, y2 } = core.extent();
    const news = core.nodes().filter((node) => fresh.has(String(node.data('key'))));
    const box = news.boundingBox();
    if (box.x1 < x1 || box.x2 > x2 || box.y1 < y1 || box.y2 > y2) this.#begin(core, news.closedNeighborhood());
  }

  /** Brings some into view, as small as can still be read; of more than that the middle. */
  #begin(core: Core, nodes: CollectionReturnValue | NodeCollection): void {
    const box = nodes.boundingBox();
    const whole = Math.min((core.width() - 56) / box.w, (core.height() - 56) / box.h, 1.15);
    const zoom = Math.max(whole, 0.66);
    const [x, y] = [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2];
    const pan = { x: core.width() / 2 - x * zoom, y: core.height() / 2 - y * zoom };
    if (still() || core.nodes().length === nodes.length) core.viewport({ zoom, pan });
    else core.animate({ zoom, pan, duration: 220 });
  }

  /** The small picture of the whole. */
  #overview(): void {
    const core = this.#core;
    if (core === undefined || core.nodes().empty()) return;
    const { x1, y1, w, h } = core.nodes().boundingBox();
    const cards = core.nodes().map((node) => node.boundingBox());
    this.#minimap.draw(
      { x: x1, y: y1, width: w, height: h },
      cards.map((box) => ({ x: box.x1, y: box.y1, width: box.w, height: box.h })),
    );
    this.#look();
  }

  #look(): void {
    const extent = this.#core?.extent();
    if (extent !== undefined) this.#minimap.look({ x: extent.x1, y: extent.y1, width: extent.w, height: extent.h });
  }

  #middle(x: number, y: number): void {
    const core = this.#core;
    core?.pan({ x: core.width() / 2 - x * core.zoom(), y: core.height() / 2 - y * core.zoom() });
  }

  #nudge(key: string, dx: number, dy: number): void {
    this.#core?.getElementById(`n:${key}`).shift({ x: dx, y: dy });
    this.#dropped();
  }

  /** Cards were moved by hand. */
  #dropped(): void {
    if (this.#core === undefined || this.#wanted === undefined) return;
    this.#route(this.#core);
    this.#overview();
    this.#places.tell(this.#core, this.#wanted.shown.diagram, true);
  }

  /** Everything in view, at most a little larger than life. */
  fit(): void {
    const core = this.#core;
    if (core === undefined || core.nodes().empty()) return;
    core.fit(core.elements(), 28);
    if (core.zoom() > 1.15) core.zoom(1.15);
    core.center(core.elements());
  }

  zoom(factor: number): void {
    const core = this.#core;
    core?.zoom({ level: core.zoom() * factor, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } });
  }

  /** The boxed cards, or the one named where it is none of them. */
  selected(key: string): readonly string[] {
    const boxed = this.#core?.nodes(':selected').map((node) => String(node.data('key'))) ?? [];
    return key === '' || boxed.includes(key) ? boxed : [key];
  }

  /** The diagram as it lies now, for what is taken away. */
  placed(diagram: Diagram): Diagram {
    const core = this.#core;
    return core === undefined ? diagram : fromOrigin({ ...diagram, nodes: diagram.nodes.map((node) => ({ ...node, ...spotOf(core, node.key) })) });
  }
}
