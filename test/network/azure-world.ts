import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';

/** An Azure network in few words. Ids are names; rules, routes and everything under `records` are written as Azure does. */
export interface AzureNetwork {
  readonly vnets?: readonly {
    readonly id: string;
    readonly cidrs: readonly string[];
    readonly peers?: readonly (string | AzurePeer)[];
    readonly admin?: readonly JsonObject[];
    readonly subnets: readonly {
      readonly id: string;
      readonly cidr: string;
      readonly nsg?: string;
      readonly table?: string;
      readonly outbound?: boolean;
      /** Service endpoints, by service. */
      readonly endpoints?: readonly string[];
      /** Whatever else its properties hold. */
      readonly more?: JsonObject;
    }[];
  }[];
  readonly nsgs?: Readonly<Record<string, readonly JsonObject[]>>;
  readonly tables?: Readonly<Record<string, readonly JsonObject[]>>;
  readonly hosts?: readonly {
    readonly id: string;
    /** `vnet/subnet` */
    readonly subnet: string;
    readonly ip: string;
    readonly nsg?: string;
    /** "IP forwarding" of its interface. */
    readonly forwards?: boolean;
    readonly asgs?: readonly string[];
    /** SKU of its public address, and the address. */
    readonly public?: { readonly sku: string; readonly address: string };
  }[];
  readonly records?: readonly { readonly type: string; readonly id: string; readonly config: JsonObject }[];
}

/** A peering as this side has it. */
interface AzurePeer {
  readonly to: string;
  readonly state?: string;
  readonly access?: boolean;
  readonly forwarded?: boolean;
  readonly borrows?: boolean;
  readonly lends?: boolean;
}

export const idOf = (type: string, name: string): string => `/subscriptions/s/resourcegroups/rg/providers/${type}/${name}`.toLowerCase();
const net = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
const ref = (type: string, name: string | undefined, key: string): JsonObject => (name === undefined ? {} : { [key]: { id: net(type, name).toUpperCase() } });

export function azureRecords(world: AzureNetwork): readonly SnapshotRecord[] {
  const out: SnapshotRecord[] = [];
  const add = (type: string, id: string, config: JsonObject): void => {
    out.push({ type, id, account: 's', region: 'westeurope', config: { id, name: id.split('/').at(-1) ?? '', ...config }, calls: ['resourcegraph:resources'] });
  };
  for (const { id, cidrs, peers = [], admin, subnets } of world.vnets ?? []) {
    const self = net('virtualNetworks', id);
    add('Microsoft.Network/virtualNetworks', self, {
      properties: {
        addressSpace: { addressPrefixes: cidrs },
        subnets: subnets.map((each) => ({
          id: `${self}/subnets/${each.id}`,
          name: each.id,
          properties: {
            addressPrefix: each.cidr,
            ...(each.outbound === undefined ? {} : { defaultOutboundAccess: each.outbound }),
            ...(each.endpoints === undefined ? {} : { serviceEndpoints: each.endpoints.map((service) => ({ service })) }),
            ...each.more,
            ...ref('networkSecurityGroups', each.nsg, 'networkSecurityGroup'),
            ...ref('routeTables', each.table, 'routeTable'),
          },
        })),
        virtualNetworkPeerings: peers.map((each) => peering(typeof each === 'string' ? { to: each } : each)),
      },
      ...(admin === undefined ? {} : { effectiveSecurityAdminRules: admin }),
    });
  }
  for (const [name, rules] of Object.entries(world.nsgs ?? {})) {
    const defaults = { direction: 'Inbound', access: 'Allow', protocol: '*', sourcePortRange: '*' };
    const any = (rule: JsonObject): JsonObject => (Object.keys(rule).some((key) => key.startsWith('destinationA')) ? {} : { destinationAddressPrefix: '*' });
    add('Microsoft.Network/networkSecurityGroups', net('networkSecurityGroups', name), {
      properties: { securityRules: rules.map((rule, index) => ({ name: `r${index}`, properties: { ...defaults, ...any(rule), ...rule } })) },
    });
  }
  for (const [name, routes] of Object.entries(world.tables ?? {}))
    add('Microsoft.Network/routeTables', net('routeTables', name), { properties: { routes: routes.map((properties) => ({ properties })) } });
  for (const { id, subnet, ip, nsg, forwards, asgs = [], public: address } of world.hosts ?? []) {
    const vm = idOf('Microsoft.Compute/virtualMachines', id);
    const nic = net('networkInterfaces', `nic-${id}`);
    const [vnet = '', part = ''] = subnet.split('/');
    add('Microsoft.Compute/virtualMachines', vm, { properties: { networkProfile: { networkInterfaces: [{ id: nic }] } } });
    if (address !== undefined)
      add('Microsoft.Network/publicIPAddresses', net('publicIPAddresses', `pip-${id}`), {
        sku: { name: address.sku },
        properties: { ipAddress: address.address },
      });
    const properties = {
      privateIPAddress: ip,
      subnet: { id: `${net('virtualNetworks', vnet)}/subnets/${part}` },
      applicationSecurityGroups: asgs.map((each) => ({ id: net('applicationSecurityGroups', each) })),
      ...ref('publicIPAddresses', address === undefined ? undefined : `pip-${id}`, 'publicIPAddress'),
    };
    const ipConfigurations = [{ id: `${nic}/ipConfigurations/main`, name: 'main', properties }];
    add('Microsoft.Network/networkInterfaces', nic, {
      properties: {
        virtualMachine: { id: vm },
        ipConfigurations,
        ...(forwards === undefined ? {} : { enableIPForwarding: forwards }),
        ...ref('networkSecurityGroups', nsg, 'networkSecurityGroup'),
      },
    });
  }
  for (const { type, id, config } of world.records ?? []) add(type, id.startsWith('/') ? id : idOf(type, id), config);
  return out;
}

const peering = ({ to, state = 'Connected', access = true, forwarded = false, borrows = false, lends = false }: AzurePeer): JsonObject => ({
  properties: {
    peeringState: state,
    allowVirtualNetworkAccess: access,
    allowForwardedTraffic: forwarded,
    useRemoteGateways: borrows,
    allowGatewayTransit: lends,
    ...ref('virtualNetworks', to, 'remoteVirtualNetwork'),
  },
});
