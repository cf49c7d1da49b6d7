/** Words of an arrow, broken into lines, with where their middle and their top stand. */
export interface Label {
  readonly lines: readonly string[];
  readonly x: number;
  readonly top: number;
  readonly width: number;
}

export const labelSize = 11;
export const lineHeight = 14;
