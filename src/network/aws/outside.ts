import { type AddressSet, addressText, noAddresses, shareOf, unionSets } from '../algebra/address.ts';
import type { ReachClass } from '../api.ts';
import { objects, shortId, text } from './config.ts';
import type { Decider } from './decide.ts';
import type { Estate } from './estate.ts';
import { classesOf, described } from './exposure.ts';
import { pieces } from './internet.ts';

/** What lies beyond each gateway, by the id that a packet to it ends at. */
export type OutsidePrefixes = ReadonlyMap<string, AddressSet>;

/** What comes in from beyond VPN and Direct Connect: from the prefixes that routes send there, one class for each gateway and set of ports. */
export function fromOutsideClasses(estate: Estate, decider: Decider, beyond: OutsidePrefixes): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const [id, set] of beyond) {
    for (const alike of classesOf(estate, (station) => station.interface.kind !== 'nat')) {
      const [example] = alike;
      if (example === undefined) continue;
      const family: AddressSet = typeof example.address === 'number' ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
      for (const piece of pieces(estate, [example.interface], family, (address, some) =>
        decider.decide({ kind: 'onprem', id }, address, example.address, some, { target: example }),
      )) {
        if (piece.outcome.possible.length === 0) continue;
        const { from, ...rest } = described(piece.outcome.sure, piece.outcome.possible, piece.set, piece.outcome);
        out.push({
          sources: [`onprem:${id}`],
          destinations: [...new Set(alike.map((station) => station.interface.owner.id))].sort(),
          ...rest,
          from: { cidrs: from.cidrs, share: shareOf(piece.set, set) },
        });
      }
    }
  }
  return out;
}

/** The prefixes beyond each gateway, by the id that a packet to them ends at. */
export function outsideNetworks(estate: Estate): OutsidePrefixes {
  const out = new Map<string, AddressSet>();
  const add = (id: string, { lo, hi }: { readonly lo: number | bigint; readonly hi: number | bigint }): void => {
    const range: AddressSet =
      typeof lo === 'number' && typeof hi === 'number'
        ? { v4: [lo, hi], v6: [] }
        : typeof lo === 'bigint' && typeof hi === 'bigint'
          ? { v4: [], v6: [lo, hi] }
          : noAddresses;
    out.set(id, unionSets(out.get(id) ?? noAddresses, range));
  };
  for (const table of estate.tables.values()) {
    for (const route of table.routes) {
      if (route.kind !== 'vgw' || route.blackhole) continue;
      const own = [...estate.named.values()].filter(
        (record) => record.type === 'AWS::EC2::VPNConnection' && record.config['VpnGatewayId'] === route.target && record.config['State'] !== 'deleted',
      );
      add(own.length === 1 && own[0] !== undefined ? shortId(own[0].id) : route.target, route.prefix);
    }
  }
  for (const table of estate.transit.tables.values()) {
    for (const route of table.routes) {
      for (const id of route.attachments) {
        const attachment = estate.transit.attachments.get(id);
        if (attachment !== undefined && /^(vpn|direct-connect-gateway|connect)$/.test(attachment.kind) && !route.blackhole)
          add(attachment.resource === '' ? id : attachment.resource, route.prefix);
      }
    }
  }
  return new Map([...out].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What can open connections to networks beyond VPN and Direct Connect. */
export function toOutsideClasses(estate: Estate, decider: Decider, beyond: OutsidePrefixes): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const [id, set] of beyond) {
    for (const alike of classesOf(estate, (station) => station.interface.kind === 'host')) {
      const [example] = alike;
      if (example === undefined) continue;
      const family: AddressSet = typeof example.address === 'number' ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
      for (const { set: there, outcome } of pieces(estate, [example.interface], family, (address, some) =>
        decider.decide({ kind: 'station', station: example }, example.address, address, some),
      )) {
        const { end, source } = outcome.trace;
        if (outcome.possible.length === 0 || end.kind !== 'onprem' || end.id !== id) continue;
        const { from, ...rest } = described(outcome.sure, outcome.possible, there, outcome);
        out.push({
          sources: [...new Set(alike.map((station) => station.interface.owner.id))].sort(),
          destinations: [`onprem:${id}`],
          ...rest,
          to: { cidrs: from.cidrs },
          ...(source === example.address ? {} : { as: [addressText(source)] }),
        });
      }
    }
  }
  return out;
}

/** Public addresses of the tunnels of a gateway or connection: our ends, and the customer gateways at the other side. */
export function tunnelEnds(estate: Estate, id: string): { readonly own: readonly string[]; readonly peers: readonly string[] } {
  const own: string[] = [];
  const peers: string[] = [];
  for (const [name, record] of estate.named) {
    if (record.type !== 'AWS::EC2::VPNConnection' || (name !== id && text(record.config, 'VpnGatewayId') !== id)) continue;
    for (const tunnel of objects(record.config, 'VgwTelemetry')) own.push(text(tunnel, 'OutsideIpAddress') ?? '');
    peers.push(text(estate.named.get(text(record.config, 'CustomerGatewayId') ?? '')?.config, 'IpAddress') ?? '');
  }
  const known = (list: readonly string[]): readonly string[] => [...new Set(list.filter((each) => each !== ''))].sort();
  return { own: known(own), peers: known(peers) };
}
