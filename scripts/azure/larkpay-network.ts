import type { JsonObject } from '../../src/model/json.ts';
import { tunnel } from '../estate/vpn.ts';
import type { Estate } from './parts.ts';

const network = 'Microsoft.Network';

/** The networks of payments and of the hub, which are peers; the hub has a tunnel to the network of production in AWS. Gives the id of the network of payments. */
export function networks(estate: Estate, hub: string, pay: string): string {
  const rule = (name: string, priority: number, access: string, port: string, source: string, protocol = 'Tcp') => ({
    name,
    properties: {
      priority,
      access,
      direction: 'Inbound',
      protocol,
      sourcePortRange: '*',
      destinationPortRange: port,
      sourceAddressPrefix: source,
      destinationAddressPrefix: '*',
    },
  });
  const web = estate.resource(pay, `${network}/networkSecurityGroups`, 'nsg-web', {
    securityRules: [rule('ssh', 100, 'Allow', '22', 'Internet')],
    defaultSecurityRules: [],
  });
  const shut = estate.resource(pay, `${network}/networkSecurityGroups`, 'nsg-shut', {
    securityRules: [rule('nothing', 100, 'Deny', '*', '*', '*'), rule('ssh', 200, 'Allow', '22', '*')],
    defaultSecurityRules: [],
  });
  const idOf = (group: string, name: string): string => `${group}/providers/${network}/virtualNetworks/${name}`;
  const [payId, hubId] = [idOf(pay, 'vnet-payments'), idOf(hub, 'vnet-hub')];
  const subnet = (name: string, prefix: string, filter: string) => ({
    id: `${payId}/subnets/${name}`,
    name,
    properties: { addressPrefix: prefix, networkSecurityGroup: { id: filter } },
  });
  const peering = (from: string, name: string, to: string, prefixes: readonly string[], more: JsonObject) => ({
    id: `${from}/virtualNetworkPeerings/${name}`,
    name,
    properties: {
      peeringState: 'Connected',
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      remoteVirtualNetwork: { id: to },
      remoteAddressSpace: { addressPrefixes: prefixes },
      ...more,
    },
  });
  estate.resource(pay, `${network}/virtualNetworks`, 'vnet-payments', {
    addressSpace: { addressPrefixes: [tunnel.azureNetwork] },
    subnets: [subnet('web', tunnel.azureWeb, web), subnet('back', '10.40.2.0/24', shut)],
    virtualNetworkPeerings: [peering(payId, 'to-hub', hubId, ['10.1.0.0/16'], { allowGatewayTransit: false, useRemoteGateways: true })],
  });
  const inGateway = `${hubId}/subnets/GatewaySubnet`;
  estate.resource(hub, `${network}/virtualNetworks`, 'vnet-hub', {
    addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    subnets: [{ id: inGateway, name: 'GatewaySubnet', properties: { addressPrefix: '10.1.0.0/27' } }],
    virtualNetworkPeerings: [peering(hubId, 'to-payments', payId, [tunnel.azureNetwork], { allowGatewayTransit: true, useRemoteGateways: false })],
  });
  tunnelToAws(estate, hub, inGateway);
  return payId;
}

/** A gateway with routes by hand: it knows the network of production in AWS and nothing more. */
function tunnelToAws(estate: Estate, hub: string, subnet: string): void {
  const address = estate.resource(
    hub,
    `${network}/publicIPAddresses`,
    'pip-vpn',
    { ipAddress: tunnel.azure, publicIPAllocationMethod: 'Static' },
    { sku: { name: 'Standard' } },
  );
  const gateway = estate.resource(hub, `${network}/virtualNetworkGateways`, 'vpn-hub', {
    gatewayType: 'Vpn',
    vpnType: 'RouteBased',
    enableBgp: false,
    ipConfigurations: [{ name: 'main', properties: { subnet: { id: subnet }, publicIPAddress: { id: address } } }],
  });
  const far = estate.resource(hub, `${network}/localNetworkGateways`, 'lgw-aws-production', {
    gatewayIpAddress: tunnel.aws,
    localNetworkAddressSpace: { addressPrefixes: [tunnel.awsNetwork] },
  });
  estate.resource(hub, `${network}/connections`, 'cn-aws-production', {
    connectionType: 'IPsec',
    connectionStatus: 'Connected',
    enableBgp: false,
    virtualNetworkGateway1: { id: gateway },
    localNetworkGateway2: { id: far },
  });
}
