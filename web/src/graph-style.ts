import type { EdgeSingular, StylesheetJson } from 'cytoscape';
import { badge } from '../../src/view/draw/badge.ts';
import { type CardText, font } from '../../src/view/draw/card.ts';
import { glyph } from '../../src/view/draw/glyphs.ts';
import { familyInk, type Palette } from '../../src/view/draw/palette.ts';
import { shape, shapeText } from '../../src/view/draw/shape.ts';
import { clip } from '../../src/view/draw/text.ts';

const box = 80;
/** Room for the words of an arrow, which stand beside the card that it leads to or comes from. */
export const labelWidth = 112;

/** Badge and glyph of a node as a picture, the very shapes of the legend. No name goes into it; a data URI is what the policy of the page lets in. */
export function picture(text: Omit<CardText, 'mark'>, opened: boolean, colours: Palette): string {
  const ink = familyInk(text.family, colours);
  const size = text.family === 'network' ? 24 : 29;
  const outline = (offset: number, r: number, fill: string, width: number) =>
    shape('path', { d: badge(text.family, offset, -offset, r), fill, stroke: ink, 'stroke-width': width, 'stroke-linejoin': 'round' });
  const drawn = shape(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width: box * 2, height: box * 2, viewBox: `${-box / 2} ${-box / 2} ${box} ${box}` },
    ...(text.count > 1 ? [outline(7, 28, colours.surface, 1), outline(3.5, 28, colours.surface, 1)] : []),
    ...(opened ? [outline(0, 33, colours.surface, 1.2)] : []),
    outline(0, 28, colours.surface, 1.6),
    shape('path', { d: badge(text.family, 0, 0, 28), fill: ink, 'fill-opacity': 0.12 }),
    glyph(text.kind, 0, text.family === 'scope' ? -2 : 0, size, ink),
  );
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(shapeText(drawn))}`;
}

/** Name, kind and account below the badge, a line each. */
export const caption = (text: Omit<CardText, 'mark'>): string =>
  [clip(text.title, 240, 12), ...text.subtitle.split(' · ').map((line) => clip(line, 122, 12))].join('\n');

/** Colours, dashes and heads as our own drawings have them: dashed is conditional, dotted unknown; the head tells the family. */
export function graphStyle(colours: Palette): StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        width: 66,
        height: 66,
        shape: 'ellipse',
        'background-opacity': 0,
        'background-image': 'data(picture)',
        'background-width': `${box}px`,
        'background-height': `${box}px`,
        'background-clip': 'none',
        'background-image-containment': 'over',
        'bounds-expansion': 7,
        label: 'data(label)',
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-wrap': 'wrap',
        'text-overflow-wrap': 'anywhere',
        'text-max-width': '136px',
        'font-size': 12,
        'line-height': 1.25,
        'font-family': font,
        color: colours.text,
      },
    },
    {
      selector: 'edge',
      style: {
        width: 1.6,
        // The turn is near the card that was expanded, so that arrows to many share a stem and each arrives on a line of its own.
        'curve-style': 'round-taxi',
        'taxi-direction': 'horizontal',
        'taxi-radius': 14,
        'taxi-turn': 46,
        'source-endpoint': '33px 0px',
        'target-endpoint': '-36px 0px',
        'line-color': colours.text,
        'line-opacity': 0.75,
        'target-arrow-color': colours.text,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 1.1,
        'font-size': 11,
        'font-family': font,
        'line-height': 1.15,
        color: colours.text,
        'text-wrap': 'wrap',
        'text-background-color': colours.surface,
        'text-background-opacity': 0.9,
        'text-background-padding': '1px',
        'source-text-offset': 76,
        'target-text-offset': 82,
        'source-text-margin-y': (edge: EdgeSingular) => edge.data('above'),
        'target-text-margin-y': (edge: EdgeSingular) => edge.data('above'),
      },
    },
    { selector: 'edge.inwards', style: { 'taxi-turn': -52 } },
    // What leads back swings below what leads on.
    {
      selector: 'edge.back',
      style: {
        'curve-style': 'unbundled-bezier',
        'control-point-distances': [-84],
        'control-point-weights': [0.5],
        'source-endpoint': '-30px 14px',
        'target-endpoint': '34px 14px',
      },
    },
    { selector: 'edge.network', style: { 'target-arrow-shape': 'vee' } },
    { selector: 'edge.data', style: { 'target-arrow-shape': 'diamond' } },
    { selector: 'edge.identity', style: { 'target-arrow-shape': 'triangle-tee' } },
    { selector: 'edge.conditional', style: { 'line-style': 'dashed', 'line-dash-pattern': [8, 5] } },
    { selector: 'edge.unknown', style: { 'line-style': 'dashed', 'line-dash-pattern': [2, 5] } },
    { selector: 'edge.inwards.labelled, edge.inwards.near', style: { 'source-label': 'data(label)' } },
    { selector: 'edge.outwards.labelled, edge.outwards.near', style: { 'target-label': 'data(label)' } },
    { selector: 'edge.back.labelled, edge.back.near', style: { label: 'data(label)', 'source-label': '', 'target-label': '' } },
    { selector: 'edge.near', style: { width: 2.6, 'line-opacity': 1, 'line-color': colours.accent, 'target-arrow-color': colours.accent, 'z-index': 1 } },
    { selector: '.dim', style: { opacity: 0.22 } },
    {
      selector: 'node.chosen, node:selected',
      style: {
        'underlay-color': colours.accent,
        'underlay-opacity': 0.3,
        'underlay-padding': 6,
        'underlay-shape': 'ellipse',
        color: colours.accent,
        'font-weight': 600,
      },
    },
  ];
}
