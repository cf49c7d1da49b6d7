import type { Planes } from './planes.ts';

/** Paper shows the whole drawing, and its legend. */
export function onPaper(planes: Planes, below: HTMLElement): void {
  let open = false;
  const turn = (on: boolean): void => {
    planes.forPrint(on);
    const legend = below.querySelector<HTMLDetailsElement>('details.legend');
    if (legend === null) return;
    if (on) open = legend.open;
    legend.open = on || open;
  };
  addEventListener('beforeprint', () => turn(true));
  addEventListener('afterprint', () => turn(false));
}
