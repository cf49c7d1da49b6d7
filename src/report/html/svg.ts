import type { Assessment, ExposurePath } from '../../model/assessment.ts';
import { cut, diagramText, pathDiagram } from '../path-diagram.ts';

/** Text that is text in an element and in an attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The path as a drawing, with its sentence for those who cannot see it. */
export function pathSvg(assessment: Assessment, path: ExposurePath): string {
  const diagram = pathDiagram(assessment, path, 920);
  const [width, height] = [diagram.width + 8, diagram.height + 16];
  const arrows = diagram.arrows
    .map((arrow) => {
      const points = arrow.points.map(([x, y]) => `${x},${y}`).join(' ');
      const [end, before] = [arrow.points.at(-1) ?? [0, 0], arrow.points.at(-2) ?? [0, 0]];
      const across = end[1] === before[1];
      const tip = across
        ? `${end[0]},${end[1]} ${end[0] - 7},${end[1] - 4} ${end[0] - 7},${end[1] + 4}`
        : `${end[0]},${end[1]} ${end[0] - 4},${end[1] - 7} ${end[0] + 4},${end[1] - 7}`;
      return `<polyline class="edge ${arrow.proven}" points="${points}"/><polygon class="tip" points="${tip}"/><text class="label" x="${arrow.at[0]}" y="${arrow.at[1]}">${escaped(cut(arrow.label, Math.floor(arrow.room / 5.6)))}</text>`;
    })
    .join('');
  const boxes = diagram.boxes
    .map(
      (box) =>
        `<g class="box ${box.role}"><title>${escaped(box.title)}</title><rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="5"/><text x="${box.x + box.width / 2}" y="${box.y + 16}">${escaped(cut(box.title, 20))}</text><text class="kind" x="${box.x + box.width / 2}" y="${box.y + 30}">${escaped(box.kind)}</text></g>`,
    )
    .join('');
  return `<svg viewBox="-4 -8 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(diagramText(assessment, path))}">${arrows}${boxes}</svg>`;
}
