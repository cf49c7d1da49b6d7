import type { NodeKind } from '../../model/vocabulary.ts';
import { type Shape, shape } from './shape.ts';

/** Our own line drawings, one a node kind, in a box of 24 x 24. Typed so that a kind without one does not compile. */
const drawings: Readonly<Record<NodeKind, readonly string[]>> = {
  Internet: ['M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z', 'M3 12h18', 'M12 3c3.500 3.500 3.500 14.500 0 18', 'M12 3c-3.500 3.500-3.500 14.500 0 18'],
  Outsider: ['M10 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8z', 'M3 21c.8-4.500 3.500-6.500 7-6.500s6.200 2 7 6.500', 'M17 4l4 4', 'M21 4l-4 4'],
  Federated: ['M8.500 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z', 'M15.500 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z'],
  Phished: ['M14 3v11a4 4 0 1 1-8 0v-2', 'M6 12l-2.500 3', 'M6 12l2.500 3', 'M14 3h.01'],
  OnPremises: ['M4 21V7l6-4v18', 'M10 9l10 3v9', 'M3 21h18', 'M7 9h.01', 'M7 13h.01', 'M14 15h.01', 'M17 15h.01'],
  Organization: ['M12 3a2 2 0 1 0 0 4a2 2 0 1 0 0-4z', 'M12 7v5', 'M5 18v-3h14v3', 'M3 18h4v3H3z', 'M17 18h4v3h-4z', 'M12 12v3'],
  Folder: ['M3 6h6l2 3h10v10H3z'],
  Account: ['M12 3L5 5.500v6c0 4.500 3 7.500 7 9c4-1.500 7-4.500 7-9v-6z'],
  Principal: ['M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8z', 'M4.500 21c.8-4.500 4-6.500 7.500-6.500s6.700 2 7.500 6.500'],
  Group: [
    'M9 5a3.500 3.500 0 1 0 0 7a3.500 3.500 0 1 0 0-7z',
    'M3 20c.6-4 3-5.500 6-5.500s5.400 1.500 6 5.500',
    'M16 6.500a3 3 0 0 1 0 6',
    'M17.500 15c2 .5 3.200 2 3.500 5',
  ],
  Credential: ['M8 11a4 4 0 1 0 0 8a4 4 0 1 0 0-8z', 'M11 12l9-9', 'M16 7l3 3'],
  Policy: ['M6 3h9l3 3v15H6z', 'M9 10h6', 'M9 14h6'],
  Compute: ['M6 6h12v12H6z', 'M10 10h4v4h-4z', 'M9 3v3', 'M15 3v3', 'M9 18v3', 'M15 18v3', 'M3 9h3', 'M3 15h3', 'M18 9h3', 'M18 15h3'],
  Pipeline: [
    'M5 9.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5z',
    'M19 3.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5z',
    'M19 15.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5z',
    'M7.500 12H12V6h4.500',
    'M12 12v6h4.500',
  ],
  Network: [
    'M12 4a2 2 0 1 0 0 4a2 2 0 1 0 0-4z',
    'M5 16a2 2 0 1 0 0 4a2 2 0 1 0 0-4z',
    'M19 16a2 2 0 1 0 0 4a2 2 0 1 0 0-4z',
    'M11 8l-5 8',
    'M13 8l5 8',
    'M7 18h10',
  ],
  Interface: ['M4 8h16v8H4z', 'M8 16v4', 'M12 16v4', 'M16 16v4'],
  Filter: ['M3 5h18l-7 8v6l-4 2v-8z'],
  Gateway: ['M4 21V9a8 7 0 0 1 16 0v12z', 'M9 21v-8h6v8'],
  DataStore: ['M4 6a8 3 0 0 1 16 0a8 3 0 0 1-16 0z', 'M4 6v12a8 3 0 0 0 16 0V6', 'M4 12a8 3 0 0 0 16 0'],
  Secret: ['M6 11h12v9H6z', 'M8.500 11V7.500a3.500 3.500 0 0 1 7 0V11', 'M12 15v2'],
  Key: ['M8 12a4 4 0 1 0 0 8a4 4 0 1 0 0-8z', 'M11 13l8-8', 'M15.500 8.500l3 3'],
  Artifact: ['M12 3l8 4.500v9L12 21l-8-4.500v-9z', 'M4 7.500l8 4.500l8-4.500', 'M12 12v9'],
  Monitor: ['M3 12s3.500-6 9-6s9 6 9 6s-3.500 6-9 6s-9-6-9-6z', 'M12 9.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 1 0 0-5z'],
  Hub: ['M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z'],
};

const isKind = (kind: string): kind is NodeKind => Object.hasOwn(drawings, kind);

/** The drawing of a kind, `size` pixels wide around (x, y). */
export function glyph(kind: string, x: number, y: number, size: number, colour: string): Shape {
  const scale = size / 24;
  return shape(
    'g',
    {
      transform: `translate(${round(x - size / 2)} ${round(y - size / 2)}) scale(${round(scale)})`,
      fill: 'none',
      stroke: colour,
      'stroke-width': round(1.7 / Math.max(0.7, scale)),
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    },
    ...(isKind(kind) ? drawings[kind] : drawings.Hub).map((d) => shape('path', { d })),
  );
}

export const round = (value: number): number => Math.round(value * 100) / 100;
