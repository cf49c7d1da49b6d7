import ipaddr from 'ipaddr.js';
import { type Intervals, line } from './intervals.ts';

/** An IPv4 address is a number, an IPv6 address a bigint: the family is the type. */
export type Address = number | bigint;
export interface AddressSet {
  readonly v4: Intervals<number>;
  readonly v6: Intervals<bigint>;
}
export interface Prefix {
  readonly lo: Address;
  readonly hi: Address;
  readonly length: number;
}

export const v4 = line<number>(0, 2 ** 32 - 1, (value, by) => value + by);
export const v6 = line<bigint>(0n, (1n << 128n) - 1n, (value, by) => value + BigInt(by));

export const noAddresses: AddressSet = { v4: [], v6: [] };

/** An address in text form, or `undefined`. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseV4(text);
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  let value = 0n;
  for (const byte of ipaddr.IPv6.parse(text).toByteArray()) value = (value << 8n) | BigInt(byte);
  return value;
}

function parseV4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value;
}

/** A CIDR or a single address. Host bits are dropped, as AWS does: "we modify it to its canonical form". */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const base = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  const bits = typeof base === 'number' ? 32 : 128;
  const length = slash < 0 ? bits : /^\d{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : -1;
  if (length < 0 || length > bits) return undefined;
  if (typeof base === 'number') {
    const size = 2 ** (32 - length);
    const lo = Math.floor(base / size) * size;
    return { lo, hi: lo + size - 1, length };
  }
  const shift = BigInt(128 - length);
  const lo = (base >> shift) << shift;
  return { lo, hi: lo + (1n << shift) - 1n, length };
}

export const inPrefix = (prefix: Prefix, address: Address): boolean => typeof prefix.lo === typeof address && prefix.lo <= address && address <= prefix.hi;

/** The union of CIDRs; texts that are none are left out. */
export function addressSet(texts: Iterable<string>): AddressSet {
  const low: [number, number][] = [];
  const high: [bigint, bigint][] = [];
  for (const text of texts) {
    const prefix = parsePrefix(text);
    if (prefix === undefined) continue;
    if (typeof prefix.lo === 'number' && typeof prefix.hi === 'number') low.push([prefix.lo, prefix.hi]);
    else if (typeof prefix.lo === 'bigint' && typeof prefix.hi === 'bigint') high.push([prefix.lo, prefix.hi]);
  }
  return { v4: v4.of(low), v6: v6.of(high) };
}

export const unionSets = (a: AddressSet, b: AddressSet): AddressSet => ({ v4: v4.union(a.v4, b.v4), v6: v6.union(a.v6, b.v6) });
export const intersectSets = (a: AddressSet, b: AddressSet): AddressSet => ({ v4: v4.intersect(a.v4, b.v4), v6: v6.intersect(a.v6, b.v6) });
export const subtractSets = (a: AddressSet, b: AddressSet): AddressSet => ({ v4: v4.subtract(a.v4, b.v4), v6: v6.subtract(a.v6, b.v6) });
export const isEmptySet = (set: AddressSet): boolean => set.v4.length === 0 && set.v6.length === 0;
export const hasAddress = (set: AddressSet, address: Address): boolean => (typeof address === 'number' ? v4.has(set.v4, address) : v6.has(set.v6, address));
export const coversSet = (a: AddressSet, b: AddressSet): boolean => v4.covers(a.v4, b.v4) && v6.covers(a.v6, b.v6);

/** Text of an address; IPv6 as RFC 5952 wants it. */
export function addressText(address: Address): string {
  if (typeof address === 'number') return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
  const bytes = Array.from({ length: 16 }, (_, index) => Number((address >> BigInt(120 - 8 * index)) & 255n));
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** The fewest CIDRs that make the set, in address order, IPv4 first. */
export function toCidrs(set: AddressSet): readonly string[] {
  const out: string[] = [];
  for (const [lo, hi] of v4.pairs(set.v4)) {
    for (let start = lo; start <= hi; ) {
      let size = 1;
      let length = 32;
      while (length > 0 && start % (size * 2) === 0 && start + size * 2 - 1 <= hi) {
        size *= 2;
        length--;
      }
      out.push(`${addressText(start)}/${length}`);
      start += size;
    }
  }
  for (const [lo, hi] of v6.pairs(set.v6)) {
    for (let start = lo; start <= hi; ) {
      let size = 1n;
      let length = 128;
      while (length > 0 && start % (size * 2n) === 0n && start + size * 2n - 1n <= hi) {
        size *= 2n;
        length--;
      }
      out.push(`${addressText(start)}/${length}`);
      start += size;
    }
  }
  return out;
}

/** How many addresses, as a share of `whole`, family by family; the larger of the two, in [0, 1]. */
export function shareOf(set: AddressSet, whole: AddressSet): number {
  const size4 = (a: Intervals<number>): number => v4.pairs(a).reduce((sum, [lo, hi]) => sum + (hi - lo + 1), 0);
  const size6 = (a: Intervals<bigint>): number => Number(v6.pairs(a).reduce((sum, [lo, hi]) => sum + (hi - lo + 1n), 0n));
  const low = size4(whole.v4) === 0 ? 0 : size4(v4.intersect(set.v4, whole.v4)) / size4(whole.v4);
  const high = size6(whole.v6) === 0 ? 0 : size6(v6.intersect(set.v6, whole.v6)) / size6(whole.v6);
  return Math.max(low, high);
}

/** Addresses that the internet does not route (IANA special-purpose registries: private, shared, loopback, link-local, multicast, reserved); IPv6 is 2000::/3. */
const unrouted = addressSet(['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3']);
export const internetAddresses: AddressSet = { v4: v4.complement(unrouted.v4), v6: addressSet(['2000::/3']).v6 };
