// What we use of fontkit, which ships no types.
declare module 'fontkit' {
  interface Font {
    readonly unitsPerEm: number;
    hasGlyphForCodePoint(codePoint: number): boolean;
    /** Glyphs in the order in which they stand, from left to right. */
    layout(text: string): {
      readonly glyphs: readonly { readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] } }[];
      readonly positions: readonly { readonly xAdvance: number; readonly xOffset: number; readonly yOffset: number }[];
    };
  }
  export function create(bytes: Uint8Array): Font;
}
