import { expect, test } from '@jest/globals';
import { counted } from '../../web/src/text.ts';

test.each([
  [1, 'Key', '1 key'],
  [34, 'Key', '34 keys'],
  [2, 'Policy', '2 policies'],
  [1200, 'class', '1,200 classes'],
  [0, 'Data store', '0 data stores'],
])('%d %s is %s', (count, label, said) => {
  expect(counted(count, label)).toBe(said);
});
