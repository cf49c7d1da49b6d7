import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Address, type AddressSet, hasAddress, internetAddresses, intersectSets, isEmptySet, noAddresses, unionSets } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { aclAllows, groupsAllow } from './allowed.ts';
import { evidence } from './config.ts';
import { cuttersOf } from './cutters.ts';
import type { Decider } from './decide.ts';
import { doorRow, overNetwork, stationsOf } from './door-rows.ts';
import type { Estate, Interface, Station } from './estate.ts';
import { classesOf } from './exposure.ts';
import { cut } from './internet.ts';
import { keepsClient, type ListenerTarget, listenerTargets } from './listener-targets.ts';

const types = ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'];

/** What load balancers send on: from each to its targets, on the target's port, where the groups and ACLs between them agree. */
export function balancerClasses(estate: Estate, decider: Decider, snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const balancer of types.flatMap((type) => snapshot.records(type)))
    for (const target of listenerTargets(estate, snapshot, balancer)) {
      if (isService(target)) out.push(served(balancer, target));
      else if (keepsClient(balancer, target.group))
        out.push(...keptOutside(estate, decider, balancer, target), ...keptInside(estate, decider, balancer, target));
      else out.push(...proxied(estate, decider, balancer, target));
    }
  return unique(out);
}

/** What comes to a load balancer over PrivateLink or a VPC link and is sent on: targets see the load balancer, whatever is stated of the client's address. */
export function proxiedTargets(estate: Estate, decider: Decider, snapshot: Snapshot, balancer: SnapshotRecord): readonly ReachClass[] {
  return unique(
    [...listenerTargets(estate, snapshot, balancer)].flatMap((target) =>
      isService(target) ? [served(balancer, target)] : [...proxied(estate, decider, balancer, target)],
    ),
  );
}

const isService = (target: ListenerTarget): boolean =>
  target.record.type === 'AWS::Lambda::Function' || (target.record.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && target.stations.length === 0);

/** A function is invoked, no packet is sent to it. */
function served(balancer: SnapshotRecord, target: ListenerTarget): ReachClass {
  const flows = target.record.type === 'AWS::Lambda::Function' ? portRange(6, 443, 443) : target.traffic;
  return doorRow(balancer.id, target.record.id, flows, target.evidence, strings(target));
}

const strings = (target: ListenerTarget): { readonly atoms: ListenerTarget['atoms']; readonly clients?: AddressSet } => ({
  atoms: target.atoms,
  ...(target.clients === undefined ? {} : { clients: target.clients }),
});

/** The load balancer opens a connection of its own: the target sees the load balancer's address and groups. */
function* proxied(estate: Estate, decider: Decider, balancer: SnapshotRecord, target: ListenerTarget): Generator<ReachClass> {
  if (target.clients !== undefined && isEmptySet(target.clients)) return;
  const way = overNetwork(decider, stationsOf(estate, balancer.id), target.stations, target.traffic);
  if (way.flows.length > 0)
    yield doorRow(balancer.id, target.record.id, way.flows, [...target.evidence, ...way.proof], { ...strings(target), missing: way.missing });
}

/** The target sees the address of the client on the internet, and the load balancer's groups where it has any. */
function* keptOutside(estate: Estate, decider: Decider, balancer: SnapshotRecord, target: ListenerTarget): Generator<ReachClass> {
  let open: AddressSet = noAddresses;
  for (const front of estate.byOwner.get(balancer.id) ?? []) {
    for (const station of front.stations) {
      if (!station.outward) continue;
      for (const to of target.stations) {
        if (typeof to.address !== typeof station.address) continue;
        const family: AddressSet = typeof to.address === 'number' ? { v4: internetAddresses.v4, v6: [] } : { v4: [], v6: internetAddresses.v6 };
        for (const part of cut(family, cuttersOf(estate, [front, to.interface]))) {
          const client = part.v4[0] ?? part.v6[0];
          if (client === undefined) continue;
          const arrives = decider.decide({ kind: 'internet' }, client, station.public ?? station.address, target.door, { target: station });
          if (arrives.possible.length > 0 && admits(estate, to.interface, client, front, target)) open = unionSets(open, part);
        }
      }
    }
  }
  if (target.clients !== undefined) open = intersectSets(open, target.clients);
  if (isEmptySet(open)) return;
  const proof = [...target.evidence, evidence(target.listener, '/config/Port')];
  yield doorRow(balancer.id, target.record.id, target.traffic, proof, { atoms: target.atoms, clients: open });
  yield doorRow('internet', target.record.id, target.door, proof, { atoms: target.atoms, clients: open });
}

/**
 * The same for clients inside: whoever comes to the load balancer's private address reaches the target if the target's groups know the client. A row from client to target, on the
 * listener's ports: who comes to the load balancer need not be whom the target lets in.
 */
function* keptInside(estate: Estate, decider: Decider, balancer: SnapshotRecord, target: ListenerTarget): Generator<ReachClass> {
  const fronts = estate.byOwner.get(balancer.id) ?? [];
  if (fronts.length === 0 || target.stations.length === 0) return;
  for (const alike of classesOf(estate, (station) => station.interface.kind === 'host')) {
    const [first] = alike;
    if (first === undefined) continue;
    const ids = new Set<string>();
    // Within a subnet ACLs may still tell addresses apart: the way is asked once for each stretch that they do.
    for (const part of cut(first.interface.subnet.cidrs, cuttersOf(estate, [...fronts, first.interface]))) {
      const clients = alike.filter((client) => hasAddress(part, client.address));
      const [example] = clients;
      if (example === undefined) continue;
      const open = fronts.filter((front) => front.stations.some((station) => arrives(decider, example, station, target.door)));
      for (const client of clients)
        if (
          open.some((front) =>
            target.stations.some((to) => typeof to.address === typeof client.address && admits(estate, to.interface, client.address, front, target)),
          )
        )
          ids.add(client.interface.owner.id);
    }
    ids.delete(target.record.id);
    if (ids.size === 0) continue;
    const row = doorRow(balancer.id, target.record.id, target.door, [...target.evidence, evidence(target.listener, '/config/Port')]);
    yield { ...row, sources: [...ids].sort() };
  }
}

const arrives = (decider: Decider, client: Station, front: Station, door: Traffic): boolean =>
  typeof front.address === typeof client.address &&
  decider.decide({ kind: 'station', station: client }, client.address, front.address, door, { target: front }).possible.length > 0;

function admits(estate: Estate, own: Interface, client: Address, front: Interface, target: ListenerTarget): boolean {
  const { acl } = own.subnet;
  const allowed: Traffic = groupsAllow(estate, own, false, client, front).possible;
  const inward = acl === undefined ? target.traffic : aclAllows(acl, false, client);
  return traffic.intersect(traffic.intersect(allowed, inward), target.traffic).length > 0;
}

function unique(rows: readonly ReachClass[]): readonly ReachClass[] {
  const seen = new Map<string, ReachClass>();
  for (const row of rows) {
    const key = JSON.stringify([row.sources, row.destinations, row.flows, row.from, row.residual]);
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()];
}
