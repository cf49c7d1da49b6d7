import type { PortSet, Protocol } from '../api.ts';
import { type Intervals, line } from './intervals.ts';

/**
 * A set of (protocol number, port), on one line: `protocol * 65536 + port`. For ICMP the port is `type * 256 + code`; a protocol without ports has all 65,536.
 * Filters of AWS look at the destination port only, so that a connection's two directions are two such sets (`evaluation.md` section 4).
 */
export type Traffic = Intervals<number>;

const width = 65_536;
export const traffic = line<number>(0, 256 * width - 1, (value, by) => value + by);

export const protocolNumbers: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };
export const everything: Traffic = traffic.all;

/** All of one protocol. */
export const wholeProtocol = (number: number): Traffic => [number * width, number * width + width - 1];
/** Ports `from` to `to` of one protocol. */
export const portRange = (number: number, from: number, to: number): Traffic =>
  from > to ? [] : [number * width + Math.max(0, from), number * width + Math.min(width - 1, to)];
/** ICMP by type and code; -1 is any. */
export const icmpTraffic = (number: number, type: number, code: number): Traffic =>
  type < 0 ? wholeProtocol(number) : code < 0 ? portRange(number, type * 256, type * 256 + 255) : portRange(number, type * 256 + code, type * 256 + code);

export const tcp = wholeProtocol(6);
export const udp = wholeProtocol(17);
/** What a NAT gateway translates: "NAT gateways support TCP, UDP, and ICMP" (VPC guide, NAT gateway basics). */
export const natTraffic: Traffic = traffic.of([
  [width, 2 * width - 1],
  [6 * width, 7 * width - 1],
  [17 * width, 18 * width - 1],
]);

/** The protocol number of a rule: a number as text, a name, or -1 for all. `undefined` if it is neither. */
export function protocolNumber(text: string): number | undefined {
  const lower = text.toLowerCase();
  if (lower === '-1' || lower === 'all' || lower === 'any') return -1;
  const named = protocolNumbers[lower];
  if (named !== undefined) return named;
  const number = Number(lower);
  return Number.isInteger(number) && number >= 0 && number <= 255 ? number : undefined;
}

/** What a question asks for: one port, a protocol, or everything. ICMP is both versions; its port is the type. */
export function asked(protocol: Protocol, port: number | undefined): Traffic {
  switch (protocol) {
    case 'any':
      return port === undefined ? everything : traffic.union(portRange(6, port, port), portRange(17, port, port));
    case 'tcp':
      return port === undefined ? tcp : portRange(6, port, port);
    case 'udp':
      return port === undefined ? udp : portRange(17, port, port);
    case 'icmp':
      return traffic.union(icmpTraffic(1, port ?? -1, -1), icmpTraffic(58, port ?? -1, -1));
  }
}

/** For people and the API: ports by protocol, sorted. ICMP ranges are `type * 256 + code`; other protocols are one whole range. */
export function toPortSets(set: Traffic): readonly PortSet[] {
  const of = (number: number): (readonly [number, number])[] =>
    traffic.pairs(traffic.intersect(set, wholeProtocol(number))).map(([lo, hi]) => [lo - number * width, hi - number * width] as const);
  const icmp = [...of(1), ...of(58)];
  const named = traffic.of([1, 6, 17, 58].map((number) => [number * width, number * width + width - 1] as const));
  const out: PortSet[] = [];
  if (of(6).length > 0) out.push({ protocol: 'tcp', ranges: of(6) });
  if (of(17).length > 0) out.push({ protocol: 'udp', ranges: of(17) });
  if (icmp.length > 0) out.push({ protocol: 'icmp', ranges: mergePorts(icmp) });
  if (traffic.subtract(set, named).length > 0) out.push({ protocol: 'other', ranges: [[0, width - 1]] });
  return out;
}

/** The set that `toPortSets` wrote down. Its ICMP ranges are of either version, and `other` is every protocol that has no name here. */
export function fromPortSets(sets: readonly PortSet[]): Traffic {
  const ranges: (readonly [number, number])[] = [];
  for (const { protocol, ranges: own } of sets) {
    const numbers = protocol === 'tcp' ? [6] : protocol === 'udp' ? [17] : protocol === 'icmp' ? [1, 58] : [];
    for (const number of numbers) for (const [lo, hi] of own) ranges.push([number * width + lo, number * width + hi]);
    if (protocol === 'other') ranges.push(...traffic.pairs(traffic.subtract(everything, portProtocols)));
  }
  return traffic.of(ranges);
}

const mergePorts = (ranges: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] => traffic.pairs(traffic.of(ranges));

/**
 * The part of `forward` that gets an answer when `back` is what is let through on the way back. TCP, UDP: any source port between 1 and 65535 will do, as the caller
 * chooses it ("the ephemeral port range varies depending on the client's operating system", VPC guide, network ACL ephemeral ports), so one open port is enough.
 * ICMP: an echo request needs its echo reply; other types await none. Other protocols have no ports: the answer is the same protocol.
 */
export function answered(forward: Traffic, back: Traffic): Traffic {
  if (back.length === 2 && back[0] === 0 && back[1] === everything[1]) return forward;
  let out: Traffic = forward;
  const drop = (set: Traffic): void => {
    out = traffic.subtract(out, set);
  };
  for (const number of [6, 17]) if (traffic.intersect(back, portRange(number, 1, width - 1)).length === 0) drop(wholeProtocol(number));
  if (traffic.intersect(back, icmpTraffic(1, 0, 0)).length === 0) drop(icmpTraffic(1, 8, -1));
  if (traffic.intersect(back, icmpTraffic(58, 129, 0)).length === 0) drop(icmpTraffic(58, 128, -1));
  const plain = traffic.subtract(everything, portProtocols);
  const closed = traffic.subtract(plain, back);
  return closed.length === 0 ? out : traffic.subtract(out, closed);
}

/** The same where TCP and UDP answers go to ports from `low` to `high` only. */
export function answeredOn(forward: Traffic, back: Traffic, low: number, high: number): Traffic {
  const within = traffic.union(portRange(6, low, high), portRange(17, low, high));
  return answered(forward, traffic.union(traffic.subtract(back, traffic.union(tcp, udp)), traffic.intersect(back, within)));
}

const portProtocols = traffic.of([1, 6, 17, 58].map((number) => [number * width, number * width + width - 1] as const));

/** `tcp 22, 443-444; icmp` */
export function portsText(flows: readonly PortSet[]): string {
  return flows
    .map(({ protocol, ranges }) => {
      const whole = ranges.length === 1 && ranges[0]?.[0] === 0 && ranges[0][1] === 65_535;
      if (whole || protocol === 'other') return protocol;
      if (protocol === 'icmp')
        return `icmp types ${[...new Set(ranges.map(([lo, hi]) => (lo >> 8 === hi >> 8 ? `${lo >> 8}` : `${lo >> 8}-${hi >> 8}`)))].join(', ')}`;
      return `${protocol} ${ranges.map(([lo, hi]) => (lo === hi ? `${lo}` : `${lo}-${hi}`)).join(', ')}`;
    })
    .join('; ');
}

export const trafficText = (set: Traffic): string => portsText(toPortSets(set));
