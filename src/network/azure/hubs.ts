import type { Evidence } from '../../model/evidence.ts';
import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, parsePrefix } from '../algebra/address.ts';
import { child, evidence, flag, objects, strings, text } from '../aws/config.ts';
import type { Hub, HubRoute, Site, Subnet, VirtualNetwork } from './estate.ts';
import type { AzureFirewall } from './firewall-rules.ts';

const lower = (value: JsonObject, key: string): string | undefined => text(child(value, key), 'id')?.toLowerCase();

/** What is connected to a hub: a network, or the branches of a gateway of its. */
interface Connection {
  readonly id: string;
  readonly hub: string;
  readonly network: VirtualNetwork | undefined;
  readonly sites: readonly Site[];
  readonly associated: string;
  readonly propagates: readonly string[];
  readonly labels: readonly string[];
  /** Whether it is told where the internet is: "propagate default route". */
  readonly internet: boolean;
  readonly evidence: Evidence;
}

interface Table {
  readonly id: string;
  readonly hub: string;
  readonly labels: readonly string[];
  readonly static: readonly { readonly prefixes: readonly string[]; readonly next: string; readonly evidence: Evidence }[];
}

/**
 * Hubs of virtual WANs. "Association: each connection is associated to one route table", whose routes it is told; "connections dynamically propagate routes to a route table", by its id or by its
 * label across the hubs of one WAN (about virtual hub routing). With routing intent the hub's firewall is told instead.
 */
export function readHubs(snapshot: Snapshot, networks: ReadonlyMap<string, VirtualNetwork>, firewalls: readonly AzureFirewall[]): readonly Hub[] {
  const records = snapshot.records('Microsoft.Network/virtualHubs');
  const tables = records.flatMap(tablesOf);
  const connections = records.flatMap((record) => [...networkConnections(record, networks), ...branches(snapshot, record)]);
  const wans = new Map(records.map((record) => [record.id.toLowerCase(), lower(child(record.config, 'properties'), 'virtualWan')]));
  return records.map((record): Hub => {
    const id = record.id.toLowerCase();
    const together = connections.filter((each) => each.hub === id || (wans.get(each.hub) !== undefined && wans.get(each.hub) === wans.get(id)));
    const own = connections.filter((each) => each.hub === id);
    const intent = intentOf(record, firewalls);
    const collected = isArray(record.config['hubVirtualNetworkConnections']) && isArray(record.config['hubRouteTables']);
    const place = placeOf(record);
    const self = (place?.network.prefixes ?? []).map(
      ({ set, length }): HubRoute => ({
        set,
        length,
        to: { kind: 'network', network: id },
        text: 'virtual hub',
        evidence: evidence(record, '/config/properties'),
      }),
    );
    const inside: readonly HubRoute[] = [
      ...together.flatMap((each) => reached(each)),
      { set: addressSet(['0.0.0.0/0']), length: 0, to: { kind: 'internet' }, text: 'hub -> Internet', evidence: evidence(record, '/config') },
    ];
    const routes = new Map<string, readonly HubRoute[]>([[id, inside]]);
    for (const each of own)
      if (each.network !== undefined) routes.set(each.network.id, [...told(each, together, tables, firewalls, intent, connections), ...self]);
    const gateways = ['vpnGateways', 'expressRouteGateways']
      .flatMap((type) => snapshot.records(`Microsoft.Network/${type}`))
      .filter((each) => lower(child(each.config, 'properties'), 'virtualHub') === id);
    return {
      id,
      routes,
      inside,
      place,
      sites: own.flatMap((each) => each.sites),
      learns: collected
        ? gateways.some((each) => each.type.endsWith('expressRouteGateways'))
          ? `routes that the ExpressRoute gateway of ${record.id} learned`
          : undefined
        : `connections and route tables of ${record.id}`,
    };
  });
}

