/** What the tests import from `@jest/globals` in a mutation run: they are gathered here and run by `runner.js`, thousands of times in one process. */
import { createRequire } from 'node:module';

const require = createRequire(createRequire(import.meta.url).resolve('@jest/globals'));
const { jestExpect } = require('@jest/expect');

/** @type {{ name: string, body: () => unknown }[]} */
export const gathered = [];
const outer = [];

const named = (title, row) => {
  let at = 0;
  return title.replace(/%s|%j|%i|%d/g, (sign) => (at < row.length ? (sign === '%j' ? JSON.stringify(row[at++]) : String(row[at++])) : sign));
};

export const test = (title, body) => gathered.push({ name: [...outer, title].join(' '), body });
test.each = (rows) => (title, body) => {
  for (const each of rows) {
    const row = Array.isArray(each) ? each : [each];
    test(named(title, row), () => body(...row));
  }
};

export const describe = (title, body) => {
  outer.push(title);
  body();
  outer.pop();
};
describe.each = (rows) => (title, body) => {
  for (const each of rows) {
    const row = Array.isArray(each) ? each : [each];
    describe(named(title, row), () => body(...row));
  }
};

export const expect = jestExpect;
