import { round } from './glyphs.ts';

type Corner = readonly [number, number];

const corners: Readonly<Record<string, readonly Corner[]>> = {
  identity: [
    [1, 0],
    [0.5, -0.9],
    [-0.5, -0.9],
    [-1, 0],
    [-0.5, 0.9],
    [0.5, 0.9],
  ],
  network: [
    [1.08, 0],
    [0, -1.08],
    [-1.08, 0],
    [0, 1.08],
  ],
  data: [
    [0.92, -0.4],
    [0.4, -0.92],
    [-0.4, -0.92],
    [-0.92, -0.4],
    [-0.92, 0.4],
    [-0.4, 0.92],
    [0.4, 0.92],
    [0.92, 0.4],
  ],
  scope: [
    [0.9, -0.9],
    [-0.9, -0.9],
    [-0.9, 0.4],
    [0, 1],
    [0.9, 0.4],
  ],
  compute: [
    [0.88, -0.88],
    [-0.88, -0.88],
    [-0.88, 0.88],
    [0.88, 0.88],
  ],
};

/** The badge around a glyph, `r` pixels from its centre; each family has its own shape, what is outside a circle. */
export function badge(family: string, x: number, y: number, r: number): string {
  const found = corners[family];
  if (found === undefined) return `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  return `M${found.map(([a, b]) => `${round(x + a * r)} ${round(y + b * r)}`).join('L')}z`;
}
