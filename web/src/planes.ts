import type { Canvas } from './canvas.ts';
import type { Around, Graph } from './graph.ts';
import type { Shown } from './take.ts';

/** The two things that a view can draw on, our own canvas and Cytoscape's, of which one is on the page. */
export class Planes {
  readonly #canvas: Canvas;
  readonly #graph: Graph;
  #shown: Shown | undefined;
  /** The exploration that stands aside while it is printed. */
  #printed: Shown | undefined;

  constructor(canvas: Canvas, graph: Graph) {
    this.#canvas = canvas;
    this.#graph = graph;
  }

  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** What is shown, as it lies on the page. */
  get taken(): Shown | undefined {
    const shown = this.#shown;
    return shown === undefined || this.#graph.host.hidden ? shown : { ...shown, diagram: this.#graph.placed(shown.diagram) };
  }

  draw(shown: Shown): void {
    this.#stand(shown, this.#canvas);
    this.#canvas.draw(shown.diagram, shown.context, `Diagram: ${shown.title}. The table below says the same.`);
  }

  explore(shown: Shown, around: Around): void {
    this.#stand(shown, this.#graph);
    this.#graph.draw(shown, around);
  }

  blank(text: string): void {
    this.#stand(undefined, this.#canvas);
    this.#graph.clear();
    this.#canvas.empty(text);
  }

  fit(): void {
    this.#active().fit();
  }

  /** Everything in view, however small. */
  overview(): void {
    if (this.#graph.host.hidden) this.#canvas.overview();
    else this.#graph.fit();
  }

  zoom(factor: number): void {
    this.#active().zoom(factor);
  }

  /** Paper has no window to look through: there the whole drawing is fitted, an exploration as our own drawing of how it lies. */
  forPrint(on: boolean): void {
    if (on && !this.#graph.host.hidden) {
      const { taken, shown } = this;
      if (taken !== undefined) this.draw(taken);
      this.#printed = shown;
    }
    this.#canvas.forPrint(on);
    if (on || this.#printed === undefined) return;
    this.#stand(this.#printed, this.#graph);
    this.#printed = undefined;
  }

  #active(): Canvas | Graph {
    return this.#graph.host.hidden ? this.#canvas : this.#graph;
  }

  #stand(shown: Shown | undefined, which: Canvas | Graph): void {
    this.#shown = shown;
    this.#canvas.host.hidden = which !== this.#canvas;
    this.#graph.host.hidden = which !== this.#graph;
  }
}