/** A hub has "an address prefix" of its own, from which what is deployed in it gets its addresses, and which connected networks are told. */
function placeOf(record: SnapshotRecord): Subnet | undefined {
  const text0 = text(child(record.config, 'properties'), 'addressPrefix') ?? '';
  const prefix = parsePrefix(text0);
  if (prefix === undefined) return undefined;
  const id = record.id.toLowerCase();
  const set = addressSet([text0]);
  const network: VirtualNetwork = { id, record, set, prefixes: [{ set, length: prefix.length }], peerings: [], admin: [], gateways: [] };
  return { id, network, set, filter: undefined, routes: [], propagates: true, endpoints: [], config: {} };
}

interface Intent {
  readonly private: AzureFirewall | 'unknown' | undefined;
  readonly internet: AzureFirewall | 'unknown' | undefined;
}

function intentOf(record: SnapshotRecord, firewalls: readonly AzureFirewall[]): Intent {
  const policies = objects(record.config, 'routingIntents').flatMap((row) => objects(child(row, 'properties'), 'routingPolicies'));
  const next = (kind: string): AzureFirewall | 'unknown' | undefined => {
    const policy = policies.find((each) => strings(each, 'destinations').some((name) => name.toLowerCase() === kind));
    if (policy === undefined) return undefined;
    const named = text(policy, 'nextHop')?.toLowerCase();
    return firewalls.find((each) => each.id === named) ?? 'unknown';
  };
  return { private: next('privatetraffic'), internet: next('internet') };
}

const tablesOf = (record: SnapshotRecord): readonly Table[] =>
  objects(record.config, 'hubRouteTables').map((row, index): Table => {
    const own = child(row, 'properties');
    return {
      id: text(row, 'id')?.toLowerCase() ?? '',
      hub: record.id.toLowerCase(),
      labels: strings(own, 'labels').map((each) => each.toLowerCase()),
      static: objects(own, 'routes').map((each, at) => ({
        prefixes: strings(each, 'destinations'),
        next: text(each, 'nextHop')?.toLowerCase() ?? '',
        evidence: evidence(record, `/config/hubRouteTables/${index}/properties/routes/${at}`),
      })),
    };
  });

function routing(hub: string, value: JsonObject): Pick<Connection, 'associated' | 'propagates' | 'labels'> {
  const config = child(value, 'routingConfiguration');
  const fallback = `${hub}/hubroutetables/defaultroutetable`;
  const propagated = child(config, 'propagatedRouteTables');
  const ids = objects(propagated, 'ids').flatMap((each) => text(each, 'id')?.toLowerCase() ?? []);
  const labels = strings(propagated, 'labels').map((each) => each.toLowerCase());
  const said = Object.keys(propagated).length > 0;
  return { associated: lower(config, 'associatedRouteTable') ?? fallback, propagates: said ? ids : [fallback], labels: said ? labels : ['default'] };
}

const networkConnections = (record: SnapshotRecord, networks: ReadonlyMap<string, VirtualNetwork>): readonly Connection[] =>
  objects(record.config, 'hubVirtualNetworkConnections').map((row, index): Connection => {
    const own = child(row, 'properties');
    const hub = record.id.toLowerCase();
    return {
      id: text(row, 'id')?.toLowerCase() ?? `${hub}/hubvirtualnetworkconnections/${(text(row, 'name') ?? '').toLowerCase()}`,
      hub,
      network: networks.get(lower(own, 'remoteVirtualNetwork') ?? ''),
      sites: [],
      ...routing(hub, own),
      internet: flag(own, 'enableInternetSecurity') === true,
      evidence: evidence(record, `/config/hubVirtualNetworkConnections/${index}`),
    };
  });

