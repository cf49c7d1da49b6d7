import type PDFDocument from 'pdfkit';
import { wrap } from '../wrap.ts';
import { type Face, inkable, isStandard, type Letters } from './ink.ts';
import { writeLine } from './write-line.ts';

type Document = InstanceType<typeof PDFDocument>;
type Structure = ReturnType<Document['struct']>;

export interface Column {
  readonly title: string;
  /** Share of the table's width. */
  readonly share: number;
  readonly face?: Face;
}

const margin = { left: 50, right: 50, top: 56, bottom: 60 } as const;
const ink = '#1b1f24';
const soft = '#57606a';
const rule = '#c8ced6';
const ground = '#f1f3f5';

/**
 * A tagged page writer: headings with outline, paragraphs, tables with header cells, figures with alternative text. Content never runs over a page's end by itself: room is
 * asked for first, so that no tagged piece spans two pages.
 */
export class Sheet {
  readonly doc: Document;
  readonly letters: Letters;
  readonly width: number;
  y: number = margin.top;
  /** The chapter that is written; each chapter is one. */
  #section: Structure;
  readonly #root: Structure;
  readonly #widths = new Map<string, number>();
  #chapter: { addItem(title: string): unknown } | undefined;

  constructor(doc: Document, letters: Letters) {
    this.doc = doc;
    this.letters = letters;
    this.doc.addPage();
    this.width = doc.page.width - margin.left - margin.right;
    this.#root = doc.struct('Document');
    doc.addStructure(this.#root);
    this.#section = this.#root;
  }

  get left(): number {
    return margin.left;
  }

  /** A new page unless so many points are left on this one. */
  room(points: number): void {
    if (this.y + points > this.doc.page.height - margin.bottom) this.page();
  }

  page(): void {
    this.doc.addPage();
    this.y = margin.top;
  }

  /** A chapter on a new page, with its entry in the outline. */
  chapter(title: string, options: { readonly fresh?: boolean } = {}): void {
    if (this.#section !== this.#root) this.#section.end();
    this.#section = this.doc.struct('Sect');
    this.#root.add(this.#section);
    if (options.fresh !== false) this.page();
    this.#chapter = this.doc.outline.addItem(this.inkable(title)) as unknown as { addItem(title: string): unknown };
    this.#heading('H1', title, 20, 12);
  }

  heading(title: string): void {
    // A table's head goes to the next page without two rows below it, and would leave its heading behind.
    this.room(110);
    this.#chapter?.addItem(this.inkable(title));
    this.y += 8;
    this.#heading('H2', title, 13, 6);
  }

  #heading(tag: 'H1' | 'H2', title: string, size: number, after: number): void {
    const lines = this.lines(title, this.width, 'Helvetica-Bold', size);
    this.room(lines.length * size * 1.25 + after);
    this.#tagged(this.#section, tag, () => this.#write(lines, margin.left, this.y, 'Helvetica-Bold', size, ink));
    this.y += lines.length * size * 1.25 + after;
  }

  paragraph(text: string, options: { readonly face?: Face; readonly size?: number; readonly soft?: true; readonly after?: number } = {}): void {
    const { face = 'Helvetica', size = 10, after = 6 } = options;
    let lines = this.lines(text, this.width, face, size);
    const high = size * 1.35;
    while (lines.length > 0) {
      this.room(high);
      const fit = Math.max(1, Math.floor((this.doc.page.height - margin.bottom - this.y) / high));
      const part = lines.slice(0, fit);
      lines = lines.slice(fit);
      this.#tagged(this.#section, 'P', () => this.#write(part, margin.left, this.y, face, size, options.soft === true ? soft : ink));
      this.y += part.length * high;
    }
    this.y += after;
  }

  /** A table whose header row stands again at the top of each page. A row that is higher than half a page is cut with a sign. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], size = 8.5): void {
    const total = columns.reduce((sum, column) => sum + column.share, 0);
    const widths = columns.map((column) => (column.share / total) * this.width);
    const high = size * 1.3;
    const most = Math.floor(this.doc.page.height / 2 / high);
    const table = this.doc.struct('Table');
    this.#section.add(table);
    const drawRow = (cells: readonly string[], head: boolean, parent: Structure | undefined): void => {
      const wrapped = cells.map((cell, index) => {
        const face = head ? 'Helvetica-Bold' : (columns[index]?.face ?? 'Helvetica');
        const lines = this.lines(cell, (widths[index] ?? 0) - 8, face, size);
        return lines.length > most ? [...lines.slice(0, most - 1), '…'] : lines;
      });
      const height = Math.max(...wrapped.map((lines) => lines.length)) * high + 6;
      if (!head && this.y + height > this.doc.page.height - margin.bottom) {
        this.page();
        // The repeated header is for the eye; a reader of the tags has met it already.
        drawRow(
          columns.map((column) => column.title),
          true,
          undefined,
        );
      }
      if (head) this.room(height * 3);
      const [top, bottom] = [this.y, this.y + height];
      this.#artifact(() => {
        if (head) this.doc.rect(margin.left, top, this.width, height).fill(ground);
        this.doc
          .moveTo(margin.left, bottom)
          .lineTo(margin.left + this.width, bottom)
          .lineWidth(0.5)
          .stroke(rule);
      });
      const row = parent === undefined ? undefined : this.doc.struct('TR');
      if (row !== undefined) parent?.add(row);
      let x = margin.left;
      for (const [index, lines] of wrapped.entries()) {
        const at = x + 4;
        const face = head ? 'Helvetica-Bold' : (columns[index]?.face ?? 'Helvetica');
        const write = (): void => this.#write(lines, at, top + 4, face, size, ink);
        if (row === undefined) this.#artifact(write);
        else this.#tagged(row, head ? 'TH' : 'TD', write);
        x += widths[index] ?? 0;
      }
      row?.end();
      this.y = bottom;
    };
    drawRow(
      columns.map((column) => column.title),
      true,
      table,
    );
    for (const row of rows) drawRow(row, false, table);
    table.end();
    this.y += 10;
  }

  /** A drawing of a height, with its sentence for those who cannot see it. */
  figure(height: number, alternative: string, draw: (x: number, y: number) => void): void {
    this.room(height);
    const figure = this.doc.struct('Figure', { alt: this.inkable(alternative) }, () => draw(margin.left, this.y));
    this.#section.add(figure);
    figure.end();
    this.y += height + 8;
  }

  inkable(text: string): string {
    return inkable(text, this.letters);
  }

  lines(text: string, width: number, face: Face, size: number): readonly string[] {
    return wrap(this.inkable(text), width, this.measure(face, size));
  }

  /** Width of a character in a face and size. */
  measure(face: Face, size: number): (character: string) => number {
    return (character) => this.#measure(character, face) * size;
  }

  /** Width of a character at one point; kerning is left out, which only ever makes a line a little shorter. */
  #measure(character: string, face: Face): number {
    if (!isStandard(character)) return this.letters.of(character)?.advance ?? 0;
    const key = `${face}${character}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = this.doc.font(face).fontSize(100).widthOfString(character) / 100;
    this.#widths.set(key, width);
    return width;
  }

  #write(lines: readonly string[], x: number, y: number, face: Face, size: number, colour: string): void {
    for (const [index, line] of lines.entries()) writeLine(this.doc, this.letters, line, x, y + index * size * 1.3, { face, size, colour });
  }

  #tagged(parent: Structure, tag: string, write: () => void): void {
    // A header cell says that it heads its column; the types of pdfkit do not know the key yet.
    const options = { lang: 'en', ...(tag === 'TH' ? { scope: 'Column' } : {}) };
    const element = this.doc.struct(tag, options, write);
    parent.add(element);
    element.end();
  }

  #artifact(draw: () => void): void {
    this.doc.markContent('Artifact', { type: 'Layout' });
    draw();
    this.doc.endMarkedContent();
  }

  /** Page numbers and the running foot, when all pages are there. */
  finish(foot: string): void {
    if (this.#section !== this.#root) this.#section.end();
    this.#root.end();
    const { start, count } = this.doc.bufferedPageRange();
    for (let index = start; index < start + count; index++) {
      this.doc.switchToPage(index);
      const y = this.doc.page.height - 38;
      this.doc.page.margins.bottom = 0;
      this.doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
      this.doc.font('Helvetica').fontSize(8).fillColor(soft);
      this.doc.text(this.inkable(foot), margin.left, y, { lineBreak: false });
      const number = `page ${index + 1} of ${count}`;
      this.doc.text(number, margin.left + this.width - this.doc.widthOfString(number), y, { lineBreak: false });
      this.doc.endMarkedContent();
    }
  }
}
