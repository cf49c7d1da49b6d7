import type { CollectionReturnValue } from 'cytoscape';
import { fill, h } from './dom.ts';

interface Acts {
  pick(key: string): void;
  expand(key: string): void;
  nudge(key: string, dx: number, dy: number): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number): void;
  fit(): void;
}

interface Spot {
  readonly key: string;
  readonly name: string;
  readonly chosen: boolean;
  readonly element: CollectionReturnValue;
}

const arrows: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A button over each card of a canvas, which by itself says nothing to a keyboard or a screen reader. The pointer goes through it to the canvas. */
export class Spots {
  readonly host = h('div', { class: 'spots' });
  readonly #acts: Acts;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #spots: readonly Spot[] = [];
  #due = false;

  constructor(acts: Acts) {
    this.#acts = acts;
    this.host.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Keeps the buttons that stay, and with them the focus. */
  show(spots: readonly Spot[]): void {
    this.#spots = spots;
    const keys = new Set(spots.map((spot) => spot.key));
    for (const [key, button] of this.#buttons) {
      if (keys.has(key)) continue;
      button.remove();
      this.#buttons.delete(key);
    }
    if (spots.length === 0) fill(this.host);
    for (const { key, name, chosen } of spots) {
      let button = this.#buttons.get(key);
      if (button === undefined) {
        button = h('button', { type: 'button', class: 'spot', 'data-spot': key, onclick: () => this.#acts.pick(key) });
        this.#buttons.set(key, button);
        this.host.append(button);
      }
      button.setAttribute('aria-label', name);
      button.setAttribute('aria-pressed', String(chosen));
    }
    this.#place();
  }

  /** Once a frame is enough. */
  follow(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => this.#place());
  }

  #place(): void {
    this.#due = false;
    for (const { key, element } of this.#spots) {
      const button = this.#buttons.get(key);
      if (button === undefined || element.empty()) continue;
      const { x, y } = element.renderedPosition();
      const size = Math.max(24, element.renderedWidth());
      button.style.width = `${size}px`;
      button.style.height = `${size}px`;
      button.style.transform = `translate(${(x - size / 2).toFixed(1)}px, ${(y - size / 2).toFixed(1)}px)`;
    }
  }

  #key(event: KeyboardEvent): void {
    const key = event.target instanceof HTMLElement ? event.target.dataset['spot'] : undefined;
    if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = arrows[event.key];
    if (arrow !== undefined) {
      const [dx, dy] = arrow;
      if (event.shiftKey) this.#acts.pan(-60 * dx, -60 * dy);
      else this.#acts.nudge(key, 20 * dx, 20 * dy);
    } else if (event.key === 'e') this.#acts.expand(key);
    else if (event.key === '+') this.#acts.zoom(1.25);
    else if (event.key === '-') this.#acts.zoom(0.8);
    else if (event.key === '0') this.#acts.fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