/** VPN gateways of a hub: "all branch connections … are associated to the Default route table", and told of by each site's address space. */
function branches(snapshot: Snapshot, record: SnapshotRecord): readonly Connection[] {
  const hub = record.id.toLowerCase();
  return snapshot
    .records('Microsoft.Network/vpnGateways')
    .filter((gateway) => lower(child(gateway.config, 'properties'), 'virtualHub') === hub)
    .flatMap((gateway) => {
      const own = child(gateway.config, 'properties');
      const publics = objects(own, 'ipConfigurations').flatMap((each) => text(each, 'publicIpAddress') ?? []);
      return objects(own, 'connections').flatMap((row, index): Connection[] => {
        const config = child(row, 'properties');
        const site = snapshot.find(lower(config, 'remoteVpnSite') ?? '');
        if (site === undefined) return [];
        const there = child(site.config, 'properties');
        const links = objects(there, 'vpnSiteLinks').flatMap((each) => text(child(each, 'properties'), 'ipAddress') ?? []);
        const proof = evidence(gateway, `/config/properties/connections/${index}`);
        const reached: Site = {
          id: site.id,
          name: site.id.split('/').at(-1) ?? '',
          set: addressSet(strings(child(there, 'addressSpace'), 'addressPrefixes')),
          own: publics,
          peers: [...links, ...(text(there, 'ipAddress') === undefined ? [] : [text(there, 'ipAddress') ?? ''])],
          evidence: proof,
        };
        return [
          { id: text(row, 'id')?.toLowerCase() ?? '', hub, network: undefined, sites: [reached], ...routing(hub, config), internet: false, evidence: proof },
        ];
      });
    });
}

/** Prefixes of what a connection leads to. */
const reached = (each: Connection): readonly HubRoute[] => [
  ...(each.network?.prefixes ?? []).map(
    ({ set, length }): HubRoute => ({
      set,
      length,
      to: { kind: 'network', network: each.network?.id ?? '' },
      text: `virtual hub -> ${each.network?.id.split('/').at(-1) ?? ''}`,
      evidence: each.evidence,
    }),
  ),
  ...each.sites.flatMap((site) => ofPrefixes(site.set, { kind: 'site', site }, `virtual hub -> ${site.name}`, each.evidence)),
];

/** One route for the whole set: what lies within one site is not told apart, so its length is that of no prefix of a network. */
const ofPrefixes = (set: HubRoute['set'], to: HubRoute['to'], text: string, proof: Evidence): readonly HubRoute[] =>
  set.v4.length + set.v6.length === 0 ? [] : [{ set, length: 8, to, text, evidence: proof }];

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function told(
  self: Connection,
  together: readonly Connection[],
  tables: readonly Table[],
  firewalls: readonly AzureFirewall[],
  intent: Intent,
  all: readonly Connection[],
): readonly HubRoute[] {
  const guard = (firewall: AzureFirewall | 'unknown'): HubRoute['to'] =>
    firewall === 'unknown' ? { kind: 'unknown', missing: `what the next hop of routing intent of ${self.hub} lets through` } : { kind: 'firewall', firewall };
  const others = together.filter((each) => each.id !== self.id);
  const out: HubRoute[] = [];
  if (intent.private !== undefined) {
    const to = guard(intent.private);
    const routes = [
      ...others.flatMap(reached).map((each) => ({ ...each, to })),
      ...privateRanges.flatMap((each) => ofPrefixes(addressSet([each]), to, 'routing intent: private traffic', self.evidence)),
    ];
    out.push(...routes);
  } else {
    const table = tables.find((each) => each.id === self.associated);
    const heard = others.filter(
      (each) => each.propagates.includes(self.associated) || (table?.labels ?? ['default']).some((label) => each.labels.includes(label)),
    );
    out.push(...heard.flatMap(reached));
    for (const { prefixes, next, evidence: proof } of table?.static ?? []) {
      const firewall = firewalls.find((each) => each.id === next);
      const spoke = all.find((each) => each.id === next);
      const to: HubRoute['to'] =
        firewall !== undefined
          ? { kind: 'firewall', firewall }
          : {
              kind: 'unknown',
              missing: spoke === undefined ? `what the next hop ${next} lets through` : `what the appliance in ${spoke.network?.id ?? next} lets through`,
            };
      for (const prefix of prefixes) {
        const parsed = parsePrefix(prefix);
        // "0.0.0.0/0" is told to a network only where its connection says so.
        if (parsed !== undefined && (parsed.length > 0 || self.internet))
          out.push({ set: addressSet([prefix]), length: parsed.length, to, text: `hub route ${prefix}`, evidence: proof });
      }
    }
  }
  if (intent.internet !== undefined && self.internet)
    out.push({ set: addressSet(['0.0.0.0/0']), length: 0, to: guard(intent.internet), text: 'routing intent: internet traffic', evidence: self.evidence });
  return out;
}
