import { type AddressSet, addressSet, noAddresses, parsePrefix, subtractSets, unionSets, v4, v6 } from '../algebra/address.ts';
import { type Intervals, line } from '../algebra/intervals.ts';
import type { FirewallRule } from './firewall-model.ts';

export const portLine = line<number>(0, 65_535, (value, by) => value + by);
export const anyAddress: AddressSet = { v4: v4.all, v6: v6.all };

/** `$HOME_NET` and the like, resolved. */
export interface Variables {
  readonly addresses: ReadonlyMap<string, AddressSet>;
  readonly ports: ReadonlyMap<string, Intervals<number>>;
}

/** An address expression: `any`, a CIDR, `$NAME`, `[a, b, !c]`, `!a`. `undefined`: it cannot be read. */
export function addressExpression(text: string, variables: Variables): AddressSet | undefined {
  return expression(text, {
    all: anyAddress,
    none: noAddresses,
    union: unionSets,
    minus: subtractSets,
    one: (word) =>
      word.startsWith('$') || word.startsWith('@') ? variables.addresses.get(word.slice(1)) : parsePrefix(word) === undefined ? undefined : addressSet([word]),
  });
}

/** A port expression: `any`, `80`, `1024:`, `[80, 443]`, `!22`, `$NAME`. */
export function portExpression(text: string, variables: Variables): Intervals<number> | undefined {
  return expression(text, {
    all: portLine.all,
    none: portLine.empty,
    union: portLine.union,
    minus: portLine.subtract,
    one: (word) => {
      if (word.startsWith('$')) return variables.ports.get(word.slice(1));
      const range = /^(\d*)\s*[:-]\s*(\d*)$/.exec(word);
      if (range !== null) return portLine.of([[range[1] === '' ? 0 : Number(range[1]), range[2] === '' ? 65_535 : Number(range[2])]]);
      return /^\d+$/.test(word) ? portLine.of([[Number(word), Number(word)]]) : undefined;
    },
  });
}

interface Sets<T> {
  readonly all: T;
  readonly none: T;
  readonly union: (a: T, b: T) => T;
  readonly minus: (a: T, b: T) => T;
  readonly one: (word: string) => T | undefined;
}

/** Of a list, what it names less what it names with `!`; a list of nothing but `!` is everything else. */
function expression<T>(text: string, sets: Sets<T>): T | undefined {
  const trimmed = text.trim();
  if (/^any$/i.test(trimmed)) return sets.all;
  if (trimmed.startsWith('!')) {
    const inner = expression(trimmed.slice(1), sets);
    return inner === undefined ? undefined : sets.minus(sets.all, inner);
  }
  if (!trimmed.startsWith('[')) return sets.one(trimmed);
  let named: T | undefined;
  let without: T = sets.none;
  for (const part of split(trimmed.slice(1, trimmed.endsWith(']') ? -1 : undefined))) {
    const negative = part.startsWith('!');
    const inner = expression(negative ? part.slice(1) : part, sets);
    if (inner === undefined) return undefined;
    if (negative) without = sets.union(without, inner);
    else named = named === undefined ? inner : sets.union(named, inner);
  }
  return sets.minus(named ?? sets.all, without);
}

/** At the commas that stand in no inner list. */
function split(text: string): readonly string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const sign = text[at];
    if (sign === '[') depth++;
    else if (sign === ']') depth--;
    else if (sign === undefined || (sign === ',' && depth === 0)) {
      out.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return out.filter((part) => part !== '');
}

const transports: Readonly<Record<string, readonly number[] | undefined>> = { ip: undefined, any: undefined, tcp: [6], udp: [17], icmp: [1, 58] };
const both = [6, 17];
const carriers: Readonly<Record<string, readonly number[]>> = {
  dns: both,
  krb5: both,
  sip: both,
  ikev2: [17],
  ike: [17],
  tftp: [17],
  ntp: [17],
  dhcp: [17],
  snmp: [17],
  quic: [17],
};

/** What carries a protocol, and whether its name says more than headers do: `tls` is whatever speaks TLS on any port of TCP. */
export function protocolsOf(name: string): { readonly protocols: readonly number[] | undefined; readonly looks: 'headers' | 'content' } {
  const lower = name.toLowerCase();
  return lower in transports ? { protocols: transports[lower], looks: 'headers' } : { protocols: carriers[lower] ?? [6], looks: 'content' };
}

/** Options that say nothing about which packets match, but who opened the connection. */
const plain = /^(sid|rev|msg|priority|classtype|metadata|reference|gid|noalert|target)$/;

/** What the options of a rule add: whether they look at the content, and whether only the opener's packets match. */
export function optionsOf(options: readonly { readonly keyword: string; readonly values: readonly string[] }[]): Pick<FirewallRule, 'looks' | 'opener'> {
  let looks: FirewallRule['looks'] = 'headers';
  let opener: FirewallRule['opener'] = 'any';
  for (const { keyword, values } of options) {
    const name = keyword.trim().toLowerCase();
    if (name === 'flow') {
      const words = values.flatMap((value) => value.split(',')).map((word) => word.trim().toLowerCase());
      if (words.some((word) => word === 'to_server' || word === 'from_client' || word === 'not_established')) opener = 'only';
      if (words.some((word) => word === 'to_client' || word === 'from_server')) looks = 'content';
    } else if (!plain.test(name)) looks = 'content';
  }
  return { looks, opener };
}

export interface SuricataRule {
  readonly action: string;
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly direction: string;
  readonly destination: string;
  readonly destinationPort: string;
  readonly options: readonly { readonly keyword: string; readonly values: readonly string[] }[];
}

/** The rules of a text in Suricata's notation, one a line; comments and what is no rule are left out and counted. */
export function suricataRules(text: string): { readonly rules: readonly SuricataRule[]; readonly unread: number } {
  const rules: SuricataRule[] = [];
  let unread = 0;
  for (const raw of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const row = raw.trim();
    if (row === '' || row.startsWith('#')) continue;
    const part = String.raw`(\[[^\]]*(?:\[[^\]]*\][^\]]*)*\]|!?\[[^\]]*\]|\S+)`;
    const found = new RegExp(String.raw`^(\w+)\s+([\w-]+)\s+${part}\s+${part}\s+(->|<>)\s+${part}\s+${part}\s*\((.*)\)\s*;?$`).exec(row);
    if (found === null) {
      unread++;
      continue;
    }
    const [, action = '', protocol = '', source = '', sourcePort = '', direction = '', destination = '', destinationPort = '', options = ''] = found;
    rules.push({ action, protocol, source, sourcePort, direction, destination, destinationPort, options: readOptions(options) });
  }
  return { rules, unread };
}

/** `msg:"a; b"; flow:to_server; sid:1;` */
function readOptions(text: string): SuricataRule['options'] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      return colon < 0 ? { keyword: part, values: [] } : { keyword: part.slice(0, colon), values: [part.slice(colon + 1).trim()] };
    });
}
