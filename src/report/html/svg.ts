import type { ExposurePath } from '../../model/assessment.ts';
import { type DiagramBox, diagramText, type Named, pathDiagram, twoLines } from '../path-diagram.ts';

/** Text that is text in an element and in an attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Characters of the page's font are about half as wide as high; a name that is wide all the same stays inside its box. */
function title(box: DiagramBox): string {
  const lines = twoLines(box.title, 18, () => 1);
  const x = box.x + box.width / 2;
  const top = lines.length === 1 ? 18 : 13;
  const written = lines.map((line, index) => `<text x="${x}" y="${box.y + top + index * 12}"${squeezed(line, box.width - 8, 6.6)}>${escaped(line)}</text>`);
  return `${written.join('')}<text class="kind" x="${x}" y="${box.y + (lines.length === 1 ? 32 : 37)}">${escaped(box.kind)}</text>`;
}

function label(text: string, [x, y]: readonly [number, number], room: number): string {
  const lines = twoLines(text, Math.floor(room / 5), () => 1);
  return lines
    .map((line, index) => `<text class="label" x="${x}" y="${y - (lines.length - 1 - index) * 11}"${squeezed(line, room, 5.4)}>${escaped(line)}</text>`)
    .join('');
}

const squeezed = (line: string, room: number, wide: number): string =>
  line.length * wide > room ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : '';

/** The path as a drawing, with its sentence for those who cannot see it. */
export function pathSvg(assessment: Named, path: ExposurePath): string {
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
      return `<polyline class="edge ${arrow.proven}" points="${points}"/><polygon class="tip" points="${tip}"/>${label(arrow.label, arrow.at, arrow.room)}`;
    })
    .join('');
  const boxes = diagram.boxes
    .map(
      (box) =>
        `<g class="box ${box.role}"><title>${escaped(box.title)}</title><rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="5"/>${title(box)}</g>`,
    )
    .join('');
  return `<svg viewBox="-4 -8 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(diagramText(assessment, path))}">${arrows}${boxes}</svg>`;
}

/** Colours of the page's light theme, for a drawing that stands alone. */
const alone =
  'rect{fill:#f6f8fa;stroke:#1b1f24}.entry rect{stroke:#a40e26;stroke-width:2;stroke-dasharray:5 3}.target rect{stroke:#a40e26;stroke-width:2.5}text{fill:#1b1f24;font:12px system-ui,sans-serif;text-anchor:middle}.kind,.label{fill:#57606a;font-size:10.5px}.edge{fill:none;stroke:#1b1f24;stroke-width:1.4}.conditional,.unknown{stroke-dasharray:5 3}.tip{fill:#1b1f24}';

/** The drawing as a file of its own: it needs no page around it. */
export function pathSvgFile(assessment: Named, path: ExposurePath): string {
  const svg = pathSvg(assessment, path).replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.replace('>', `><style>${alone}</style><rect x="-4" y="-8" width="100%" height="100%" style="fill:#ffffff;stroke:none"/>`)}\n`;
}
