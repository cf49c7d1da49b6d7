/** An address range as a policy writes it: `203.0.113.0/24`, `2001:db8::/32`, or one address. */
export interface IpRange {
  readonly version: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

/** Dotted quad as a number; `undefined` where it is none. */
function v4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0n;
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return value;
}

function v6(text: string): bigint | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const quad = last.includes('.') ? v4(last) : undefined;
  if (last.includes('.') && quad === undefined) return undefined;
  const hex = quad === undefined ? text : `${text.slice(0, -last.length)}${(quad >> 16n).toString(16)}:${(quad & 0xffffn).toString(16)}`;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const words = (half: string | undefined): string[] => (half === undefined || half === '' ? [] : half.split(':'));
  const [front, back] = [words(halves[0]), words(halves[1])];
  const gap = 8 - front.length - back.length;
  if (halves.length === 1 ? gap !== 0 : gap < 1) return undefined;
  let value = 0n;
  for (const word of [...front, ...Array<string>(gap).fill('0'), ...back]) {
    if (!/^[0-9a-f]{1,4}$/i.test(word)) return undefined;
    value = value * 65536n + BigInt(`0x${word}`);
  }
  return value;
}

/**
 * Reads an address or CIDR range. "The value must be in the standard CIDR format ... If you specify an IP address without the associated routing prefix, IAM uses the
 * default prefix value of /32" (/128 for IPv6)
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = address.includes(':') ? 6 : 4;
  const bits = version === 6 ? 128 : 32;
  const value = version === 6 ? v6(address) : v4(address);
  const length = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (value === undefined || !/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  const host = (1n << BigInt(bits - Number(length))) - 1n;
  const low = value & ~host;
  return { version, low, high: low | host };
}

/** Whether all of `inner` lies in `outer`; ranges of different versions never do. */
export const ipContains = (outer: IpRange, inner: IpRange): boolean => outer.version === inner.version && outer.low <= inner.low && inner.high <= outer.high;

/** An address as text. */
export const addressText = (value: bigint, version: 4 | 6): string =>
  version === 4
    ? [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
    : [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16)).join(':');
