import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Known, type MembershipRule, mayFit, parseMembershipRule } from '../../src/iam/entra/membership-rule.ts';

const seed = 20261126;
const compare = (property: string, operator: string, value: string): MembershipRule => ({ kind: 'compare', property, operator, value });

test.each<readonly [string, MembershipRule]>([
  ['user.department -eq "Sales"', compare('department', 'eq', 'Sales')],
  ['(User.Department EQ "Sales")', compare('department', 'eq', 'Sales')],
  ['user.displayName -contains "a `"quoted`" word"', compare('displayname', 'contains', 'a "quoted" word')],
  ['user.department -in ["Sales", "Ops"]', { kind: 'compare', property: 'department', operator: 'in', value: ['Sales', 'Ops'] }],
  ['user.accountEnabled -eq true', { kind: 'compare', property: 'accountenabled', operator: 'eq', value: true }],
  ['user.mail -ne null', { kind: 'compare', property: 'mail', operator: 'ne', value: null }],
  [
    'user.a -eq "1" -or user.b -eq "2" -and -not (user.c -eq "3")',
    {
      kind: 'or',
      of: [compare('a', 'eq', '1'), { kind: 'and', of: [compare('b', 'eq', '2'), { kind: 'not', of: compare('c', 'eq', '3') }] }],
    },
  ],
  ['user.memberOf -any (group.objectId -in ["x"])', { kind: 'opaque' }],
  ['user.department -eq', { kind: 'opaque' }],
  ['user.department -eq "Sales") -and (', { kind: 'opaque' }],
  ['device.displayName -startsWith "x"', { kind: 'opaque' }],
])('%s', (text, rule) => expect(parseMembershipRule(text)).toEqual(rule));

const properties = ['a', 'b', 'c'];
const values = ['x', 'xy', 'z'];
const rules: fc.Arbitrary<MembershipRule> = fc.letrec<{ rule: MembershipRule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      property: fc.constantFrom(...properties),
      operator: fc.constantFrom('eq', 'ne', 'startswith', 'notcontains', 'contains', 'match'),
      value: fc.constantFrom(...values),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('rule') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('rule'), { minLength: 2, maxLength: 3 }) }),
  ),
})).rule;

function print(rule: MembershipRule): string {
  switch (rule.kind) {
    case 'compare':
      return `(user.${rule.property} -${rule.operator} "${String(rule.value)}")`;
    case 'not':
      return `-not (${print(rule.of)})`;
    case 'opaque':
      return 'nothing';
    default:
      return `(${rule.of.map(print).join(` -${rule.kind} `)})`;
  }
}

/** Plainly what the page says. */
function holds(rule: MembershipRule, user: Readonly<Record<string, string>>): boolean {
  if (rule.kind === 'opaque') return false;
  if (rule.kind === 'not') return !holds(rule.of, user);
  if (rule.kind !== 'compare') return rule.kind === 'and' ? rule.of.every((each) => holds(each, user)) : rule.of.some((each) => holds(each, user));
  const [left, right] = [user[rule.property] ?? '', String(rule.value)];
  if (rule.operator === 'eq') return left === right;
  if (rule.operator === 'ne') return left !== right;
  if (rule.operator === 'startswith') return left.startsWith(right);
  if (rule.operator === 'notcontains') return !left.includes(right);
  return left.includes(right);
}

test('a rule is read as it is printed', () => {
  fc.assert(
    fc.property(rules, (rule) => {
      expect(parseMembershipRule(print(rule))).toEqual(rule);
    }),
    { seed, numRuns: 300 },
  );
});

test('whoever may choose some properties fits where some choice fits, and surely only then', () => {
  const users = values.concat('').flatMap((a) => values.concat('').flatMap((b) => values.concat('').map((c) => ({ a, b, c }))));
  fc.assert(
    fc.property(rules, fc.constantFrom(...users), fc.subarray(properties), (rule, user, chosen) => {
      const known = (property: string): Known =>
        chosen.includes(property) ? { is: 'chosen' } : { is: 'value', value: user[property as keyof typeof user] ?? '' };
      const possible = users.some((other) => properties.every((key) => chosen.includes(key) || other[key as 'a'] === user[key as 'a']) && holds(rule, other));
      const answer = mayFit(rule, known);
      if (possible) expect(answer).not.toBe('no');
      if (answer === 'yes') expect(possible).toBe(true);
      if (chosen.length === 0) expect(answer).toBe(possible ? 'yes' : 'no');
    }),
    { seed, numRuns: 2000 },
  );
});
