import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  type AddressSet,
  addressSet,
  addressText,
  hasAddress,
  parseAddress,
  parsePrefix,
  shareOf,
  toCidrs,
  unionSets,
  v4,
  v6,
} from '../../src/network/algebra/address.ts';
import { type Intervals, line } from '../../src/network/algebra/intervals.ts';
import { answered, asked, everything, fromPortSets, icmpTraffic, portRange, toPortSets, traffic, wholeProtocol } from '../../src/network/algebra/traffic.ts';

const small = line<number>(0, 40, (value, by) => value + by);
const someSet = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), { maxLength: 6 }).map((ranges) => small.of(ranges));
// The two sets that are known by identity are among them.
const setOf = fc.oneof({ weight: 8, arbitrary: someSet }, { weight: 1, arbitrary: fc.constantFrom(small.all, small.empty) });
const members = (set: Intervals<number>): string => Array.from({ length: 41 }, (_, n) => (small.has(set, n) ? '1' : '0')).join('');
const bits = (a: string, b: string, op: (x: boolean, y: boolean) => boolean): string =>
  [...a].map((bit, index) => (op(bit === '1', b[index] === '1') ? '1' : '0')).join('');
const settings = { seed: 20_260_101, numRuns: 500 };

describe('intervals are sets', () => {
  test('union, intersection, difference and complement are those of the members', () => {
    fc.assert(
      fc.property(setOf, setOf, (a, b) => {
        expect(members(small.union(a, b))).toBe(bits(members(a), members(b), (x, y) => x || y));
        expect(members(small.intersect(a, b))).toBe(bits(members(a), members(b), (x, y) => x && y));
        expect(members(small.subtract(a, b))).toBe(bits(members(a), members(b), (x, y) => x && !y));
        expect(members(small.complement(a))).toBe(bits(members(a), members(a), (x) => !x));
        expect(small.covers(a, b)).toBe(!bits(members(b), members(a), (x, y) => x && !y).includes('1'));
        expect(small.covers(a, a)).toBe(true);
        expect(small.subtract(a, a)).toEqual([]);
        expect(small.covers(small.union(a, b), b)).toBe(true);
      }),
      settings,
    );
  });
  test('equal sets have equal arrays', () => {
    fc.assert(
      fc.property(setOf, setOf, setOf, (a, b, c) => {
        expect(small.union(a, small.intersect(b, c))).toEqual(small.intersect(small.union(a, b), small.union(a, c)));
        expect(small.complement(small.union(a, b))).toEqual(small.intersect(small.complement(a), small.complement(b)));
        expect(small.complement(small.complement(a))).toEqual(a);
        expect(small.subtract(a, b)).toEqual(small.intersect(a, small.complement(b)));
        expect(small.of(small.pairs(a))).toEqual(a);
      }),
      settings,
    );
  });
});

const cidr4 = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 })).map(([n, length]) => `${addressText(n)}/${length}`);
const cidr6 = fc.tuple(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.integer({ min: 0, max: 128 })).map(([n, length]) => `${addressText(n)}/${length}`);

describe('addresses', () => {
  test('a prefix holds what ipaddr.js says it holds', () => {
    fc.assert(
      fc.property(fc.oneof(cidr4, cidr6), fc.oneof(cidr4, cidr6), (cidr, other) => {
        const text = other.split('/')[0] ?? '';
        const address = parseAddress(text);
        const prefix = parsePrefix(cidr);
        if (address === undefined || prefix === undefined) throw new Error('unread');
        const theirs = ipaddr.parse(text);
        const [base, length] = ipaddr.parseCIDR(cidr);
        const expected = theirs.kind() === base.kind() && theirs.match(base as never, length);
        expect(hasAddress(addressSet([cidr]), address)).toBe(expected);
      }),
      settings,
    );
  });
  test('a set is the union of its fewest CIDRs', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(cidr4, cidr6), { maxLength: 8 }), (cidrs) => {
        const set: AddressSet = addressSet(cidrs);
        const texts = toCidrs(set);
        expect(addressSet(texts)).toEqual(set);
        expect(texts.length).toBeLessThanOrEqual(new Set(cidrs).size);
        expect(unionSets(set, set)).toEqual(set);
      }),
      settings,
    );
  });
  test.each(['256.1.1.1', '1.2.3', '01.2.3.4', '1.2.3.4/33', '::/129', 'i-0123', ''])('%s is no prefix', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });
  test('host bits are dropped', () => {
    expect(toCidrs(addressSet(['10.1.2.3/16']))).toEqual(['10.1.0.0/16']);
  });
  test('shares', () => {
    expect(shareOf(addressSet(['0.0.0.0/1']), { v4: v4.all, v6: [] })).toBe(0.5);
    expect(shareOf({ v4: [], v6: v6.all }, { v4: [], v6: v6.all })).toBe(1);
  });
});

describe('traffic', () => {
  test('ports by protocol', () => {
    expect(toPortSets(traffic.union(portRange(6, 22, 23), portRange(17, 53, 53)))).toEqual([
      { protocol: 'tcp', ranges: [[22, 23]] },
      { protocol: 'udp', ranges: [[53, 53]] },
    ]);
    expect(toPortSets(everything).map((set) => set.protocol)).toEqual(['tcp', 'udp', 'icmp', 'other']);
  });
  test('what is written down reads back as the same set', () => {
    const sets = [[], everything, traffic.union(portRange(6, 22, 23), portRange(17, 53, 53)), asked('icmp', 8), asked('any', 443)];
    for (const set of sets) expect(fromPortSets(toPortSets(set))).toEqual(set);
  });
  test('one open source port is enough for TCP', () => {
    expect(answered(portRange(6, 443, 443), portRange(6, 2000, 2000))).toEqual(portRange(6, 443, 443));
    expect(answered(portRange(6, 443, 443), portRange(17, 0, 65_535))).toEqual([]);
  });
  test('an echo request needs the echo reply, other ICMP types await none', () => {
    const forward = traffic.union(icmpTraffic(1, 8, 0), icmpTraffic(1, 3, 4));
    expect(answered(forward, portRange(6, 0, 65_535))).toEqual(icmpTraffic(1, 3, 4));
    expect(answered(forward, icmpTraffic(1, 0, 0))).toEqual(forward);
  });
  test('a protocol without ports is answered by itself', () => {
    expect(answered(wholeProtocol(47), wholeProtocol(47))).toEqual(wholeProtocol(47));
    expect(answered(wholeProtocol(47), wholeProtocol(50))).toEqual([]);
  });
  test('a question of any protocol on a port is TCP and UDP', () => {
    expect(toPortSets(asked('any', 53)).map((set) => set.protocol)).toEqual(['tcp', 'udp']);
  });
});
