import type { JsonObject } from '../../../src/model/json.ts';
import { idOf } from '../../network/azure-world.ts';
import type { World } from './world.ts';

interface Row {
  readonly type: string;
  readonly id: string;
  readonly config: JsonObject;
}

const net = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
export const subnetId = (name: string): string => net('virtualNetworks', name.replace('/', '/subnets/'));
const publicIp = (name: string, address: string): Row => ({
  type: 'Microsoft.Network/publicIPAddresses',
  id: `pip-${name}`,
  config: { sku: { name: 'Standard' }, properties: { ipAddress: address } },
});

/** What stands in front of machines, as a collector would have found it. */
export function doorRecords({ doors, hosts }: World): readonly Row[] {
  if (doors === undefined) return [];
  const ip = (id: string): string => hosts.find((each) => each.id === id)?.ip ?? '';
  const shown = (id: string): string => hosts.find((each) => each.id === id)?.public?.address ?? '';
  return [
    ...doors.gateways.flatMap(({ id, subnet, address, port, targets, to }): Row[] => [
      publicIp(id, address),
      {
        type: 'Microsoft.Network/applicationGateways',
        id,
        config: {
          properties: {
            gatewayIPConfigurations: [{ properties: { subnet: { id: subnetId(subnet) } } }],
            frontendIPConfigurations: [{ id: `/${id}/f`, properties: { publicIPAddress: { id: net('publicIPAddresses', `pip-${id}`) } } }],
            frontendPorts: [{ id: `/${id}/p`, properties: { port } }],
            httpListeners: [{ id: `/${id}/l`, properties: { frontendIPConfiguration: { id: `/${id}/f` }, frontendPort: { id: `/${id}/p` } } }],
            backendAddressPools: [{ id: `/${id}/b`, properties: { backendAddresses: targets.map((each) => ({ ipAddress: ip(each) })) } }],
            backendHttpSettingsCollection: [{ id: `/${id}/s`, properties: { port: to } }],
            requestRoutingRules: [
              { properties: { httpListener: { id: `/${id}/l` }, backendAddressPool: { id: `/${id}/b` }, backendHttpSettings: { id: `/${id}/s` } } },
            ],
          },
        },
      },
    ]),
    ...doors.fronts.map(
      ({ id, origins }): Row => ({
        type: 'Microsoft.Network/frontDoors',
        id,
        config: {
          properties: {
            enabledState: 'Enabled',
            backendPools: [{ properties: { backends: origins.map(({ host, port }) => ({ address: shown(host), httpPort: port, httpsPort: port })) } }],
          },
        },
      }),
    ),
    ...doors.apis.map(
      ({ id, subnet, address, backends }): Row => ({
        type: 'Microsoft.ApiManagement/service',
        id,
        config: {
          properties: {
            virtualNetworkType: subnet === undefined ? 'None' : 'External',
            publicIPAddresses: [address],
            ...(subnet === undefined ? {} : { virtualNetworkConfiguration: { subnetResourceId: subnetId(subnet) } }),
          },
          backends: backends.map(({ host, port }) => ({ properties: { url: `http://${subnet === undefined ? shown(host) : ip(host)}:${port}/` } })),
          apis: [],
        },
      }),
    ),
    ...doors.apps.flatMap(({ id, subnet, address, external, internal, allow }): Row[] => [
      {
        type: 'Microsoft.App/managedEnvironments',
        id: `env-${id}`,
        config: { properties: { staticIp: address, vnetConfiguration: { internal, infrastructureSubnetId: subnetId(subnet) } } },
      },
      {
        type: 'Microsoft.App/containerApps',
        id,
        config: {
          properties: {
            managedEnvironmentId: idOf('Microsoft.App/managedEnvironments', `env-${id}`),
            configuration: {
              ingress: { external, targetPort: 8080, ipSecurityRestrictions: allow.map((each) => ({ action: 'Allow', ipAddressRange: each })) },
            },
          },
        },
      },
    ]),
  ];
}

/** Rules of the firewall that translate. */
export const translationRules = ({ doors, hosts, firewall }: World, address: string): readonly JsonObject[] =>
  (doors?.translations ?? []).map((each, index) => ({
    properties: {
      priority: 100 + index,
      action: { type: 'Dnat' },
      rules: [
        {
          protocols: ['TCP'],
          sourceAddresses: [each.source],
          destinationAddresses: [each.private ? (firewall?.address ?? '') : address],
          destinationPorts: [String(each.port)],
          translatedAddress: hosts.find((host) => host.id === each.host)?.ip ?? '',
          translatedPort: String(each.to),
        },
      ],
    },
  }));
