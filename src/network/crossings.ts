import type { Residual } from '../model/evidence.ts';
import { addressSet, hasAddress, parseAddress } from './algebra/address.ts';
import type { ReachClass } from './api.ts';
import type { NetworkPart } from './part.ts';
import { commonPorts } from './port-sets.ts';

/** Two outside networks that are each other's other end: what leaves one part by `out` enters the other by `in`. */
export interface Joint {
  readonly from: NetworkPart;
  readonly to: NetworkPart;
  readonly out: string;
  readonly in: string;
}

/** A tunnel's far end is the other cloud's gateway: its peer address is one of the other's own. */
export function joints(parts: readonly NetworkPart[]): readonly Joint[] {
  const out: Joint[] = [];
  for (const from of parts) {
    for (const to of parts) {
      if (from === to) continue;
      for (const here of from.outside())
        for (const there of to.outside())
          if (here.peers.some((address) => there.own.includes(address)) || there.peers.some((address) => here.own.includes(address)))
            out.push({ from, to, out: here.id, in: there.id });
    }
  }
  return out;
}

/** Classes that go over a joint: who may leave towards an address, met with who may be reached from one. */
export function crossings(bridges: readonly Joint[]): readonly ReachClass[] {
  const rows: ReachClass[] = [];
  for (const bridge of bridges) {
    const leaving = bridge.from.classes().filter((row) => row.to !== undefined && row.destinations.includes(`onprem:${bridge.out}`));
    const entering = bridge.to.classes().filter((row) => row.sources.includes(`onprem:${bridge.in}`));
    for (const out of leaving) {
      for (const inward of entering) {
        const flows = commonPorts(out.flows, inward.flows);
        if (flows.length === 0) continue;
        const sources = out.sources.filter((id) => within(out.as ?? bridge.from.addresses(id), inward.from?.cidrs ?? []));
        const destinations = inward.destinations.filter((id) => within(bridge.to.addresses(id), out.to?.cidrs ?? []));
        if (sources.length === 0 || destinations.length === 0) continue;
        rows.push({
          sources,
          destinations,
          flows,
          residual: product(out.residual, inward.residual),
          missing: [...new Set([...out.missing, ...inward.missing])].sort(),
          evidence: [...out.evidence, ...inward.evidence],
        });
      }
    }
  }
  return rows;
}

const product = (a: Residual, b: Residual): Residual => a.flatMap((left) => b.map((right) => ({ allOf: [...left.allOf, ...right.allOf] })));

function within(addresses: readonly string[], cidrs: readonly string[]): boolean {
  const set = addressSet(cidrs);
  return addresses.some((text) => {
    const address = parseAddress(text);
    return address !== undefined && hasAddress(set, address);
  });
}
