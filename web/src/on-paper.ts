import type { Planes } from './planes.ts';

/** Paper shows the whole drawing, its legend, and the drawing as a table. */
export function onPaper(planes: Planes, below: HTMLElement): void {
  const opened = new Set<HTMLDetailsElement>();
  const turn = (on: boolean): void => {
    planes.forPrint(on);
    if (!on) for (const part of opened) part.open = false;
    opened.clear();
    if (!on) return;
    for (const part of below.querySelectorAll<HTMLDetailsElement>('details.legend, details.mirror')) {
      if (part.open) continue;
      opened.add(part);
      part.open = true;
      // Its rows are made when it is opened, and the browser tells of that only after the page was printed.
      part.dispatchEvent(new Event('toggle'));
    }
  };
  addEventListener('beforeprint', () => turn(true));
  addEventListener('afterprint', () => turn(false));
}
