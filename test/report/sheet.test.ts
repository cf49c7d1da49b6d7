import { expect, test } from '@jest/globals';
import { openLetters } from '../../src/report/pdf/letters.ts';
import { openDocument } from '../../src/report/pdf/open.ts';
import { Sheet } from '../../src/report/pdf/sheet.ts';

test('a heading is on the page of the table below it, wherever on a page it comes', async () => {
  const date = new Date(0);
  const doc = await openDocument({ Title: 'test', Subject: '', Creator: '', Producer: '', CreationDate: date, ModDate: date });
  const sheet = new Sheet(doc, await openLetters());
  sheet.chapter('Chapter', { fresh: false });
  let pages = 0;
  doc.on('pageAdded', () => pages++);
  const torn: number[] = [];
  for (let y = 60; y < doc.page.height; y += 3) {
    sheet.page();
    sheet.y = y;
    sheet.heading('Heading');
    const before = pages;
    sheet.table([{ title: 'one column', share: 1 }], [['row']]);
    if (pages !== before) torn.push(y);
  }
  expect(torn).toEqual([]);
});
