import { defineCollector, type Reference } from '../../src/model/collector.ts';
import { armTypes, attached, below, inSubnet, one, perResource, perSubscription, refers, routes } from './table.ts';

const publicAddress = (path: string): Reference => ({ path, to: ['Microsoft.Network/publicIPAddresses'], edge: 'AttachedTo', reverse: true });
const guardedBy = (path: string, ...to: string[]): Reference => ({ path, to, edge: 'Guards', reverse: true });
const group = 'Microsoft.Network/networkSecurityGroups';
const perimeters = 'Microsoft.Network/networkSecurityPerimeters';
const admin = 'Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules';

/** What Azure itself works out for an interface: long-running, one for each machine that runs, so only when asked for. */
const effective = (as: string) =>
  one(as, as, '2024-05-01', `Microsoft.Network/networkInterfaces/${as}`, {
    http: { path: `{id}/${as}`, version: '2024-05-01', method: 'POST' },
    permission: `Microsoft.Network/networkInterfaces/${as}/action`,
    option: 'effective-rules',
    paginate: 'value',
  });

/** Virtual networks with their filters, routes and gateways. */
export const network = defineCollector({
  id: 'azure.network',
  provider: 'azure',
  service: 'Microsoft.Network',
  title: 'Virtual networks',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Network/virtualNetworks': {
      kind: 'Network',
      label: 'virtual network',
      parts: [
        { path: 'properties.subnets[]', type: 'Microsoft.Network/virtualNetworks/subnets' },
        { path: 'properties.virtualNetworkPeerings[]', type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings' },
      ],
      details: [
        below('effectiveSecurityAdminRules', 'listNetworkManagerEffectiveSecurityAdminRules', '2024-05-01', admin, {
          http: { path: '{id}/listNetworkManagerEffectiveSecurityAdminRules', version: '2024-05-01', method: 'POST' },
          permission: `${admin}/action`,
        }),
      ],
      properties: { addressPrefixes: { type: 'string[]', means: 'its address ranges', from: 'properties.addressSpace.addressPrefixes' } },
    },
    'Microsoft.Network/virtualNetworks/subnets': {
      kind: 'Network',
      label: 'subnet',
      table: 'none',
      references: [
        guardedBy('properties.networkSecurityGroup.id', group),
        { path: 'properties.routeTable.id', to: ['Microsoft.Network/routeTables'], edge: 'AttachedTo', reverse: true },
        { path: 'properties.natGateway.id', to: ['Microsoft.Network/natGateways'], edge: 'AttachedTo', reverse: true },
      ],
    },
    'Microsoft.Network/virtualNetworks/virtualNetworkPeerings': {
      kind: 'Gateway',
      label: 'peering',
      table: 'none',
      references: [routes('properties.remoteVirtualNetwork.id')],
    },
    'Microsoft.Network/networkSecurityGroups': { kind: 'Filter', label: 'network security group', within: { securityRules: 'properties.securityRules' } },
    'Microsoft.Network/applicationSecurityGroups': { kind: 'Filter', label: 'application security group' },
    'Microsoft.Network/networkInterfaces': {
      kind: 'Interface',
      label: 'network interface',
      details: [effective('effectiveNetworkSecurityGroups'), effective('effectiveRouteTable')],
      references: [
        inSubnet('properties.ipConfigurations[].properties.subnet.id'),
        publicAddress('properties.ipConfigurations[].properties.publicIPAddress.id'),
        guardedBy('properties.networkSecurityGroup.id', group),
        { path: 'properties.ipConfigurations[].properties.applicationSecurityGroups[].id', edge: 'MemberOf' },
        attached('properties.virtualMachine.id'),
      ],
    },
    'Microsoft.Network/publicIPAddresses': { kind: 'Interface', label: 'public address', aliases: ['properties.ipAddress', 'name'], name: ['name'] },
    'Microsoft.Network/publicIPPrefixes': { kind: 'Interface', label: 'public address prefix' },
    'Microsoft.Network/routeTables': { kind: 'Network', label: 'route table', within: { routes: 'properties.routes' } },
    'Microsoft.Network/loadBalancers': {
      kind: 'Gateway',
      label: 'load balancer',
      references: [
        publicAddress('properties.frontendIPConfigurations[].properties.publicIPAddress.id'),
        inSubnet('properties.frontendIPConfigurations[].properties.subnet.id'),
      ],
    },
    'Microsoft.Network/applicationGateways': {
      kind: 'Gateway',
      label: 'application gateway',
      references: [
        publicAddress('properties.frontendIPConfigurations[].properties.publicIPAddress.id'),
        inSubnet('properties.gatewayIPConfigurations[].properties.subnet.id'),
        guardedBy('properties.firewallPolicy.id', 'Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies'),
      ],
    },
    'Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies': { kind: 'Filter', label: 'web application firewall policy' },
    'Microsoft.Network/frontDoorWebApplicationFirewallPolicies': { kind: 'Filter', label: 'web application firewall policy of Front Door' },
    'Microsoft.Network/frontDoors': { kind: 'Gateway', label: 'Front Door (classic)' },
    'Microsoft.Network/trafficManagerProfiles': {
      kind: 'Gateway',
      label: 'Traffic Manager profile',
      references: [routes('properties.endpoints[].properties.targetResourceId')],
    },
    'Microsoft.Network/azureFirewalls': {
      kind: 'Filter',
      label: 'firewall',
      references: [
        inSubnet('properties.ipConfigurations[].properties.subnet.id'),
        publicAddress('properties.ipConfigurations[].properties.publicIPAddress.id'),
        guardedBy('properties.firewallPolicy.id', 'Microsoft.Network/firewallPolicies'),
      ],
    },
    'Microsoft.Network/firewallPolicies': {
      kind: 'Filter',
      label: 'firewall policy',
      details: [below('ruleCollectionGroups', 'ruleCollectionGroups', '2024-05-01', 'Microsoft.Network/firewallPolicies/ruleCollectionGroups')],
      references: [refers('properties.basePolicy.id')],
    },
    'Microsoft.Network/ipGroups': { kind: 'Filter', label: 'address group' },
    'Microsoft.Network/privateEndpoints': {
      kind: 'Gateway',
      label: 'private endpoint',
      references: [
        inSubnet('properties.subnet.id'),
        routes('properties.privateLinkServiceConnections[].properties.privateLinkServiceId'),
        routes('properties.manualPrivateLinkServiceConnections[].properties.privateLinkServiceId'),
      ],
    },
    'Microsoft.Network/privateLinkServices': {
      kind: 'Gateway',
      label: 'private link service',
      references: [inSubnet('properties.ipConfigurations[].properties.subnet.id')],
    },
    'Microsoft.Network/privateDnsZones': { kind: 'Network', label: 'private DNS zone' },
    'Microsoft.Network/privateDnsZones/virtualNetworkLinks': {
      kind: 'Network',
      label: 'link of a private DNS zone',
      references: [attached('properties.virtualNetwork.id')],
    },
    'Microsoft.Network/dnszones': { kind: 'Network', label: 'public DNS zone' },
    'Microsoft.Network/virtualNetworkGateways': {
      kind: 'Gateway',
      label: 'VPN or ExpressRoute gateway',
      references: [
        inSubnet('properties.ipConfigurations[].properties.subnet.id'),
        publicAddress('properties.ipConfigurations[].properties.publicIPAddress.id'),
      ],
      secrets: [{ path: 'properties.vpnClientConfiguration.radiusServerSecret' }],
    },
    'Microsoft.Network/connections': {
      kind: 'Gateway',
      label: 'connection of a gateway',
      references: [
        attached('properties.virtualNetworkGateway1.id'),
        routes('properties.virtualNetworkGateway2.id'),
        routes('properties.localNetworkGateway2.id'),
        routes('properties.peer.id'),
      ],
      secrets: [{ path: 'properties.sharedKey' }],
    },
    'Microsoft.Network/localNetworkGateways': { kind: 'OnPremises', label: 'network at the other end of a VPN' },
    'Microsoft.Network/expressRouteCircuits': { kind: 'Gateway', label: 'ExpressRoute circuit' },
    'Microsoft.Network/expressRouteGateways': { kind: 'Gateway', label: 'ExpressRoute gateway of a hub' },
    'Microsoft.Network/vpnGateways': { kind: 'Gateway', label: 'VPN gateway of a hub', references: [attached('properties.virtualHub.id')] },
    'Microsoft.Network/vpnSites': { kind: 'OnPremises', label: 'site at the other end of a VPN' },
    'Microsoft.Network/bastionHosts': {
      kind: 'Gateway',
      label: 'bastion',
      references: [
        inSubnet('properties.ipConfigurations[].properties.subnet.id'),
        publicAddress('properties.ipConfigurations[].properties.publicIPAddress.id'),
      ],
    },
    'Microsoft.Network/natGateways': { kind: 'Gateway', label: 'NAT gateway', references: [publicAddress('properties.publicIpAddresses[].id')] },
    'Microsoft.Network/virtualWans': { kind: 'Network', label: 'virtual WAN' },
    'Microsoft.Network/virtualHubs': {
      kind: 'Gateway',
      label: 'virtual hub',
      details: [
        below('hubRouteTables', 'hubRouteTables', '2024-05-01', 'Microsoft.Network/virtualHubs/hubRouteTables'),
        below('routingIntents', 'routingIntent', '2024-05-01', 'Microsoft.Network/virtualHubs/routingIntent'),
        below('hubVirtualNetworkConnections', 'hubVirtualNetworkConnections', '2024-05-01', 'Microsoft.Network/virtualHubs/hubVirtualNetworkConnections'),
      ],
      references: [
        attached('properties.virtualWan.id'),
        refers('properties.azureFirewall.id'),
        routes('hubVirtualNetworkConnections[].properties.remoteVirtualNetwork.id'),
      ],
    },
    // The published list of what service tags stand for: some megabytes, the same for everybody, and so imported rather than asked for.
    'Microsoft.Network/serviceTags': { kind: 'Filter', label: 'list of service tags', table: 'none' },
    'Microsoft.Network/networkManagers': { kind: 'Filter', label: 'network manager' },
    'Microsoft.Network/networkManagers/networkGroups': { kind: 'Filter', label: 'network group', table: 'networkresources' },
    'Microsoft.Network/networkManagers/networkGroups/staticMembers': {
      kind: 'Filter',
      label: 'static member of a network group',
      table: 'networkresources',
      references: [refers('properties.resourceId')],
    },
    // One for each network, with all groups that it is in, by hand or by a policy.
    'Microsoft.Network/networkGroupMemberships': { kind: 'Filter', label: 'membership in network groups', table: 'networkresources' },
    [perimeters]: {
      kind: 'Filter',
      label: 'network security perimeter',
      details: [below('resourceAssociations', 'resourceAssociations', '2024-07-01', `${perimeters}/resourceAssociations`)],
      references: [{ path: 'resourceAssociations[].properties.privateLinkResource.id', edge: 'Guards' }],
    },
    [`${perimeters}/profiles`]: {
      kind: 'Filter',
      label: 'profile of a network security perimeter',
      table: 'none',
      list: [perResource(perimeters, 'profiles', '2024-07-01', `${perimeters}/profiles`)],
      details: [below('accessRules', 'accessRules', '2024-07-01', `${perimeters}/profiles/accessRules`)],
    },
    'Microsoft.Network/serviceEndpointPolicies': { kind: 'Filter', label: 'service endpoint policy' },
    'Microsoft.Network/networkWatchers': { kind: 'Monitor', label: 'network watcher' },
    'Microsoft.Network/networkWatchers/flowLogs': { kind: 'Monitor', label: 'flow log', references: [refers('properties.targetResourceId')] },
    'Microsoft.Security/locations/jitNetworkAccessPolicies': {
      kind: 'Filter',
      label: 'just-in-time access policy',
      table: 'none',
      list: [perSubscription('Microsoft.Security/jitNetworkAccessPolicies', '2020-01-01', 'Microsoft.Security/locations/jitNetworkAccessPolicies')],
      references: [{ path: 'properties.virtualMachines[].id', edge: 'Guards' }],
    },
  }),
});
