import { describe, expect, test } from '@jest/globals';
import { pdf } from '../../src/report/pdf/document.ts';
import { inkable } from '../../src/report/pdf/ink.ts';
import { openLetters } from '../../src/report/pdf/letters.ts';
import { wrap } from '../../src/report/wrap.ts';
import { assessmentFixture, manyFindings } from '../support/assessment.ts';
import { contents } from '../support/pdf-contents.ts';

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('the PDF', () => {
  test('is tagged, named, in a language, with an outline, header cells, figures with text, and no piece of content without a tag', async () => {
    const bytes = await pdf(assessmentFixture);
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.slice(0, 8)).toBe('%PDF-1.7');
    for (const key of [
      '/StructTreeRoot',
      '/Marked true',
      '/Lang (en)',
      '/DisplayDocTitle true',
      '/Outlines',
      '/S /TH',
      '/Scope /Column',
      '/S /H1',
      '/S /Table',
      '/ParentTree',
    ])
      expect(text).toContain(key);
    expect(count(text, /\/S \/Figure\b/g)).toBe(assessmentFixture.paths.paths.length);
    expect(count(text, /\/Alt \(/g)).toBe(assessmentFixture.paths.paths.length);
    const instructions = contents(bytes);
    const opened = count(instructions, /\bB(?:DC|MC)\b/g);
    expect(opened).toBe(count(instructions, /\bEMC\b/g));
    // Every text stands between the begin and the end of a tag or artifact.
    let depth = 0;
    for (const [word] of instructions.matchAll(/\bB(?:DC|MC)\b|\bEMC\b|\bTJ\b|\bTj\b/g)) {
      if (word === 'EMC') depth--;
      else if (word.startsWith('B')) depth++;
      else expect(depth).toBeGreaterThan(0);
    }
  });

  test('has the dates of the snapshot and the same bytes in every run', async () => {
    const [first, second] = [await pdf(assessmentFixture), await pdf(structuredClone(assessmentFixture))];
    expect(Buffer.compare(first, second)).toBe(0);
    expect(Buffer.from(first).toString('latin1')).toContain('(D:20261120010500Z)');
  });

  test('1,000 findings in five seconds', async () => {
    const begun = performance.now();
    const bytes = await pdf(manyFindings(1000));
    expect(performance.now() - begun).toBeLessThan(process.env['CI'] === 'true' ? 15_000 : 5000);
    expect(count(Buffer.from(bytes).toString('latin1'), /\/Type \/Page\b/g)).toBeGreaterThan(20);
  });
});

test.each([
  ['Zürich – “prod”', 'Zürich – “prod”'],
  ['名前', '名前'],
  ['Гость – Łódź, Νίκος', 'Гость – Łódź, Νίκος'],
  ['한국 カタカナ ひらがな', '한국 カタカナ ひらがな'],
  ['e\u0301', 'é'],
  ['🔥 مخزن 👩‍💻 🇩🇪 1️⃣ שלום', '🔥 مخزن 👩‍💻 🇩🇪 1️⃣ שלום'],
  ['ཀ\u{e000}', '\\u{f40}\\u{e000}'],
  ['a\nb\u0007', 'a b\\u{7}'],
])('%j is written %j', async (text, written) => expect(inkable(text, await openLetters())).toBe(written));

test('letters that the standard fonts lack are drawn, and stand in the text', async () => {
  const named = JSON.parse(JSON.stringify(assessmentFixture).replaceAll('Internet', 'Интернет 互联网 인터넷')) as typeof assessmentFixture;
  const [plain, drawn] = [contents(await pdf(assessmentFixture)), contents(await pdf(named))];
  const spans = [...drawn.matchAll(/\/ActualText \(((?:[^()\\]|\\[\s\S])*)\)/g)].map(([, text = '']) =>
    Buffer.from(text.replaceAll(/\\([\s\S])/g, '$1').slice(2), 'latin1')
      .swap16()
      .toString('utf16le'),
  );
  expect(plain).not.toContain('/ActualText');
  for (const word of ['Интернет', '互联网', '인터넷']) expect(spans.some((span) => span.includes(word))).toBe(true);
  expect(Buffer.compare(await pdf(named), await pdf(structuredClone(named)))).toBe(0);
});

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['arn:aws:iam::1:role/x', 8, ['arn:aws:', 'iam::1:', 'role/x']],
  ['aaaaaaaaaaaa', 5, ['aaaaa', 'aaaaa', 'aa']],
  ['', 5, ['']],
])('%j over %d', (text, width, lines) => expect(wrap(text, width, () => 1)).toEqual(lines));
