import type PDFDocument from 'pdfkit';

type Document = InstanceType<typeof PDFDocument>;

/** What pdfkit exports beside its class; its types do not know of it yet. */
interface Pdfkit {
  readonly default: typeof PDFDocument;
  readonly registerStdFonts: (...metrics: readonly object[]) => void;
}

/**
 * A document on pdfkit's portable build, which Node's `import` gives: its compression is plain JavaScript, so that the bytes do not hang on the zlib of the machine. The
 * metrics of the fonts that we use are registered by hand there.
 */
export async function openDocument(info: Readonly<Record<string, string | Date>>): Promise<Document> {
  const kit = (await import('pdfkit')) as unknown as Pdfkit;
  const fonts = await Promise.all([
    import('pdfkit/standard-fonts/Helvetica'),
    import('pdfkit/standard-fonts/HelveticaBold'),
    import('pdfkit/standard-fonts/HelveticaOblique'),
    import('pdfkit/standard-fonts/Courier'),
  ]);
  kit.registerStdFonts(...fonts.map((font) => font.default));
  return new kit.default({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    tagged: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info,
  });
}
