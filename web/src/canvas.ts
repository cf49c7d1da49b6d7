import { font } from '../../src/view/draw/card.ts';
import { type DrawContext, drawDiagram, margin } from '../../src/view/draw/diagram.ts';
import { looks } from '../../src/view/lanes.ts';
import type { Diagram } from '../../src/view/view-model.ts';
import { fill, h, svg } from './dom.ts';
import { type Box, Minimap } from './minimap.ts';

interface Picks {
  edge(index: number): void;
  node(key: string): void;
  group(id: string): void;
  nothing(): void;
}

/** The drawing on the page: SVG elements that can be focused and named, moved with the pointer and the keyboard. */
export class Canvas {
  readonly host: HTMLElement;
  readonly #picks: Picks;
  #root: SVGSVGElement | undefined;
  #stage: SVGElement | undefined;
  #size = { width: 1, height: 1 };
  #view = { x: 0, y: 0, scale: 1 };
  #shown: Diagram | undefined;
  #printing = false;
  readonly #minimap = new Minimap((x, y) => this.#middle(x, y));

  constructor(host: HTMLElement, picks: Picks) {
    this.host = host;
    this.#picks = picks;
    new ResizeObserver(() => this.fit()).observe(host);
    this.#listen();
  }

  /** Draws; a drawing of the same diagram keeps what is in view. */
  draw(diagram: Diagram, context: DrawContext, label: string): void {
    const same = this.#shown === diagram;
    const focused = document.activeElement?.closest('[data-edge],[data-key]');
    const focus = this.host.contains(focused ?? null)
      ? focused?.getAttribute('data-key') === null
        ? ['data-edge', focused?.getAttribute('data-edge')]
        : ['data-key', focused?.getAttribute('data-key')]
      : undefined;
    this.#shown = diagram;
    this.#size = { width: diagram.width + 2 * margin, height: diagram.height + 2 * margin };
    const stage = svg({ tag: 'g', attributes: {}, children: drawDiagram(diagram, context) });
    const root = svg({ tag: 'svg', attributes: { 'font-family': font, role: 'group', 'aria-label': label }, children: [] }) as SVGSVGElement;
    root.append(stage);
    fill(this.host, root, this.#minimap.host);
    if (!same) this.#minimap.draw(this.#whole, boxes(diagram));
    [this.#root, this.#stage] = [root, stage];
    if (same) this.#apply();
    else this.fit();
    if (focus !== undefined) {
      const [name, value] = focus;
      root.querySelector<SVGElement>(`[${name}="${CSS.escape(value ?? '')}"]`)?.focus({ preventScroll: true });
    }
  }

  empty(text: string): void {
    this.#shown = undefined;
    this.#root = undefined;
    fill(this.host, h('p', { class: 'empty' }, text));
  }

  /** The whole drawing in view, at most a little larger than life; a larger one begins at its left, where it can be read. */
  fit(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    const whole = Math.min(width / this.#size.width, height / this.#size.height, 1.15);
    const scale = Math.max(whole, 0.36);
    this.#view = {
      scale,
      x: this.#size.width * scale > width ? margin * scale : (width - this.#size.width * scale) / 2 + margin * scale,
      y: (height - this.#size.height * scale) / 2 + margin * scale,
    };
    this.#apply();
  }

  /** Everything in view, however small. */
  overview(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    const scale = Math.min(width / this.#size.width, height / this.#size.height, 1.15);
    this.#view = { scale, x: (width - this.#size.width * scale) / 2 + margin * scale, y: (height - this.#size.height * scale) / 2 + margin * scale };
    this.#apply();
  }

  zoom(factor: number, x = this.host.clientWidth / 2, y = this.host.clientHeight / 2): void {
    const scale = Math.min(3, Math.max(0.08, this.#view.scale * factor));
    const real = scale / this.#view.scale;
    this.#view = { scale, x: x - (x - this.#view.x) * real, y: y - (y - this.#view.y) * real };
    this.#apply();
  }

  /** Brings a card into the middle. */
  centre(key: string): void {
    const node = this.#shown?.nodes.find((each) => each.key === key);
    if (node !== undefined) this.#middle(node.x, node.y);
  }

  /** A point of the drawing in the middle of the window. */
  #middle(x: number, y: number): void {
    const { scale } = this.#view;
    this.#view = { scale, x: this.host.clientWidth / 2 - x * scale, y: this.host.clientHeight / 2 - y * scale };
    this.#apply();
  }

  get #whole(): Box {
    return { x: -margin, y: -margin, ...this.#size };
  }

  #move(dx: number, dy: number): void {
    this.#view = { ...this.#view, x: this.#view.x + dx, y: this.#view.y + dy };
    this.#apply();
  }

  #apply(): void {
    const { x, y, scale } = this.#view;
    if (!this.#printing) this.#stage?.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale.toFixed(4)})`);
    this.#minimap.look({ x: -x / scale, y: -y / scale, width: this.host.clientWidth / scale, height: this.host.clientHeight / scale });
    // Print has no window to look through: there the whole drawing is fitted to the paper.
    this.#root?.setAttribute('data-print', `${-margin} ${-margin} ${Math.ceil(this.#size.width)} ${Math.ceil(this.#size.height)}`);
  }

  /** For print: the drawing as a picture of its own size. */
  forPrint(on: boolean): void {
    this.#printing = on;
    const root = this.#root;
    if (root === undefined) return;
    if (on) {
      root.setAttribute('viewBox', root.getAttribute('data-print') ?? '');
      this.#stage?.removeAttribute('transform');
    } else {
      root.removeAttribute('viewBox');
      this.#apply();
    }
  }

  #pick(target: EventTarget | null): void {
    if (!(target instanceof Element)) return;
    const edge = target.closest('[data-edge]')?.getAttribute('data-edge');
    const key = target.closest('[data-key]')?.getAttribute('data-key');
    const group = target.closest('[data-group]')?.getAttribute('data-group');
    if (key !== null && key !== undefined) this.#picks.node(key);
    else if (edge !== null && edge !== undefined) this.#picks.edge(Number(edge));
    else if (group !== null && group !== undefined && target.tagName === 'text') this.#picks.group(group);
    else this.#picks.nothing();
  }

  /** What has the focus is in sight. */
  #follow(target: EventTarget | null): void {
    if (!(target instanceof Element) || !target.matches('[data-key], [data-edge]')) return;
    const [part, window] = [target.getBoundingClientRect(), this.host.getBoundingClientRect()];
    if (part.right > window.left && part.left < window.right && part.bottom > window.top && part.top < window.bottom) return;
    this.#move((window.left + window.right - part.left - part.right) / 2, (window.top + window.bottom - part.top - part.bottom) / 2);
  }

  #listen(): void {
    const { host } = this;
    host.addEventListener('focusin', (event) => this.#follow(event.target));
    let from: { x: number; y: number; moved: boolean } | undefined;
    host.addEventListener('pointerdown', (event) => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, moved: false };
    });
    host.addEventListener('pointermove', (event) => {
      if (from === undefined || event.buttons === 0) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.hypot(dx, dy) < 4) return;
      if (!from.moved) host.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, moved: true };
      this.#move(dx, dy);
    });
    host.addEventListener('pointerup', (event) => {
      if (from !== undefined && !from.moved) this.#pick(event.target);
      from = undefined;
    });
    host.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const box = host.getBoundingClientRect();
        if (event.ctrlKey || event.metaKey || Math.abs(event.deltaY) >= 50)
          this.zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
        else this.#move(-event.deltaX, -event.deltaY);
      },
      { passive: false },
    );
    host.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = 60;
      const moves: Readonly<Record<string, () => void>> = {
        Enter: () => this.#pick(event.target),
        ' ': () => this.#pick(event.target),
        '+': () => this.zoom(1.25),
        '-': () => this.zoom(0.8),
        '0': () => this.fit(),
        ...(event.shiftKey
          ? {
              ArrowLeft: () => this.#move(step, 0),
              ArrowRight: () => this.#move(-step, 0),
              ArrowUp: () => this.#move(0, step),
              ArrowDown: () => this.#move(0, -step),
            }
          : {}),
      };
      const act = moves[event.key];
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
  }
}

/** The cards of a drawing as boxes. */
function boxes({ look, nodes }: Diagram): readonly Box[] {
  const { width, height } = looks[look];
  return nodes.map(({ x, y }) => ({ x: x - width / 2, y: y - height / 2, width, height }));
}
