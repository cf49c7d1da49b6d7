/** Colours of a drawing. On the page they are the style sheet's variables; in a file they are values. */
export interface Palette {
  readonly surface: string;
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly frame: string;
  readonly accent: string;
  readonly outside: string;
  readonly scope: string;
  readonly identity: string;
  readonly compute: string;
  readonly network: string;
  readonly data: string;
  readonly goal: string;
  readonly added: string;
  readonly removed: string;
}

export type Ink = keyof Palette;
const inks: readonly Ink[] = [
  'surface',
  'text',
  'faint',
  'line',
  'frame',
  'accent',
  'outside',
  'scope',
  'identity',
  'compute',
  'network',
  'data',
  'goal',
  'added',
  'removed',
];

/** A palette by asking for each colour. */
export const palette = (read: (ink: Ink) => string): Palette => Object.fromEntries(inks.map((ink) => [ink, read(ink)])) as unknown as Palette;

/** For what is drawn on the page: follows light, dark and print by itself. */
export const pagePalette: Palette = palette((ink) => `var(--${ink})`);

/** The colour of a family of nodes. */
export const familyInk = (family: string, colours: Palette): string =>
  family === 'outside' || family === 'scope' || family === 'identity' || family === 'compute' || family === 'network' || family === 'data'
    ? colours[family]
    : colours.faint;
