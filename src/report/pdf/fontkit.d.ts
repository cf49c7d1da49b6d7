// What we use of fontkit, which ships no types.
declare module 'fontkit' {
  interface Font {
    readonly unitsPerEm: number;
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): {
      readonly advanceWidth: number;
      readonly path: { readonly commands: readonly { readonly command: string; readonly args: readonly number[] }[] };
    };
  }
  export function create(bytes: Uint8Array): Font;
}
