import { shape } from '../../src/view/draw/shape.ts';
import { fill, h, svg } from './dom.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const most = { width: 168, height: 112 };

/** A small picture of a whole drawing in the corner of its window, with what the window shows as a frame that can be dragged. For the pointer; the keyboard has its own ways, and everything is in the table. */
export class Minimap {
  readonly host = h('div', { class: 'minimap', 'aria-hidden': 'true', hidden: true });
  readonly #centre: (x: number, y: number) => void;
  #whole: Box = { x: 0, y: 0, width: 1, height: 1 };
  #frame: SVGElement | undefined;
  #root: SVGElement | undefined;

  /** @param centre brings a point of the drawing into the middle of the window */
  constructor(centre: (x: number, y: number) => void) {
    this.#centre = centre;
    const go = (event: PointerEvent): void => {
      const box = this.#root?.getBoundingClientRect();
      if (box === undefined || box.width === 0) return;
      const { x, y, width, height } = this.#whole;
      this.#centre(x + ((event.clientX - box.left) / box.width) * width, y + ((event.clientY - box.top) / box.height) * height);
    };
    this.host.addEventListener('pointerdown', (event) => {
      event.stopPropagation();
      this.host.setPointerCapture(event.pointerId);
      go(event);
    });
    this.host.addEventListener('pointermove', (event) => {
      if (event.buttons !== 0) go(event);
      event.stopPropagation();
    });
    for (const name of ['pointerup', 'click', 'dblclick'] as const) this.host.addEventListener(name, (event) => event.stopPropagation());
  }

  /** Draws the cards as boxes. */
  draw(whole: Box, cards: readonly Box[]): void {
    this.#whole = whole;
    const scale = Math.min(most.width / whole.width, most.height / whole.height);
    const root = svg(
      shape(
        'svg',
        {
          width: Math.max(1, Math.round(whole.width * scale)),
          height: Math.max(1, Math.round(whole.height * scale)),
          viewBox: [whole.x, whole.y, whole.width, whole.height].map(Math.round).join(' '),
        },
        ...cards.map(({ x, y, width, height }) => shape('rect', { class: 'part', x, y, width, height, rx: 8 })),
        shape('rect', { class: 'window', 'vector-effect': 'non-scaling-stroke' }),
      ),
    );
    this.#root = root;
    this.#frame = root.querySelector<SVGElement>('.window') ?? undefined;
    fill(this.host, root);
  }

  /** What the window shows of the drawing. Where it shows all of it there is nothing to find. */
  look({ x, y, width, height }: Box): void {
    const whole = this.#whole;
    const slack = 2;
    this.host.hidden =
      this.#frame === undefined ||
      (x <= whole.x + slack && y <= whole.y + slack && x + width >= whole.x + whole.width - slack && y + height >= whole.y + whole.height - slack);
    for (const [name, value] of Object.entries({ x, y, width, height })) this.#frame?.setAttribute(name, value.toFixed(1));
  }
}
