import { type Look, looks } from '../lanes.ts';
import { badge } from './badge.ts';
import { glyph } from './glyphs.ts';
import { familyInk, type Palette } from './palette.ts';
import { type Shape, shape } from './shape.ts';
import { clip, wrap } from './text.ts';

export interface CardText {
  readonly title: string;
  readonly subtitle: string;
  readonly kind: string;
  readonly family: string;
  readonly mark: 'start' | 'goal' | '';
  readonly count: number;
}

export const font = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const { card, token } = looks;

/** Outline of a card around (0, 0): a start is a pill, a goal has its corners cut off, everything else is a rounded box. */
function outline(mark: CardText['mark'], inset: number): string {
  const [w, h] = [card.width / 2 - inset, card.height / 2 - inset];
  if (mark === 'goal') {
    const cut = 13 - inset / 2;
    return `M${-w + cut} ${-h}H${w - cut}L${w} ${-h + cut}V${h - cut}L${w - cut} ${h}H${-w + cut}L${-w} ${h - cut}V${-h + cut}z`;
  }
  const r = mark === 'start' ? h : 10 - inset;
  return `M${-w + r} ${-h}H${w - r}A${r} ${r} 0 0 1 ${w} ${-h + r}V${h - r}A${r} ${r} 0 0 1 ${w - r} ${h}H${-w + r}A${r} ${r} 0 0 1 ${-w} ${h - r}V${-h + r}A${r} ${r} 0 0 1 ${-w + r} ${-h}z`;
}

/** A card around (0, 0). Several instances are a stack. */
function drawCard(text: CardText, colours: Palette): readonly Shape[] {
  const ink = familyInk(text.family, colours);
  const edge = text.mark === 'goal' ? colours.goal : text.mark === 'start' ? colours.outside : colours.line;
  const left = -card.width / 2;
  const x = left + 32;
  const width = card.width - 62 - (text.mark === '' ? 8 : 14);
  const lines = wrap(text.title, width, 13, 2);
  const top = lines.length === 2 ? -11 : -3;
  return [
    ...(text.count > 1
      ? [8, 4].map((offset) =>
          shape('path', { d: outline(text.mark, 0), transform: `translate(${offset} ${offset})`, fill: colours.surface, stroke: edge, 'stroke-width': 1 }),
        )
      : []),
    shape('path', { class: 'face', d: outline(text.mark, 0), fill: colours.surface, stroke: edge, 'stroke-width': text.mark === '' ? 1.25 : 2 }),
    ...(text.mark === 'goal' ? [shape('path', { d: outline('goal', 4), fill: 'none', stroke: edge, 'stroke-width': 0.8 })] : []),
    shape('path', { d: badge(text.family, x, 0, 19), fill: ink, 'fill-opacity': 0.13, stroke: ink, 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
    glyph(text.kind, x, text.family === 'scope' ? -1 : 0, text.family === 'network' ? 17 : 21, ink),
    ...lines.map((line, index) => shape('text', { x: left + 62, y: top + index * 16, 'font-size': 13, 'font-weight': 600, fill: colours.text }, line)),
    shape('text', { x: left + 62, y: top + lines.length * 16, 'font-size': 11, fill: colours.faint }, clip(text.subtitle, width + 6, 11)),
  ];
}

const radius = 28;

/** A token around (0, 0): the badge, its name below it. What is a start or a target says so in words, and has a second outline. */
function drawToken(text: CardText, colours: Palette): readonly Shape[] {
  const ink = familyInk(text.family, colours);
  const y = token.axis;
  const width = token.width - 6;
  const lines = wrap(text.title, width, 13, 3);
  const ring = text.mark === 'goal' ? colours.goal : ink;
  const size = text.family === 'network' ? 24 : 29;
  return [
    // The whole token can be hit, not only what is drawn of it.
    shape('rect', { x: -token.width / 2, y: -token.height / 2, width: token.width, height: token.height, fill: 'transparent' }),
    ...(text.count > 1
      ? [7, 3.5].map((offset) =>
          shape('path', {
            d: badge(text.family, offset, y - offset, radius),
            fill: colours.surface,
            stroke: ink,
            'stroke-width': 1,
            'stroke-linejoin': 'round',
          }),
        )
      : []),
    ...(text.mark === ''
      ? []
      : [
          shape('path', {
            d: badge(text.family, 0, y, radius + 5),
            fill: colours.surface,
            stroke: ring,
            'stroke-width': text.mark === 'goal' ? 2 : 1.2,
            'stroke-linejoin': 'round',
          }),
        ]),
    shape('path', {
      class: 'face',
      d: badge(text.family, 0, y, radius),
      fill: colours.surface,
      stroke: text.mark === 'goal' ? ring : ink,
      'stroke-width': 1.6,
      'stroke-linejoin': 'round',
    }),
    shape('path', { d: badge(text.family, 0, y, radius), fill: ink, 'fill-opacity': 0.12, 'pointer-events': 'none' }),
    glyph(text.kind, 0, text.family === 'scope' ? y - 2 : y, size, ink),
    ...lines.map((line, index) =>
      shape('text', { x: 0, y: y + radius + 20 + index * 15, 'font-size': 13, 'font-weight': 600, 'text-anchor': 'middle', fill: colours.text }, line),
    ),
    shape(
      'text',
      { x: 0, y: y + radius + 20 + lines.length * 15, 'font-size': 11, 'text-anchor': 'middle', fill: text.mark === 'goal' ? colours.goal : colours.faint },
      clip(
        text.mark === 'goal' ? `target · ${text.subtitle.toLowerCase()}` : text.mark === 'start' ? `start · ${text.subtitle.toLowerCase()}` : text.subtitle,
        width + 10,
        11,
      ),
    ),
  ];
}

/** A node around (0, 0). */
export const drawNode = (text: CardText, look: Look, colours: Palette): readonly Shape[] =>
  look === 'card' ? drawCard(text, colours) : drawToken(text, colours);
