import { expect, test } from '@jest/globals';
import { parseSuppressions } from '../../src/rules/suppress.ts';
import { addSuppression } from '../../src/rules/suppress-add.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const resource = 'arn:aws:s3:::press: "kit" # 1';
const entry = { id: 'new', rules: ['aws.s3.public'], match: { resource }, reason: 'a public\nkit', owner: 'press', expires: '2027-01-31' };

test.each([
  ['an empty file', ''],
  ['only a comment', '# ours\n'],
  ['a list', '# ours\n- { id: a, rules: [x.y.z], match: { account: "1" }, reason: r, owner: o, expires: 2026-12-01 }\n'],
  ['a map', 'suppressions:\n  # ours\n  - { id: a, rules: [x.y.z], match: { account: "1" }, reason: r, owner: o, expires: 2026-12-01 }\n'],
])('adds to %s', (_, text) => {
  const written = addSuppression(text, 'f.yaml', entry, now);
  const read = parseSuppressions(written, 'f.yaml', now);
  expect(read.at(-1)).toMatchObject({ id: 'new', rules: ['aws.s3.public'], reason: 'a public\nkit', owner: 'press', expires: '2027-01-31' });
  expect(read.at(-1)?.matcher.test({ resource }).truth).toBe(true);
  expect(read.at(-1)?.matcher.test({ resource: 'another' }).truth).toBe(false);
  expect(read.length).toBe(parseSuppressions(text, 'f.yaml', now).length + 1);
  expect(written.includes('# ours')).toBe(text.includes('# ours'));
});

test.each([
  ['no reason', { reason: ' ' }, 'no `reason`'],
  ['no owner', { owner: '' }, 'no `owner`'],
  ['a day that is past', { expires: '2026-11-24' }, 'is past'],
  ['a day too far ahead', { expires: '2028-11-24' }, 'more than a year'],
  ['no day', { expires: 'soon' }, 'no date'],
])('refuses %s', (_, change, message) => {
  expect(() => addSuppression('', 'f.yaml', { ...entry, ...change }, now)).toThrow(message);
});

test('refuses an id that stands there', () => {
  const once = addSuppression('', 'f.yaml', entry, now);
  expect(() => addSuppression(once, 'f.yaml', entry, now)).toThrow('stands twice');
});

test('a resource with a wildcard in its name means that resource alone', () => {
  const written = addSuppression('', 'f.yaml', { ...entry, match: { resource: 'oidc:host:repo:*' } }, now);
  const [read] = parseSuppressions(written, 'f.yaml', now);
  expect(read?.matcher.test({ resource: 'oidc:host:repo:*' }).truth).toBe(true);
});
