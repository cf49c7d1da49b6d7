import type { Look, PlacedGroup } from '../lanes.ts';
import type { Diagram, DiagramEdge, DiagramNode } from '../view-model.ts';
import { type ArrowText, drawArrow, route } from './arrow.ts';
import { type CardText, drawNode, font } from './card.ts';
import { glyph, round } from './glyphs.ts';
import type { Label } from './label.ts';
import { labelSpots } from './label-spots.ts';
import type { Palette } from './palette.ts';
import { type Shape, shape } from './shape.ts';
import { clip } from './text.ts';

/** What a drawing needs to know beyond positions: words, colours, and what is chosen. */
export interface DrawContext {
  readonly colours: Palette;
  card(node: DiagramNode): Omit<CardText, 'mark'>;
  group(group: PlacedGroup): { readonly title: string; readonly kind: string };
  family(edge: DiagramEdge): string;
  /** A sentence for screen readers. */
  sentence(edge: DiagramEdge): string;
  state(edge: DiagramEdge): ArrowText['state'];
  dimmed(part: DiagramNode | DiagramEdge): boolean;
  /** `first`: each label once; `all`; `none` but those of chosen arrows. */
  readonly labels: 'first' | 'all' | 'none';
  readonly thin: boolean;
  /** Cards and arrows can be chosen. */
  readonly interactive: boolean;
}

/** Margin around a drawing. */
export const margin = 28;

/** The drawing as shapes; frames below arrows below cards. */
export function drawDiagram(diagram: Diagram, context: DrawContext): readonly Shape[] {
  const at = new Map(diagram.nodes.map((node) => [node.key, node]));
  // What is chosen has its words before all others.
  const labelled = [...labelledEdges(diagram, context)].sort((a, b) => Number(context.state(b) !== 'plain') - Number(context.state(a) !== 'plain'));
  const labels = labelSpots(diagram, labelled);
  return [
    ...diagram.groups.map((group) => frame(group, context)),
    ...diagram.edges.flatMap((edge, index) => {
      const [from, to] = [at.get(edge.from), at.get(edge.to)];
      return from === undefined || to === undefined ? [] : [arrow(edge, index, [from, to], diagram.look, labels.get(edge), context)];
    }),
    ...diagram.nodes.map((node) => cardGroup(node, diagram.look, context)),
  ];
}

/** A drawing as a whole SVG document that needs nothing else. */
export function svgDocument(diagram: Diagram, context: DrawContext, title: string): Shape {
  const [width, height] = [round(diagram.width + 2 * margin), round(diagram.height + 2 * margin)];
  return shape(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `${-margin} ${-margin} ${width} ${height}`, 'font-family': font },
    shape('title', {}, title),
    shape('rect', { x: -margin, y: -margin, width, height, fill: context.colours.surface }),
    ...drawDiagram(diagram, context),
  );
}

/** Every arrow has its words where there is room; in a drawing of many instances the same words stand once, at the topmost arrow. */
function labelledEdges(diagram: Diagram, { labels, state }: DrawContext): ReadonlySet<DiagramEdge> {
  if (labels === 'none') return new Set(diagram.edges.filter((edge) => state(edge) !== 'plain'));
  if (labels === 'all') return new Set(diagram.edges);
  const y = new Map(diagram.nodes.map((node) => [node.key, node.y]));
  const height = (edge: DiagramEdge): number => (y.get(edge.from) ?? 0) + (y.get(edge.to) ?? 0);
  const best = new Map<string, DiagramEdge>();
  for (const edge of diagram.edges) {
    const key = `${edge.hop} ${edge.label}`;
    const known = best.get(key);
    if (known === undefined || height(edge) < height(known)) best.set(key, edge);
  }
  return new Set(best.values());
}

function frame(group: PlacedGroup, context: DrawContext): Shape {
  const { colours } = context;
  const { title, kind } = context.group(group);
  return shape(
    'g',
    { class: 'frame', 'data-group': context.interactive ? group.id : undefined },
    shape('title', {}, `${title} (${kind})`),
    shape('rect', {
      x: round(group.x),
      y: round(group.y),
      width: round(group.width),
      height: round(group.height),
      rx: 12,
      fill: colours.frame,
      'fill-opacity': 0.5,
      stroke: colours.line,
      'stroke-width': 1,
    }),
    glyph(kind, group.x + 19, group.y + 16, 15, colours.faint),
    shape(
      'text',
      { x: round(group.x + 32), y: round(group.y + 20), 'font-size': 11.5, 'font-weight': 600, fill: colours.faint },
      clip(title, group.width - 42, 11.5),
    ),
  );
}

function arrow(
  edge: DiagramEdge,
  index: number,
  [from, to]: readonly [DiagramNode, DiagramNode],
  look: Look,
  label: Label | undefined,
  context: DrawContext,
): Shape {
  const path = route(from, to, look);
  const sentence = context.sentence(edge);
  return shape(
    'g',
    {
      class: `arrow${context.dimmed(edge) ? ' dim' : ''}`,
      opacity: context.dimmed(edge) ? 0.25 : undefined,
      ...(context.interactive ? { 'data-edge': index, tabindex: 0, role: 'button' } : {}),
    },
    shape('title', {}, sentence),
    // The title is the name, in one sentence; the words of the drawing are broken into lines and cut, and so hidden from screen readers.
    ...(context.interactive ? [shape('path', { class: 'hit', d: path.d, fill: 'none', stroke: 'transparent', 'stroke-width': 16 })] : []),
    shape(
      'g',
      { 'aria-hidden': context.interactive ? 'true' : undefined },
      ...drawArrow(
        {
          family: context.family(edge),
          verdict: edge.verdict,
          state: context.state(edge),
          label,
          thin: context.thin,
        },
        path,
        context.colours,
      ),
    ),
  );
}

function cardGroup(node: DiagramNode, look: Look, context: DrawContext): Shape {
  const text = context.card(node);
  const role = node.mark === 'start' ? ', start' : node.mark === 'goal' ? ', target' : '';
  return shape(
    'g',
    {
      class: `card${context.dimmed(node) ? ' dim' : ''}`,
      transform: `translate(${round(node.x)} ${round(node.y)})`,
      opacity: context.dimmed(node) ? 0.3 : undefined,
      ...(context.interactive ? { 'data-key': node.key, tabindex: 0, role: 'button' } : {}),
    },
    shape('title', {}, `${text.title}, ${text.subtitle}${role}`),
    shape('g', { 'aria-hidden': context.interactive ? 'true' : undefined }, ...drawNode({ ...text, mark: node.mark }, look, context.colours)),
  );
}
