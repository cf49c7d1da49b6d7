import type { Assessment, ExposurePath } from '../model/assessment.ts';
import { shortId } from './words.ts';
import { wrap } from './wrap.ts';

/** What a drawing takes its names from. */
export type Named = Pick<Assessment, 'nodes'>;

/** A path as boxes and arrows, in points. The HTML page and the PDF draw the same picture. */
export interface PathDiagram {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DiagramBox[];
  readonly arrows: readonly DiagramArrow[];
}

export interface DiagramBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly kind: string;
  readonly role: 'entry' | 'hop' | 'target';
}

export interface DiagramArrow {
  readonly points: readonly (readonly [number, number])[];
  readonly label: string;
  /** Middle of the label, and the room that it has. */
  readonly at: readonly [number, number];
  readonly room: number;
  readonly proven: 'proven' | 'conditional' | 'unknown';
}

const box = { width: 118, height: 42 } as const;
const gap = { x: 82, y: 46 } as const;

/** Lays a path out in rows of as many boxes as the width holds, each row from left to right; an arrow leads from the end of a row to the start of the next. */
export function pathDiagram(assessment: Named, path: ExposurePath, width: number): PathDiagram {
  const perRow = Math.max(2, Math.floor((width + gap.x) / (box.width + gap.x)));
  const ids = [path.entry.id, ...path.steps.map((step) => step.to)];
  const boxes = ids.map((id, index): DiagramBox => {
    const node = Object.hasOwn(assessment.nodes, id) ? assessment.nodes[id] : undefined;
    const end = index === 0 ? path.entry : index === ids.length - 1 ? path.target : undefined;
    return {
      x: (index % perRow) * (box.width + gap.x),
      y: Math.floor(index / perRow) * (box.height + gap.y),
      ...box,
      title: node?.name ?? end?.name ?? shortId(id),
      kind: node?.kind ?? end?.kind ?? '',
      role: index === 0 ? 'entry' : index === ids.length - 1 ? 'target' : 'hop',
    };
  });
  const arrows = path.steps.flatMap((step, index): DiagramArrow[] => {
    const [from, to] = [boxes[index], boxes[index + 1]];
    if (from === undefined || to === undefined) return [];
    const label = step.ports === undefined ? step.label : `${step.label} ${step.ports}`;
    const middle = from.y + box.height / 2;
    if (from.y === to.y)
      return [
        {
          points: [
            [from.x + box.width, middle],
            [to.x, middle],
          ],
          label,
          at: [(from.x + box.width + to.x) / 2, middle - 6],
          room: gap.x - 8,
          proven: step.verdict,
        },
      ];
    const lane = from.y + box.height + gap.y / 2;
    return [
      {
        points: [
          [from.x + box.width / 2, from.y + box.height],
          [from.x + box.width / 2, lane],
          [to.x + box.width / 2, lane],
          [to.x + box.width / 2, to.y],
        ],
        label,
        at: [(from.x + to.x + box.width) / 2, lane - 4],
        room: Math.max(gap.x, from.x - to.x),
        proven: step.verdict,
      },
    ];
  });
  const rows = Math.ceil(ids.length / perRow);
  return { width: Math.min(ids.length, perRow) * (box.width + gap.x) - gap.x, height: rows * (box.height + gap.y) - gap.y, boxes, arrows };
}

/** A text in at most two lines of a width; what does not fit is cut with a sign. */
export function twoLines(text: string, width: number, measure: (character: string) => number): readonly string[] {
  const [first = '', second, ...more] = wrap(text, width, measure);
  if (second === undefined) return [first];
  return [first, more.length === 0 ? second : `${second.slice(0, -1)}…`];
}

/** The name that a person knows a node by: the same in drawings, tables and sentences. */
export const nodeName = (assessment: Named, id: string): string =>
  (Object.hasOwn(assessment.nodes, id) ? assessment.nodes[id]?.name : undefined) ?? shortId(id);

/** `partner-settlement reads objects of the bucket larkpay-press-kit` */
export const stepText = (assessment: Named, step: ExposurePath['steps'][number]): string =>
  `${nodeName(assessment, step.from)} ${step.label} ${nodeName(assessment, step.to)}`;

/** What the picture shows, in one sentence for those who cannot see it. */
export function diagramText(assessment: Named, path: ExposurePath): string {
  return path.steps.map((step) => stepText(assessment, step)).join(', then ');
}
